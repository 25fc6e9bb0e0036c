import type { AgentName } from '../../../shared/pipeline/graph.ts';
import type { StoredSignal } from '../../../shared/db/reader.ts';
import type { View } from '../framework/view.ts';

/** The agents whose reports of the same partition are read. */
export const UPSTREAM_AGENTS = [
  'agent_inflation',
  'agent_monetary_policy',
  'agent_fiscal',
  'agent_fx_equilibrium',
] as const satisfies readonly AgentName[];

/** A signal of another agent that has no view, and why. */
export interface UpstreamGap {
  readonly signalId: string;
  readonly status: string;
  readonly reason: string | null;
}

/** The signals of the other agents by id, and those among them that did not run. */
export interface AgentViews {
  readonly signals: ReadonlyMap<string, StoredSignal>;
  readonly gaps: readonly UpstreamGap[];
}

/** Collects what the other agents stored for the partition. */
export function collectAgentViews(view: View): AgentViews {
  const reports = UPSTREAM_AGENTS.map((agent) => ({ agent, report: view.report(agent) }));
  const signals = reports.flatMap(({ report }) => report?.signals ?? []);
  return {
    signals: new Map(signals.map((signal) => [signal.signalId, signal])),
    gaps: [
      ...reports.flatMap(({ agent, report }) =>
        report === null
          ? [{ signalId: agent, status: 'NO_REPORT', reason: 'no report of this partition' }]
          : [],
      ),
      ...signals
        .filter(({ status }) => status !== 'OK')
        .map(({ signalId, status, reason }) => ({ signalId, status, reason })),
    ],
  };
}
