import type { CalendarName } from '../calendars/calendar.ts';
import { getCalendar } from '../calendars/calendars.ts';
import { addDays, addMonths, endOfMonth, weekdayOf, zonedInstant, type Day, type Instant } from '../time.ts';
import type { Frequency, ReleaseBasis, ReleaseRule } from './connector.ts';

/** A release rule made of a day and the wall clock of the publisher. */
export interface DatedReleaseRule extends ReleaseRule {
  /** The day on which an observation date is published, and how we know. */
  dayOf(observationDate: Day): { readonly day: Day; readonly basis: ReleaseBasis };
  /** The moment of the publisher's clock on a day: what a vintage of that day is stamped with. */
  instantOn(day: Day): Instant;
}

interface RuleParts {
  readonly describe: string;
  readonly clock: string;
  readonly zone: string;
  readonly dayOf: DatedReleaseRule['dayOf'];
}

function buildRule({ describe, clock, zone, dayOf }: RuleParts): DatedReleaseRule {
  const instantOn = (day: Day): Instant => zonedInstant(day, clock, zone);
  return {
    describe,
    dayOf,
    instantOn,
    timeOf(observationDate) {
      const { day, basis } = dayOf(observationDate);
      return { time: instantOn(day), basis };
    },
  };
}

function byLag(describe: string, clock: string, zone: string, dayOf: (date: Day) => Day): DatedReleaseRule {
  return buildRule({ describe, clock, zone, dayOf: (date) => ({ day: dayOf(date), basis: 'lag_rule' }) });
}

/** The last day of the period that a provider stamps with `start`: weeks are stamped with their last day. */
function endOfPeriod(start: Day, frequency: Frequency): Day {
  if (frequency === 'M') return endOfMonth(start);
  if (frequency === 'Q') return endOfMonth(addMonths(start, 2));
  if (frequency === 'A') return `${start.slice(0, 4)}-12-31`;
  return start;
}

/** Public on the observation date itself. */
export function sameDay(clock: string, zone: string): DatedReleaseRule {
  return byLag(`same day ${clock} ${zone}`, clock, zone, (date) => date);
}

/** Public on the `count`-th session after the observation date. */
export function nextSession(
  count: number,
  calendar: CalendarName,
  clock: string,
  zone: string,
): DatedReleaseRule {
  const describe = `${count} ${calendar} session${count === 1 ? '' : 's'} later, ${clock} ${zone}`;
  return byLag(describe, clock, zone, (date) => {
    const sessions = getCalendar(calendar);
    const first = sessions.next(date);
    return count === 1 ? first : sessions.add(first, count - 1);
  });
}

/** Public a number of calendar days after the end of the observation period. */
export function afterPeriodEnd(
  days: number,
  frequency: Frequency,
  clock: string,
  zone: string,
): DatedReleaseRule {
  return byLag(`period end +${days} d ${clock} ${zone}`, clock, zone, (date) =>
    addDays(endOfPeriod(date, frequency), days),
  );
}

/** Public on a day of the month after the observation's. */
export function dayOfNextMonth(dayOfMonth: number, clock: string, zone: string): DatedReleaseRule {
  return byLag(`day ${dayOfMonth} of the next month ${clock} ${zone}`, clock, zone, (date) =>
    addDays(addMonths(`${date.slice(0, 7)}-01`, 1), dayOfMonth - 1),
  );
}

/** Public on the n-th session (1 = first) of the month after the observation's. */
export function sessionOfNextMonth(
  ordinal: number,
  calendar: CalendarName,
  clock: string,
  zone: string,
): DatedReleaseRule {
  return byLag(`${calendar} session ${ordinal} of the next month ${clock} ${zone}`, clock, zone, (date) =>
    getCalendar(calendar).add(addMonths(`${date.slice(0, 7)}-01`, 1), ordinal - 1),
  );
}

const FRIDAY = 5;

/** The Friday that closes the week of a day; a weekend belongs to the week that follows it. */
function fridayOf(day: Day): Day {
  return addDays(day, (FRIDAY - weekdayOf(day) + 7) % 7);
}

/**
 * Public a number of days after the Friday of the observation's week (5 = the next Wednesday). With a calendar, a day
 * without session moves to the next one.
 */
export function afterFriday(
  days: number,
  clock: string,
  zone: string,
  calendar?: CalendarName,
): DatedReleaseRule {
  const roll = calendar === undefined ? '' : ` (or the next ${calendar} session)`;
  return byLag(`Friday of the week +${days} d${roll} ${clock} ${zone}`, clock, zone, (date) => {
    const day = addDays(fridayOf(date), days);
    return calendar === undefined ? day : getCalendar(calendar).add(day, 0);
  });
}

/** Public on 1 July of the n-th year before the observation's year. */
export function julyOfYearsBefore(years: number, clock: string, zone: string): DatedReleaseRule {
  return byLag(`1 July, ${years} years before, ${clock} ${zone}`, clock, zone, (date) => {
    return `${Number(date.slice(0, 4)) - years}-07-01`;
  });
}

/** The agency's own release dates (observation date → day, basis `calendar`); elsewhere the fallback. */
export function fromReleaseDates(
  dates: Readonly<Record<Day, Day>>,
  clock: string,
  zone: string,
  fallback: DatedReleaseRule,
): DatedReleaseRule {
  return buildRule({
    describe: `release calendar ${clock} ${zone}, else ${fallback.describe}`,
    clock,
    zone,
    dayOf(date) {
      const day = dates[date];
      return day === undefined ? fallback.dayOf(date) : { day, basis: 'calendar' };
    },
  });
}

/** A span of observation dates with a rule of its own. */
export interface ReleaseException {
  /** First and last observation date it holds for, both included. */
  readonly from: Day;
  readonly to: Day;
  readonly rule: DatedReleaseRule;
}

/** The first exception that holds an observation date decides, else the rule. Exceptions may have other clocks. */
export function withExceptions(
  rule: DatedReleaseRule,
  exceptions: readonly ReleaseException[],
): DatedReleaseRule {
  const pick = (date: Day): DatedReleaseRule =>
    exceptions.find((exception) => date >= exception.from && date <= exception.to)?.rule ?? rule;
  const spans = exceptions.map(
    ({ from, to, rule: special }) => `observations ${from}…${to}: ${special.describe}`,
  );
  return {
    describe: [rule.describe, ...spans].join('; '),
    dayOf: (date) => pick(date).dayOf(date),
    instantOn: (day) => rule.instantOn(day),
    timeOf: (date) => pick(date).timeOf(date),
  };
}

/** Observations of a span are not public before a day, at the rule's clock, unless the agency dated them. */
export function notBefore(rule: DatedReleaseRule, from: Day, to: Day, earliest: Day): DatedReleaseRule {
  return deriveDay(rule, `observations ${from}…${to} not before ${earliest}`, (date, day) =>
    date >= from && date <= to && day < earliest ? earliest : day,
  );
}

function deriveDay(
  rule: DatedReleaseRule,
  describe: string,
  move: (observationDate: Day, day: Day) => Day,
): DatedReleaseRule {
  const dayOf: DatedReleaseRule['dayOf'] = (date) => {
    const known = rule.dayOf(date);
    return known.basis === 'calendar' ? known : { day: move(date, known.day), basis: known.basis };
  };
  return {
    describe: `${rule.describe}; ${describe}`,
    dayOf,
    instantOn: (day) => rule.instantOn(day),
    timeOf(date) {
      const ruled = rule.dayOf(date);
      const moved = dayOf(date);
      if (moved.day === ruled.day) return rule.timeOf(date);
      return { time: rule.instantOn(moved.day), basis: moved.basis };
    },
  };
}

/** Months in which statistics came late because the federal government was closed: first and last observation month. */
const US_SHUTDOWNS: readonly (readonly [Day, Day])[] = [
  ['2013-09-01', '2013-10-31'],
  ['2018-11-01', '2019-02-28'],
  ['2025-08-01', '2026-01-31'],
];

const SHUTDOWN_DELAY_DAYS = 90;

/** Adds 90 days to monthly and quarterly US observations whose period touches a government shutdown. */
export function delayedByShutdowns(rule: DatedReleaseRule, frequency: Frequency): DatedReleaseRule {
  return deriveDay(rule, 'periods touched by a federal shutdown +90 d', (date, day) => {
    const end = endOfPeriod(date, frequency);
    const isTouched = US_SHUTDOWNS.some(([from, to]) => date <= to && end >= from);
    return isTouched ? addDays(day, SHUTDOWN_DELAY_DAYS) : day;
  });
}

/** A day after every partition there can be: a value that no lag can date is not expected until it is seen. */
const NEVER_EXPECTED: Day = '2099-12-31';

/** A projection: only its vintage says when it became public (basis `first_seen`, so that no lag is ever applied). */
export function vintageOnly(clock: string, zone: string): DatedReleaseRule {
  return buildRule({
    describe: `vintage date ${clock} ${zone}`,
    clock,
    zone,
    dayOf: () => ({ day: NEVER_EXPECTED, basis: 'first_seen' }),
  });
}
