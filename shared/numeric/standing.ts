import { quantile } from 'simple-statistics';
import { computeMean, computeStd, rollWindow, type Series } from './series.ts';

/** A standard deviation below this share of the largest value is rounding, not spread. */
const STD_FLOOR = 1e-14;

/** z-score of the last value within all values given, itself included; null below two values or without spread. */
export function computeZScore(values: readonly number[]): number | null {
  const last = values.at(-1);
  return last === undefined ? null : computeZAgainst(last, values);
}

/** z-score of the last value against the earlier ones only; null below two earlier values or without spread. */
export function computeZScoreVsPast(values: readonly number[]): number | null {
  const last = values.at(-1);
  return last === undefined ? null : computeZAgainst(last, values.slice(0, -1));
}

/** `(value − mean)/std(n−1)` against a reference sample; null below two values or without spread. */
export function computeZAgainst(value: number, sample: readonly number[]): number | null {
  const mean = computeMean(sample);
  const std = computeStd(sample);
  if (mean === null || std === null || !hasSpread(std, sample)) return null;
  return (value - mean) / std;
}

/** `computeZScore` over the last `window` values present at each place. */
export function computeRollingZScore(values: Series, window: number): (number | null)[] {
  return rollWindow(values, window, computeZScore);
}

/** `computeZScoreVsPast` over the last `window` values present at each place (current + `window − 1` past). */
export function computeRollingZScoreVsPast(values: Series, window: number): (number | null)[] {
  return rollWindow(values, window, computeZScoreVsPast);
}

/** Share (0–100) of the earlier values strictly below the last one; 50 with a single value, null without. */
export function computePercentileRank(values: readonly number[]): number | null {
  const last = values.at(-1);
  if (last === undefined) return null;
  if (values.length === 1) return 50;
  const below = values.slice(0, -1).filter((value) => value < last).length;
  return (100 * below) / (values.length - 1);
}

/** `computePercentileRank` over the last `window` values present at each place. */
export function computeRollingPercentileRank(values: Series, window: number): (number | null)[] {
  return rollWindow(values, window, computePercentileRank);
}

/** Quantile of type 7 (linear between order statistics), `share` in 0…1; null without values. */
export function computeQuantile(values: readonly number[], share: number): number | null {
  if (values.length === 0 || !(share >= 0 && share <= 1)) return null;
  return quantile([...values], share);
}

/** Exponential moving average, `α = 2/(span + 1)`, seeded with the first value; null where a value is missing. */
export function computeEma(values: Series, span: number): (number | null)[] {
  const alpha = 2 / (span + 1);
  let average: number | null = null;
  return values.map((value) => {
    if (value === null) return null;
    return (average = average === null ? value : average + alpha * (value - average));
  });
}

/** `std(n−1)` of the last `window` values present at each place. */
export function computeRollingStd(values: Series, window: number): (number | null)[] {
  return rollWindow(values, window, computeStd);
}

/** Whether a standard deviation is more than the rounding noise of the sample it came from. */
export function hasSpread(std: number, sample: readonly number[]): boolean {
  const scale = sample.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return std > STD_FLOOR * scale;
}
