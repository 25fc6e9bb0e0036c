import { describe, expect, it } from 'vitest';
import { computeHamiltonGap, HAMILTON_STEPS } from '../../../shared/numeric/hamilton.ts';
import {
  computeGapPct,
  computeHpTrend,
  computeOneSidedHpTrend,
  HP_LAMBDA,
} from '../../../shared/numeric/hp.ts';
import { fitOls } from '../../../shared/numeric/ols.ts';
import { US_REAL_GDP } from './us-real-gdp.ts';

const LEVELS = [100, 101, 103, 102, 104, 107, 106, 108, 111, 110, 112, 115];

describe('Hodrick–Prescott filter', () => {
  it('S13: two-sided and one-sided trend', () => {
    const expected = [
      99.48881004, 100.77825525, 102.06773597, 103.35730308, 104.64707223, 105.9370648, 107.22725723,
      108.51769979, 109.80835751, 111.09915947, 112.39011751, 113.68116713,
    ];
    const trend = computeHpTrend(LEVELS, HP_LAMBDA.monthly)!;
    trend.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-7));
    expect(computeGapPct(115, trend.at(-1)!)).toBeCloseTo(1.16011553, 7);
    const oneSided = computeOneSidedHpTrend(LEVELS, HP_LAMBDA.monthly);
    expect(oneSided[3]).toBeCloseTo(102.69998125, 7);
    expect(oneSided[7]).toBeCloseTo(107.8333986, 7);
    expect(oneSided[11]).toBeCloseTo(113.68116713, 7);
    expect(oneSided.slice(0, 2)).toEqual([null, null]);
  });

  // The 23 quarters after 2003 that the published example also has move its first points by less than 1e-6.
  it('S14: US real GDP', () => {
    const trend = computeHpTrend(US_REAL_GDP, HP_LAMBDA.quarterly)!;
    expect(Math.abs(trend[0]! - 2670.83708516)).toBeLessThan(1e-3);
    expect(Math.abs(US_REAL_GDP[0]! - trend[0]! - 39.51191484)).toBeLessThan(1e-3);
    expect(Math.abs(trend[1]! - 2698.71246754)).toBeLessThan(1e-3);
    expect(Math.abs(US_REAL_GDP[1]! - trend[1]! - 80.08853246)).toBeLessThan(1e-3);
  });

  it.each([1, 1600, 14_400, 1e6])('S15: a straight line is its own trend at lambda %d', (lambda) => {
    const line = Array.from({ length: 120 }, (_, i) => 5 + 0.3 * i);
    computeHpTrend(line, lambda)!.forEach((value, i) =>
      expect(Math.abs(value - line[i]!)).toBeLessThan(1e-8),
    );
  });

  it('uses nothing later on one side', () => {
    const whole = computeOneSidedHpTrend(LEVELS, HP_LAMBDA.monthly, 4);
    expect(computeOneSidedHpTrend(LEVELS.slice(0, 7), HP_LAMBDA.monthly, 4)).toEqual(whole.slice(0, 7));
    expect(whole[2]).toBeNull();
  });

  it('is null without enough data', () => {
    expect(computeHpTrend([1, 2], 1600)).toBeNull();
    expect(computeHpTrend([1, Number.NaN, 2], 1600)).toBeNull();
    expect(computeGapPct(1, 0)).toBeNull();
    expect(computeGapPct(null, 1)).toBeNull();
  });
});

describe('Hamilton filter', () => {
  it('is the residual of the level on its lags', () => {
    const { horizon, lags } = HAMILTON_STEPS.quarterly;
    const levels = US_REAL_GDP.map((value) => 100 * Math.log(value));
    const gap = computeHamiltonGap(levels, HAMILTON_STEPS.quarterly)!;
    const first = horizon + lags - 1;
    expect(gap.slice(0, first).every((value) => value === null)).toBe(true);
    const rows = levels
      .slice(first)
      .map((_, i) => [0, 1, 2, 3].map((lag) => levels[first + i - horizon - lag]!));
    const fit = fitOls(rows, levels.slice(first))!;
    gap.slice(first).forEach((value, i) => expect(value).toBeCloseTo(fit.residuals[i]!, 9));
    expect(Math.abs(fit.residuals.reduce((sum, e) => sum + e, 0))).toBeLessThan(1e-6);
  });

  it('leaves rows with a missing value out and needs enough of them', () => {
    const levels: (number | null)[] = US_REAL_GDP.map((value) => 100 * Math.log(value));
    levels[100] = null;
    const gap = computeHamiltonGap(levels, HAMILTON_STEPS.quarterly)!;
    expect([gap[100], gap[108], gap[111]]).toEqual([null, null, null]);
    expect(gap[112]).not.toBeNull();
    expect(computeHamiltonGap(levels.slice(0, 14), HAMILTON_STEPS.quarterly)).toBeNull();
  });
});
