import { sql, type SQL } from 'drizzle-orm';
import type { AssetName } from '../pipeline/graph.ts';
import { DAY_MS, toIso, type Day, type Instant } from '../time.ts';
import type { Queryable } from './client.ts';

// What the rules of alerts read from the ledger. What went wrong within a day raises an alert; once raised it lasts until
// it is repaired, however old it is.

/** Which rule asks, about which assets (null: all) and when. */
export interface EvidenceQuestion {
  readonly rule: string;
  readonly assets: readonly AssetName[] | null;
  readonly now: Instant;
}

/** A missed tick is news for a week: who was away longer asks for a backfill anyway. */
export const MISSED_NEWS_MS = 7 * DAY_MS;

const isWatched = (asset: SQL, assets: readonly AssetName[] | null): SQL =>
  assets === null ? sql`true` : sql`${asset} = any(${sql.param([...assets])}::text[])`;

/** Happened within a span before now, or is told of by an open alert already. */
const isNews = (moment: SQL, subject: SQL, { rule, now }: EvidenceQuestion, spanMs = DAY_MS): SQL => sql`(
  ${moment} > ${toIso(now - spanMs)}::timestamptz and ${moment} <= ${toIso(now)}::timestamptz or exists (
    select from alerts where alerts.rule = ${rule} and alerts.subject = ${subject} and alerts.resolved_at is null))`;

/** Runs of one backfill are one subject: a backfill of years that fails is one alert. */
const REQUEST = sql`case when runs.backfill_id is null then 'run ' || runs.id else 'backfill ' || runs.backfill_id end`;

/** A partition of a task's run that the asset still owes: nobody has made up for it. */
const IS_OWED = sql`exists (
  select from generate_series(runs.from_partition::timestamp, runs.to_partition::timestamp, '1 day') as day (d)
  where extract(isodow from d) < 6 and not exists (
    select from materializations m
    where m.asset = tasks.asset and m.partition = d::date and m.state <> 'failed'))`;

/** Runs that failed and are not repaired: of one backfill together, others each by itself. */
export interface FailedRuns {
  readonly subject: string;
  readonly runs: number;
  /** How many of them failed within the last day. */
  readonly lately: number;
  readonly from: Day;
  readonly to: Day;
  /** Failed assets with the failure of one of their tasks: `bronze_fred: HTTP 403`. */
  readonly failures: readonly string[];
}

/** Failed and partially failed runs with partitions that are still owed. */
export async function listFailedRuns(db: Queryable, question: EvidenceQuestion): Promise<FailedRuns[]> {
  const result = await db.execute<FailedRuns & Record<string, unknown>>(sql`
    select subject, count(distinct id)::int as runs, min(from_partition)::text as from, max(to_partition)::text as to,
      (count(distinct id) filter (where finished_at > ${toIso(question.now - DAY_MS)}::timestamptz))::int as lately,
      array_agg(distinct failure) as failures
    from (
      select ${REQUEST} as subject, runs.id, from_partition, to_partition, runs.finished_at, tasks.asset || ': ' ||
        first_value(coalesce(tasks.failure ->> 'message', tasks.reason, tasks.state))
          over (partition by ${REQUEST}, tasks.asset order by runs.position, runs.id) as failure
      from runs join tasks on tasks.run_id = runs.id
      where runs.state in ('failed', 'partially_failed') and tasks.state = 'failed'
        and ${isWatched(sql`tasks.asset`, question.assets)}
        and ${isNews(sql`runs.finished_at`, REQUEST, question)} and ${IS_OWED}) failed
    group by subject order by subject`);
  return result.rows;
}

/** A task in quarantine. */
export interface CrashLoop {
  readonly subject: string;
  readonly crashes: number;
  readonly from: Day;
  readonly to: Day;
}

/** Tasks that were given up because their workers died again and again, and whose partitions are still owed. */
export async function listCrashLoops(db: Queryable, question: EvidenceQuestion): Promise<CrashLoop[]> {
  const subject = sql`tasks.asset || ' of ' || ${REQUEST}`;
  const result = await db.execute<CrashLoop & Record<string, unknown>>(sql`
    select ${subject} as subject, max(tasks.crashes) as crashes, min(from_partition)::text as from,
      max(to_partition)::text as to
    from tasks join runs on runs.id = tasks.run_id
    where tasks.state = 'failed' and tasks.failure ->> 'message' like 'crash_loop%'
      and ${isWatched(sql`tasks.asset`, question.assets)} and ${isNews(sql`tasks.finished_at`, subject, question)}
      and ${IS_OWED}
    group by 1 order by 1`);
  return result.rows;
}

/** Partitions of one asset and run or backfill that a check keeps from being materialized. */
export interface BlockedAsset {
  readonly subject: string;
  readonly partitions: number;
  readonly from: Day;
  readonly to: Day;
  /** `BR_IPCA_MOM jump: expected …, got …`. */
  readonly checks: readonly string[];
}

/** Blocked partitions with the checks that block them. */
export async function listBlocked(db: Queryable, question: EvidenceQuestion): Promise<BlockedAsset[]> {
  const subject = sql`m.asset || ' of ' || ${REQUEST}`;
  const result = await db.execute<BlockedAsset & Record<string, unknown>>(sql`
    select ${subject} as subject, count(distinct m.partition)::int as partitions, min(m.partition)::text as from,
      max(m.partition)::text as to,
      coalesce(array_agg(distinct c.key || ' ' || c.check_name || ': expected ' || c.expected || ', got ' || c.observed)
        filter (where c.id is not null), '{}') as checks
    from materializations m join runs on runs.id = m.run_id left join tasks on tasks.id = m.task_id
    left join check_results c on c.task_id = m.task_id and c.status = 'failed' and c.severity = 'block'
    where m.blocked and ${isWatched(sql`m.asset`, question.assets)}
      and ${isNews(sql`coalesce(tasks.finished_at, m.materialized_at)`, subject, question)}
    group by 1 order by 1`);
  return result.rows;
}

/** How a tick failed to start in time; `waiting`: its run is planned and has not begun. */
export type TickFailure = 'missed' | 'late' | 'caught_up' | 'waiting';

/** A due moment at which nothing was started in time. */
export interface LateTick {
  readonly subject: string;
  readonly partition: Day;
  readonly state: TickFailure;
  /** Minutes from the due moment until it was recorded, whole. */
  readonly minutesLate: number;
  /** Assets that are still not materialized for its partition. */
  readonly owed: number;
}

/**
 * Ticks that had not started some minutes after they were due, and whose partition is not materialized by other means. What
 * came due while the schedule was paused is left out: a person wanted that.
 */
export async function listLateTicks(
  db: Queryable,
  question: EvidenceQuestion & { readonly assets: readonly AssetName[]; readonly afterMs: number },
): Promise<LateTick[]> {
  const subject = sql`told.schedule || ' ' || told.partition`;
  const deadline = toIso(question.now - question.afterMs);
  const result = await db.execute<LateTick & Record<string, unknown>>(sql`
    with told as (
      select ticks.*, case when outcome = 'started' and runs.state = 'planned' and runs.started_at is null
        then 'waiting' else outcome end as state
      from ticks left join runs on runs.id = ticks.run_id)
    select ${subject} as subject, told.partition::text, state, count(*)::int as owed,
      floor(extract(epoch from told.recorded_at - told.due_at) / 60)::int as "minutesLate"
    from told cross join unnest(${sql.param([...question.assets])}::text[]) as wanted (asset)
    where (state in ('missed', 'late', 'caught_up') or state = 'waiting' and told.due_at <= ${deadline}::timestamptz)
      and told.reason is distinct from 'paused' and ${isNews(sql`told.due_at`, subject, question, MISSED_NEWS_MS)}
      and not exists (
        select from materializations m
        where m.asset = wanted.asset and m.partition = told.partition and m.state <> 'failed')
    group by told.schedule, told.partition, told.due_at, told.recorded_at, state order by told.partition, told.due_at`);
  return result.rows;
}

/** Subjects of the open alerts of a rule. */
export async function listOpenSubjects(db: Queryable, rule: string): Promise<string[]> {
  const result = await db.execute<{ subject: string }>(
    sql`select subject from alerts where rule = ${rule} and resolved_at is null order by subject`,
  );
  return result.rows.map(({ subject }) => subject);
}
