import { toPage } from '../../shared/contract/cursor.ts';
import * as endpoints from '../../shared/contract/signals.ts';
import { listSignals } from '../../shared/db/signal-list.ts';
import type { ApiContext } from './context.ts';
import { serveEndpoint, type Route } from './serve.ts';

/** `/signals`: what the agents say: newest revision, current model versions unless one is named. */
export function signalRoutes({ db }: ApiContext): Route[] {
  return [
    serveEndpoint(endpoints.listSignals, async ({ query: { limit, cursor, ...filter } }) => {
      const rows = await listSignals(db, { ...filter, after: cursor, limit: limit + 1 });
      const page = toPage(
        rows,
        limit,
        (signal) => signal,
        ({ partition, agent, signalId }) => [partition, agent, signalId],
      );
      return { status: 200, body: page };
    }),
  ];
}
