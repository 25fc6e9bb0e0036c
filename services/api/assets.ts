import * as endpoints from '../../shared/contract/assets.ts';
import { listAssetTables } from '../../shared/db/asset-tables.ts';
import { countGrid, type PartitionCounts } from '../../shared/db/partition-grid.ts';
import { graph, type AssetName } from '../../shared/pipeline/graph.ts';
import { queueOf } from '../../shared/queues/queues.ts';
import { FIRST_PARTITION } from '../../shared/time.ts';
import type { ApiContext } from './context.ts';
import { lastPartition } from './partition-range.ts';
import { serveEndpoint, type Route } from './serve.ts';

function showAsset({ asset, ...partitions }: PartitionCounts) {
  const { layer, reads, readBy, description } = graph.assets[asset];
  return { key: asset, layer, description, queue: queueOf(asset), reads, readBy, partitions };
}

/** `/assets`: the graph, each asset with its partitions by state since the first one. */
export function assetRoutes({ db, now }: ApiContext): Route[] {
  const describe = async (assets: readonly AssetName[]) => {
    const counts = await countGrid(db, { from: FIRST_PARTITION, to: lastPartition(now()), assets });
    return counts.map(showAsset);
  };
  return [
    serveEndpoint(endpoints.listAssets, async () => ({
      status: 200,
      body: { data: await describe(graph.names), nextCursor: null },
    })),
    serveEndpoint(endpoints.getAsset, async ({ params: { key } }) => {
      const [asset] = await describe([key]);
      if (asset === undefined) throw new Error(`The partitions of ${key} were not counted`);
      return { status: 200, body: asset };
    }),
    serveEndpoint(endpoints.listAssetTables, async ({ params: { key } }) => ({
      status: 200,
      body: { data: await listAssetTables(db, key), nextCursor: null },
    })),
  ];
}
