import { sql } from 'drizzle-orm';
import type { AssetName } from '../pipeline/graph.ts';
import type { Only, RunState } from '../pipeline/runs.ts';
import { MINUTE, toIso, type Day } from '../time.ts';
import type { SliceUnit } from './backfill-plan.ts';
import type { BackfillEstimate } from './backfills.ts';
import type { Queryable } from './client.ts';
import { isoText } from './iso-text.ts';

/** What counts as recent: long enough for a slice of a year to end within it now and then. */
const RECENT_MINUTES = 15;

/** A backfill as people follow it. Moments are UTC ISO 8601. */
export interface BackfillProgress {
  readonly id: string;
  readonly state: RunState;
  readonly from: Day;
  readonly to: Day;
  readonly assets: readonly AssetName[];
  readonly only: Only;
  readonly slice: SliceUnit;
  readonly maxConcurrentRuns: number;
  readonly order: 'newest' | 'oldest';
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** Counts by state. */
  readonly runs: Readonly<Record<string, number>>;
  readonly tasks: Readonly<Record<string, number>>;
  readonly partitions: { readonly total: number; readonly done: number };
  /** Requests sent, by bronze asset. */
  readonly requests: Readonly<Record<string, number>>;
  /** What it was expected to take when it was accepted. */
  readonly estimate: BackfillEstimate | null;
  /**
   * Partitions per minute: of the last fifteen minutes while it goes on, or since it was dispatched again within them; of all
   * its time once it has ended. Null before the first one is done; 0 when none was lately.
   */
  readonly rate: number | null;
  /** When the rest will be done at that rate; null unless it is running. */
  readonly eta: string | null;
}

type ProgressRow = Record<string, unknown> &
  Omit<BackfillProgress, 'partitions' | 'rate' | 'eta'> & {
    total: number;
    done: number;
    recent: number;
    total_minutes: number | null;
    recent_minutes: number | null;
  };

/** Partitions per minute; see {@link BackfillProgress.rate}. */
function computeRate({ done, recent, finishedAt, ...row }: ProgressRow): number | null {
  if (done === 0) return null;
  const [count, minutes] = finishedAt === null ? [recent, row.recent_minutes] : [done, row.total_minutes];
  return minutes === null || minutes <= 0 ? null : count / minutes;
}

function toProgress(row: ProgressRow): BackfillProgress {
  const { total, done: counted, recent: _recent, total_minutes: _all, recent_minutes: _part, ...shown } = row;
  const done = Math.min(counted, total);
  const rate = computeRate(row);
  const isMoving = row.state === 'running' && rate !== null && rate > 0;
  return {
    ...shown,
    partitions: { total, done },
    rate,
    eta: isMoving ? toIso(Date.now() + ((total - done) / rate) * MINUTE) : null,
  };
}

/** Backfills, newest first, or the one with the id. */
export async function listBackfills(
  db: Queryable,
  filter: { readonly id?: string; readonly before?: string | undefined; readonly limit: number },
): Promise<BackfillProgress[]> {
  const result = await db.execute<ProgressRow>(sql`
    select b.id, b.state, b.from_partition::text as "from", b.to_partition::text as "to", b.assets, b.only, b.slice,
      b.max_concurrent_runs as "maxConcurrentRuns", b."order", ${isoText(sql`b.created_at`)} as "createdAt",
      ${isoText(sql`b.started_at`)} as "startedAt", ${isoText(sql`b.finished_at`)} as "finishedAt", b.estimate,
      b.partitions as total, t.done, t.recent, coalesce(t.tasks, '{}') as tasks, coalesce(t.requests, '{}') as requests,
      coalesce(r.runs, '{}') as runs,
      (extract(epoch from coalesce(b.finished_at, clock_timestamp()) - b.started_at) / 60)::float8 as total_minutes,
      (extract(epoch from clock_timestamp() - greatest(b.started_at, p.begin, t.since)) / 60)::float8 as recent_minutes
    from backfills b
    cross join lateral (select clock_timestamp() - make_interval(mins => ${RECENT_MINUTES}) as begin) p
    cross join lateral (
      select jsonb_object_agg(state, count) as runs
      from (select state, count(*) from runs where backfill_id = b.id group by state) s) r
    cross join lateral (
      with counted as materialized (
        select tasks.state, tasks.asset, count(*) as count, sum(tasks.done) as done, sum(tasks.requests) as requests,
          sum(tasks.done) filter (where tasks.finished_at >= p.begin) as recent,
          min(tasks.queued_at) filter (where tasks.state = 'running' or tasks.finished_at >= p.begin) as since
        from tasks join runs on runs.id = tasks.run_id where runs.backfill_id = b.id
        group by tasks.state, tasks.asset)
      select
        (select jsonb_object_agg(state, count) from (select state, sum(count) as count from counted group by state) s) as tasks,
        (select jsonb_object_agg(asset, requests) from (
          select asset, sum(requests) as requests from counted group by asset having sum(requests) > 0) s) as requests,
        (select coalesce(sum(done), 0)::int from counted) as done,
        (select coalesce(sum(recent), 0)::int from counted) as recent,
        (select min(since) from counted) as since) t
    where ${filter.id === undefined ? sql`true` : sql`b.id = ${filter.id}`}
      and ${filter.before === undefined ? sql`true` : sql`b.created_at < ${filter.before}`}
    order by b.created_at desc limit ${filter.limit}`);
  return result.rows.map(toProgress);
}
