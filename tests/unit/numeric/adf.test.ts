import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { testEngleGranger } from '../../../shared/numeric/adf.ts';
import { fitOls } from '../../../shared/numeric/ols.ts';

function simulate(persistence: number, length: number): number[] {
  const generator = xoroshiro128plus(42);
  let level = 0;
  return Array.from({ length }, () => (level = persistence * level + uniformFloat64(generator) - 0.5));
}

/** The generator of Park and Miller, the same in any language: uniform on ±0.5. */
function makeNoise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647 - 0.5;
  };
}

describe('testEngleGranger', () => {
  it('finds a mean-reverting residual stationary and a random walk not', () => {
    const stationary = testEngleGranger(simulate(0.5, 160), 2)!;
    expect(stationary).toMatchObject({ critical10: -3.45, cointegrated: true });
    expect(testEngleGranger(simulate(1, 160), 2)).toMatchObject({ cointegrated: false });
  });

  it('without lags is the t statistic of the Dickey–Fuller regression', () => {
    const residuals = simulate(0.7, 60);
    const fit = fitOls(
      residuals.slice(0, -1).map((value) => [value]),
      residuals.slice(1).map((value, i) => value - residuals[i]!),
    )!;
    const test = testEngleGranger(residuals, 1, 0)!;
    expect(test.statistic).toBeCloseTo(fit.coefficients[1]! / fit.se[1]!, 12);
    expect(test).toMatchObject({ lags: 0, critical10: -3.04 });
  });

  it('agrees with statsmodels: adfuller(maxlag=6, autolag="AIC", regression="c") of an AR(2)', () => {
    const noise = makeNoise(7);
    let shock = 0;
    let level = 0;
    const residuals = Array.from({ length: 120 }, () => {
      shock = 0.4 * shock + noise();
      return (level = 0.8 * level + shock);
    });
    const chosen = testEngleGranger(residuals, 1)!;
    expect(chosen.lags).toBe(2);
    expect(chosen.statistic).toBeCloseTo(-4.186141251427292, 9);
    expect(testEngleGranger(residuals, 1, 0)!.statistic).toBeCloseTo(-2.584555199998495, 9);
  });

  it('has critical values for one to four regressors and needs data', () => {
    const residuals = simulate(0.5, 80);
    expect([1, 2, 3, 4].map((k) => testEngleGranger(residuals, k)!.critical10)).toEqual([
      -3.04, -3.45, -3.81, -4.13,
    ]);
    expect(testEngleGranger(residuals, 5)).toBeNull();
    expect(testEngleGranger([0.1, 0.2], 1)).toBeNull();
    expect(
      testEngleGranger(
        Array.from({ length: 50 }, (): number => 0),
        1,
      ),
    ).toBeNull();
  });
});
