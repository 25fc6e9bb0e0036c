import { computeExpectedPath } from '../../../shared/numeric/taylor.ts';
import { readRatePct } from '../framework/curve-snapshot.ts';
import { countSessionsSince, isCurveStale } from '../framework/quality.ts';
import {
  describeInput,
  describeUpstream,
  lackData,
  lackFreshData,
  ModelError,
  stayBelowThreshold,
  type SignalDraft,
} from '../framework/signal.ts';
import type { View } from '../framework/view.ts';
import type { MonetaryPolicyParameters } from '../parameters.ts';
import type { PolicyRate } from './policy-rate.ts';
import type { TaylorRule } from './taylor.ts';

/**
 * MONETARY_BR_SELIC_PATH: the one-year DI rate against the average Selic on the way to the rule's rate, held down by
 * whatever holds that rate down.
 */
export function assessSelicPath(
  view: View<MonetaryPolicyParameters>,
  policy: PolicyRate | null,
  rule: TaylorRule,
): SignalDraft {
  const { tenor, minDistance, fullDistance, ...plan } = view.parameters.selicPath;
  if (rule.iStar === null || policy === null) {
    return lackData(`the Taylor rule did not run: ${rule.draft.reason ?? 'no policy rate'}`);
  }
  const curve = view.curve('DI_PRE');
  if (curve === null) return lackData('DI_PRE has no curve (B3 DI1)');
  const inputs = [
    describeInput('DI_PRE', curve),
    describeInput('BR_SELIC_TARGET', policy.now),
    describeUpstream('output', 'agent_monetary_policy', 'taylor_rate'),
  ];
  if (isCurveStale('DI_PRE', curve.date, view.partition)) {
    const age = countSessionsSince('DI_PRE', curve.date, view.partition);
    return lackFreshData(`DI_PRE of ${curve.date} is ${age} sessions old`, { inputs });
  }
  const di1y = readRatePct(curve, tenor);
  if (di1y === null) return lackData(`DI_PRE of ${curve.date} has no ${tenor} rate`, { inputs });
  const expected = computeExpectedPath(policy.now.value, rule.iStar, plan);
  if (expected === null)
    throw new ModelError(`the path from ${policy.now.value} to ${rule.iStar} falls to −100 %`);
  const distance = di1y - expected;
  const detail = {
    inputs,
    proxies: rule.draft.proxies ?? [],
    metadata: {
      di1y,
      expectedPath: expected,
      iStar: rule.iStar,
      curveDate: curve.date,
      gapSource: rule.draft.metadata?.['gapSource'] ?? null,
      gapWithout: rule.draft.metadata?.['gapWithout'] ?? '',
    },
    highlights: ['di1y', 'expectedPath', 'curveDate'],
  };
  if (Math.abs(distance) < minDistance) {
    return stayBelowThreshold(distance, `distance below ${minDistance} pp`, detail);
  }
  return {
    ...detail,
    status: 'OK',
    direction: distance > 0 ? 'SHORT' : 'LONG',
    confidence: Math.min(1, Math.abs(distance) / fullDistance),
    caps: rule.caps,
    value: distance,
  };
}
