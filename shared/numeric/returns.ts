import { computeMean, computeStd, rollWindow, type Series } from './series.ts';

/** Sessions of a year, for annualizing daily statistics. */
export const SESSIONS_PER_YEAR = 252;

/** `ln(P_t/P_{t−1})`, decimal; null at the first place and where either price is missing or not positive. */
export function computeLogReturns(prices: Series): (number | null)[] {
  return pairwise(prices, (last, now) => (last > 0 && now > 0 ? Math.log(now / last) : null));
}

/** `P_t/P_{t−1} − 1`, decimal; null at the first place, where a price is missing and after a price ≤ 0. */
export function computeSimpleReturns(prices: Series): (number | null)[] {
  return pairwise(prices, (last, now) => (last > 0 ? now / last - 1 : null));
}

/** Annualized volatility of these returns, `std(n−1)·√252`, decimal; null below two. */
export function computeVol(returns: readonly number[]): number | null {
  const std = computeStd(returns);
  return std === null ? null : std * Math.sqrt(SESSIONS_PER_YEAR);
}

/** Annualized rolling volatility: `computeVol` of the last `window` returns present at each place. */
export function computeRollingVol(returns: Series, window: number): (number | null)[] {
  return rollWindow(returns, window, computeVol);
}

/** One step of the EWMA variance, `λσ² + (1−λ)r²`. */
export function updateEwmaVariance(variance: number, ret: number, lambda: number): number {
  return lambda * variance + (1 - lambda) * ret * ret;
}

/**
 * EWMA variance for the period after each return, made with the returns up to it (decimal², per period). The
 * recursion starts from the first squared return, or from the sample variance of the first 30 (`seed`), and is
 * null before its seed is complete and where the return is missing.
 */
export function computeEwmaVariance(
  returns: Series,
  lambda = 0.94,
  seed: 'first' | 'sample30' = 'first',
): (number | null)[] {
  const warmUp: number[] = [];
  let variance: number | null = null;
  return returns.map((ret) => {
    if (ret === null) return null;
    if (variance !== null) return (variance = updateEwmaVariance(variance, ret, lambda));
    warmUp.push(ret);
    if (seed === 'first') variance = ret * ret;
    else if (warmUp.length === 30) variance = computeStd(warmUp)! ** 2;
    return variance;
  });
}

/** Annualized EWMA volatility, `√(252·variance)`, decimal. */
export function computeEwmaVol(
  returns: Series,
  lambda = 0.94,
  seed?: 'first' | 'sample30',
): (number | null)[] {
  return computeEwmaVariance(returns, lambda, seed).map((variance) =>
    variance === null ? null : Math.sqrt(variance * SESSIONS_PER_YEAR),
  );
}

/** Distance below the running peak, `P/max − 1` (decimal ≤ 0), with the peak and the gap in price units. */
export type Drawdown = { drawdown: number; peak: number; gap: number };

/** Drawdown at each price; null where the price is missing or no positive peak exists. */
export function computeDrawdowns(prices: Series): (Drawdown | null)[] {
  let peak = -Infinity;
  return prices.map((price) => {
    if (price === null) return null;
    peak = Math.max(peak, price);
    return peak > 0 ? { drawdown: price / peak - 1, peak, gap: price - peak } : null;
  });
}

/**
 * Annualized Sharpe ratio of these returns, `mean(r − rf/252)·252/(std(r)·√252)`; `riskFree` decimal a year. Null when
 * the standard deviation is 0.
 */
export function computeSharpe(returns: readonly number[], riskFree: number): number | null {
  const mean = computeMean(returns);
  const std = computeStd(returns);
  if (mean === null || std === null || std === 0) return null;
  return ((mean - riskFree / SESSIONS_PER_YEAR) * SESSIONS_PER_YEAR) / (std * Math.sqrt(SESSIONS_PER_YEAR));
}

/** `computeSharpe` of the last `window` returns present at each place. */
export function computeRollingSharpe(returns: Series, riskFree: number, window: number): (number | null)[] {
  return rollWindow(returns, window, (values) => computeSharpe(values, riskFree));
}

function pairwise(prices: Series, compute: (last: number, now: number) => number | null): (number | null)[] {
  return prices.map((now, i) => {
    const last = i === 0 ? null : prices[i - 1]!;
    if (last === null || now === null) return null;
    const value = compute(last, now);
    return value !== null && Number.isFinite(value) ? value : null;
  });
}
