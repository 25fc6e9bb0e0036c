import { sql } from 'drizzle-orm';
import type { StoredFailure } from '../errors.ts';
import { graph, type AssetName } from '../pipeline/graph.ts';
import type { RunKind } from '../pipeline/handler.ts';
import type { Only, RunState, TaskState } from '../pipeline/runs.ts';
import type { Day } from '../time.ts';
import type { Queryable } from './client.ts';
import { exactText, isoText } from './iso-text.ts';
import { buildTimeline, listAttemptEvents, type TaskAttempt } from './task-timeline.ts';

/** A run as people see it. Moments are UTC ISO 8601. */
export interface RunSummary {
  readonly id: string;
  readonly kind: RunKind;
  readonly state: RunState;
  readonly backfillId: string | null;
  readonly from: Day;
  readonly to: Day;
  readonly only: Only;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** Tasks by state. */
  readonly taskCounts: Readonly<Record<string, number>>;
  /** Asset × partition pairs. */
  readonly partitions: { readonly total: number; readonly done: number };
}

/** A task of a run as people see it. */
export interface TaskDetail {
  readonly id: string;
  readonly asset: AssetName;
  readonly state: TaskState;
  readonly reason: string | null;
  readonly partitions: { readonly total: number; readonly done: number };
  readonly attempts: number;
  readonly crashes: number;
  readonly postponements: number;
  readonly rows: number;
  /** Requests sent to the provider. */
  readonly requests: number;
  readonly failure: StoredFailure | null;
  readonly events: number;
  readonly queuedAt: string | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** The waits of all attempts together (ms); null before the first. */
  readonly waitedMs: number | null;
  /** Every attempt, oldest first. */
  readonly timeline: readonly TaskAttempt[];
}

/** Where a page of runs ended: moment of creation to the microsecond, position in the backfill, id. */
export type RunPlace = readonly [createdAt: string, position: number, id: string];

/** Which runs to list: newest first, after `after`. */
export interface RunFilter {
  readonly id?: string | undefined;
  readonly state?: RunState | undefined;
  readonly kind?: RunKind | undefined;
  readonly backfillId?: string | undefined;
  readonly after?: RunPlace | undefined;
  readonly limit: number;
}

interface RunRow extends Record<string, unknown> {
  id: string;
  kind: RunKind;
  state: RunState;
  backfill_id: string | null;
  from: Day;
  to: Day;
  only: Only;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  tasks: Record<string, number> | null;
  total: string;
  done: string;
  position: number;
  place: string;
}

/** A run with its place in the list. */
export interface PlacedRun {
  readonly run: RunSummary;
  readonly place: RunPlace;
}

/** Runs, newest first; those of one backfill in the reverse of the order in which they start. */
export async function listRuns(db: Queryable, filter: RunFilter): Promise<PlacedRun[]> {
  const { id, state, kind, backfillId, after, limit } = filter;
  const result = await db.execute<RunRow>(sql`
    select page.id, page.kind, page.state, page.backfill_id, page.from_partition::text as "from",
      page.to_partition::text as "to", page.only, ${isoText(sql`page.created_at`)} as created_at,
      ${isoText(sql`page.started_at`)} as started_at, ${isoText(sql`page.finished_at`)} as finished_at,
      counted.tasks, coalesce(counted.total, 0) as total, coalesce(counted.done, 0) as done, page.position,
      ${exactText(sql`page.created_at`)} as place
    from (
      select * from runs
      where ${id === undefined ? sql`true` : sql`id = ${id}`}
        and ${state === undefined ? sql`true` : sql`state = ${state}`}
        and ${kind === undefined ? sql`true` : sql`kind = ${kind}`}
        and ${backfillId === undefined ? sql`true` : sql`backfill_id = ${backfillId}`}
        and ${after === undefined ? sql`true` : sql`(created_at, position, id) < (${after[0]}::timestamptz, ${after[1]}::int, ${after[2]}::uuid)`}
      order by created_at desc, position desc, id desc limit ${limit}) page
    left join lateral (
      select jsonb_object_agg(state, count) as tasks, sum(total) as total, sum(done) as done
      from (select tasks.state, count(*), sum(tasks.partitions) as total, sum(tasks.done) as done
        from tasks where tasks.run_id = page.id group by tasks.state) s) counted on true
    order by page.created_at desc, page.position desc, page.id desc`);
  return result.rows.map((row) => ({
    run: {
      id: row.id,
      kind: row.kind,
      state: row.state,
      backfillId: row.backfill_id,
      from: row.from,
      to: row.to,
      only: row.only,
      createdAt: row.created_at,
      startedAt: row.started_at,
      finishedAt: row.finished_at,
      taskCounts: row.tasks ?? {},
      partitions: { total: Number(row.total), done: Number(row.done) },
    },
    place: [row.place, row.position, row.id],
  }));
}

interface TaskRow extends Record<string, unknown> {
  id: string;
  asset: AssetName;
  state: TaskState;
  reason: string | null;
  partitions: number;
  done: number;
  attempts: number;
  crashes: number;
  postponements: number;
  rows: number;
  requests: number;
  failure: StoredFailure | null;
  events: string;
  queued_at: string | null;
  started_at: string | null;
  finished_at: string | null;
  first_queued_at: string | null;
}

/** The tasks of a run in the order of the graph. */
export async function listTaskDetails(db: Queryable, runId: string): Promise<TaskDetail[]> {
  const result = await db.execute<TaskRow>(sql`
    select id, asset, state, reason, partitions, done, attempts, crashes, postponements, rows, requests, failure,
      (select count(*) from task_events where task_id = tasks.id) as events,
      ${isoText(sql`queued_at`)} as queued_at, ${isoText(sql`started_at`)} as started_at,
      ${isoText(sql`finished_at`)} as finished_at,
      (select ${isoText(sql`started_at`)} from runs where id = tasks.run_id) as first_queued_at
    from tasks where run_id = ${runId} order by array_position(${sql.param([...graph.names])}::text[], asset)`);
  const events = await listAttemptEvents(db, runId);
  return result.rows.map((row) => {
    const timeline = buildTimeline(
      { state: row.state, firstQueuedAt: row.first_queued_at, queuedAt: row.queued_at },
      events.get(row.id) ?? [],
    );
    return {
      id: row.id,
      asset: row.asset,
      state: row.state,
      reason: row.reason,
      partitions: { total: row.partitions, done: row.done },
      attempts: row.attempts,
      crashes: row.crashes,
      postponements: row.postponements,
      rows: row.rows,
      requests: row.requests,
      failure: row.failure,
      events: Number(row.events),
      queuedAt: row.queued_at,
      startedAt: row.started_at,
      finishedAt: row.finished_at,
      waitedMs:
        timeline.length === 0 ? null : timeline.reduce((sum, { waitedMs }) => sum + (waitedMs ?? 0), 0),
      timeline,
    };
  });
}
