import { Router } from 'express';
import { countGrid, type PartitionCounts } from '../../shared/db/partition-grid.ts';
import { graph, isAssetName, type AssetName } from '../../shared/pipeline/graph.ts';
import { queueOf } from '../../shared/queues/queues.ts';
import { FIRST_PARTITION } from '../../shared/time.ts';
import type { ApiContext } from './context.ts';
import { allowOnly, notFound } from './problem.ts';
import { lastPartition } from './partition-range.ts';

function showAsset(name: AssetName, counts: PartitionCounts | undefined) {
  const { layer, reads, readBy, description } = graph.assets[name];
  const { asset: _asset, ...partitions } = counts ?? { asset: name };
  return { key: name, layer, description, queue: queueOf(name), reads, readBy, partitions };
}

/** `/assets`: the graph, each asset with its partitions by state since the first one. */
export function routeAssets({ db, now }: ApiContext): Router {
  const count = (assets: readonly AssetName[]): Promise<PartitionCounts[]> =>
    countGrid(db, { from: FIRST_PARTITION, to: lastPartition(now()), assets });
  const router = Router();
  router
    .route('/assets')
    .get(async (_request, response) => {
      const counts = new Map((await count(graph.names)).map((row) => [row.asset, row]));
      response.json({ data: graph.names.map((name) => showAsset(name, counts.get(name))), nextCursor: null });
    })
    .all(allowOnly('GET'));
  router
    .route('/assets/:key')
    .get(async (request, response) => {
      const { key } = request.params;
      if (!isAssetName(key)) throw notFound(`There is no asset ${key}`);
      const [counts] = await count([key]);
      response.json(showAsset(key, counts));
    })
    .all(allowOnly('GET'));
  return router;
}
