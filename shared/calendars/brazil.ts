import { addDays, isWeekday, type Day } from '../time.ts';
import { easterOf, goodFridayOf } from './easter.ts';

/** First trade date whose business days are counted with the list that holds 20 November from 2024 (law 14.759/2023). */
export const ANBIMA_LIST_CHANGED: Day = '2023-12-26';

/** National bank holidays of the ANBIMA list, before or after its change of 2023-12-26. */
export function listAnbimaHolidays(year: number, list: 'before_2023_12_26' | 'current'): Day[] {
  const easter = easterOf(year);
  const days = [
    `${year}-01-01`,
    addDays(easter, -48),
    addDays(easter, -47),
    goodFridayOf(year),
    `${year}-04-21`,
    `${year}-05-01`,
    addDays(easter, 60),
    `${year}-09-07`,
    `${year}-10-12`,
    `${year}-11-02`,
    `${year}-11-15`,
    `${year}-12-25`,
  ];
  if (list === 'current' && year >= 2024) days.push(`${year}-11-20`);
  return days;
}

/** Municipal and state holidays of São Paulo closed the exchange until 2021, except these two of the pandemic year. */
const B3_OPEN = new Set<Day>(['2020-07-09', '2020-11-20']);

/** Opening of the World Cup in São Paulo. */
const B3_CLOSED_ONCE: readonly Day[] = ['2014-06-12'];

/**
 * Days without trading at B3: the ANBIMA list, São Paulo's holidays until 2021, 24 December and the year's last business
 * day. Checked against the sessions of 2007-2025.
 */
export function listB3Holidays(year: number): Day[] {
  const bank = new Set(listAnbimaHolidays(year, 'current'));
  const days = [...bank, `${year}-12-24`, ...B3_CLOSED_ONCE.filter((day) => day.startsWith(String(year)))];
  if (year < 2022) {
    const local = [`${year}-01-25`, `${year}-07-09`, ...(year >= 2007 ? [`${year}-11-20`] : [])];
    days.push(...local.filter((day) => !B3_OPEN.has(day)));
  }
  let last = `${year}-12-31`;
  while (!isWeekday(last) || bank.has(last)) last = addDays(last, -1);
  days.push(last);
  return days;
}
