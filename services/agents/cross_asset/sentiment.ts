import { scoreDistanceToMiddle, scoreSentiment } from '../../../shared/numeric/scores.ts';
import { lackData, type SignalDraft, type SignalInput } from '../framework/signal.ts';
import type { Readings } from './readings.ts';
import type { CrossAssetParameters } from '../parameters.ts';

/** CROSSASSET_SENTIMENT: 0–100 (100 = greed); above 70 LONG risk assets, below 30 SHORT. */
export function assessSentiment(
  readings: Readings,
  inputs: readonly SignalInput[],
  { minComponents, fear, greed, weights, ranges }: CrossAssetParameters['sentiment'],
): SignalDraft {
  const { vix, hyBp, dxy, cftc, flow, credit } = readings;
  const values = {
    vix: vix.value,
    hyBp: hyBp.value,
    dxy: dxy.value,
    cftcZ: cftc.z,
    flowZ: flow.z,
    creditBp: credit.rangeBp === null ? null : credit.value,
  };
  const score = scoreSentiment(values, {
    minPresent: minComponents,
    weights,
    ranges: { ...ranges, creditBp: { from: credit.rangeBp?.[1] ?? 0, to: credit.rangeBp?.[0] ?? 0 } },
  });
  const lacks = [vix, hyBp, dxy].filter(({ value }) => value === null);
  const missing = [...lacks, cftc, flow, credit].flatMap((reading) => reading.missing ?? []);
  const present = Object.values(values).filter((value) => value !== null).length;
  const detail = { inputs, metadata: { values, present, missing, creditRangeBp: credit.rangeBp } };
  if (score === null) {
    return lackData(`${present} of ${minComponents} components needed: ${missing.join('; ')}`, detail);
  }
  const direction = score.value > greed ? 'LONG' : score.value < fear ? 'SHORT' : 'NEUTRAL';
  return {
    ...detail,
    status: 'OK',
    direction,
    confidence: direction === 'NEUTRAL' ? 0 : scoreDistanceToMiddle(score.value),
    value: score.value,
    metadata: { ...detail.metadata, parts: score.parts, coverage: score.coverage },
    highlights: ['present', 'coverage'],
  };
}
