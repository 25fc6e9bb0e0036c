import type { Config } from './config.ts';
import type { Provider } from './connectors/connector.ts';
import type { RequestHealth } from './db/provider-health.ts';
import { readBudget, type BudgetView } from './queues/budget.ts';
import { readCircuit, type CircuitView } from './queues/circuit.ts';
import type { RedisClient } from './queues/connection.ts';
import { ceilingOf, circuitOf, listHosts } from './queues/hosts.ts';
import type { Instant } from './time.ts';

/** What workers share about a provider, in Redis. */
export interface SharedState {
  readonly budgets: readonly BudgetView[];
  readonly circuits: readonly CircuitView[];
}

/** Where the shared state is, and the rates that the budgets are configured with. */
export interface SharedStatePlace {
  readonly redis: RedisClient;
  readonly config: Pick<Config, 'QUEUE_PREFIX' | 'PROVIDER_RATES'>;
}

/** Reads what workers share about a provider. @throws Error when Redis does not answer */
export async function readSharedState(
  { redis, config }: SharedStatePlace,
  provider: Provider,
  now: Instant,
): Promise<SharedState> {
  const prefix = config.QUEUE_PREFIX;
  const hosts = listHosts(provider);
  const names = [...new Set(hosts.map(circuitOf))];
  return {
    budgets: await Promise.all(
      hosts.map((host) =>
        readBudget({ redis, prefix, host, ceiling: ceilingOf(host, config.PROVIDER_RATES) }, now),
      ),
    ),
    circuits: await Promise.all(names.map((circuit) => readCircuit({ redis, prefix, circuit }, now))),
  };
}

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
