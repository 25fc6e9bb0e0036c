import { sql, type SQL } from 'drizzle-orm';
import { codeVersionOf } from '../pipeline/code-version.ts';
import { graph, type AssetName } from '../pipeline/graph.ts';
import type { PartitionOutcome } from '../pipeline/handler.ts';
import type { Only } from '../pipeline/runs.ts';
import { cutoffOf, listWeekdays, toIso, type Day, type Instant } from '../time.ts';
import type { Queryable } from './client.ts';
import { listStale } from './staleness.ts';

/**
 * The partitions of a range that an asset still owes, ascending. `all` owes every one of them again, `stale` those whose
 * upstreams or code have changed.
 */
export async function listOwedPartitions(
  db: Queryable,
  asset: AssetName,
  from: Day,
  to: Day,
  only: Only,
): Promise<Day[]> {
  const weekdays = listWeekdays(from, to);
  if (only === 'all') return weekdays;
  if (only === 'stale') {
    const stale = await listStale(db, { from, to, assets: [asset] });
    return stale.map(({ partition }) => partition);
  }
  const result = await db.execute<{ partition: Day; state: string }>(sql`
    select partition::text, state from materializations
    where asset = ${asset} and partition between ${from} and ${to}`);
  const states = new Map(result.rows.map((row) => [row.partition, row.state]));
  return weekdays.filter((day) => {
    const state = states.get(day);
    return only === 'failed' ? state === 'failed' : state === undefined || state === 'failed';
  });
}

/** How many of some partitions an asset has materialized. */
export async function countMaterialized(
  db: Queryable,
  asset: AssetName,
  partitions: readonly Day[],
): Promise<number> {
  const result = await db.execute<{ count: string }>(sql`
    select count(*) from materializations
    where asset = ${asset} and partition = any(${sql.param([...partitions])}::date[]) and state <> 'failed'`);
  return Number(result.rows[0]?.count ?? 0);
}

/** True when any partition of an asset is materialized. */
export async function hasMaterialized(db: Queryable, asset: AssetName): Promise<boolean> {
  const result = await db.execute(
    sql`select from materializations where asset = ${asset} and state <> 'failed' limit 1`,
  );
  return result.rows.length > 0;
}

/** Numbers of the outcomes of an asset's upstreams, in the order of the graph, by partition. */
export type UpstreamIds = ReadonlyMap<Day, readonly number[]>;

/**
 * The outcomes that the upstreams of an asset have now. Read before the asset reads its inputs: an upstream that changes
 * in between makes the result look older than it is, never newer.
 */
export async function readUpstreamIds(
  db: Queryable,
  asset: AssetName,
  partitions: readonly Day[],
): Promise<UpstreamIds> {
  const reads = sql.param([...graph.assets[asset].reads]);
  const result = await db.execute<{ partition: Day; ids: string[] }>(sql`
    select partition::text, array_agg(id order by array_position(${reads}::text[], asset)) as ids from materializations
    where asset = any(${reads}::text[]) and partition = any(${sql.param([...partitions])}::date[])
    group by partition`);
  return new Map(result.rows.map(({ partition, ids }) => [partition, ids.map(Number)]));
}

async function renumber(tx: Queryable, asset: AssetName, where: SQL, sets: SQL = sql``): Promise<void> {
  await tx.execute(sql`
    with due as (
      select partition from materializations where asset = ${asset} and state <> 'failed' and ${where}
      order by partition for update
    )
    update materializations m
    set id = nextval(pg_get_serial_sequence('materializations', 'id')), materialized_at = clock_timestamp()${sets}
    from due where m.asset = ${asset} and m.partition = due.partition`);
}

/**
 * Gives the outcomes of an asset new numbers whose cutoff is not before a moment: rows that became known then were added,
 * changed or removed, and whoever reads those partitions would see something else now.
 */
export function renumberFrom(tx: Queryable, asset: AssetName, moment: Instant): Promise<void> {
  return renumber(tx, asset, sql`cutoff >= ${toIso(moment)}::timestamptz`);
}

/** The task whose outcomes are stored. */
interface StoringTask {
  readonly taskId: string;
  readonly runId: string;
}

function toColumns(outcomes: readonly PartitionOutcome[], upstreamIds: UpstreamIds): (string | null)[][] {
  const column = (value: (outcome: PartitionOutcome) => string | null) => outcomes.map(value);
  return [
    column(({ partition }) => partition),
    column(({ state }) => state),
    column((outcome) => (outcome.state === 'fresh' ? null : outcome.reason)),
    column((outcome) => String(outcome.state === 'fresh' && outcome.degraded === true)),
    column((outcome) => String(outcome.state === 'failed' && outcome.blocked === true)),
    column((outcome) => String(outcome.state === 'fresh' ? outcome.rows : 0)),
    column(({ partition }) => toIso(cutoffOf(partition))),
    column(({ partition }) => `{${(upstreamIds.get(partition) ?? []).join(',')}}`),
  ];
}

/**
 * Stores what became of partitions; the latest outcome is the effective one. It takes a new number, moment, task and run
 * only when something about it changed. One that is as it was may rest on other upstreams: that alone is noted.
 */
export async function storeOutcomes(
  tx: Queryable,
  asset: AssetName,
  task: StoringTask,
  outcomes: readonly PartitionOutcome[],
  upstreamIds: UpstreamIds,
): Promise<void> {
  if (outcomes.length === 0) return;
  const changed = outcomes.filter((outcome) => outcome.state === 'fresh' && outcome.changed === true);
  if (changed.length > 0) {
    const days = sql.param(changed.map(({ partition }) => partition));
    const sets = sql`, task_id = ${task.taskId}, run_id = ${task.runId}`;
    await renumber(tx, asset, sql`partition = any(${days}::date[])`, sets);
  }
  const columns = sql.join(
    toColumns(outcomes, upstreamIds).map((column) => sql`${sql.param(column)}::text[]`),
    sql`, `,
  );
  const outcome = ['state', 'reason', 'degraded', 'blocked', 'rows', 'code_version'];
  const listed = (alias: string, names: readonly string[]): SQL =>
    sql.raw(names.map((name) => `${alias}.${name}`).join(', '));
  const isOther = sql`(${listed('stored', outcome)}) is distinct from (${listed('excluded', outcome)})`;
  const tiedToNumber = sql.join(
    ['id', 'materialized_at', 'task_id', 'run_id'].map(
      (name) =>
        sql`${sql.identifier(name)} = case when ${isOther} then excluded.${sql.identifier(name)} else stored.${sql.identifier(name)} end`,
    ),
    sql`, `,
  );
  const all = [...outcome, 'cutoff', 'upstream_ids'];
  await tx.execute(sql`
    insert into materializations as stored (asset, task_id, run_id, code_version, materialized_at,
      partition, state, reason, degraded, blocked, rows, cutoff, upstream_ids)
    select ${asset}, ${task.taskId}::uuid, ${task.runId}::uuid, ${codeVersionOf(asset)}, clock_timestamp(),
      partition::date, state, reason, degraded::boolean, blocked::boolean, rows::int, cutoff::timestamptz, upstream_ids::bigint[]
    from unnest(${columns}) as incoming (partition, state, reason, degraded, blocked, rows, cutoff, upstream_ids)
    order by partition
    on conflict (asset, partition) do update set ${tiedToNumber},
      ${sql.raw(all.map((name) => `${name} = excluded.${name}`).join(', '))}
    where (${listed('stored', all)}) is distinct from (${listed('excluded', all)})`);
}
