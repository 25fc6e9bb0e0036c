import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { fitGaussianHmm, type EmOptions, type GaussianHmmFit } from './gaussian-hmm.ts';
import { assignLeastCost } from './hungarian.ts';

/** Macro regimes in the order that breaks ties. */
export const REGIMES = ['Goldilocks', 'Reflation', 'Stagflation', 'Deflation'] as const;

export type Regime = (typeof REGIMES)[number];

/** A point in the plane of growth and inflation, both z-scores. */
export type GrowthInflation = { growth: number; inflation: number };

/** Where each regime sits in the plane of growth and inflation z-scores. */
export type RegimeCentroids = Readonly<Record<Regime, GrowthInflation>>;

/** How regimes are told apart: by rule, and by a hidden Markov model that starts from the centroids. */
export type RegimeModel = {
  centroids: RegimeCentroids;
  /** `inflationLine` parts low from high inflation z; the regime found by rule has `probability`. */
  rule: { inflationLine: number; probability: number };
  hmm: RegimeHmm;
};

/** The first start of the model is the centroids, each seed perturbs them by up to `startNoise`. */
export type RegimeHmm = EmOptions & {
  minRows: number;
  seeds: readonly number[];
  startNoise: number;
  /** Share of the rows that every state must hold. */
  minOccupancy: number;
};

/** Regime by rule: quadrants of growth and inflation, else the nearest centroid (ties: list order). */
export function classifyRegime(
  { growth, inflation }: GrowthInflation,
  { centroids, rule: { inflationLine } }: Pick<RegimeModel, 'centroids' | 'rule'>,
): Regime {
  if (growth > 0) return inflation < inflationLine ? 'Goldilocks' : 'Reflation';
  if (growth < 0 && inflation >= inflationLine) return 'Stagflation';
  if (growth < 0 && inflation < -inflationLine) return 'Deflation';
  const distances = REGIMES.map((regime) => measureDistance({ growth, inflation }, centroids[regime]));
  return REGIMES[distances.indexOf(Math.min(...distances))]!;
}

/** Probabilities that go with a regime found by rule: the others share the rest. */
export function describeRuleProbabilities(
  regime: Regime,
  { probability }: RegimeModel['rule'],
): Record<Regime, number> {
  const rest = (1 - probability) / (REGIMES.length - 1);
  return mapRegimes((name) => (name === regime ? probability : rest));
}

/** Names the states of a model by matching their (growth, inflation) means to the centroids at least total distance. */
export function labelStates(means: readonly GrowthInflation[], centroids: RegimeCentroids): Regime[] {
  const cost = means.map((mean) => REGIMES.map((regime) => measureDistance(mean, centroids[regime])));
  return assignLeastCost(cost).map((column) => REGIMES[column]!);
}

/** The regime probabilities of the last row (filtered), by the model, or why the model is refused. */
export type RegimeEstimate =
  | { ok: true; regime: Regime; probabilities: Record<Regime, number>; fit: GaussianHmmFit; labels: Regime[] }
  | { ok: false; reason: 'too_few_rows' | 'no_fit' | 'not_converged' | 'low_occupancy' };

/**
 * Regime of the last row of monthly features (column 0 growth z, column 1 inflation z, any others after) by a
 * four-state Gaussian HMM: EM from the centroids (other features at 0) and from seeded perturbations of them, best log
 * likelihood (ties: the earlier start). Refused with too few rows, without convergence, or when a state holds
 * too few of the rows.
 */
export function estimateRegime(
  rows: readonly (readonly number[])[],
  { centroids, hmm: { seeds, minRows, startNoise, minOccupancy, ...em } }: Omit<RegimeModel, 'rule'>,
): RegimeEstimate {
  if (rows.length < minRows) return { ok: false, reason: 'too_few_rows' };
  const width = rows[0]?.length ?? 0;
  const center = REGIMES.map((regime) => {
    const { growth, inflation } = centroids[regime];
    return Array.from({ length: width }, (_, d) => (d === 0 ? growth : d === 1 ? inflation : 0));
  });
  let best: GaussianHmmFit | null = null;
  for (const means of [center, ...seeds.map((seed) => perturbMeans(center, seed, startNoise))]) {
    const fit = fitGaussianHmm(rows, means, em);
    if (fit !== null && (best === null || fit.logL > best.logL)) best = fit;
  }
  if (best === null) return { ok: false, reason: 'no_fit' };
  if (!best.converged) return { ok: false, reason: 'not_converged' };
  if (Math.min(...best.occupancy) < minOccupancy) return { ok: false, reason: 'low_occupancy' };
  const labels = labelStates(
    best.hmm.means.map(([growth, inflation]) => ({ growth: growth!, inflation: inflation! })),
    centroids,
  );
  const last = best.filtered.at(-1)!;
  const probabilities = mapRegimes((regime) => last[labels.indexOf(regime)]!);
  const regime = REGIMES.reduce((top, name) => (probabilities[name] > probabilities[top] ? name : top));
  return { ok: true, regime, probabilities, fit: best, labels };
}

/** The means with uniform noise of ±`noise` on every entry, the same for the same seed. */
export function perturbMeans(means: readonly (readonly number[])[], seed: number, noise: number): number[][] {
  const generator = xoroshiro128plus(seed);
  return means.map((row) => row.map((value) => value + noise * (2 * uniformFloat64(generator) - 1)));
}

function measureDistance(a: GrowthInflation, b: GrowthInflation): number {
  return (a.growth - b.growth) ** 2 + (a.inflation - b.inflation) ** 2;
}

function mapRegimes(describe: (regime: Regime) => number): Record<Regime, number> {
  return {
    Goldilocks: describe('Goldilocks'),
    Reflation: describe('Reflation'),
    Stagflation: describe('Stagflation'),
    Deflation: describe('Deflation'),
  };
}
