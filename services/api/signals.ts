import { Router } from 'express';
import { z } from 'zod';
import { formatSchema } from '../../shared/contract/formats.ts';
import { listSignals, type SignalView } from '../../shared/db/signal-list.ts';
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
import { nameTable, sendTable } from './tables.ts';

const querySchema = z
  .strictObject({
    ...dayRangeShape,
    agent: agentSchema.optional(),
    modelVersion: modelVersionSchema.optional(),
    asOf: asOfSchema.optional(),
    format: formatSchema,
    limit: limitSchema(200, 2_000),
    cursor: cursorOf(z.tuple([daySchema, agentSchema, z.string().max(200)])).optional(),
  })
  .refine(isAscending, NOT_ASCENDING);

/** What a signal was computed from stays in the JSON: it is a document and no cell. */
const COLUMNS = {
  partition: 'day',
  agent: 'text',
  signalId: 'text',
  axis: 'text',
  direction: 'text',
  strength: 'text',
  confidence: 'number',
  value: 'number',
  unit: 'text',
  horizonDays: 'integer',
  status: 'text',
  reason: 'text',
  proxies: 'list',
  modelVersion: 'text',
} as const;

/** `/signals`: what the agents say: newest revision, current model versions unless one is named. */
export function routeSignals({ db, now }: ApiContext): Router {
  const router = Router();
  router
    .route('/signals')
    .get(async (request, response) => {
      const { limit, cursor, format, ...filter } = parseQuery(request, querySchema);
      if (format !== 'json') {
        await sendTable(db, response, format, {
          name: nameTable('signals', filter.asOf ?? now()),
          columns: COLUMNS,
          listPage: (tx, last: SignalView | undefined, most) =>
            listSignals(tx, {
              ...filter,
              after: last && [last.partition, last.agent, last.signalId],
              limit: most,
            }),
        });
        return;
      }
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
