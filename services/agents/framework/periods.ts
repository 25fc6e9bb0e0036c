import type { Series } from '../../../shared/numeric/series.ts';
import type { Day } from '../../../shared/time.ts';

/** A month, `YYYY-MM`. */
export type Month = string;

const MONTHS_PER_YEAR = 12;

/** The month `count` months after (negative: before) `month`. */
export function addToMonth(month: Month, count: number): Month {
  const place = placeOfMonth(month) + count;
  const year = Math.floor(place / MONTHS_PER_YEAR);
  return `${String(year).padStart(4, '0')}-${String(place - year * MONTHS_PER_YEAR + 1).padStart(2, '0')}`;
}

/** Months from `from` to `to`. */
export function monthsBetween(from: Month, to: Month): number {
  return placeOfMonth(to) - placeOfMonth(from);
}

/** Calendar month, 1 = January. */
export function calendarMonthOf(month: Month): number {
  return Number(month.slice(5, 7));
}

/** Year of a day, month, quarter or year. */
export function yearOfPeriod(period: string): number {
  return Number(period.slice(0, 4));
}

/** A monthly series without holes in its calendar: element i is month `first` + i, null = missing. */
export interface MonthTable {
  readonly first: Month;
  readonly values: Series;
}

/** Lays monthly points out over consecutive months; null without points. */
export function layOutMonths(
  points: readonly { readonly period: string; readonly value: number | null }[],
): MonthTable | null {
  const first = points[0]?.period;
  const last = points.at(-1)?.period;
  if (first === undefined || last === undefined) return null;
  const values = new Array<number | null>(monthsBetween(first, last) + 1).fill(null);
  for (const { period, value } of points) values[monthsBetween(first, period)] = value;
  return { first, values };
}

/** The value of a month; null when missing or outside the table. */
export function readMonth(table: MonthTable | null, month: Month): number | null {
  return table?.values[monthsBetween(table.first, month)] ?? null;
}

/** The last item of each month, in order; a month without an item has none. */
export function takeMonthEnds<Item extends { readonly date: Day }>(
  items: readonly Item[],
): (Item & { period: Month })[] {
  const ends: (Item & { period: Month })[] = [];
  for (const [index, item] of items.entries()) {
    const period = item.date.slice(0, 7);
    if (items[index + 1]?.date.slice(0, 7) !== period) ends.push({ ...item, period });
  }
  return ends;
}

function placeOfMonth(month: Month): number {
  return Number(month.slice(0, 4)) * MONTHS_PER_YEAR + Number(month.slice(5, 7)) - 1;
}
