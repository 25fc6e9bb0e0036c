import * as endpoints from '../../shared/contract/audit.ts';
import { toPage } from '../../shared/contract/cursor.ts';
import { listAudit } from '../../shared/db/audit-log.ts';
import type { ApiContext } from './context.ts';
import { serveEndpoint, type Route } from './serve.ts';

/** `/audit`: what was changed by whom. */
export function auditRoutes({ db }: ApiContext): Route[] {
  return [
    serveEndpoint(endpoints.listAudit, async ({ query: { limit, cursor, ...filter } }) => {
      const rows = await listAudit(db, { ...filter, before: cursor?.[0], limit: limit + 1 });
      return {
        status: 200,
        body: toPage(
          rows,
          limit,
          (row) => row,
          ({ id }) => [id],
        ),
      };
    }),
  ];
}
