import { describe, expect, it } from 'vitest';
import { computeCorrelation, computeRollingCorrelation } from '../../../shared/numeric/correlation.ts';
import { minimizeGolden } from '../../../shared/numeric/golden-section.ts';
import { computeHamiltonGap, HAMILTON_STEPS } from '../../../shared/numeric/hamilton.ts';
import { computeGapPct, computeOneSidedHpTrend, HP_LAMBDA } from '../../../shared/numeric/hp.ts';
import { computeDiffusion, computeTrimmedMean } from '../../../shared/numeric/inflation.ts';
import {
  computeEwmaVariance,
  computeRollingSharpe,
  computeRollingVol,
} from '../../../shared/numeric/returns.ts';
import { computeMonthEffects, forecastSeasonalAr1 } from '../../../shared/numeric/seasonal.ts';
import { computeMean, computeStd } from '../../../shared/numeric/series.ts';
import {
  computeEma,
  computePercentileRank,
  computeQuantile,
  computeRollingStd,
  computeZScore,
  computeZScoreVsPast,
} from '../../../shared/numeric/standing.ts';
import { standardizeSurprise } from '../../../shared/numeric/surprise.ts';
import { US_REAL_GDP } from './us-real-gdp.ts';

/** Relative distance to the reference. */
function distance(value: number | null | undefined, reference: number): number {
  return Math.abs(value! / reference - 1);
}

/** What a double of these sizes can be asked for. */
const NEAR = 1e-10;

const RETURNS = [0.01, -0.02, 0.015, 0.005, -0.01, 0.02, -0.005];
const OTHERS = [0.008, -0.01, 0.02, -0.004, -0.012, 0.011, 0.001];
const VALUES = [3.2, 1.5, 4.8, 2.2, 9.1, 7.3, 6.6, 5];

/** A trend with a season and a ripple, from January. */
const PATTERN = [0.05, -0.04, 0.02, -0.03, 0.06, -0.05, 0.01, 0.03, -0.02, -0.01, 0.04, -0.06];
const SEASONAL = Array.from(
  { length: 96 },
  (_, t) => 8 + 0.02 * t + PATTERN[t % 12]! + 0.3 * Math.sin(t * t),
);

describe('NIST StRD, univariate summary statistics (certified mean and standard deviation)', () => {
  const alternate = (middle: number, apart: number, pairs: number): number[] => [
    middle,
    ...Array.from({ length: pairs * 2 }, (_, i) => (i % 2 === 0 ? middle - apart : middle + apart)),
  ];
  it.each([
    ['NumAcc1', [10_000_001, 10_000_003, 10_000_002], 10_000_002, 1, 1e-15],
    ['NumAcc2', alternate(1.2, 0.1, 500), 1.2, 0.1, 1e-13],
    ['NumAcc3', alternate(1_000_000.2, 0.1, 500), 1_000_000.2, 0.1, 1e-8],
    ['NumAcc4', alternate(10_000_000.2, 0.1, 500), 10_000_000.2, 0.1, 1e-7],
  ])('%s', (_name, sample, mean, std, relative) => {
    expect(distance(computeMean(sample), mean)).toBeLessThan(1e-14);
    expect(distance(computeStd(sample), std)).toBeLessThan(relative);
  });
});

describe('NIST StRD, nonlinear regression', () => {
  const X = [77.6, 114.9, 141.1, 190.8, 239.9, 289, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760];
  const Y = [10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.4, 75.47, 81.78];

  // y = b1(1 − e^(−b2·x)) is linear in b1: what golden section searches is b2 alone, as in the Nelson–Siegel fit.
  it('S18: Misra1a by separable least squares', () => {
    const solve = (logB2: number) => {
      const basis = X.map((x) => -Math.expm1(-Math.exp(logB2) * x));
      const b1 = basis.reduce((sum, b, i) => sum + b * Y[i]!, 0) / basis.reduce((sum, b) => sum + b * b, 0);
      return { b1, rss: Y.reduce((sum, y, i) => sum + (y - b1 * basis[i]!) ** 2, 0) };
    };
    // The bracket holds both starts of the certificate, (500, 1e-4) and (250, 5e-4).
    const { x } = minimizeGolden((logB2) => solve(logB2).rss, Math.log(5e-5), Math.log(2e-3), 1e-12);
    expect(distance(Math.exp(x), 5.5015643181e-4)).toBeLessThan(1e-6);
    expect(distance(solve(x).b1, 238.94212918)).toBeLessThan(1e-6);
    expect(distance(solve(x).rss, 0.12455138894)).toBeLessThan(1e-6);
  });
});

describe('statsmodels 0.15.0', () => {
  it('Hamilton residuals of 100·ln realgdp (macrodata, 180 quarters): OLS on 1, y(t−8) … y(t−11)', () => {
    const gap = computeHamiltonGap(
      US_REAL_GDP.map((value) => 100 * Math.log(value)),
      HAMILTON_STEPS.quarterly,
    )!;
    expect(US_REAL_GDP).toHaveLength(180);
    expect(gap[11]).toBeCloseTo(-1.2429945611505673, 7);
    expect(gap.at(-1)).toBeCloseTo(0.6625430936045404, 7);
  });

  it('hpfilter(realgdp[:40], 1600): the last trend is the one-sided one', () => {
    const trend = computeOneSidedHpTrend(US_REAL_GDP.slice(0, 40), HP_LAMBDA.quarterly).at(-1)!;
    expect(distance(trend, 4204.506943725903)).toBeLessThan(NEAR);
    expect(distance(computeGapPct(US_REAL_GDP[39]!, trend), -0.6234724802873792)).toBeLessThan(1e-8);
  });

  it('seasonal_decompose(additive, 12): month means of the distance to the centered average', () => {
    const expected = [
      -0.009618025256156213, -0.018913108127987095, -0.06371534468277495, -0.09636520051717172,
      -0.02306643365061361, -0.14646405562788065, 0.04783708260523551, 0.0933708155435559,
      -0.01420078251925513, 0.09894977221679266, 0.002540080373605948, 0.056391581262977955,
    ];
    const effects = computeMonthEffects({ firstMonth: 1, values: SEASONAL })!;
    effects.forEach((effect, month) => expect(effect).toBeCloseTo(expected[month]!, 11));
  });

  it('OLS on twelve month dummies and the month before: the forecast of the next month', () => {
    expect(
      distance(forecastSeasonalAr1({ firstMonth: 1, values: SEASONAL }), 9.890347845947357),
    ).toBeLessThan(NEAR);
  });
});

describe('pandas 3.1.1', () => {
  it('rolling(4).corr', () => {
    const expected = [0.8461415848020167, 0.851522971718913, 0.8861418804606043, 0.8507095561274748];
    const rolled = computeRollingCorrelation(RETURNS, OTHERS, 4);
    expect(rolled.slice(0, 3)).toEqual([null, null, null]);
    expected.forEach((value, i) => expect(distance(rolled[i + 3], value)).toBeLessThan(NEAR));
  });

  it('rolling(3).std and rolling(5).std·√252', () => {
    const stds = [
      0.018929694486000914, 0.018027756377319945, 0.01258305739211792, 0.015, 0.016072751268321594,
    ];
    stds.forEach((value, i) =>
      expect(distance(computeRollingStd(RETURNS, 3)[i + 2], value)).toBeLessThan(NEAR),
    );
    const vols = [0.2314087293081227, 0.26681454233230995, 0.20236106344848065];
    vols.forEach((value, i) =>
      expect(distance(computeRollingVol(RETURNS, 5)[i + 4], value)).toBeLessThan(NEAR),
    );
  });

  it('ewm(alpha=0.06, adjust=False).mean of squared returns: the RiskMetrics variance', () => {
    const expected = [
      0.0001, 0.000118, 0.00012442, 0.0001184548, 0.000117347512, 0.00013430666128, 0.0001277482616032,
    ];
    const variances = computeEwmaVariance(RETURNS, 0.94);
    expected.forEach((value, i) => expect(distance(variances[i], value)).toBeLessThan(NEAR));
  });

  it('ewm(span=20, adjust=False).mean', () => {
    const values = Array.from({ length: 30 }, (_, i) => (i + 1) ** 1.5);
    expect(distance(computeEma(values, 20).at(-1), 102.72129629331332)).toBeLessThan(NEAR);
  });

  it('mean and std(ddof=1) of returns over 5 % a year: the Sharpe ratio', () => {
    expect(
      distance(computeRollingSharpe(RETURNS, 0.05, RETURNS.length).at(-1), 2.144671736708802),
    ).toBeLessThan(NEAR);
  });
});

describe('scipy 1.17.1 and numpy 2.4.6', () => {
  it('pearsonr on Anscombe II and III', () => {
    const x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
    const second = [9.14, 8.14, 8.74, 8.77, 9.26, 8.1, 6.13, 3.1, 9.13, 7.26, 4.74];
    const third = [7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73];
    expect(distance(computeCorrelation(x, second), 0.8162365060002426)).toBeLessThan(NEAR);
    expect(distance(computeCorrelation(x, third), 0.816286739489598)).toBeLessThan(NEAR);
  });

  it('zscore(ddof=1) with the value in its sample, and against the sample before it', () => {
    expect(distance(computeZScore(VALUES), 0.014317752883662915)).toBeLessThan(NEAR);
    expect(distance(computeZScoreVsPast(VALUES), 0.015149583127082132)).toBeLessThan(NEAR);
  });

  it("percentileofscore(kind='strict') of the last among the earlier ones", () => {
    expect(distance(computePercentileRank(VALUES), 57.142857142857146)).toBeLessThan(NEAR);
  });

  it('quantile, method linear (type 7)', () => {
    const expected = { 0.05: 1.745, 0.1: 1.99, 0.25: 2.95, 0.5: 4.9, 0.75: 6.775, 0.9: 7.84, 0.95: 8.47 };
    for (const [share, value] of Object.entries(expected)) {
      expect(computeQuantile(VALUES, Number(share))).toBeCloseTo(value, 12);
    }
  });

  it('trim_mean(0.2) of nine groups', () => {
    const groups = [0.42, 0.83, -0.16, 0.38, 1.46, 0.21, 0.38, -0.02, 2.44];
    expect(distance(computeTrimmedMean(groups, 0.2), 0.5228571428571428)).toBeLessThan(NEAR);
    expect(distance(computeDiffusion(groups), 700 / 9)).toBeLessThan(NEAR);
  });
});

describe('a surprise in deviations of those before it', () => {
  it('divides by the sample deviation of the last 36 and takes no mean off', () => {
    const history = [...PATTERN, ...PATTERN, ...PATTERN];
    expect(distance(standardizeSurprise([9, ...history, 0.1]), 0.1 / computeStd(history)!)).toBeLessThan(
      NEAR,
    );
    expect(standardizeSurprise([...history.slice(0, 23), 0.1])).toBeNull();
    expect(standardizeSurprise([...history, null])).toBeNull();
    expect(standardizeSurprise([...history.map(() => 0.2), 0.1])).toBeNull();
  });
});
