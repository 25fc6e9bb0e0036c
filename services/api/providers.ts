import { Router } from 'express';
import type { Provider } from '../../shared/connectors/connector.ts';
import { listFailingKeys, readRequestHealth } from '../../shared/db/provider-health.ts';
import { hurry } from '../../shared/health.ts';
import { assetOf, PROVIDER_OF } from '../../shared/pipeline/providers.ts';
import { BULK_SHARE, readBudget, type BudgetView } from '../../shared/queues/budget.ts';
import { readCircuit, type CircuitView } from '../../shared/queues/circuit.ts';
import { ceilingOf, circuitOf, listHosts } from '../../shared/queues/hosts.ts';
import { SECOND, toIso, type Instant } from '../../shared/time.ts';
import type { ApiContext } from './context.ts';
import { allowOnly } from './problem.ts';
import { judgeProvider } from './provider-state.ts';

/** A Redis that does not answer is waited for so long, for all providers together. */
const REDIS_PATIENCE_MS = 1 * SECOND;

/** What workers share about a provider. */
interface SharedState {
  readonly budgets: readonly BudgetView[];
  readonly circuits: readonly CircuitView[];
}

async function readSharedState(context: ApiContext, provider: Provider, now: Instant): Promise<SharedState> {
  const { redis, config } = context;
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

const toIsoOrNull = (moment: Instant | null): string | null => (moment === null ? null : toIso(moment));

/** The worst of a provider's circuits. */
function worstOf(circuits: readonly CircuitView[]): CircuitView['state'] {
  const states = circuits.map(({ state }) => state);
  return states.includes('open') ? 'open' : states.includes('half_open') ? 'half_open' : 'closed';
}

/** What workers share about every provider. Without Redis it is unknown (null), and the ledger's part is told all the same. */
async function readAllShared(context: ApiContext, now: Instant): Promise<Map<Provider, SharedState> | null> {
  const reading = Object.values(PROVIDER_OF).map(
    async (provider) => [provider, await readSharedState(context, provider, now)] as const,
  );
  try {
    return new Map(await hurry('Redis', Promise.all(reading), REDIS_PATIENCE_MS));
  } catch (error) {
    context.log.warn({ err: error }, 'shared state of providers unknown');
    return null;
  }
}

async function describeProvider(
  context: ApiContext,
  provider: Provider,
  shared: SharedState | null,
  now: Instant,
) {
  const requests = await readRequestHealth(context.db, provider, now);
  const failingKeys = await listFailingKeys(context.db, assetOf(provider));
  return {
    provider,
    asset: assetOf(provider),
    state: judgeProvider({
      requests,
      circuits: shared?.circuits ?? [],
      budgets: shared?.budgets ?? [],
      failingKeys: failingKeys.length,
    }),
    circuit: shared === null ? null : worstOf(shared.circuits),
    circuits:
      shared?.circuits.map(({ openUntil, ...circuit }) => ({
        ...circuit,
        openUntil: toIsoOrNull(openUntil),
      })) ?? null,
    budgets:
      shared?.budgets.map(({ pausedUntil, ...budget }) => ({
        ...budget,
        bulkShare: BULK_SHARE,
        pausedUntil: toIsoOrNull(pausedUntil),
      })) ?? null,
    isLimited: context.config.PROVIDERS === 'live',
    ...requests,
    failingKeys,
  };
}

/** `/providers`: the health of each provider, from its requests (ledger) and from its budget and circuit (Redis). */
export function routeProviders(context: ApiContext): Router {
  const router = Router();
  router
    .route('/providers')
    .get(async (_request, response) => {
      const now = context.now();
      const shared = await readAllShared(context, now);
      const data = [];
      for (const provider of Object.values(PROVIDER_OF))
        data.push(await describeProvider(context, provider, shared?.get(provider) ?? null, now));
      response.json({ data, nextCursor: null });
    })
    .all(allowOnly('GET'));
  return router;
}
