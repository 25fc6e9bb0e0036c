import type { Day } from '../time.ts';
import { ANBIMA_LIST_CHANGED, listAnbimaHolidays, listB3Holidays } from './brazil.ts';
import type { Calendar, CalendarName } from './calendar.ts';
import { buildCalendar, type SessionRules } from './session-table.ts';
import { isUnsettledGovernmentDay, listGovernmentHolidays, listNyseHolidays } from './united-states.ts';

type Version = CalendarName | 'BR_ANBIMA_BEFORE_2023_12_26';

const RULES: Readonly<Record<Version, SessionRules>> = {
  BR_ANBIMA: {
    name: 'BR_ANBIMA',
    weekends: 'closed',
    listHolidays: (year) => listAnbimaHolidays(year, 'current'),
  },
  BR_ANBIMA_BEFORE_2023_12_26: {
    name: 'BR_ANBIMA',
    weekends: 'closed',
    listHolidays: (year) => listAnbimaHolidays(year, 'before_2023_12_26'),
  },
  B3: { name: 'B3', weekends: 'closed', listHolidays: listB3Holidays },
  US_GOV: { name: 'US_GOV', weekends: 'closed', listHolidays: listGovernmentHolidays },
  US_NYSE: { name: 'US_NYSE', weekends: 'closed', listHolidays: listNyseHolidays },
  WEEKDAYS: { name: 'WEEKDAYS', weekends: 'closed', listHolidays: () => [] },
  NONE: { name: 'NONE', weekends: 'open', listHolidays: () => [] },
};

const built = new Map<Version, Calendar>();

/**
 * The calendar of a name. `tradeDate` is the date on which a count was made: BR_ANBIMA counts made before 2023-12-26 use
 * the list without the 20 November holiday, even for maturities after 2024; the other calendars have one version.
 */
export function getCalendar(name: CalendarName, tradeDate?: Day): Calendar {
  const isOldList = name === 'BR_ANBIMA' && tradeDate !== undefined && tradeDate < ANBIMA_LIST_CHANGED;
  const version: Version = isOldList ? 'BR_ANBIMA_BEFORE_2023_12_26' : name;
  const known = built.get(version);
  if (known !== undefined) return known;
  const calendar = buildCalendar(RULES[version]);
  built.set(version, calendar);
  return calendar;
}

/**
 * True on a day whose session is not settled: rows are accepted, their absence is expected. For US_GOV a Good Friday
 * after 2026 and the eve of a Saturday New Year.
 */
export function isOptionalDay(name: CalendarName, day: Day): boolean {
  return name === 'US_GOV' && isUnsettledGovernmentDay(day);
}
