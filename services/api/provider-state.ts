import type { RequestHealth } from '../../shared/db/provider-health.ts';
import type { BudgetView } from '../../shared/queues/budget.ts';
import type { CircuitView } from '../../shared/queues/circuit.ts';

/** `unknown`: nobody asked within a day and nothing in Redis says otherwise. */
export type ProviderState = 'ok' | 'degraded' | 'down' | 'unknown';

/** What the state of a provider is judged by. */
export interface ProviderEvidence {
  readonly requests: Pick<RequestHealth, 'lastHour' | 'lastDay'>;
  /** Empty when Redis does not answer. */
  readonly circuits: readonly Pick<CircuitView, 'state'>[];
  readonly budgets: readonly Pick<BudgetView, 'configuredRate' | 'currentRate' | 'pausedUntil'>[];
  readonly failingKeys: number;
}

/** One request of ten may fail before it is more than bad luck. */
const TOLERATED_FAILURES = 0.1;

/**
 * The state of a provider: `down` when all its circuits are open or nothing was answered lately; `degraded` when one is,
 * when it slows us down, when more than a tenth of the requests fail, or when keys of it fail. "Lately" is the last hour,
 * or the last day when nobody asked since.
 */
export function judgeProvider({ requests, circuits, budgets, failingKeys }: ProviderEvidence): ProviderState {
  const open = circuits.filter(({ state }) => state !== 'closed').length;
  if (open > 0 && open === circuits.length) return 'down';
  const lately = requests.lastHour.requests > 0 ? requests.lastHour : requests.lastDay;
  const refused = lately.failures + lately.throttled;
  if (lately.requests > 0 && refused === lately.requests) return 'down';
  const isSlowed = budgets.some(
    ({ configuredRate, currentRate, pausedUntil }) => pausedUntil !== null || currentRate < configuredRate,
  );
  const isFailing = refused > lately.requests * TOLERATED_FAILURES;
  if (open > 0 || isSlowed || isFailing || failingKeys > 0) return 'degraded';
  return lately.requests === 0 ? 'unknown' : 'ok';
}
