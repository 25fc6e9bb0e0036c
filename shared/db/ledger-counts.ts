import { sql } from 'drizzle-orm';
import type { AssetName } from '../pipeline/graph.ts';
import type { RunKind } from '../pipeline/handler.ts';
import { OPEN_TASKS, type RunState, type TaskState } from '../pipeline/runs.ts';
import type { Queryable } from './client.ts';

/** What the ledger holds at one moment, counted. */
export interface LedgerCounts {
  /** Tasks that are not over. */
  readonly tasks: readonly { readonly asset: AssetName; readonly state: TaskState; readonly count: number }[];
  /** Runs that are not over. */
  readonly runs: readonly { readonly kind: RunKind; readonly state: RunState; readonly count: number }[];
  /** Backfills that are not over, with the asset × partitions that they owe and those that are done. */
  readonly backfills: readonly {
    readonly state: RunState;
    readonly count: number;
    readonly partitions: number;
    readonly done: number;
  }[];
  /** Ticks of the schedule, its installation among them; the moment of the last one, seconds since 1970. */
  readonly ticks: readonly {
    readonly outcome: string;
    readonly count: number;
    readonly lastSeconds: number;
  }[];
  /** Partitions of each asset; the last of them, its midnight in UTC in seconds since 1970. */
  readonly partitions: readonly {
    readonly asset: AssetName;
    readonly state: 'fresh' | 'no_data_expected' | 'failed';
    readonly count: number;
    readonly lastSeconds: number;
  }[];
  /** Alerts that nobody has resolved. */
  readonly alerts: readonly { readonly severity: string; readonly count: number }[];
}

/** Counts what the ledger holds, in one snapshot. */
export async function countLedger(db: Queryable): Promise<LedgerCounts> {
  const result = await db.execute<{ counts: LedgerCounts }>(sql`
    select json_build_object(
      'tasks', (select coalesce(json_agg(c), '[]') from (
        select asset, state, count(*) from tasks where state in ${OPEN_TASKS} group by asset, state) c),
      'runs', (select coalesce(json_agg(c), '[]') from (
        select kind, state, count(*) from runs where state in ('planned', 'running', 'paused') group by kind, state) c),
      'backfills', (select coalesce(json_agg(c), '[]') from (
        select state, count(*), sum(partitions) as partitions, sum((
          select coalesce(sum(done), 0) from tasks join runs on runs.id = tasks.run_id
          where runs.backfill_id = backfills.id)) as done
        from backfills where state in ('planned', 'running', 'paused') group by state) c),
      'ticks', (select coalesce(json_agg(c), '[]') from (
        select outcome, count(*), extract(epoch from max(due_at)) as "lastSeconds"
        from ticks group by outcome) c),
      'partitions', (select coalesce(json_agg(c), '[]') from (
        select asset, state, count(*), extract(epoch from max(partition)::timestamp) as "lastSeconds"
        from materializations group by asset, state) c),
      'alerts', (select coalesce(json_agg(c), '[]') from (
        select severity, count(*) from alerts where resolved_at is null group by severity) c)
    ) as counts`);
  const counts = result.rows[0]?.counts;
  if (counts === undefined) throw new Error('The ledger was not counted');
  return counts;
}
