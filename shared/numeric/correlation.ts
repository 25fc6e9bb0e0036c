import { computeMean, dropMissing, type Series } from './series.ts';
import { hasSpread } from './standing.ts';

const RHO_LIMIT = 0.9999;

/** Pearson correlation over the places where both values are present; null below two pairs or without spread. */
export function computeCorrelation(xs: Series, ys: Series): number | null {
  const left: number[] = [];
  const right: number[] = [];
  for (const [x, y] of pairPresent(xs, ys)) {
    left.push(x);
    right.push(y);
  }
  return correlateComplete(left, right);
}

/** `computeCorrelation` of two samples of one length without missing values. */
export function correlateComplete(left: readonly number[], right: readonly number[]): number | null {
  const meanX = computeMean(left);
  const meanY = computeMean(right);
  if (left.length < 2 || meanX === null || meanY === null) return null;
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let i = 0; i < left.length; i += 1) {
    const x = left[i]! - meanX;
    const y = right[i]! - meanY;
    xx += x * x;
    yy += y * y;
    xy += x * y;
  }
  const n = left.length - 1;
  if (!hasSpread(Math.sqrt(xx / n), left) || !hasSpread(Math.sqrt(yy / n), right)) return null;
  return Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
}

/** Correlation of the last `window` complete pairs up to each place; null where a value of the pair is missing. */
export function computeRollingCorrelation(xs: Series, ys: Series, window: number): (number | null)[] {
  const seen: [number, number][] = [];
  return xs.map((x, i) => {
    const y = ys[i] ?? null;
    if (x === null || y === null) return null;
    seen.push([x, y]);
    if (seen.length < window) return null;
    const last = seen.slice(-window);
    return computeCorrelation(
      last.map(([value]) => value),
      last.map(([, value]) => value),
    );
  });
}

/** `z` of the last window's correlation against the earlier ones; `rho` of the last window, `previous` their mean back-transformed. */
export type CorrelationBreak = { z: number; rho: number; previous: number };

export type CorrelationBreakOptions = {
  /** Pairs of one window. @default 63 */
  window?: number;
  /** Earlier non-overlapping windows. @default 7 */
  pastWindows?: number;
  /** Independent pairs in a window: fewer than `window` for overlapping returns (42 for two-day returns). @default window */
  effective?: number;
};

/**
 * Fisher z test of a change in correlation: the last window against the mean `atanh ρ` of the earlier
 * non-overlapping windows, `se = √(1/(m−3) + 1/(k(m−3)))` with m effective pairs and k windows. ρ is held within
 * ±0.9999. Null with fewer than `window·(pastWindows + 1)` complete pairs or a window without spread.
 */
export function testCorrelationBreak(
  xs: Series,
  ys: Series,
  { window = 63, pastWindows = 7, effective = window }: CorrelationBreakOptions = {},
): CorrelationBreak | null {
  const pairs = pairPresent(xs, ys).slice(-window * (pastWindows + 1));
  if (pairs.length < window * (pastWindows + 1) || effective <= 3) return null;
  const rhos = Array.from({ length: pastWindows + 1 }, (_, i) => {
    const part = pairs.slice(i * window, (i + 1) * window);
    return computeCorrelation(
      part.map(([x]) => x),
      part.map(([, y]) => y),
    );
  });
  const present = dropMissing(rhos).map((rho) => Math.max(-RHO_LIMIT, Math.min(RHO_LIMIT, rho)));
  if (present.length < rhos.length) return null;
  const rho = present.at(-1)!;
  const previous = computeMean(present.slice(0, -1).map(Math.atanh));
  if (previous === null) return null;
  const se = Math.sqrt((1 + 1 / pastWindows) / (effective - 3));
  return { z: (Math.atanh(rho) - previous) / se, rho, previous: Math.tanh(previous) };
}

function pairPresent(xs: Series, ys: Series): [number, number][] {
  return xs.flatMap((x, i): [number, number][] => {
    const y = ys[i] ?? null;
    return x === null || y === null || !Number.isFinite(x) || !Number.isFinite(y) ? [] : [[x, y]];
  });
}
