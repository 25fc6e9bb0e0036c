import { toPage } from '../../shared/contract/cursor.ts';
import { getPartitionMap, MAP_WORDS } from '../../shared/contract/partition-map.ts';
import { getPartition, listPartitions } from '../../shared/contract/partitions.ts';
import { listWithUpstreams } from '../../shared/db/partition-detail.ts';
import { countGrid, listGrid } from '../../shared/db/partition-grid.ts';
import { readPartitionMap } from '../../shared/db/partition-map.ts';
import { graph } from '../../shared/pipeline/graph.ts';
import {
  FIRST_PARTITION,
  isWeekday,
  nextWeekday,
  previousWeekday,
  weekdayOnOrAfter,
  type Day,
} from '../../shared/time.ts';
import type { ApiContext } from './context.ts';
import { checkPartitionRange, lastPartition, requirePartitionRange } from './partition-range.ts';
import { notFound } from './problem.ts';
import { serveEndpoint, type Route } from './serve.ts';

const weekdayOnOrBefore = (day: Day): Day => previousWeekday(nextWeekday(day));

/** `/partitions`: the grid of assets × weekdays, or its counts; as a map; and one of its cells. */
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
    serveEndpoint(getPartitionMap, async ({ query }) => {
      const { from = FIRST_PARTITION, to = lastPartition(now()), assets = graph.names } = query;
      requirePartitionRange({ from, to }, now(), 'query');
      const range = { from: weekdayOnOrAfter(from), to: weekdayOnOrBefore(to) };
      const states = await readPartitionMap(db, { ...range, assets });
      return { status: 200, body: { ...range, legend: MAP_WORDS, assets: states } };
    }),
    serveEndpoint(getPartition, async ({ params: { asset, partition } }) => {
      const [problem] = isWeekday(partition)
        ? checkPartitionRange({ from: partition, to: partition }, now())
        : [{ message: 'it is not a weekday' }];
      if (problem !== undefined) throw notFound(`There is no partition ${partition}: ${problem.message}`);
      const cells = await listWithUpstreams(db, asset, partition);
      const own = cells.find((cell) => cell.asset === asset);
      if (own === undefined) throw notFound(`There is no partition ${partition} of ${asset}`);
      return { status: 200, body: { ...own, upstreams: cells.filter((cell) => cell !== own) } };
    }),
  ];
}
