import type { Answer } from '../../../../../shared/contract/endpoint.ts';
import type { listProviders } from '../../../../../shared/contract/providers.ts';
import { useWorkplace } from '../api.ts';
import { useQuery, type Query } from '../use-query.ts';

/**
 * That the first request to a provider fails is an event. That enough have failed to call it degraded, or that its circuit has
 * opened, is none: it has to be seen within five seconds all the same, on a busy machine too.
 */
const EVERY_MS = 2_000;

/** The health of the six providers, asked for often. */
export function useProviders(): Query<Answer<typeof listProviders>> {
  const { api } = useWorkplace();
  return useQuery(() => api.listProviders(), [], { changes: ['provider'], everyMs: EVERY_MS });
}
