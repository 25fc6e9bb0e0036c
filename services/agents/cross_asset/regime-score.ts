import { clamp } from '../../../shared/numeric/scores.ts';
import { computeMean } from '../../../shared/numeric/series.ts';
import { lackData, type SignalDraft, type SignalInput } from '../framework/signal.ts';
import type { Readings } from './readings.ts';
import type { CrossAssetParameters } from '../parameters.ts';

type RiskRegimeParameters = CrossAssetParameters['riskRegime'];

/** What the risk score is the mean of; positive = risk-off. */
export const REGIME_COMPONENTS = ['vix', 'hyOas', 'dxy', 'flow', 'slope', 'brFiscal'] as const;

export type RegimeComponent = (typeof REGIME_COMPONENTS)[number];

/** Risk-off contributions, mostly z-scores; null = missing. */
export type RegimeComponents = Readonly<Record<RegimeComponent, number | null>>;

/** Turns readings into contributions: a high VIX, spread or dollar is risk-off, a high flow or slope risk-on. */
export function listRegimeComponents(
  readings: Readings,
  { fiscalMiddle, fiscalScale }: RiskRegimeParameters,
): RegimeComponents {
  const { vix, hyBp, dxy, flow, slopeBp, fiscal } = readings;
  return {
    vix: vix.z,
    hyOas: hyBp.z,
    dxy: dxy.z,
    flow: flow.z === null ? null : -flow.z,
    slope: slopeBp.z === null ? null : -slopeBp.z,
    brFiscal: fiscal.value === null ? null : (fiscal.value - fiscalMiddle) / fiscalScale,
  };
}

/** `clip(mean/fullMean, −1, 1)` of the components that are present, positive = risk-off; null with too few. */
export function scoreRiskOff(
  components: RegimeComponents,
  { minComponents, fullMean }: RiskRegimeParameters,
): number | null {
  const present = REGIME_COMPONENTS.map((name) => components[name]).filter((value) => value !== null);
  return present.length < minComponents ? null : clamp(computeMean(present)! / fullMean, -1, 1);
}

/** CROSSASSET_REGIME: score above 0.2 SHORT risk assets, below −0.2 LONG. */
export function assessRiskRegime(
  readings: Readings,
  inputs: readonly SignalInput[],
  parameters: RiskRegimeParameters,
): SignalDraft {
  const { minComponents, fireAt, fullConfidenceAt } = parameters;
  const components = listRegimeComponents(readings, parameters);
  const score = scoreRiskOff(components, parameters);
  const { vix, hyBp, dxy, flow, slopeBp, fiscal } = readings;
  const missing = [vix, hyBp, dxy, flow, slopeBp, fiscal].flatMap((reading) => reading.missing ?? []);
  const present = REGIME_COMPONENTS.filter((name) => components[name] !== null);
  const detail = { inputs, metadata: { components, present: present.length, missing } };
  if (score === null) {
    return lackData(`${present.length} of ${minComponents} components needed: ${missing.join('; ')}`, detail);
  }
  const direction = score > fireAt ? 'SHORT' : score < -fireAt ? 'LONG' : 'NEUTRAL';
  return {
    ...detail,
    status: 'OK',
    direction,
    confidence: direction === 'NEUTRAL' ? 0 : Math.min(1, Math.abs(score) / fullConfidenceAt),
    value: score,
    highlights: ['present'],
  };
}
