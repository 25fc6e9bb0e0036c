import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { filterGaussianHmm, fitGaussianHmm } from '../../../shared/numeric/gaussian-hmm.ts';
import { filterChain, findViterbiPath, smoothChain } from '../../../shared/numeric/hmm.ts';

const WEATHER = {
  initial: [0.5, 0.5],
  transition: [
    [0.7, 0.3],
    [0.3, 0.7],
  ],
  start: 'before',
} as const;
const UMBRELLA = [true, true, false, true, true].map((seen) =>
  [0.9, 0.2].map((chance) => Math.log(seen ? chance : 1 - chance)),
);

/** Two-regime data, 200 rows of two features. */
function simulateRegimes(): number[][] {
  const generator = xoroshiro128plus(42);
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - uniformFloat64(generator))) *
    Math.cos(2 * Math.PI * uniformFloat64(generator));
  let state = 0;
  return Array.from({ length: 200 }, () => {
    if (uniformFloat64(generator) < 0.05) state = 1 - state;
    return state === 0
      ? [1 + 0.5 * normal(), -1 + 0.4 * normal()]
      : [-1 + 0.7 * normal(), 1 + 0.6 * normal()];
  });
}

const ROWS = simulateRegimes();
const START = [
  [0.5, -0.5],
  [-0.5, 0.5],
];

describe('discrete chain', () => {
  it('H1: umbrella world, filtered and smoothed', () => {
    const pass = smoothChain(WEATHER, UMBRELLA)!;
    [0.818182, 0.883357, 0.190668, 0.730794, 0.867339].forEach((expected, t) =>
      expect(pass.filtered[t]![0]).toBeCloseTo(expected, 6),
    );
    const smoothed = [pass.before!, ...pass.smoothed];
    [0.646936, 0.867339, 0.820419, 0.307484, 0.820419, 0.867339].forEach((expected, t) =>
      expect(smoothed[t]![0]).toBeCloseTo(expected, 6),
    );
    expect(pass.logL).toBeCloseTo(-3.3725020443, 6);
  });

  it('H2: Viterbi path of healthy and fever', () => {
    const chain = {
      initial: [0.6, 0.4],
      transition: [
        [0.7, 0.3],
        [0.4, 0.6],
      ],
    };
    const emissions = [
      [0.5, 0.1],
      [0.4, 0.3],
      [0.1, 0.6],
    ].map((row) => row.map(Math.log));
    const { path, logProbability } = findViterbiPath(chain, emissions)!;
    expect(path).toEqual([0, 0, 1]);
    expect(Math.abs(Math.exp(logProbability) - 0.01512)).toBeLessThan(1e-12);
    expect(findViterbiPath(chain, [])).toBeNull();
  });

  it('is null for no data and for an impossible observation', () => {
    expect(filterChain(WEATHER, [])).toBeNull();
    expect(filterChain(WEATHER, [[-Infinity, -Infinity]])).toBeNull();
  });
});

describe('Gaussian chain', () => {
  it('H3: filtered probabilities and likelihood', () => {
    const hmm = {
      initial: [0.5, 0.5],
      transition: [
        [0.9, 0.1],
        [0.2, 0.8],
      ],
      means: [[-1], [1]],
      variances: [[0.5 ** 2], [0.8 ** 2]],
    };
    const { filtered, logL } = filterGaussianHmm(hmm, [[-1.2], [-0.7], [0.9], [1.5], [-0.9]])!;
    [0.01519835, 0.00964095, 0.99022199, 0.99999811, 0.13192666].forEach((expected, t) =>
      expect(filtered[t]![1]).toBeCloseTo(expected, 8),
    );
    expect(logL).toBeCloseTo(-7.2646238115, 8);
  });

  it('does not underflow on far outliers', () => {
    const hmm = {
      initial: [0.5, 0.5],
      transition: WEATHER.transition,
      means: [[0], [1]],
      variances: [[1], [1]],
    };
    const { filtered, logL } = filterGaussianHmm(hmm, [[1000]])!;
    expect(filtered[0]).toEqual([0, 1]);
    expect(Number.isFinite(logL)).toBe(true);
  });

  it('H4: EM never lowers the likelihood and keeps probabilities', () => {
    const fit = fitGaussianHmm(ROWS, START)!;
    expect(fit.converged).toBe(true);
    fit.history.slice(1).forEach((value, i) => expect(value).toBeGreaterThanOrEqual(fit.history[i]! - 1e-9));
    for (const row of fit.hmm.transition) expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
    expect(fit.hmm.initial.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
    expect(fit.occupancy.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
    expect(fit.hmm.means[0]![0]).toBeCloseTo(1, 0);
    expect(fit.hmm.means[1]![0]).toBeCloseTo(-1, 0);
    expect(fit.logL).toBeCloseTo(fit.history.at(-1)!, 9);
  });

  it('H4: a permutation of the states permutes the result, and the same input gives the same bytes', () => {
    const fit = fitGaussianHmm(ROWS, START)!;
    const swapped = fitGaussianHmm(ROWS, [...START].reverse())!;
    expect(swapped.logL).toBeCloseTo(fit.logL, 6);
    fit.filtered.forEach((row, t) => expect(swapped.filtered[t]![1]).toBeCloseTo(row[0]!, 6));
    expect(JSON.stringify(fitGaussianHmm(ROWS, START))).toBe(JSON.stringify(fit));
  });

  it('holds the variance floor, also while the likelihood rises', () => {
    const rows = ROWS.map(([a], i) => [a!, i % 2 === 0 ? 0.001 : 0]);
    const fit = fitGaussianHmm(rows, [
      [0.5, 0],
      [-0.5, 0],
    ])!;
    expect(Math.min(...fit.hmm.variances.flat())).toBe(1e-3);
    fit.history.slice(1).forEach((value, i) => expect(value).toBeGreaterThanOrEqual(fit.history[i]! - 1e-9));
  });

  it('says when it has not converged, and refuses rows it cannot use', () => {
    expect(fitGaussianHmm(ROWS, START, { maxIterations: 3 })!.converged).toBe(false);
    expect(fitGaussianHmm([[1, 2]], START)).toBeNull();
    expect(fitGaussianHmm([[1], [2]], START)).toBeNull();
    expect(
      fitGaussianHmm(
        [
          [1, Number.NaN],
          [2, 3],
        ],
        START,
      ),
    ).toBeNull();
  });

  describe('agrees with hmmlearn 0.3.3 (GaussianHMM, diagonal, no priors)', () => {
    let state = 42;
    const noise = () => {
      state = (state * 16_807) % 2_147_483_647;
      return state / 2_147_483_647 - 0.5;
    };
    const centers = [
      [1.5, -1],
      [0, 1],
      [-1.5, 0],
    ] as const;
    const rows = Array.from({ length: 240 }, (_, t) => {
      const which = Math.floor(t / 30) % 3;
      const [x, y] = centers[which]!;
      return [x + (noise() + noise() + noise()) * (1 + 0.3 * which), y + (noise() + noise() + noise()) * 0.8];
    });
    const means = [
      [1, -0.5],
      [0, 0.5],
      [-1, 0],
    ];

    it('on log likelihood and filtered probabilities of given parameters', () => {
      const { filtered, logL } = filterGaussianHmm(
        {
          initial: [0.2, 0.5, 0.3],
          transition: [
            [0.9, 0.06, 0.04],
            [0.05, 0.9, 0.05],
            [0.03, 0.07, 0.9],
          ],
          means,
          variances: [
            [0.5, 0.4],
            [0.6, 0.3],
            [0.8, 0.7],
          ],
        },
        rows,
      )!;
      expect(logL).toBeCloseTo(-549.738845723, 8);
      const expected: Record<number, readonly number[]> = {
        0: [0.970125359311, 0.00283706053, 0.027037580159],
        29: [0.999385399819, 0.00041662689, 0.000197973291],
        30: [0.975124933981, 0.023605823313, 0.001269242706],
        120: [0.320507201137, 0.544234647513, 0.13525815135],
        239: [0.001752776067, 0.979319438493, 0.01892778544],
      };
      for (const [t, shares] of Object.entries(expected)) {
        shares.forEach((share, j) => expect(filtered[Number(t)]![j]).toBeCloseTo(share, 9));
      }
    });

    it('on the maximum that EM finds, and the filtered probabilities there', () => {
      const fit = fitGaussianHmm(rows, means, { tolerance: 1e-9, maxIterations: 400 })!;
      expect(fit.converged).toBe(true);
      expect(fit.logL).toBeCloseTo(-371.389399514, 6);
      [
        [1.5055860295, -1.0242770238],
        [-0.1062462646, 1.0137014741],
        [-1.5883298358, -0.0633668338],
      ].forEach((mean, j) => mean.forEach((value, d) => expect(fit.hmm.means[j]![d]).toBeCloseTo(value, 6)));
      expect(fit.hmm.variances[2]![0]).toBeCloseTo(0.6261356707, 6);
      expect(fit.hmm.transition[1]![1]).toBeCloseTo(0.9773180163, 6);
      [0, 0.9998802432, 0.0001197568].forEach((share, j) =>
        expect(fit.filtered.at(-1)![j]).toBeCloseTo(share, 6),
      );
    });
  });
});
