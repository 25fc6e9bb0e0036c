import * as endpoints from '../../shared/contract/alerts.ts';
import { toPage } from '../../shared/contract/cursor.ts';
import { listAlerts } from '../../shared/db/alerts.ts';
import type { ApiContext } from './context.ts';
import { serveEndpoint, type Route } from './serve.ts';

/** `/alerts`: what a person should know of, newest first. */
export function alertRoutes({ db }: ApiContext): Route[] {
  return [
    serveEndpoint(endpoints.listAlerts, async ({ query: { open, limit, cursor } }) => {
      const alerts = await listAlerts(db, { open, before: cursor?.[0], limit: limit + 1 });
      const page = toPage(
        alerts,
        limit,
        (alert) => alert,
        ({ id }) => [id],
      );
      return { status: 200, body: page };
    }),
  ];
}
