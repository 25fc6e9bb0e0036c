import { listProviders } from '../../shared/contract/providers.ts';
import type { Provider } from '../../shared/connectors/connector.ts';
import { listFailingKeys, readRequestHealth } from '../../shared/db/provider-health.ts';
import { assetOf, PROVIDER_OF } from '../../shared/pipeline/providers.ts';
import { judgeProvider, readSharedState } from '../../shared/provider-state.ts';
import { BULK_SHARE } from '../../shared/queues/budget.ts';
import type { CircuitView } from '../../shared/queues/circuit.ts';
import { toIso, type Instant } from '../../shared/time.ts';
import type { ApiContext } from './context.ts';
import { serveEndpoint, type Route } from './serve.ts';

const toIsoOrNull = (moment: Instant | null): string | null => (moment === null ? null : toIso(moment));

/** The worst of a provider's circuits. */
function worstOf(circuits: readonly CircuitView[]): CircuitView['state'] {
  const states = circuits.map(({ state }) => state);
  return states.includes('open') ? 'open' : states.includes('half_open') ? 'half_open' : 'closed';
}

async function describeProvider(context: ApiContext, provider: Provider, now: Instant) {
  // Without Redis its part is unknown (null), and the ledger's is told all the same.
  const shared = await readSharedState(context, provider, now).catch((error: unknown) => {
    context.log.warn({ err: error, provider }, 'shared state unknown');
    return null;
  });
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
      const data = [];
      for (const provider of Object.values(PROVIDER_OF))
        data.push(await describeProvider(context, provider, now));
      return { status: 200, body: { data, nextCursor: null } };
    }),
  ];
}
