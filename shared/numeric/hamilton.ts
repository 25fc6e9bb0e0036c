import { fitOls } from './ols.ts';
import type { Series } from './series.ts';

/** Horizon `h` and number of lags `p` of the Hamilton filter, in periods. */
export interface HamiltonSteps {
  readonly horizon: number;
  readonly lags: number;
}

/** Steps by frequency: two years ahead, one year of lags. */
export const HAMILTON_STEPS = {
  monthly: { horizon: 24, lags: 12 },
  quarterly: { horizon: 8, lags: 4 },
} as const;

/**
 * Hamilton (2018) gap: residuals of `y_t` on a constant and `y_{t−h} … y_{t−h−p+1}`, unit of `y`. Rows with a missing
 * value are left out and null in the result. Null when the regression has too few rows.
 */
export function computeHamiltonGap(
  values: Series,
  { horizon, lags }: HamiltonSteps,
): (number | null)[] | null {
  const places: number[] = [];
  const rows: number[][] = [];
  const target: number[] = [];
  values.forEach((value, t) => {
    const past = Array.from({ length: lags }, (_, i) => values[t - horizon - i] ?? null);
    const row = past.filter((lagged) => lagged !== null);
    if (value === null || row.length < lags) return;
    places.push(t);
    rows.push(row);
    target.push(value);
  });
  const fit = fitOls(rows, target);
  if (fit === null) return null;
  const gaps = Array.from({ length: values.length }, (): number | null => null);
  places.forEach((t, i) => (gaps[t] = fit.residuals[i]!));
  return gaps;
}
