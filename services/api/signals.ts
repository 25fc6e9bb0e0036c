import { Router } from 'express';
import { z } from 'zod';
import { listSignals } from '../../shared/db/signal-list.ts';
import type { ApiContext } from './context.ts';
import { cursorOf, toPage } from '../../shared/contract/cursor.ts';
import {
  agentSchema,
  asOfSchema,
  dayRangeShape,
  daySchema,
  isAscending,
  limitSchema,
  modelVersionSchema,
  NOT_ASCENDING,
  parseQuery,
} from './input.ts';
import { allowOnly } from './problem.ts';

const querySchema = z
  .strictObject({
    ...dayRangeShape,
    agent: agentSchema.optional(),
    modelVersion: modelVersionSchema.optional(),
    asOf: asOfSchema.optional(),
    limit: limitSchema(200, 2_000),
    cursor: cursorOf(z.tuple([daySchema, agentSchema, z.string().max(200)])).optional(),
  })
  .refine(isAscending, NOT_ASCENDING);

/** `/signals`: what the agents say: newest revision, current model versions unless one is named. */
export function routeSignals({ db }: ApiContext): Router {
  const router = Router();
  router
    .route('/signals')
    .get(async (request, response) => {
      const { limit, cursor, ...filter } = parseQuery(request, querySchema);
      const rows = await listSignals(db, { ...filter, after: cursor, limit: limit + 1 });
      response.json(
        toPage(
          rows,
          limit,
          (signal) => signal,
          ({ partition, agent, signalId }) => [partition, agent, signalId],
        ),
      );
    })
    .all(allowOnly('GET'));
  return router;
}
