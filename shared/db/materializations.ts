import { sql } from 'drizzle-orm';
import type { AssetName } from '../pipeline/graph.ts';
import type { PartitionOutcome } from '../pipeline/handler.ts';
import type { Only } from '../pipeline/runs.ts';
import { listWeekdays, type Day } from '../time.ts';
import { insertRows } from './bulk.ts';
import type { Queryable } from './client.ts';
import { materializations } from './schema.ts';

/** The partitions of a range that an asset still owes, ascending. `all` owes every one of them again. */
export async function listOwedPartitions(
  db: Queryable,
  asset: AssetName,
  from: Day,
  to: Day,
  only: Only,
): Promise<Day[]> {
  const weekdays = listWeekdays(from, to);
  if (only === 'all') return weekdays;
  const result = await db.execute<{ partition: Day; state: string }>(sql`
    select partition::text, state from materializations
    where asset = ${asset} and partition between ${from} and ${to}`);
  const states = new Map(result.rows.map((row) => [row.partition, row.state]));
  return weekdays.filter((day) => {
    const state = states.get(day);
    return only === 'failed' ? state === 'failed' : state === undefined || state === 'failed';
  });
}

/** How many partitions between two days an asset has materialized. */
export async function countMaterialized(
  db: Queryable,
  asset: AssetName,
  from: Day,
  to: Day,
): Promise<number> {
  const result = await db.execute<{ count: string }>(sql`
    select count(*) from materializations
    where asset = ${asset} and partition between ${from} and ${to} and state <> 'failed'`);
  return Number(result.rows[0]?.count ?? 0);
}

/** Stores what became of partitions; the latest outcome is the effective one. */
export async function storeOutcomes(
  tx: Queryable,
  asset: AssetName,
  task: { readonly taskId: string; readonly runId: string },
  outcomes: readonly PartitionOutcome[],
): Promise<void> {
  const rows = outcomes.map((outcome) => ({
    asset,
    partition: outcome.partition,
    state: outcome.state,
    reason: outcome.state === 'fresh' ? null : outcome.reason,
    degraded: outcome.state === 'fresh' && outcome.degraded === true,
    stale: outcome.state === 'fresh' && outcome.stale === true,
    blocked: outcome.state === 'failed' && outcome.blocked === true,
    rows: outcome.state === 'fresh' ? outcome.rows : 0,
    taskId: task.taskId,
    runId: task.runId,
  }));
  await insertRows(tx, materializations, rows, {
    keys: ['asset', 'partition'],
    update: ['state', 'reason', 'degraded', 'stale', 'blocked', 'rows', 'task_id', 'run_id'],
  });
}
