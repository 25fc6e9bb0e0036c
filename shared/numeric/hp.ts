/** Penalty of the Hodrick–Prescott filter, one per frequency. */
export const HP_LAMBDA = { monthly: 14_400, quarterly: 1_600 } as const;

const MIN_OBSERVATIONS = 3;

/**
 * Hodrick–Prescott trend: the solution of `(I + λ·D2'D2)·τ = y`, unit of `y`, by a banded factorization in O(n).
 * Two-sided: every point uses the whole sample. Null below three values or when one is not finite.
 */
export function computeHpTrend(values: readonly number[], lambda: number): number[] | null {
  if (values.length < MIN_OBSERVATIONS || !values.every(Number.isFinite) || !(lambda >= 0)) return null;
  return solvePentadiagonal(values, lambda);
}

/**
 * One-sided trend: at each place the last point of the trend of the data up to it, so nothing later is used.
 * Null before `minObservations` values.
 */
export function computeOneSidedHpTrend(
  values: readonly number[],
  lambda: number,
  minObservations = MIN_OBSERVATIONS,
): (number | null)[] {
  const first = Math.max(MIN_OBSERVATIONS, minObservations);
  return values.map((_, i) =>
    i + 1 < first ? null : (computeHpTrend(values.slice(0, i + 1), lambda)?.at(-1) ?? null),
  );
}

/** Gap of a level to its trend in percent, `(y/τ − 1)·100`; null when the trend is missing or 0. */
export function computeGapPct(value: number | null, trend: number | null): number | null {
  return value === null || trend === null || trend === 0 ? null : (value / trend - 1) * 100;
}

/** LDL' of the symmetric pentadiagonal system `I + λ·D2'D2`, solved for `y`. */
function solvePentadiagonal(y: readonly number[], lambda: number): number[] {
  const n = y.length;
  const diagonal = new Float64Array(n).fill(1);
  const first = new Float64Array(n);
  const second = new Float64Array(n);
  for (let i = 0; i + 2 < n; i++) {
    diagonal[i]! += lambda;
    diagonal[i + 1]! += 4 * lambda;
    diagonal[i + 2]! += lambda;
    first[i]! -= 2 * lambda;
    first[i + 1]! -= 2 * lambda;
    second[i]! += lambda;
  }
  const pivot = new Float64Array(n);
  const lower1 = new Float64Array(n);
  const lower2 = new Float64Array(n);
  const rest = Float64Array.from(y);
  for (let i = 0; i < n; i++) {
    pivot[i] = diagonal[i]!;
    if (i > 0) pivot[i]! -= lower1[i - 1]! ** 2 * pivot[i - 1]!;
    if (i > 1) pivot[i]! -= lower2[i - 2]! ** 2 * pivot[i - 2]!;
    const coupling = i > 0 ? lower1[i - 1]! * lower2[i - 1]! * pivot[i - 1]! : 0;
    lower1[i] = (first[i]! - coupling) / pivot[i]!;
    lower2[i] = second[i]! / pivot[i]!;
    if (i > 0) rest[i]! -= lower1[i - 1]! * rest[i - 1]!;
    if (i > 1) rest[i]! -= lower2[i - 2]! * rest[i - 2]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    rest[i]! /= pivot[i]!;
    if (i + 1 < n) rest[i]! -= lower1[i]! * rest[i + 1]!;
    if (i + 2 < n) rest[i]! -= lower2[i]! * rest[i + 2]!;
  }
  return Array.from(rest);
}
