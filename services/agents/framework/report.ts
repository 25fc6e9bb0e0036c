import type { ReportRecord } from '../../../shared/db/signals.ts';
import type { AgentDefinition } from './agent.ts';
import { writeNarrative } from './narrative.ts';
import { listSources, nestValues } from './output.ts';
import { listQualityFlags } from './quality.ts';
import { hashInputs } from './input-hash.ts';
import { finishSignal } from './signal.ts';
import type { View } from './view.ts';

/** A report under this share of models that ran is `degraded`. */
export const MIN_COVERAGE = 0.5;

/**
 * The finished report of one partition: every expected signal in order, coverage, flags and narrative.
 *
 * @throws Error when the agent leaves out an expected signal or adds one (a programming mistake)
 */
export function assessPartition<Parameters>(
  agent: AgentDefinition<Parameters>,
  view: View<Parameters>,
): ReportRecord {
  const { signals: drafts, outputs, diagnostics, flags = [], notes = [] } = agent.assess(view);
  const unexpected = Object.keys(drafts).filter(
    (id) => !agent.expectedSignals.some(({ signalId }) => signalId === id),
  );
  if (unexpected.length > 0)
    throw new Error(`${agent.asset} emits unexpected signals: ${unexpected.join(', ')}`);
  const signals = agent.expectedSignals.map((spec) => {
    const draft = drafts[spec.signalId];
    if (draft === undefined) throw new Error(`${agent.asset} emits no ${spec.signalId}`);
    return finishSignal(spec, draft);
  });
  const ran = signals.filter(({ status }) => status === 'OK' || status === 'BELOW_THRESHOLD').length;
  const coverage = ran / signals.length;
  const status = coverage >= MIN_COVERAGE ? 'complete' : 'degraded';
  const head = { agent: agent.asset, partition: view.partition, status, coverage } as const;
  return {
    ...head,
    modelVersion: agent.modelVersion,
    narrative: writeNarrative({ ...head, signals, notes }),
    outputs: nestValues(outputs),
    outputSources: listSources(outputs),
    diagnostics: { ...diagnostics, inputHash: hashInputs(agent, view) },
    dataQualityFlags: [...listQualityFlags(agent, view), ...flags],
    signals: signals.map(({ highlights: _highlights, ...signal }) => signal),
  };
}
