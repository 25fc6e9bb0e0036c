import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { solveNnls, solveSimplexWeights } from '../../../shared/numeric/nnls.ts';

const ROWS = Array.from({ length: 24 }, (_, t) =>
  Array.from({ length: 9 }, (__, j) => Math.sin(t * (j + 1)) + 0.3 * j),
);

function measure(weights: readonly number[], rows: readonly number[][], target: readonly number[]): number {
  return rows.reduce((sum, row, i) => {
    const fitted = row.reduce((inner, value, j) => inner + value * weights[j]!, 0);
    return sum + (fitted - target[i]!) ** 2;
  }, 0);
}

describe('solveNnls', () => {
  it('recovers positive weights', () => {
    const truth = [0.2, 0.15, 0, 0.05, 0.2, 0, 0.14, 0.16, 0.1];
    const target = ROWS.map((row) => row.reduce((sum, value, j) => sum + value * truth[j]!, 0));
    solveNnls(ROWS, target)!.forEach((weight, j) => expect(weight).toBeCloseTo(truth[j]!, 8));
    solveSimplexWeights(ROWS, target)!.forEach((weight, j) => expect(weight).toBeCloseTo(truth[j]!, 6));
  });

  it('puts zero where least squares would go negative', () => {
    const rows = [
      [1, 0],
      [1, 1],
      [1, 2],
    ];
    expect(solveNnls(rows, [2, 1, 0])).toEqual([expect.closeTo(1, 12), 0]);
    expect(solveNnls(rows, [-1, -1, -1])).toEqual([0, 0]);
  });

  it('keeps weights on the simplex and beats every random point of it', () => {
    const target = ROWS.map((row, t) => row[0]! * 0.5 + row[3]! * 0.7 + Math.cos(3 * t));
    const best = solveSimplexWeights(ROWS, target)!;
    expect(best.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(Math.min(...best)).toBeGreaterThanOrEqual(0);
    const least = measure(best, ROWS, target);
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 9, maxLength: 9 }),
        (raw) => {
          const total = raw.reduce((sum, value) => sum + value, 0);
          fc.pre(total > 0);
          const other = raw.map((value) => value / total);
          expect(measure(other, ROWS, target)).toBeGreaterThanOrEqual(least - 1e-9);
          const near = best.map((weight, j) => 0.99 * weight + 0.01 * other[j]!);
          expect(measure(near, ROWS, target)).toBeGreaterThanOrEqual(least - 1e-9);
        },
      ),
      { seed: 11, numRuns: 100 },
    );
  });

  it('is null for unusable input', () => {
    expect(solveNnls([], [])).toBeNull();
    expect(solveNnls([[1]], [1, 2])).toBeNull();
    expect(solveSimplexWeights([[Number.NaN]], [1])).toBeNull();
  });
});
