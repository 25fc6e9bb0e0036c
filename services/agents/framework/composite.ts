import { combineSignals } from '../../../shared/numeric/composite.ts';
import type { AgentName } from '../../../shared/pipeline/graph.ts';
import type { SignalSpec } from './agent.ts';
import { describeUpstream, finishSignal, lackData, type SignalDraft } from './signal.ts';

/**
 * The composite of an agent as a draft, made of its own signals: `weights` by signal id, before renormalization. Sub-signals
 * are finished first, so that caps count.
 */
export function composeDraft(
  agent: AgentName,
  specs: readonly SignalSpec[],
  drafts: Readonly<Record<string, SignalDraft>>,
  weights: Readonly<Record<string, number>>,
): SignalDraft {
  const subs = specs
    .filter(({ signalId }) => Object.hasOwn(weights, signalId))
    .map((spec) => finishSignal(spec, drafts[spec.signalId] ?? lackData('no draft')));
  const { direction, confidence, value, status, reason, ...metadata } = combineSignals(
    subs.map((sub) => ({ ...sub, weight: weights[sub.signalId]! })),
  );
  const inputs = subs.map(({ signalId }) => describeUpstream('signal', agent, signalId));
  const detail = { inputs, metadata: { ...metadata }, highlights: ['c', 'activeCount'] };
  if (status === 'OK' || status === 'BELOW_THRESHOLD') {
    return { ...detail, status, direction, confidence, value, reason };
  }
  return lackData(reason ?? 'no sub-signal ran', detail);
}
