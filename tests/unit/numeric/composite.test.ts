import { describe, expect, it } from 'vitest';
import {
  capConfidence,
  combineSignals,
  computeStrength,
  type SignalDirection,
  type SubSignal,
} from '../../../shared/numeric/composite.ts';
import { readVersion } from '../../../services/agents/versions.ts';
import {
  averageWeighted,
  scoreDistanceToMiddle,
  scoreDominance as scoreDominanceBy,
  scoreLinear,
  scoreSentiment as scoreSentimentBy,
  type DominanceInput,
  type SentimentInput,
} from '../../../shared/numeric/scores.ts';

// The numbers of model version 1, and a fixed range for the spread.
const { sentiment } = readVersion('agent_cross_asset', '1').parameters;
const { dominance } = readVersion('agent_fiscal', '1').parameters;
const scoreSentiment = (input: SentimentInput) =>
  scoreSentimentBy(input, {
    weights: sentiment.weights,
    ranges: { ...sentiment.ranges, creditBp: { from: 600, to: 100 } },
    minPresent: sentiment.minComponents,
  });
const scoreDominance = (input: DominanceInput) => scoreDominanceBy(input, dominance);

function describeSignal(
  signalId: string,
  weight: number,
  confidence: number,
  direction: SignalDirection = 'LONG',
): SubSignal {
  return { signalId, weight, confidence, direction, strength: computeStrength(confidence), status: 'OK' };
}

describe('combineSignals', () => {
  const first = describeSignal('A', 0.5, 0.85);
  const second = describeSignal('B', 0.3, 0.6);
  const third = describeSignal('C', 0.2, 0.4);

  it('E9: three that agree', () => {
    const view = combineSignals([first, second, third]);
    expect(view).toMatchObject({ direction: 'LONG', strength: 'MODERATE', status: 'OK', reason: null, c: 1 });
    expect(view.confidence).toBeCloseTo(0.685, 12);
    expect(view.value).toBeCloseTo(0.685, 12);
  });

  it('E9: one that disagrees', () => {
    const view = combineSignals([first, second, { ...third, direction: 'SHORT' }]);
    expect(view).toMatchObject({ direction: 'LONG', strength: 'WEAK', dampening: 0.7, activeCount: 3 });
    expect(view.confidence).toBeCloseTo(0.4795, 12);
    expect(view.value).toBeCloseTo(0.525, 12);
    expect(view.longWeight).toBeCloseTo(0.8, 12);
    expect(view.shortWeight).toBeCloseTo(0.2, 12);
  });

  it('does not let one survivor speak for all', () => {
    const view = combineSignals([
      { ...first, status: 'INSUFFICIENT_DATA' },
      { ...second, status: 'STALE_DATA' },
      third,
    ]);
    expect(view.c).toBeCloseTo(0.2, 12);
    expect(view).toMatchObject({ direction: 'LONG', strength: 'NO_SIGNAL', effectiveWeights: { C: 1 } });
    expect(view.confidence).toBeCloseTo(0.08, 12);
  });

  it('is neutral without active signals and says whether any ran', () => {
    expect(combineSignals([{ ...first, status: 'INSUFFICIENT_DATA' }])).toMatchObject({
      direction: 'NEUTRAL',
      strength: 'NO_SIGNAL',
      confidence: 0,
      status: 'INSUFFICIENT_DATA',
      reason: 'no_active_sub_signals',
    });
    expect(combineSignals([{ ...first, status: 'BELOW_THRESHOLD' }])).toMatchObject({
      status: 'BELOW_THRESHOLD',
    });
    expect(combineSignals([{ ...first, direction: 'NEUTRAL' }])).toMatchObject({ status: 'BELOW_THRESHOLD' });
    expect(combineSignals([describeSignal('A', 1, 0.1)])).toMatchObject({ reason: 'no_active_sub_signals' });
    expect(combineSignals([])).toMatchObject({ status: 'INSUFFICIENT_DATA' });
  });

  it('is neutral on a tie and when weights and values disagree', () => {
    const long = describeSignal('A', 0.5, 0.8);
    expect(combineSignals([long, describeSignal('B', 0.5, 0.6, 'SHORT')])).toMatchObject({
      direction: 'NEUTRAL',
      confidence: 0,
      reason: 'tie',
    });
    expect(
      combineSignals([describeSignal('A', 0.6, 0.3), describeSignal('B', 0.4, 0.9, 'SHORT')]),
    ).toMatchObject({
      direction: 'NEUTRAL',
      confidence: 0,
      reason: 'weight_value_conflict',
    });
  });
});

describe('strength', () => {
  it.each([
    [0.75, 'STRONG'],
    [0.5, 'MODERATE'],
    [0.25, 'WEAK'],
    [0.2499, 'NO_SIGNAL'],
  ])('of %d is %s', (confidence, strength) => {
    expect(computeStrength(confidence)).toBe(strength);
  });

  it('follows the capped confidence', () => {
    expect(capConfidence(0.9, [0.49])).toEqual({ confidence: 0.49, strength: 'WEAK' });
    expect(capConfidence(0.9, [0.6, 0.8])).toEqual({
      confidence: 0.6,
      strength: 'MODERATE',
    });
    expect(capConfidence(1.2)).toEqual({ confidence: 1, strength: 'STRONG' });
  });
});

describe('scores', () => {
  it('E10: sentiment from four of six parts', () => {
    const score = scoreSentiment({ vix: 20, hyBp: 350, dxy: 104, cftcZ: null, flowZ: 1, creditBp: null })!;
    expect(score.parts.vix).toBeCloseTo(66.6667, 4);
    expect(score.parts.hyBp).toBeCloseTo(92.8571, 4);
    expect(score.parts.dxy).toBeCloseTo(44, 10);
    expect(score.parts.flowZ).toBeCloseTo(75, 10);
    expect(score.value).toBeCloseTo(70.784127, 6);
    expect(score.coverage).toBeCloseTo(0.75, 12);
    expect(
      scoreSentiment({ vix: 20, hyBp: 350, dxy: null, cftcZ: null, flowZ: null, creditBp: null }),
    ).toBeNull();
  });

  it('E12: fiscal dominance', () => {
    const score = scoreDominance({ debt: 88, rMinusG: 4, primaryChange: -0.8, deviation: 2 })!;
    expect(score.value).toBeCloseTo(88.8333, 4);
    expect(score.parts).toEqual({
      debt: expect.closeTo(96.6667, 4),
      rMinusG: expect.closeTo(90, 10),
      primaryChange: expect.closeTo(90, 10),
      deviation: expect.closeTo(66.6667, 4),
    });
    expect(
      scoreDominance({ debt: 88, rMinusG: null, primaryChange: null, deviation: -1 })!.parts.deviation,
    ).toBe(0);
    expect(scoreDominance({ debt: 88, rMinusG: null, primaryChange: null, deviation: null })).toBeNull();
  });

  it('clamps, inverts and renormalizes', () => {
    expect([scoreLinear(0, 40, 10), scoreLinear(50, 40, 10), scoreLinear(null, 0, 1)]).toEqual([
      100,
      0,
      null,
    ]);
    expect(scoreDistanceToMiddle(75)).toBe(0.5);
    const parts = [
      { value: 1, weight: 0.4 },
      { value: null, weight: 0.35 },
      { value: -1, weight: 0.25 },
    ];
    expect(averageWeighted(parts)!.value).toBeCloseTo(0.15 / 0.65, 12);
    expect(averageWeighted(parts, 3)).toBeNull();
  });
});
