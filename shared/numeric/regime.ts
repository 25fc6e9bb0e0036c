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
export const REGIME_CENTROIDS: Record<Regime, GrowthInflation> = {
  Goldilocks: { growth: 0.5, inflation: -0.25 },
  Reflation: { growth: 0.5, inflation: 1 },
  Stagflation: { growth: -0.5, inflation: 1 },
  Deflation: { growth: -0.5, inflation: -1 },
};

const INFLATION_LINE = 0.5;
const RULE_PROBABILITY = 0.7;
const START_NOISE = 0.25;
const MIN_OCCUPANCY = 0.05;
const MIN_ROWS = 120;

/** Regime by rule: quadrants of growth and inflation, else the nearest centroid (ties: list order). */
export function classifyRegime({ growth, inflation }: GrowthInflation): Regime {
  if (growth > 0) return inflation < INFLATION_LINE ? 'Goldilocks' : 'Reflation';
  if (growth < 0 && inflation >= INFLATION_LINE) return 'Stagflation';
  if (growth < 0 && inflation < -INFLATION_LINE) return 'Deflation';
  const distances = REGIMES.map((regime) => measureDistance({ growth, inflation }, REGIME_CENTROIDS[regime]));
  return REGIMES[distances.indexOf(Math.min(...distances))]!;
}

/** Probabilities that go with a regime found by rule: 0.7 for it, 0.1 for each other. */
export function describeRuleProbabilities(regime: Regime): Record<Regime, number> {
  const rest = (1 - RULE_PROBABILITY) / (REGIMES.length - 1);
  return mapRegimes((name) => (name === regime ? RULE_PROBABILITY : rest));
}

/** Names the states of a model by matching their (growth, inflation) means to the centroids at least total distance. */
export function labelStates(means: readonly GrowthInflation[]): Regime[] {
  const cost = means.map((mean) => REGIMES.map((regime) => measureDistance(mean, REGIME_CENTROIDS[regime])));
  return assignLeastCost(cost).map((column) => REGIMES[column]!);
}

/** The regime probabilities of the last row (filtered), by the model, or why the model is refused. */
export type RegimeEstimate =
  | { ok: true; regime: Regime; probabilities: Record<Regime, number>; fit: GaussianHmmFit; labels: Regime[] }
  | { ok: false; reason: 'too_few_rows' | 'no_fit' | 'not_converged' | 'low_occupancy' };

export type RegimeOptions = EmOptions & {
  /** Seeds of the perturbed starts; the first start is the centroids. @default [11, 23, 42, 71] */
  seeds?: readonly number[];
  /** @default 120 */
  minRows?: number;
};

/**
 * Regime of the last row of monthly features (column 0 growth z, column 1 inflation z, any others after) by a
 * four-state Gaussian HMM: EM from the centroids (other features at 0) and from seeded perturbations of them, best log
 * likelihood (ties: the earlier start). Refused with too few rows, without convergence, or when a state holds
 * less than 5 % of the rows.
 */
export function estimateRegime(
  rows: readonly (readonly number[])[],
  { seeds = [11, 23, 42, 71], minRows = MIN_ROWS, ...em }: RegimeOptions = {},
): RegimeEstimate {
  if (rows.length < minRows) return { ok: false, reason: 'too_few_rows' };
  const width = rows[0]?.length ?? 0;
  const center = REGIMES.map((regime) => {
    const { growth, inflation } = REGIME_CENTROIDS[regime];
    return Array.from({ length: width }, (_, d) => (d === 0 ? growth : d === 1 ? inflation : 0));
  });
  let best: GaussianHmmFit | null = null;
  for (const means of [center, ...seeds.map((seed) => perturbMeans(center, seed))]) {
    const fit = fitGaussianHmm(rows, means, em);
    if (fit !== null && (best === null || fit.logL > best.logL)) best = fit;
  }
  if (best === null) return { ok: false, reason: 'no_fit' };
  if (!best.converged) return { ok: false, reason: 'not_converged' };
  if (Math.min(...best.occupancy) < MIN_OCCUPANCY) return { ok: false, reason: 'low_occupancy' };
  const labels = labelStates(
    best.hmm.means.map(([growth, inflation]) => ({ growth: growth!, inflation: inflation! })),
  );
  const last = best.filtered.at(-1)!;
  const probabilities = mapRegimes((regime) => last[labels.indexOf(regime)]!);
  const regime = REGIMES.reduce((top, name) => (probabilities[name] > probabilities[top] ? name : top));
  return { ok: true, regime, probabilities, fit: best, labels };
}

/** The means with uniform noise of ±0.25 on every entry, the same for the same seed. */
export function perturbMeans(means: readonly (readonly number[])[], seed: number): number[][] {
  const generator = xoroshiro128plus(seed);
  return means.map((row) => row.map((value) => value + START_NOISE * (2 * uniformFloat64(generator) - 1)));
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
