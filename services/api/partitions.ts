import { Router } from 'express';
import { z } from 'zod';
import { countGrid, listGrid } from '../../shared/db/partition-grid.ts';
import { graph } from '../../shared/pipeline/graph.ts';
import type { ApiContext } from './context.ts';
import { cursorOf, toPage } from '../../shared/contract/cursor.ts';
import { assetListSchema, assetSchema, daySchema, flagSchema, limitSchema, parseQuery } from './input.ts';
import { requirePartitionRange } from './partition-range.ts';
import { allowOnly } from './problem.ts';

const querySchema = z.strictObject({
  from: daySchema,
  to: daySchema,
  assets: assetListSchema.optional(),
  summary: flagSchema.optional(),
  limit: limitSchema(1_000, 10_000),
  cursor: cursorOf(z.tuple([daySchema, assetSchema])).optional(),
});

/** `/partitions`: the grid of assets × weekdays, or its counts. */
export function routePartitions({ db, now }: ApiContext): Router {
  const router = Router();
  router
    .route('/partitions')
    .get(async (request, response) => {
      const { from, to, assets = graph.names, summary, limit, cursor } = parseQuery(request, querySchema);
      requirePartitionRange({ from, to }, now(), 'query');
      const range = { from, to, assets };
      if (summary === true) {
        response.json({ data: await countGrid(db, range), nextCursor: null });
        return;
      }
      const rows = await listGrid(db, range, { after: cursor, limit: limit + 1 });
      response.json(
        toPage(
          rows,
          limit,
          (cell) => cell,
          ({ partition, asset }) => [partition, asset],
        ),
      );
    })
    .all(allowOnly('GET'));
  return router;
}
