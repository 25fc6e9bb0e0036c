import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import { readVersion } from '../../../services/agents/versions.ts';
import { assignLeastCost } from '../../../shared/numeric/hungarian.ts';
import {
  classifyRegime as classifyRegimeBy,
  describeRuleProbabilities as describeRuleProbabilitiesBy,
  estimateRegime as estimateRegimeBy,
  labelStates as labelStatesBy,
  perturbMeans as perturbMeansBy,
  REGIMES,
  type GrowthInflation,
  type Regime,
} from '../../../shared/numeric/regime.ts';

// The numbers of model version 1.
const { macroRegime } = readVersion('agent_cross_asset', '1').parameters;
const REGIME_CENTROIDS = macroRegime.centroids;
const classifyRegime = (point: GrowthInflation) => classifyRegimeBy(point, macroRegime);
const describeRuleProbabilities = (regime: Regime) => describeRuleProbabilitiesBy(regime, macroRegime.rule);
const labelStates = (means: readonly GrowthInflation[]) => labelStatesBy(means, macroRegime.centroids);
const estimateRegime = (rows: readonly number[][], em: { maxIterations?: number } = {}) =>
  estimateRegimeBy(rows, { ...macroRegime, hmm: { ...macroRegime.hmm, ...em } });
const perturbMeans = (means: readonly number[][], seed: number) =>
  perturbMeansBy(means, seed, macroRegime.hmm.startNoise);

/** Rows that stay for twelve months in each regime in turn, with small noise, in six features. */
function simulateMonths(count: number): number[][] {
  const generator = xoroshiro128plus(3);
  const noise = () => 0.6 * (uniformFloat64(generator) - 0.5);
  return Array.from({ length: count }, (_, t) => {
    const { growth, inflation } = REGIME_CENTROIDS[REGIMES[Math.floor(t / 12) % 4]!];
    const stress = growth < 0 ? 1 : -1;
    return [2 * growth, 2 * inflation, stress, stress, stress, -stress].map((value) => value + noise());
  });
}

describe('regime rules', () => {
  it.each([
    [1, 0, 'Goldilocks'],
    [1, 1, 'Reflation'],
    [-1, 1, 'Stagflation'],
    [-1, -1, 'Deflation'],
    [0, 0, 'Goldilocks'],
    [-1, 0, 'Stagflation'],
  ])('H5: growth %d, inflation %d is %s', (growth, inflation, expected) => {
    expect(classifyRegime({ growth, inflation })).toBe(expected);
  });

  it('gives 0.7 to the regime and 0.1 to each other', () => {
    const probabilities = describeRuleProbabilities('Reflation');
    expect(probabilities.Reflation).toBe(0.7);
    expect(probabilities.Deflation).toBeCloseTo(0.1, 12);
    expect(Object.values(probabilities).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
  });
});

describe('assignLeastCost', () => {
  it('finds the least total, not the greedy one', () => {
    expect(
      assignLeastCost([
        [1, 2],
        [1, 10],
      ]),
    ).toEqual([1, 0]);
  });

  it('breaks ties by list order', () => {
    const equal = Array.from({ length: 4 }, () => [1, 1, 1, 1]);
    expect(assignLeastCost(equal)).toEqual([0, 1, 2, 3]);
  });

  it('refuses a matrix that is not square', () => {
    expect(() => assignLeastCost([[1, 2]])).toThrow(RangeError);
  });
});

describe('estimateRegime', () => {
  it('labels states whatever their order', () => {
    const means = REGIMES.map((regime) => REGIME_CENTROIDS[regime]);
    expect(labelStates(means)).toEqual([...REGIMES]);
    expect(labelStates([...means].reverse())).toEqual([...REGIMES].reverse());
  });

  it('finds the regime of the last month with filtered probabilities that sum to 1', () => {
    const estimate = estimateRegime(simulateMonths(144));
    if (!estimate.ok) throw new Error(`expected an estimate, got ${estimate.reason}`);
    expect(estimate.regime).toBe('Deflation');
    expect(Object.values(estimate.probabilities).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
    expect(new Set(estimate.labels).size).toBe(4);
    expect(JSON.stringify(estimateRegime(simulateMonths(144)))).toBe(JSON.stringify(estimate));
  });

  it('refuses too few months, an empty state and a fit that did not converge', () => {
    expect(estimateRegime(simulateMonths(119))).toEqual({ ok: false, reason: 'too_few_rows' });
    expect(estimateRegime(simulateMonths(144), { maxIterations: 2 })).toEqual({
      ok: false,
      reason: 'not_converged',
    });
    const rare = simulateMonths(180).filter((_, t) => Math.floor(t / 12) % 4 < 3 || t < 40);
    expect(rare).toHaveLength(148);
    expect(estimateRegime(rare)).toEqual({ ok: false, reason: 'low_occupancy' });
  });

  it('perturbs the same way for the same seed and differently for another', () => {
    expect(perturbMeans([[0, 1]], 11)).toEqual(perturbMeans([[0, 1]], 11));
    expect(perturbMeans([[0, 1]], 11)).not.toEqual(perturbMeans([[0, 1]], 23));
  });
});
