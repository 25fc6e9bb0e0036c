import { sql } from 'drizzle-orm';
import type { StoredFailure } from '../errors.ts';
import { addUpstreams } from '../pipeline/flow-plan.ts';
import type { AssetName } from '../pipeline/graph.ts';
import type { TaskState } from '../pipeline/runs.ts';
import type { Day } from '../time.ts';
import type { Queryable } from './client.ts';
import { isoText } from './iso-text.ts';
import { listGrid, type GridCell } from './partition-grid.ts';

/** A task that has a partition among those of its run. */
export interface CoveringTask {
  readonly id: string;
  readonly runId: string;
  readonly backfillId: string | null;
  readonly state: TaskState;
  readonly reason: string | null;
  readonly failure: StoredFailure | null;
  readonly finishedAt: string | null;
}

/** What there is of a partition, and the newest task that was to make it. */
export interface CellWithTask extends GridCell {
  readonly task: CoveringTask | null;
}

async function listNewestTasks(
  db: Queryable,
  assets: readonly AssetName[],
  partition: Day,
): Promise<ReadonlyMap<AssetName, CoveringTask>> {
  const result = await db.execute<Record<string, unknown> & CoveringTask & { asset: AssetName }>(sql`
    select distinct on (tasks.asset) tasks.asset, tasks.id, run_id as "runId", backfill_id as "backfillId", tasks.state,
      tasks.reason, tasks.failure, ${isoText(sql`tasks.finished_at`)} as "finishedAt"
    from tasks join runs on runs.id = tasks.run_id
    where ${partition} between from_partition and to_partition and tasks.asset = any(${sql.param([...assets])}::text[])
    order by tasks.asset, created_at desc, position desc`);
  return new Map(result.rows.map(({ asset, ...task }) => [asset, task]));
}

/** A partition of an asset and all upstream of it, in the order of the graph; the asset itself comes last. */
export async function listWithUpstreams(
  db: Queryable,
  asset: AssetName,
  partition: Day,
): Promise<CellWithTask[]> {
  const assets = addUpstreams([asset]);
  const range = { from: partition, to: partition, assets };
  const cells = await listGrid(db, range, { limit: assets.length });
  const tasks = await listNewestTasks(db, assets, partition);
  return cells.map((cell) => ({ ...cell, task: tasks.get(cell.asset) ?? null }));
}
