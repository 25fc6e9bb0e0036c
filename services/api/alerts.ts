import { Router } from 'express';
import { z } from 'zod';
import { listAlerts } from '../../shared/db/alerts.ts';
import type { ApiContext } from './context.ts';
import { cursorOf, toPage } from '../../shared/contract/cursor.ts';
import { flagSchema, limitSchema, parseQuery } from './input.ts';
import { allowOnly } from './problem.ts';

const querySchema = z.strictObject({
  open: flagSchema.optional(),
  limit: limitSchema(50, 500),
  cursor: cursorOf(z.tuple([z.int()])).optional(),
});

/** `/alerts`: what a person should know of, newest first. */
export function routeAlerts({ db }: ApiContext): Router {
  const router = Router();
  router
    .route('/alerts')
    .get(async (request, response) => {
      const { open, limit, cursor } = parseQuery(request, querySchema);
      const alerts = await listAlerts(db, { open, before: cursor?.[0], limit: limit + 1 });
      response.json(
        toPage(
          alerts,
          limit,
          (alert) => alert,
          ({ id }) => [id],
        ),
      );
    })
    .all(allowOnly('GET'));
  return router;
}
