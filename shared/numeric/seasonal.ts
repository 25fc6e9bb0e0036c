import { computeMean, dropMissing, type Series } from './series.ts';

const MONTHS = 12;

/** A monthly series: consecutive values from calendar month `firstMonth` (1 = January); null = missing. */
export type MonthlySeries = { firstMonth: number; values: Series };

/**
 * Forecast of the month after the last from OLS on twelve month dummies and the month before, unit of the series.
 * With the dummies partialled out the slope is that of the deviations from the month means, which is the same
 * estimate at a fraction of the work: it is made again for every month of a history.
 *
 * Null when the last value is missing, below `minObservations` values, when the forecast month never occurs, or
 * when the month before never varies within a month.
 */
export function forecastSeasonalAr1(
  { firstMonth, values }: MonthlySeries,
  minObservations = 24,
): number | null {
  const last = values.at(-1) ?? null;
  if (last === null || dropMissing(values).length < minObservations) return null;
  const pairs = Array.from({ length: MONTHS }, (): Pair[] => []);
  for (let t = 1; t < values.length; t++) {
    const now = values[t]!;
    const before = values[t - 1]!;
    if (now !== null && before !== null) pairs[(firstMonth - 1 + t) % MONTHS]!.push({ now, before });
  }
  const months = pairs.map(describeMonth);
  const moment = months.reduce((sum, month) => sum + (month?.moment ?? 0), 0);
  const spread = months.reduce((sum, month) => sum + (month?.spread ?? 0), 0);
  const next = months[(firstMonth - 1 + values.length) % MONTHS];
  if (!next || !(spread > 0)) return null;
  return next.now + (moment / spread) * (last - next.before);
}

/**
 * Actual minus the seasonal AR(1) forecast made from the data before each month, unit of the series; null where there
 * is no value or no forecast (burn-in of `minObservations`).
 */
export function computeSeasonalSurprises(
  { firstMonth, values }: MonthlySeries,
  minObservations = 24,
): (number | null)[] {
  return values.map((actual, t) => {
    if (actual === null) return null;
    const forecast = forecastSeasonalAr1({ firstMonth, values: values.slice(0, t) }, minObservations);
    return forecast === null ? null : actual - forecast;
  });
}

/**
 * Month effects of a level: mean by calendar month of its difference to the centered 12-month average, index 0 =
 * January, unit of the series. Null when a calendar month has fewer than `minYears` differences.
 */
export function computeMonthEffects({ firstMonth, values }: MonthlySeries, minYears = 5): number[] | null {
  const byMonth = Array.from({ length: MONTHS }, (): number[] => []);
  for (let t = MONTHS / 2; t + MONTHS / 2 < values.length; t++) {
    const window = values.slice(t - MONTHS / 2, t + MONTHS / 2 + 1);
    const present = dropMissing(window);
    if (present.length < window.length) continue;
    const ends = (present[0]! + present.at(-1)!) / 2;
    const average = (present.slice(1, -1).reduce((sum, value) => sum + value, 0) + ends) / MONTHS;
    byMonth[(firstMonth - 1 + t) % MONTHS]!.push(values[t]! - average);
  }
  if (byMonth.some((differences) => differences.length < minYears)) return null;
  return byMonth.map((differences) => computeMean(differences)!);
}

type Pair = { now: number; before: number };

/** Means of a calendar month and its sums of products about them; null when it never occurs. */
function describeMonth(pairs: readonly Pair[]): (Pair & { moment: number; spread: number }) | null {
  const now = computeMean(pairs.map((pair) => pair.now));
  const before = computeMean(pairs.map((pair) => pair.before));
  if (now === null || before === null) return null;
  const moment = pairs.reduce((sum, pair) => sum + (pair.before - before) * (pair.now - now), 0);
  const spread = pairs.reduce((sum, pair) => sum + (pair.before - before) ** 2, 0);
  return { now, before, moment, spread };
}
