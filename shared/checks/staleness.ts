import { getCalendar } from '../calendars/calendars.ts';
import type { KeyDefinition } from '../connectors/connector.ts';
import { addDays, addMonths, dayInZone, daysBetween, SAO_PAULO, type Day } from '../time.ts';
import type { CheckTest } from './check.ts';

function nextDate(key: KeyDefinition, date: Day): Day {
  if (key.frequency === 'D') return getCalendar(key.calendar).next(date);
  if (key.frequency === 'W') return addDays(date, 7);
  return addMonths(date, { M: 1, Q: 3, A: 12 }[key.frequency]);
}

/**
 * A key whose next value is overdue by more than registered: sessions for daily keys, days for the others, counted from
 * the moment when the release rule promised it.
 */
export const testStaleness: CheckTest = ({ key, candidates, neighbours, asked }) => {
  const limit = key.maxStaleness;
  if (limit === undefined) return null;
  const last = [...neighbours, ...candidates]
    .filter(({ row }) => row.table !== 'corporate_actions')
    .reduce((latest, { row }) => (row.date > latest ? row.date : latest), '');
  if (last === '') return null;
  const due = nextDate(key, last);
  const askedDay = dayInZone(asked.at, SAO_PAULO);
  const until = asked.to < askedDay ? asked.to : askedDay;
  const promised = dayInZone(key.release.timeOf(due).time, SAO_PAULO);
  const isDaily = key.frequency === 'D';
  const overdue = isDaily ? getCalendar(key.calendar).count(promised, until) : daysBetween(promised, until);
  const unit = isDaily ? 'sessions' : 'days';
  const isStale = asked.covers(due) && overdue > limit;
  return {
    tested: 1,
    expected: `a value of ${due} at most ${limit} ${unit} after its release`,
    failures: isStale
      ? [{ date: due, candidate: null, observed: `none ${overdue} ${unit} after it, the last is of ${last}` }]
      : [],
  };
};
