import { fitOls } from './ols.ts';

/** Outcome of the unit-root test on residuals. `cointegrated`: the t statistic is below the 10 % critical value. */
export type EngleGranger = { statistic: number; lags: number; critical10: number; cointegrated: boolean };

/**
 * 10 % critical values for 1, 2, 3, 4 regressors with a constant (MacKinnon 2010, table 2, asymptotic: −3.0445, −3.4522,
 * −3.8102, −4.1316). With 60 months they would be 0.07 to 0.18 lower, so that a borderline case passes a little easily.
 */
const CRITICAL_10 = [-3.04, -3.45, -3.81, -4.13] as const;

/**
 * Augmented Dickey–Fuller test on the residuals of a cointegrating regression (Engle–Granger): t statistic of `ρ` in
 * `Δe_t = c + ρ·e_{t−1} + Σ γ_i·Δe_{t−i}`, lags 0…`maxLags` by least AIC on a common sample (ties: fewer lags), then
 * re-estimated on all usable rows.
 *
 * Returns null when `regressors` is not 1…4 or the residuals are too few (or constant) for the regression.
 */
export function testEngleGranger(
  residuals: readonly number[],
  regressors: number,
  maxLags = 6,
): EngleGranger | null {
  const critical10 = CRITICAL_10[regressors - 1];
  if (critical10 === undefined) return null;
  const lags = chooseLags(residuals, maxLags);
  if (lags === null) return null;
  const fit = regressDifferences(residuals, lags, lags);
  if (fit === null || !(fit.se[1]! > 0)) return null;
  const statistic = fit.coefficients[1]! / fit.se[1]!;
  return { statistic, lags, critical10, cointegrated: statistic < critical10 };
}

function chooseLags(residuals: readonly number[], maxLags: number): number | null {
  let best: { lags: number; aic: number } | null = null;
  for (let lags = 0; lags <= maxLags; lags++) {
    const fit = regressDifferences(residuals, lags, maxLags);
    if (fit === null) continue;
    const aic = fit.n * Math.log(fit.ssr / fit.n) + 2 * fit.k;
    if (best === null || aic < best.aic) best = { lags, aic };
  }
  return best && best.lags;
}

/** Regression with `lags` lagged differences on the rows that `skip` lags leave. */
function regressDifferences(residuals: readonly number[], lags: number, skip: number) {
  const differences = residuals.slice(1).map((value, i) => value - residuals[i]!);
  const rows: number[][] = [];
  const target: number[] = [];
  for (let t = skip; t < differences.length; t++) {
    const lagged = Array.from({ length: lags }, (_, i) => differences[t - 1 - i]!);
    rows.push([residuals[t]!, ...lagged]);
    target.push(differences[t]!);
  }
  return fitOls(rows, target);
}
