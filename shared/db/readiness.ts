import { sql } from 'drizzle-orm';
import type { AssetName } from '../pipeline/graph.ts';
import type { Day } from '../time.ts';
import type { Queryable } from './client.ts';
import { selectStale } from './staleness.ts';

/** Whether an asset is ready for a partition, and why not. */
export interface AssetReadiness {
  readonly asset: AssetName;
  readonly partition: Day;
  readonly state: 'fresh' | 'no_data_expected' | 'failed' | 'missing';
  /** Why it is not ready: the failure or the state of its newest task. Why there is no data, when none is expected. */
  readonly reason: string | null;
  readonly stale: boolean;
  readonly blocked: boolean;
  readonly degraded: boolean;
  /** The newest partition up to this one that is materialized. */
  readonly newestPartition: Day | null;
}

type ReadinessRow = Omit<AssetReadiness, 'reason'> & {
  readonly reason: string | null;
  readonly taskState: string | null;
  readonly taskReason: string | null;
};

function explain({ state, reason, taskState, taskReason }: ReadinessRow): string | null {
  if (state === 'failed') return reason ?? taskReason;
  if (state !== 'missing') return reason;
  if (taskState === null) return 'no run has asked for it';
  return taskReason ?? `its task is ${taskState}`;
}

/** Reads whether assets are ready for a partition, in the given order. */
export async function readReadiness(
  db: Queryable,
  partition: Day,
  assets: readonly AssetName[],
): Promise<AssetReadiness[]> {
  const result = await db.execute<ReadinessRow & Record<string, unknown>>(sql`
    select wanted.asset, ${partition} as partition, coalesce(m.state, 'missing') as state, m.reason,
      stale.asset is not null as stale, coalesce(m.blocked, false) as blocked, coalesce(m.degraded, false) as degraded,
      (select max(partition)::text from materializations
        where asset = wanted.asset and partition <= ${partition}::date and state <> 'failed') as "newestPartition",
      task.state as "taskState", task.reason as "taskReason"
    from unnest(${sql.param([...assets])}::text[]) with ordinality as wanted (asset, position)
    left join materializations m on m.asset = wanted.asset and m.partition = ${partition}::date
    left join (${selectStale({ from: partition, to: partition, assets })}) stale on stale.asset = wanted.asset
    left join lateral (
      select tasks.state, coalesce(tasks.failure ->> 'message', tasks.reason) as reason
      from tasks join runs on runs.id = tasks.run_id
      where tasks.asset = wanted.asset and ${partition}::date between runs.from_partition and runs.to_partition
      order by runs.created_at desc limit 1) task on true
    order by wanted.position`);
  return result.rows.map((row) => {
    const { taskState: _state, taskReason: _reason, ...readiness } = row;
    return { ...readiness, reason: explain(row) };
  });
}

/** True for an asset that has what it can have of a partition. */
export function isReady({ state }: Pick<AssetReadiness, 'state'>): boolean {
  return state === 'fresh' || state === 'no_data_expected';
}

/** The newest materialized partition of each asset up to a day; null without one. */
export async function listNewestPartitions(
  db: Queryable,
  assets: readonly AssetName[],
  upTo: Day,
): Promise<{ readonly asset: AssetName; readonly partition: Day | null }[]> {
  const result = await db.execute<{ asset: AssetName; partition: Day | null }>(sql`
    select wanted.asset, (select max(partition)::text from materializations
      where asset = wanted.asset and partition <= ${upTo}::date and state <> 'failed') as partition
    from unnest(${sql.param([...assets])}::text[]) with ordinality as wanted (asset, position) order by position`);
  return result.rows;
}

/** The first moment that the scheduler recorded: nothing was due before. Null before its first start. */
export async function readFirstStart(
  db: Queryable,
): Promise<{ readonly at: number; readonly partition: Day } | null> {
  const result = await db.execute<{ at: string; partition: Day }>(
    sql`select due_at::text as at, partition::text from ticks order by due_at limit 1`,
  );
  const row = result.rows[0];
  return row === undefined ? null : { at: new Date(row.at).getTime(), partition: row.partition };
}
