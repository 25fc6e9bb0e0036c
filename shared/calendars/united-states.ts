import { addDays, weekdayOf, type Day } from '../time.ts';
import { goodFridayOf } from './easter.ts';

const SUNDAY = 0;
const MONDAY = 1;
const THURSDAY = 4;
const SATURDAY = 6;

/** The n-th given weekday of a month (1 = first). */
function nthWeekday(year: number, month: number, weekday: number, n: number): Day {
  const first = `${year}-${String(month).padStart(2, '0')}-01`;
  return addDays(first, ((weekday - weekdayOf(first) + 7) % 7) + 7 * (n - 1));
}

function lastMonday(year: number, month: number): Day {
  const fourth = nthWeekday(year, month, MONDAY, 4);
  const fifth = addDays(fourth, 7);
  return fifth.slice(0, 7) === fourth.slice(0, 7) ? fifth : fourth;
}

/** A Sunday holiday is kept on Monday; a Saturday one on Friday only where the rule of that holiday says so. */
function observe(day: Day, saturday: 'friday_before' | 'not_kept'): Day[] {
  const weekday = weekdayOf(day);
  if (weekday === SUNDAY) return [addDays(day, 1)];
  if (weekday === SATURDAY) return saturday === 'friday_before' ? [addDays(day, -1)] : [];
  return [day];
}

/** Holidays that banks, Treasury and the exchange share. */
function listShared(year: number): Day[] {
  return [
    ...observe(`${year}-01-01`, 'not_kept'),
    nthWeekday(year, 2, MONDAY, 3),
    lastMonday(year, 5),
    ...(year >= 2022 ? observe(`${year}-06-19`, 'friday_before') : []),
    ...observe(`${year}-07-04`, 'friday_before'),
    nthWeekday(year, 9, MONDAY, 1),
    nthWeekday(year, 11, THURSDAY, 4),
    ...observe(`${year}-12-25`, 'friday_before'),
  ];
}

/** Good Fridays on which the employment report came out, so that Treasury rates were published. */
const GOOD_FRIDAY_PUBLISHED = new Set([1996, 1999, 2007, 2010, 2012, 2015, 2021, 2023, 2026]);

/** Last year whose Good Friday is settled: the dates of employment reports are announced a year ahead. */
const SETTLED_YEAR = 2026;

/** Last day up to which every government session is settled: the eve of the first Good Friday that is not. */
export const GOVERNMENT_SETTLED_TO: Day = addDays(goodFridayOf(SETTLED_YEAR + 1), -1);

/** State funerals, 11 September 2001 and hurricane Sandy, as the Treasury's own table shows them. */
const GOVERNMENT_CLOSED_ONCE: readonly Day[] = [
  '1994-04-27',
  '2001-09-11',
  '2001-09-12',
  '2004-06-11',
  '2012-10-30',
  '2018-12-05',
];

/** The same events at the exchange, which closed for longer and on more of them. */
const NYSE_CLOSED_ONCE: readonly Day[] = [
  '1994-04-27',
  '2001-09-11',
  '2001-09-12',
  '2001-09-13',
  '2001-09-14',
  '2004-06-11',
  '2007-01-02',
  '2012-10-29',
  '2012-10-30',
  '2018-12-05',
  '2025-01-09',
];

function listOnce(days: readonly Day[], year: number): Day[] {
  return days.filter((day) => day.startsWith(String(year)));
}

/** Weekdays without a Treasury par yield: federal and bond-market holidays, checked against 1990-2026. */
export function listGovernmentHolidays(year: number): Day[] {
  return [
    ...listShared(year),
    nthWeekday(year, 1, MONDAY, 3),
    nthWeekday(year, 10, MONDAY, 2),
    ...observe(`${year}-11-11`, 'not_kept'),
    ...(GOOD_FRIDAY_PUBLISHED.has(year) ? [] : [goodFridayOf(year)]),
    ...listOnce(GOVERNMENT_CLOSED_ONCE, year),
  ];
}

/** Weekdays without trading at the New York Stock Exchange, checked against 1990-2026. */
export function listNyseHolidays(year: number): Day[] {
  return [
    ...listShared(year),
    ...(year >= 1998 ? [nthWeekday(year, 1, MONDAY, 3)] : []),
    goodFridayOf(year),
    ...listOnce(NYSE_CLOSED_ONCE, year),
  ];
}

/** Government days that nobody has settled yet: a Good Friday that may hold an employment report, the eve of a Saturday New Year. */
export function isUnsettledGovernmentDay(day: Day): boolean {
  const year = Number(day.slice(0, 4));
  if (year <= SETTLED_YEAR) return false;
  return day === goodFridayOf(year) || (day.endsWith('-12-31') && weekdayOf(addDays(day, 1)) === SATURDAY);
}
