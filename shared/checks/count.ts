import { getCalendar, isOptionalDay } from '../calendars/calendars.ts';
import type { KeyDefinition } from '../connectors/connector.ts';
import { addDays, addMonths, type Day } from '../time.ts';
import type { CheckTest } from './check.ts';

const STEP_MONTHS = { M: 1, Q: 3, A: 12 } as const;

/** True when a day is no certain session: its absence means nothing. Markets without a calendar keep US holidays. */
function isUncertain(key: KeyDefinition, day: Day): boolean {
  if (isOptionalDay(key.calendar, day)) return true;
  return key.calendar === 'WEEKDAYS' && !getCalendar('US_NYSE').isSession(day);
}

function listSessions(key: KeyDefinition, from: Day, to: Day): Day[] {
  const calendar = getCalendar(key.calendar);
  const days: Day[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) {
    if (calendar.isSession(day) && !isUncertain(key, day)) days.push(day);
  }
  return days;
}

function listPeriods(from: Day, to: Day, months: number): Day[] {
  const days: Day[] = [];
  for (let index = 0, day = from; day <= to; index += 1, day = addMonths(from, index * months))
    days.push(day);
  return days;
}

function listWeeks(from: Day, to: Day): Day[] {
  const days: Day[] = [];
  for (let day = from; day <= to; day = addDays(day, 7)) days.push(day);
  return days;
}

function listExpected(key: KeyDefinition, from: Day, to: Day): Day[] {
  if (key.frequency === 'D') return listSessions(key, from, to);
  return key.frequency === 'W' ? listWeeks(from, to) : listPeriods(from, to, STEP_MONTHS[key.frequency]);
}

/**
 * Dates between the first and the last row, inside the windows asked for, that the calendar expects and no row has. Days
 * after the last row are a matter of staleness.
 */
export const testCount: CheckTest = ({ key, candidates, asked }) => {
  const dates = new Set(
    candidates.filter(({ row }) => row.table !== 'corporate_actions').map(({ row }) => row.date),
  );
  const ordered = [...dates].sort();
  const [first, last] = [ordered[0], ordered.at(-1)];
  if (first === undefined || last === undefined) return null;
  const expected = listExpected(key, first, last).filter((date) => asked.covers(date));
  const missing = expected.filter((date) => !dates.has(date));
  return {
    tested: expected.length,
    expected: `${expected.length} dates of ${key.calendar === 'NONE' ? 'its frequency' : key.calendar}`,
    failures: missing.map((date) => ({ date, candidate: null, observed: 'no row' })),
  };
};
