import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeLoadings, evaluateYield } from '../../../shared/numeric/nelson-siegel.ts';
import { createFitCache, fitNelsonSiegel, fitSvensson } from '../../../shared/numeric/nelson-siegel-fit.ts';
import { factorizeThin, solveThin } from '../../../shared/numeric/thin-qr.ts';

const TENORS = [0, 0.5, 1, 2, 3, 4, 5, 10, 15, 20, 25, 30];
const RATES = [0.01, 0.011, 0.013, 0.016, 0.019, 0.021, 0.026, 0.03, 0.035, 0.037, 0.038, 0.04];
const UST_TENORS = [30, 60, 90, 120, 180, 365, 730, 1095, 1825, 2555, 3650, 7300, 10950].map((d) => d / 365);

function solveAt(lambda: number): number[] {
  const columns = [
    ...TENORS.map(() => 1),
    ...TENORS.map((tau) => computeLoadings(tau / lambda).slope),
    ...TENORS.map((tau) => computeLoadings(tau / lambda).curvature),
  ];
  return solveThin(factorizeThin(Float64Array.from(columns), TENORS.length, 3)!, RATES);
}

describe('fitNelsonSiegel', () => {
  it('C8: finds the global optimum that local optimizers miss', () => {
    const fit = fitNelsonSiegel(TENORS, RATES)!;
    expect(Math.abs(fit.l1 - 4.25865)).toBeLessThan(1e-3);
    expect(Math.abs(fit.b0 - 0.0444491)).toBeLessThan(1e-5);
    expect(Math.abs(fit.b1 + 0.0350605)).toBeLessThan(1e-5);
    expect(Math.abs(fit.b2)).toBeLessThan(1e-5);
    const ssr = (fit.rmseBp / 1e4) ** 2 * fit.n;
    expect(Math.abs(ssr / 7.58205e-6 - 1)).toBeLessThan(1e-6);
    expect(fit.rmseBp).toBeCloseTo(7.949, 3);
    expect(fit).toMatchObject({ model: 'ns', n: 12, b3: null, l2: null, degenerate: false, status: 'ok' });
  });

  it.each([
    [1, [0.039848, -0.0284494, -0.0414311]],
    [2, [0.0425715, -0.0326424, -0.0225756]],
  ])('C8: betas at a fixed lambda of %d', (lambda, expected) => {
    solveAt(lambda).forEach((beta, j) => expect(Math.abs(beta - expected[j]!)).toBeLessThan(1e-7));
  });

  it('C9: recovers the parameters that made the curve', () => {
    const truth = { b0: 0.06, b1: -0.02, b2: 0.03, l1: 2 };
    const tenors = [0.25, 0.5, 1, 2, 3, 5, 7, 10];
    const fit = fitNelsonSiegel(
      tenors,
      tenors.map((tau) => evaluateYield(truth, tau)),
    )!;
    for (const name of ['b0', 'b1', 'b2', 'l1'] as const) {
      expect(Math.abs(fit[name] - truth[name])).toBeLessThan(1e-6);
    }
    for (const tau of [0.25, 1.5, 4, 8, 10]) {
      expect(Math.abs(evaluateYield(fit, tau) - evaluateYield(truth, tau))).toBeLessThan(1e-9);
    }
  });

  it('C10: a flat curve needs no search', () => {
    const tenors = [0.25, 0.5, 1, 2, 3, 5, 7, 10];
    const fit = fitNelsonSiegel(
      tenors,
      tenors.map(() => 0.05),
    )!;
    expect(fit).toMatchObject({ l1: 1, b0: 0.05, b1: 0, b2: 0, status: 'ok' });
    expect(fit.rmseBp).toBeLessThan(1e-10);
  });

  it('gives the same bytes with an empty, a warm and no cache', () => {
    const cache = createFitCache();
    const plain = fitNelsonSiegel(TENORS, RATES);
    expect(fitNelsonSiegel(TENORS, RATES, { cache })).toEqual(plain);
    expect(fitNelsonSiegel(TENORS, RATES, { cache })).toEqual(plain);
    expect(cache.sets.size).toBe(1);
    const nss = fitSvensson(TENORS, RATES);
    expect(fitSvensson(TENORS, RATES, { cache })).toEqual(nss);
    expect(fitSvensson(TENORS, RATES, { cache })).toEqual(nss);
  });

  it('forgets the oldest tenor set of a full cache', () => {
    const cache = createFitCache(2);
    for (const end of [10, 11, 12]) fitNelsonSiegel([0.5, 1, 5, end], [0.01, 0.012, 0.02, 0.021], { cache });
    expect(cache.sets.size).toBe(2);
    expect([...cache.sets.keys()].some((key) => key.endsWith(',10'))).toBe(false);
  });

  it('refuses too few tenors, a short span, repeated tenors, negative tenors and values that are not finite', () => {
    expect(fitNelsonSiegel([1, 2, 3], [0.01, 0.02, 0.03])).toBeNull();
    expect(fitNelsonSiegel([0.1, 0.2, 0.3, 0.9], [0.01, 0.02, 0.03, 0.04])).toBeNull();
    expect(fitNelsonSiegel([1, 1, 2, 3], [0.01, 0.01, 0.02, 0.03])).toBeNull();
    expect(fitNelsonSiegel([-1, 1, 2, 3], [0.01, 0.01, 0.02, 0.03])).toBeNull();
    expect(fitNelsonSiegel([1, 2, 3, 4], [0.01, Number.NaN, 0.02, 0.03])).toBeNull();
  });

  it('drops the curvature when the tenors cannot tell it apart, and says so', () => {
    const tenors = [9, 9.4, 9.8, 10.2];
    const fit = fitNelsonSiegel(tenors, [0.05, 0.0501, 0.0503, 0.0506])!;
    expect(fit).toMatchObject({ b2: 0, degenerate: true, status: 'degenerate' });
  });

  it('rejects a fit worse than the accepted error and keeps its figures', () => {
    const fit = fitNelsonSiegel(TENORS, RATES, { maxRmseBp: 5 })!;
    expect(fit.status).toBe('rejected');
    expect(fit.rmseBp).toBeCloseTo(7.949, 3);
    expect(fitNelsonSiegel(TENORS, RATES, { maxRmseBp: 10 })!.status).toBe('ok');
  });

  it('measures the error in basis points in either unit', () => {
    const percent = fitNelsonSiegel(
      TENORS,
      RATES.map((rate) => rate * 100),
      { unit: 'percent' },
    )!;
    expect(percent.rmseBp).toBeCloseTo(7.949, 3);
  });

  it('is never worse than the curve of any lambda tried at random', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 10, noNaN: true }), (lambda) => {
        const betas = solveAt(lambda);
        const ssr = TENORS.reduce((sum, tau, i) => {
          const fitted = evaluateYield({ b0: betas[0]!, b1: betas[1]!, b2: betas[2]!, l1: lambda }, tau);
          return sum + (RATES[i]! - fitted) ** 2;
        }, 0);
        expect(ssr).toBeGreaterThanOrEqual(7.58205e-6 * (1 - 1e-6));
      }),
      { numRuns: 50, seed: 7 },
    );
  });
});

describe('fitSvensson', () => {
  it('follows a two-hump curve better than one hump and keeps λ2 ≥ 1.5·λ1', () => {
    const truth = { b0: 0.045, b1: -0.02, b2: -0.03, b3: 0.05, l1: 0.9, l2: 6 };
    const rates = UST_TENORS.map((tau) => evaluateYield(truth, tau));
    const nss = fitSvensson(UST_TENORS, rates)!;
    const ns = fitNelsonSiegel(UST_TENORS, rates)!;
    expect(nss.model).toBe('nss');
    expect(nss.rmseBp).toBeLessThan(0.5);
    expect(ns.rmseBp).toBeGreaterThan(5);
    expect(nss.l2!).toBeGreaterThanOrEqual(1.5 * nss.l1);
  });

  it('needs seven tenors', () => {
    expect(fitSvensson(UST_TENORS.slice(4, 10), [0.01, 0.02, 0.03, 0.035, 0.04, 0.041])).toBeNull();
  });

  it('has no search on a flat curve', () => {
    const fit = fitSvensson(
      UST_TENORS,
      UST_TENORS.map(() => 0.04),
    )!;
    expect(fit).toMatchObject({ model: 'nss', b1: 0, b2: 0, b3: 0, l1: 1 });
    expect(fit.b0).toBeCloseTo(0.04, 12);
  });
});
