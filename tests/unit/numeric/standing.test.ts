import { describe, expect, it } from 'vitest';
import {
  computeCorrelation,
  computeRollingCorrelation,
  testCorrelationBreak,
} from '../../../shared/numeric/correlation.ts';
import {
  computeEma,
  computePercentileRank,
  computeQuantile,
  computeRollingPercentileRank,
  computeRollingStd,
  computeRollingZScore,
  computeRollingZScoreVsPast,
  computeZScore,
  computeZScoreVsPast,
} from '../../../shared/numeric/standing.ts';

describe('where a value stands', () => {
  it('S4: z against the past', () => {
    const values = [...Array.from({ length: 251 }, (_, i) => i + 1), 260];
    expect(computeZScoreVsPast(values)).toBeCloseTo(1.845688, 6);
    expect(computeRollingZScoreVsPast(values, 252).at(-1)).toBeCloseTo(1.845688, 6);
    expect(computeRollingZScoreVsPast(values, 252)[250]).toBeNull();
  });

  it('S5: quantiles of type 7', () => {
    const values = [10, 3, 1, 4, 2];
    for (const [share, expected] of [
      [0.05, 1.2],
      [0.25, 2],
      [0.5, 3],
      [0.9, 7.6],
      [0, 1],
      [1, 10],
    ] as const) {
      expect(Math.abs(computeQuantile(values, share)! - expected)).toBeLessThan(1e-12);
    }
    expect(values).toEqual([10, 3, 1, 4, 2]);
    expect(computeQuantile([], 0.5)).toBeNull();
  });

  it('S6: percentile rank', () => {
    expect(computePercentileRank([3, 1, 4, 1, 5, 9, 2, 6])).toBeCloseTo(85.7142857, 6);
    expect(computePercentileRank([7])).toBe(50);
    expect(computePercentileRank([])).toBeNull();
    expect(computeRollingPercentileRank([1, 2, 3], 3)).toEqual([null, null, 100]);
  });

  it('S9: EMA and rolling deviation', () => {
    const ema = computeEma([1, 2, 4, 7, 11], 3);
    [1, 1.5, 2.75, 4.875, 7.9375].forEach((expected, i) => expect(ema[i]!).toBeCloseTo(expected, 9));
    expect(computeRollingStd([1, 2, 4, 7], 4)).toEqual([null, null, null, expect.closeTo(2.6457513111, 9)]);
  });

  it('is null without spread and skips missing values', () => {
    expect(computeZScore([0.1, 0.1, 0.1])).toBeNull();
    expect(computeZScoreVsPast([1])).toBeNull();
    expect(computeRollingZScore([1, null, 2, 3], 3)).toEqual([null, null, null, 1]);
    expect(computeEma([1, null, 3], 3)).toEqual([1, null, 2]);
  });
});

describe('correlation', () => {
  it('uses complete pairs only', () => {
    expect(computeCorrelation([1, 2, null, 4], [2, 4, 9, 8])).toBeCloseTo(1, 12);
    expect(computeCorrelation([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12);
    expect(computeCorrelation([1, 2, 3], [5, 5, 5])).toBeNull();
    expect(computeCorrelation([1], [1])).toBeNull();
    expect(computeRollingCorrelation([1, 2, null, 4], [2, 4, 9, 8], 3)).toEqual([
      null,
      null,
      null,
      expect.closeTo(1, 12),
    ]);
  });

  it('S16: Anscombe I', () => {
    const x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
    const y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
    expect(computeCorrelation(x, y)).toBeCloseTo(0.8164205163, 8);
  });

  it('measures a break against seven earlier windows', () => {
    const xs = Array.from({ length: 504 }, (_, i) => Math.sin(i * 1.7) + Math.cos(i * 0.9));
    const noise = Array.from({ length: 504 }, (_, i) => Math.sin(i * 2.3 + 1));
    const ys = xs.map((x, i) => (i < 441 ? x : -x) + noise[i]!);
    const found = testCorrelationBreak(xs, ys)!;
    const rhos = Array.from({ length: 8 }, (_, i) =>
      computeCorrelation(xs.slice(i * 63, (i + 1) * 63), ys.slice(i * 63, (i + 1) * 63))!,
    );
    const previous = rhos.slice(0, 7).reduce((sum, rho) => sum + Math.atanh(rho), 0) / 7;
    expect(found.z).toBeCloseTo((Math.atanh(rhos[7]!) - previous) / Math.sqrt(1 / 60 + 1 / 420), 10);
    expect(found.z).toBeLessThan(-2.58);
    const overlapping = testCorrelationBreak(xs, ys, { effective: 42 })!;
    expect(overlapping.z / found.z).toBeCloseTo(
      Math.sqrt(1 / 60 + 1 / 420) / Math.sqrt(1 / 39 + 1 / 273),
      10,
    );
    expect(testCorrelationBreak(xs.slice(1), ys.slice(1))).toBeNull();
  });
});
