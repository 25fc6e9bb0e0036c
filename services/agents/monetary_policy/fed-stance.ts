import { computeTaylor1993 } from '../../../shared/numeric/taylor.ts';
import { explainMissing, explainStale, takeLast } from '../framework/points.ts';
import {
  describeInput,
  lackData,
  lackFreshData,
  stayBelowThreshold,
  type SignalDraft,
} from '../framework/signal.ts';
import type { View } from '../framework/view.ts';
import type { MonetaryPolicyParameters } from '../parameters.ts';

/** MONETARY_US_FED_STANCE: the federal funds rate against the Taylor rule of 1993. LONG = easier than the rule. */
export function assessFedStance(view: View<MonetaryPolicyParameters>): SignalDraft {
  const { minDistance, fullDistance, cap } = view.parameters.fedStance;
  const funds = takeLast(view.macro('US_FED_FUNDS', 'level'));
  const inflation = takeLast(view.macro('US_PCE_CORE', 'yoy'));
  const official = takeLast(view.macro('US_OUTPUT_GAP', 'level'));
  const filtered = takeLast(view.macro('US_OUTPUT_GAP_HP', 'level'));
  // A potential that is no longer published must not hold the gap in the past while GDP goes on.
  const isOfficialFresh = official !== null && explainStale(view, 'US_OUTPUT_GAP', 'level') === null;
  const gap = isOfficialFresh ? official : (filtered ?? official);
  const missing = [
    ...(funds === null ? ['US_FED_FUNDS'] : []),
    ...(inflation === null ? ['US_PCE_CORE'] : []),
    ...(gap === null ? ['US_GDP_REAL'] : []),
  ];
  if (funds === null || inflation === null || gap === null) return lackData(explainMissing(...missing));
  const isProxy = gap === filtered;
  const inputs = [
    describeInput('US_FED_FUNDS', funds),
    describeInput('US_PCE_CORE', inflation),
    isProxy ? describeInput('US_OUTPUT_GAP_HP', gap, 'US_OUTPUT_GAP') : describeInput('US_OUTPUT_GAP', gap),
  ];
  const stale =
    explainStale(view, 'US_FED_FUNDS', 'level') ??
    explainStale(view, 'US_PCE_CORE', 'yoy') ??
    explainStale(view, isProxy ? 'US_OUTPUT_GAP_HP' : 'US_OUTPUT_GAP', 'level');
  if (stale !== null) return lackFreshData(stale, { inputs });

  const iStar = computeTaylor1993(inflation.value, gap.value);
  const distance = funds.value - iStar;
  const detail = {
    inputs,
    proxies: isProxy ? ['one-sided HP gap of FRED GDPC1 for GDPC1 / GDPPOT'] : [],
    metadata: {
      iStar,
      fedFunds: funds.value,
      corePceYoy: inflation.value,
      gap: gap.value,
      gapPeriod: gap.period,
    },
    highlights: ['iStar', 'fedFunds', 'corePceYoy'],
  };
  if (Math.abs(distance) < minDistance) {
    return stayBelowThreshold(distance, `distance below ${minDistance} pp`, detail);
  }
  return {
    ...detail,
    status: 'OK',
    direction: distance > 0 ? 'SHORT' : 'LONG',
    confidence: Math.min(1, Math.abs(distance) / fullDistance),
    caps: isProxy ? [cap] : [],
    value: distance,
  };
}
