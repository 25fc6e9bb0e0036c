import { hurry } from '../../../shared/health.ts';
import { listFailingKeys, readRequestHealth } from '../../../shared/db/provider-health.ts';
import { graph, type BronzeName } from '../../../shared/pipeline/graph.ts';
import { PROVIDER_OF } from '../../../shared/pipeline/providers.ts';
import { judgeProvider, readSharedState, type SharedState } from '../../../shared/provider-state.ts';
import { SECOND } from '../../../shared/time.ts';
import type { FindConditions } from './context.ts';

const BRONZE = Object.keys(PROVIDER_OF) as BronzeName[];
/** A Redis that does not answer must not keep the other rules waiting. */
const REDIS_PATIENCE_MS = 2 * SECOND;

/**
 * `provider_down`: all circuits of a provider are open, or at least as many requests as the threshold were made lately and
 * none was answered. Without Redis the ledger alone decides.
 */
export const findDownProviders: FindConditions = async (context, rule) => {
  const { db, now, log } = context;
  const watched = BRONZE.filter((asset) => (rule.assets ?? graph.names).includes(asset));
  const down = [];
  let isRedisAway = false;
  for (const asset of watched) {
    const provider = PROVIDER_OF[asset];
    let shared: SharedState = { circuits: [], budgets: [] };
    if (!isRedisAway) {
      try {
        shared = await hurry('Redis', readSharedState(context, provider, now), REDIS_PATIENCE_MS);
      } catch (error) {
        log.warn({ err: error, provider }, 'shared state unknown');
        isRedisAway = true;
      }
    }
    const requests = await readRequestHealth(db, provider, now);
    const failingKeys = await listFailingKeys(db, asset);
    const state = judgeProvider({ requests, ...shared, failingKeys: failingKeys.length });
    const isOpen = shared.circuits.some((circuit) => circuit.state !== 'closed');
    const lately = requests.lastHour.requests > 0 ? requests.lastHour : requests.lastDay;
    if (state !== 'down' || (!isOpen && lately.requests < (rule.threshold ?? 1))) continue;
    const { lastFailure, lastSuccessAt } = requests;
    const got = lastFailure === null ? '' : ` (${lastFailure.error ?? `HTTP ${lastFailure.status}`})`;
    down.push({
      subject: provider,
      message:
        `${provider} does not answer: ${lately.failures + lately.throttled} of ${lately.requests} requests failed${got}, ` +
        `last answer ${lastSuccessAt ?? 'never'}. ${asset} waits for it`,
    });
  }
  return down;
};
