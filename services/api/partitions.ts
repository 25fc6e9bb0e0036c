import { toPage } from '../../shared/contract/cursor.ts';
import { listPartitions } from '../../shared/contract/partitions.ts';
import { countGrid, listGrid } from '../../shared/db/partition-grid.ts';
import { graph } from '../../shared/pipeline/graph.ts';
import type { ApiContext } from './context.ts';
import { requirePartitionRange } from './partition-range.ts';
import { serveEndpoint, type Route } from './serve.ts';

/** `/partitions`: the grid of assets × weekdays, or its counts. */
export function partitionRoutes({ db, now }: ApiContext): Route[] {
  return [
    serveEndpoint(listPartitions, async ({ query }) => {
      const { from, to, assets = graph.names, summary, limit, cursor } = query;
      requirePartitionRange({ from, to }, now(), 'query');
      const range = { from, to, assets };
      if (summary === true) {
        return { status: 200, body: { data: await countGrid(db, range), nextCursor: null } };
      }
      const rows = await listGrid(db, range, { after: cursor, limit: limit + 1 });
      const page = toPage(
        rows,
        limit,
        (cell) => cell,
        ({ partition, asset }) => [partition, asset],
      );
      return { status: 200, body: page };
    }),
  ];
}
