import { listProviders } from '../../shared/contract/providers.ts';
import type { Provider } from '../../shared/connectors/connector.ts';
import { listFailingKeys, readRequestHealth } from '../../shared/db/provider-health.ts';
import { hurry } from '../../shared/health.ts';
import { assetOf, PROVIDER_OF } from '../../shared/pipeline/providers.ts';
import { judgeProvider, readSharedState, type SharedState } from '../../shared/provider-state.ts';
import { BULK_SHARE } from '../../shared/queues/budget.ts';
import type { CircuitView } from '../../shared/queues/circuit.ts';
import { SECOND, toIso, type Instant } from '../../shared/time.ts';
import type { ApiContext } from './context.ts';
import { serveEndpoint, type Route } from './serve.ts';

/** A Redis that does not answer is waited for so long, for all providers together. */
const REDIS_PATIENCE_MS = 1 * SECOND;

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
export function providerRoutes(context: ApiContext): Route[] {
  return [
    serveEndpoint(listProviders, async () => {
      const now = context.now();
      const shared = await readAllShared(context, now);
      const data = await Promise.all(
        Object.values(PROVIDER_OF).map((provider) =>
          describeProvider(context, provider, shared?.get(provider) ?? null, now),
        ),
      );
      return { status: 200, body: { data, nextCursor: null } };
    }),
  ];
}
