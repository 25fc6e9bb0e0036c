import type { Answer } from '../../../../../shared/contract/endpoint.ts';
import type { listSignals } from '../../../../../shared/contract/signals.ts';
import type { AgentName } from '../../../../../shared/pipeline/graph.ts';

/** A signal as the list of the API gives it. */
export type Signal = Answer<typeof listSignals>['data'][number];

/** What a signal says, without what it rests on. */
export type SignalView = Pick<Signal, 'direction' | 'strength' | 'status'>;

const STEPS: Readonly<Record<Signal['strength'], number>> = { NO_SIGNAL: 0, WEAK: 1, MODERATE: 2, STRONG: 3 };
const SIGNS: Readonly<Record<Signal['direction'], number>> = { LONG: 1, SHORT: -1, NEUTRAL: 0 };

/** Statuses of a model that ran. */
const RAN: readonly Signal['status'][] = ['OK', 'BELOW_THRESHOLD'];

/** −3 (strong short) … 3 (strong long); null when the model did not run. */
export function rankSignal({ direction, strength, status }: SignalView): number | null {
  return RAN.includes(status) ? SIGNS[direction] * STEPS[strength] : null;
}

/** Direction times confidence, −1 … 1; null when the model did not run. */
export const signConfidence = (signal: SignalView & { readonly confidence: number }): number | null =>
  RAN.includes(signal.status) ? SIGNS[signal.direction] * signal.confidence : null;

/** The signal that says what an agent thinks on the whole. */
export const MAIN_SIGNALS: Readonly<Record<AgentName, string>> = {
  agent_inflation: 'INFLATION_BR_COMPOSITE',
  agent_monetary_policy: 'MONETARY_BR_COMPOSITE',
  agent_fiscal: 'FISCAL_BR_COMPOSITE',
  agent_fx_equilibrium: 'FX_BR_COMPOSITE',
  agent_cross_asset: 'CROSSASSET_REGIME',
};

/** An agent without what all their names have. */
export const shortenAgent = (agent: string): string => agent.replace(/^agent_/, '').replaceAll('_', ' ');

/** A name that is written in capitals with underscores, as words. */
export const toWords = (name: string): string => name.replaceAll('_', ' ').toLowerCase();

/** What a signal says in a few words: `strong long`. */
export function describeSignal({ direction, strength, status }: SignalView): string {
  if (!RAN.includes(status)) return toWords(status);
  if (direction === 'NEUTRAL') return 'neutral';
  return `${strength === 'NO_SIGNAL' ? 'very weak' : toWords(strength)} ${toWords(direction)}`;
}

/** The address of the report that a signal stands in, as it was made by a day where one is chosen. */
export const reportAddress = (agent: string, partition: string, asOf?: string): string =>
  `/signals/${agent}/${partition}${asOf === undefined ? '' : `?asOf=${encodeURIComponent(asOf)}`}`;
