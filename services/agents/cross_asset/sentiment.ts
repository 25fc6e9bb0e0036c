import { scoreDistanceToMiddle, scoreSentiment } from '../../../shared/numeric/scores.ts';
import { lackData, type SignalDraft, type SignalInput } from '../framework/signal.ts';
import type { Readings } from './readings.ts';

const MIN_COMPONENTS = 3;
/** Below FEAR the market is fearful, above GREED greedy. */
const FEAR = 30;
const GREED = 70;

/** CROSSASSET_SENTIMENT: 0–100 (100 = greed); above 70 LONG risk assets, below 30 SHORT. */
export function assessSentiment(readings: Readings, inputs: readonly SignalInput[]): SignalDraft {
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
    minPresent: MIN_COMPONENTS,
    ...(credit.rangeBp === null ? {} : { creditRangeBp: credit.rangeBp }),
  });
  const lacks = [vix, hyBp, dxy].filter(({ value }) => value === null);
  const missing = [...lacks, cftc, flow, credit].flatMap((reading) => reading.missing ?? []);
  const present = Object.values(values).filter((value) => value !== null).length;
  const detail = { inputs, metadata: { values, present, missing, creditRangeBp: credit.rangeBp } };
  if (score === null) {
    return lackData(`${present} of ${MIN_COMPONENTS} components needed: ${missing.join('; ')}`, detail);
  }
  const direction = score.value > GREED ? 'LONG' : score.value < FEAR ? 'SHORT' : 'NEUTRAL';
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
