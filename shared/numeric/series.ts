/** Values in time order; null = not observed. Never NaN. */
export type Series = readonly (number | null)[];

/** The values that are present, in order. */
export function dropMissing(values: Series): number[] {
  return values.filter((value): value is number => value !== null && Number.isFinite(value));
}

/** Arithmetic mean, or null without values. */
export function computeMean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation (n − 1), or null with fewer than two values. */
export function computeStd(values: readonly number[]): number | null {
  const mean = computeMean(values);
  if (mean === null || values.length < 2) return null;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/**
 * Applies `compute` to the last `window` values present up to each position. Missing values take no place in a
 * window; the result is null where the value itself is missing and until `window` values exist.
 */
export function rollWindow(
  values: Series,
  window: number,
  compute: (windowValues: readonly number[]) => number | null,
): (number | null)[] {
  const present: number[] = [];
  return values.map((value) => {
    if (value === null || !Number.isFinite(value)) return null;
    present.push(value);
    return present.length < window ? null : compute(present.slice(-window));
  });
}
