import type { AgentName } from '../../../shared/pipeline/graph.ts';
import type { HeavyFit } from './fits.ts';
import type { Outputs } from './output.ts';
import type { SignalDraft } from './signal.ts';
import type { View } from './view.ts';

/** The factor a signal is about: LONG = factor up. */
export type Axis =
  | 'BR_INFLATION'
  | 'US_INFLATION'
  | 'BR_YIELDS'
  | 'US_POLICY_EASE'
  | 'USDBRL'
  | 'RISK_ASSETS'
  | 'NONE';

/** A series of silver_macro. */
export interface MacroRead {
  readonly key: string;
  readonly transform: string;
  /** Lets periods after the partition through: the series holds official projections. @default false */
  readonly projections?: boolean;
}

export interface StatRead {
  readonly instrument: string;
  readonly stat: string;
  readonly window: number;
}

export interface CurveMetricRead {
  readonly curveId: string;
  readonly metric: string;
}

/** Everything an agent may look at. A view refuses what is not listed here. */
export interface AgentReads {
  readonly macro?: readonly MacroRead[];
  readonly prices?: readonly string[];
  readonly stats?: readonly StatRead[];
  readonly curves?: readonly string[];
  readonly curveMetrics?: readonly CurveMetricRead[];
  /** Upstream agents: their report of the same partition. */
  readonly reports?: readonly AgentName[];
}

/** A signal that the agent emits on every partition, whatever its status. */
export interface SignalSpec {
  readonly signalId: string;
  readonly axis: Axis;
  readonly unit: string;
  /** Trading days. */
  readonly horizonDays: number;
}

/** What an agent thinks of one partition. */
export interface Assessment {
  /** One draft for each expected signal, by its id. */
  readonly signals: Readonly<Record<string, SignalDraft>>;
  /** What other agents and the readers of the report get beside signals. */
  readonly outputs: Outputs;
  /** Fit statistics and intermediate numbers. */
  readonly diagnostics: Readonly<Record<string, unknown>>;
  /** Quality flags beyond the ones that every view gets. */
  readonly flags?: readonly string[];
  /** Lines of the narrative between the proxies and the composite. */
  readonly notes?: readonly string[];
}

/** An agent: what it reads, what it emits and the pure function between the two. */
export interface AgentDefinition<Parameters = unknown> {
  readonly asset: AgentName;
  /** Results of two versions stand side by side. */
  readonly modelVersion: string;
  /** The numbers of that version; every view carries them. */
  readonly parameters: Parameters;
  /** Calendar days of history before the partition that a view holds. */
  readonly historyDays: number;
  /** The same for curves and their metrics, which are many rows a day. @default historyDays */
  readonly curveHistoryDays?: number;
  readonly reads: AgentReads;
  /** In the order of the report; the last one is the composite (or the agent's main signal). */
  readonly expectedSignals: readonly SignalSpec[];
  /** Fits that `assess` will ask its view's `memo` for: they may be made in worker threads before, with the same results. */
  listFits?(view: View<Parameters>): readonly HeavyFit[];
  /** Pure: the same view gives the same assessment. A throw fails the partition. */
  assess(view: View<Parameters>): Assessment;
}

/** Declares an agent. */
export function defineAgent<Parameters>(
  definition: AgentDefinition<Parameters>,
): AgentDefinition<Parameters> {
  return definition;
}
