import type { Day } from '../../../shared/time.ts';
import type { Month } from './periods.ts';
import type { MacroPoint, PricePoint } from './view.ts';

/** One value of a day. */
export interface DatedValue {
  readonly date: Day;
  readonly value: number;
}

/** The values that are present of a daily macro series, ascending. */
export function listDailyValues(points: readonly MacroPoint[]): DatedValue[] {
  return points.flatMap(({ periodStart, value }) => (value === null ? [] : [{ date: periodStart, value }]));
}

/** The prices of an instrument, ascending. */
export function listPriceValues(points: readonly PricePoint[]): DatedValue[] {
  return points.map(({ date, price }) => ({ date, value: price }));
}

/** The last of ascending `values` dated on or before `day`. */
export function findOnOrBefore<Item extends { readonly date: Day }>(
  values: readonly Item[],
  day: Day,
): Item | undefined {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]!.date <= day) low = middle + 1;
    else high = middle;
  }
  return values[low - 1];
}

/** The month of a day. */
export function monthOf(day: Day): Month {
  return day.slice(0, 7);
}

/** The last item of each month, by month. */
export function keepMonthEnds<Item extends { readonly date: Day }>(
  values: readonly Item[],
): Map<Month, Item> {
  return new Map(values.map((item) => [monthOf(item.date), item]));
}

/** The values that are present of a monthly macro series, by month. */
export function indexByMonth(points: readonly MacroPoint[]): Map<Month, number> {
  return new Map(
    points.flatMap(({ period, value }): [Month, number][] => (value === null ? [] : [[period, value]])),
  );
}
