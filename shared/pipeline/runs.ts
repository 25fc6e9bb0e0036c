import { sql, type SQL } from 'drizzle-orm';
import type { Queryable } from '../db/client.ts';
import type { StoredFailure } from '../errors.ts';
import { MAX_CRASHES } from '../queues/queues.ts';
import type { Day } from '../time.ts';
import type { AssetName } from './graph.ts';
import type { RunKind } from './handler.ts';
import type { Only } from './only.ts';

// The ledger's state transitions: one statement each, so that none can be half done. Whoever locks several rows locks the
// backfill first, then its runs, then their tasks. What people ask for (cancel, pause, …) stands in `changes.ts`.

export type TaskState = 'pending' | 'queued' | 'running' | 'succeeded' | 'failed' | 'skipped' | 'cancelled';
export type RunState =
  | 'planned'
  | 'running'
  | 'paused'
  | 'succeeded'
  | 'partially_failed'
  | 'failed'
  | 'cancelled';
export type { Only };

/** The states of a task that has not ended. */
export const OPEN_TASKS = sql.raw(`('pending', 'queued', 'running')`);

/** A task that a worker has claimed: its fence is the right to commit. */
export interface ClaimedTask {
  readonly taskId: string;
  readonly runId: string;
  readonly asset: AssetName;
  readonly kind: RunKind;
  readonly only: Only;
  readonly from: Day;
  readonly to: Day;
  readonly fence: number;
  readonly attempt: number;
  readonly crashes: number;
  readonly postponements: number;
  readonly requestedAt: Date;
  readonly historyFrom: Day;
}

/**
 * Takes a task for one attempt and raises its fence, so that whoever held it before can no longer commit. A task that
 * is found `running` was left by a process that died: that is a crash. Returns null when the job is superseded, or when
 * its run is paused or over.
 */
export async function claimTask(
  db: Queryable,
  taskId: string,
  dispatch: number,
  worker: string,
): Promise<ClaimedTask | null> {
  const result = await db.execute<{
    run_id: string;
    asset: AssetName;
    kind: RunKind;
    only: Only;
    from_partition: Day;
    to_partition: Day;
    fence: string;
    attempts: number;
    crashes: number;
    postponements: number;
    requested_at: string;
    history_from: Day;
  }>(sql`
    update tasks set
      state = 'running',
      fence = tasks.fence + 1,
      attempts = tasks.attempts + 1,
      crashes = tasks.crashes + case when tasks.state = 'running' then 1 else 0 end,
      worker = ${worker},
      started_at = coalesce(tasks.started_at, clock_timestamp())
    from runs left join backfills on backfills.id = runs.backfill_id
    where tasks.id = ${taskId} and tasks.dispatch = ${dispatch} and tasks.state in ('queued', 'running')
      and runs.id = tasks.run_id and runs.state = 'running'
    returning tasks.run_id, tasks.asset, runs.kind, runs.only, runs.from_partition::text, runs.to_partition::text,
      tasks.fence, tasks.attempts, tasks.crashes, tasks.postponements,
      coalesce(backfills.created_at, runs.created_at)::text as requested_at,
      coalesce(backfills.from_partition, runs.from_partition)::text as history_from`);
  const row = result.rows[0];
  if (row === undefined) return null;
  return {
    taskId,
    runId: row.run_id,
    asset: row.asset,
    kind: row.kind,
    only: row.only,
    from: row.from_partition,
    to: row.to_partition,
    fence: Number(row.fence),
    attempt: row.attempts,
    crashes: row.crashes,
    postponements: row.postponements,
    requestedAt: new Date(row.requested_at),
    historyFrom: row.history_from,
  };
}

/** True when the crashes of a task put it in quarantine. */
export function isCrashLoop(task: ClaimedTask): boolean {
  return task.crashes >= MAX_CRASHES;
}

/**
 * Locks the task's row and says whether this attempt still owns it and its run is not cancelled. Call inside the
 * transaction that commits.
 */
export async function holdsFence(tx: Queryable, task: ClaimedTask): Promise<boolean> {
  const result = await tx.execute<{ fence: string; state: TaskState; run_state: RunState }>(sql`
    select tasks.fence, tasks.state, runs.state as run_state from tasks join runs on runs.id = tasks.run_id
    where tasks.id = ${task.taskId} for update of tasks`);
  const row = result.rows[0];
  return (
    row !== undefined &&
    Number(row.fence) === task.fence &&
    row.state === 'running' &&
    row.run_state !== 'cancelled'
  );
}

/**
 * Which of some claimed tasks are no longer their holders': claimed or dispatched by someone else, or of a cancelled run.
 * The end of an attempt raises no fence, so that nobody is told to stop who has just finished.
 */
export async function listRevoked(db: Queryable, held: readonly ClaimedTask[]): Promise<Set<ClaimedTask>> {
  const ids = held.map((task) => task.taskId);
  const result = await db.execute<{ id: string; fence: string; is_cancelled: boolean }>(sql`
    select tasks.id, tasks.fence, tasks.state = 'running' and runs.state = 'cancelled' as is_cancelled
    from tasks join runs on runs.id = tasks.run_id where tasks.id = any(${sql.param(ids)}::uuid[])`);
  const rows = new Map(result.rows.map((row) => [row.id, row]));
  return new Set(
    held.filter((task) => {
      const row = rows.get(task.taskId);
      return row === undefined || Number(row.fence) !== task.fence || row.is_cancelled;
    }),
  );
}

/** How a claimed task ends its attempt. */
export interface TaskEnd {
  readonly state: 'queued' | 'succeeded' | 'failed' | 'skipped';
  readonly reason?: string | null;
  readonly failure?: StoredFailure | null;
  /** Rows written in this attempt. */
  readonly rows?: number;
  /** Partitions that this attempt materialized. A task that succeeds has done all of its own, whoever computed them. */
  readonly done?: number;
  readonly isPostponed?: boolean;
}

/** Closes an attempt. Does nothing, and says so, when a newer one owns the task. */
export async function endAttempt(tx: Queryable, task: ClaimedTask, end: TaskEnd): Promise<boolean> {
  const finishedAt: SQL = end.state === 'queued' ? sql`null` : sql`clock_timestamp()`;
  const result = await tx.execute(sql`
    update tasks set
      state = ${end.state},
      reason = ${end.reason ?? null},
      failure = ${end.failure === undefined || end.failure === null ? null : JSON.stringify(end.failure)}::jsonb,
      rows = rows + ${end.rows ?? 0},
      done = ${end.state === 'succeeded' ? sql`partitions` : sql`done + ${end.done ?? 0}`},
      postponements = postponements + ${end.isPostponed === true ? 1 : 0},
      finished_at = ${finishedAt}
    where id = ${task.taskId} and fence = ${task.fence} and state = 'running'`);
  return result.rowCount === 1;
}

/** Adds an event to the history of a task. Events are kept for ever. */
export async function recordEvent(
  db: Queryable,
  task: ClaimedTask,
  kind: string,
  detail: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await db.execute(sql`
    insert into task_events (task_id, run_id, kind, attempt, fence, detail)
    values (${task.taskId}, ${task.runId}, ${kind}, ${task.attempt}, ${task.fence}, ${JSON.stringify(detail)}::jsonb)`);
}

/** A task of a run with what its siblings need to know of it. */
export interface TaskStatus {
  readonly taskId: string;
  readonly asset: AssetName;
  readonly state: TaskState;
  readonly dispatch: number;
}

/** All tasks of a run. */
export async function listTasks(db: Queryable, runId: string): Promise<TaskStatus[]> {
  const result = await db.execute<{ id: string; asset: AssetName; state: TaskState; dispatch: number }>(
    sql`select id, asset, state, dispatch from tasks where run_id = ${runId} order by asset`,
  );
  return result.rows.map((row) => ({
    taskId: row.id,
    asset: row.asset,
    state: row.state,
    dispatch: row.dispatch,
  }));
}

/** What a dispatch of a run hands to the queue. */
export interface DispatchedTasks {
  readonly kind: RunKind;
  readonly dispatch: number;
  /** The trace of the request or the tick that planned the run; null: nobody traced it. */
  readonly traceparent: string | null;
  readonly tasks: readonly TaskStatus[];
}

/**
 * Makes a planned or running run ready for the queue: raises its dispatch and, for every task with work left, dispatch
 * and fence. Tasks whose partitions other runs have materialized meanwhile end as `succeeded`. Returns null when the
 * run may not start: its backfill is paused, an active run shares one of its asset × partitions, one of its own tasks
 * still runs from before a pause, or it is over.
 */
export async function dispatchRun(tx: Queryable, runId: string): Promise<DispatchedTasks | null> {
  const parent = await tx.execute<{ state: RunState }>(sql`
    select state from backfills where id = (select backfill_id from runs where id = ${runId}) for update`);
  const backfillState = parent.rows[0]?.state ?? 'running';
  const locked = await tx.execute<{ state: RunState }>(
    sql`select state from runs where id = ${runId} for update`,
  );
  const state = locked.rows[0]?.state;
  if (state !== 'planned' && state !== 'running') return null;
  if (state === 'planned') {
    if (backfillState !== 'planned' && backfillState !== 'running') return null;
    if ((await hasRunningTask(tx, runId)) || (await hasActiveOverlap(tx, runId))) return null;
  }
  await tx.execute(sql`
    update tasks set state = 'succeeded', reason = 'already_materialized', done = tasks.partitions, finished_at = clock_timestamp()
    from runs
    where tasks.run_id = ${runId} and runs.id = tasks.run_id and runs.only = 'missing'
      and tasks.state in ('pending', 'queued') and not exists (
        select from generate_series(runs.from_partition::timestamp, runs.to_partition::timestamp, '1 day') as day(d)
        where extract(isodow from d) < 6 and not exists (
          select from materializations m
          where m.asset = tasks.asset and m.partition = d::date and m.state <> 'failed'))`);
  const dispatched = await tx.execute<{
    id: string;
    asset: AssetName;
    state: TaskState;
    dispatch: number;
  }>(sql`
    update tasks set state = 'queued', dispatch = dispatch + 1, fence = fence + 1, queued_at = clock_timestamp(), worker = null
    where run_id = ${runId} and state in ${OPEN_TASKS}
    returning id, asset, state, dispatch`);
  const run = await tx.execute<{ kind: RunKind; dispatch: number; traceparent: string | null }>(sql`
    update runs set state = 'running', dispatch = dispatch + 1, started_at = coalesce(started_at, clock_timestamp())
    where id = ${runId} returning kind, dispatch, traceparent`);
  const row = run.rows[0];
  if (row === undefined) return null;
  return {
    kind: row.kind,
    dispatch: row.dispatch,
    traceparent: row.traceparent,
    tasks: dispatched.rows.map((task) => ({
      taskId: task.id,
      asset: task.asset,
      state: task.state,
      dispatch: task.dispatch,
    })),
  };
}

/** True for a run that was resumed before a task of it had ended: dispatching it now would throw that work away. */
async function hasRunningTask(tx: Queryable, runId: string): Promise<boolean> {
  const result = await tx.execute(
    sql`select from tasks where run_id = ${runId} and state = 'running' limit 1`,
  );
  return result.rows.length > 0;
}

/** A paused run stands in nobody's way but with the tasks that were running when it was paused. */
async function hasActiveOverlap(tx: Queryable, runId: string): Promise<boolean> {
  const result = await tx.execute(sql`
    select from runs mine
    join tasks my_task on my_task.run_id = mine.id and my_task.state in ${OPEN_TASKS}
    join runs other on other.id <> mine.id and other.state in ('planned', 'running', 'paused')
      and other.from_partition <= mine.to_partition and other.to_partition >= mine.from_partition
    join tasks other_task on other_task.run_id = other.id and other_task.asset = my_task.asset
      and (other_task.state = 'running' or other.state = 'running' and other_task.state in ${OPEN_TASKS})
    where mine.id = ${runId} limit 1`);
  return result.rows.length > 0;
}

/** Ends a run whose tasks have all ended, by what became of them. Does nothing while one is open. */
export async function closeRun(db: Queryable, runId: string): Promise<RunState | null> {
  const result = await db.execute<{ state: RunState }>(sql`
    update runs set finished_at = clock_timestamp(), state = (
      select case
        when bool_or(state = 'cancelled') then 'cancelled'
        when bool_and(state = 'succeeded') then 'succeeded'
        when bool_or(state = 'succeeded') then 'partially_failed'
        else 'failed' end
      from tasks where run_id = ${runId})
    where id = ${runId} and state in ('running', 'paused')
      and not exists (select from tasks where run_id = ${runId} and state in ${OPEN_TASKS})
    returning state`);
  return result.rows[0]?.state ?? null;
}

/** Ends every backfill whose runs have all ended, also one whose runs were cancelled one by one before it began. */
export async function closeBackfills(db: Queryable): Promise<void> {
  await db.execute(sql`
    update backfills set finished_at = clock_timestamp(), state = (
      select case
        when bool_or(state = 'cancelled') then 'cancelled'
        when bool_and(state = 'succeeded') then 'succeeded'
        when bool_and(state = 'failed') then 'failed'
        else 'partially_failed' end
      from runs where backfill_id = backfills.id)
    where state in ('planned', 'running', 'paused') and not exists (
      select from runs where backfill_id = backfills.id and state in ('planned', 'running', 'paused'))`);
}

/**
 * The next planned runs that may start: manual and scheduled ones at once, those of a backfill within its
 * `maxConcurrentRuns`, in the order in which they are to start.
 */
export async function listStartableRuns(db: Queryable): Promise<string[]> {
  // Free places are counted once per backfill: while the statistics are young, a condition on each of its runs is slow.
  const result = await db.execute<{ id: string }>(sql`
    with open as materialized (
      select id, greatest(0, max_concurrent_runs - (
        select count(*) from runs where backfill_id = backfills.id and state = 'running')) as free
      from backfills where state in ('planned', 'running'))
    select id from (
      select id, kind, created_at, position from runs where state = 'planned' and backfill_id is null
      union all
      select next.* from open cross join lateral (
        select id, kind, created_at, position from runs
        where backfill_id = open.id and state = 'planned' order by position limit open.free) next
    ) waiting
    order by array_position(array['scheduled', 'manual', 'backfill'], kind), created_at, position`);
  return result.rows.map((row) => row.id);
}

/** Marks the backfill of a run that has started. */
export async function markBackfillRunning(db: Queryable, runId: string): Promise<void> {
  await db.execute(sql`
    update backfills set state = 'running', started_at = coalesce(backfills.started_at, clock_timestamp())
    from runs where runs.id = ${runId} and backfills.id = runs.backfill_id and backfills.state = 'planned'`);
}

/** An active run with its open tasks, for the comparison of ledger and queue. */
export interface ActiveRun {
  readonly runId: string;
  readonly dispatch: number;
  /** Milliseconds since the newest dispatch. */
  readonly dispatchedMsAgo: number;
  readonly openTasks: readonly {
    readonly taskId: string;
    readonly asset: AssetName;
    readonly dispatch: number;
  }[];
}

/** All running runs. */
export async function listActiveRuns(db: Queryable): Promise<ActiveRun[]> {
  const result = await db.execute<{
    id: string;
    dispatch: number;
    ms_ago: string | null;
    tasks: { taskId: string; asset: AssetName; dispatch: number }[] | null;
  }>(sql`
    select runs.id, runs.dispatch,
      (extract(epoch from clock_timestamp() - max(tasks.queued_at)) * 1000)::bigint as ms_ago,
      jsonb_agg(jsonb_build_object('taskId', tasks.id, 'asset', tasks.asset, 'dispatch', tasks.dispatch))
        filter (where tasks.state in ${OPEN_TASKS}) as tasks
    from runs left join tasks on tasks.run_id = runs.id
    where runs.state = 'running' group by runs.id, runs.dispatch order by runs.created_at, runs.position`);
  return result.rows.map((row) => ({
    runId: row.id,
    dispatch: row.dispatch,
    dispatchedMsAgo: Number(row.ms_ago ?? 0),
    openTasks: row.tasks ?? [],
  }));
}

/** True while the ledger waits for this dispatch of a task. */
export async function isTaskOpen(db: Queryable, taskId: string, dispatch: number): Promise<boolean> {
  const result = await db.execute(sql`
    select from tasks where id = ${taskId} and dispatch = ${dispatch} and state in ${OPEN_TASKS}`);
  return result.rows.length > 0;
}

/** A task that runs although its run does not: it was running when the run was paused. */
export interface HeldTask {
  readonly taskId: string;
  readonly asset: AssetName;
  readonly dispatch: number;
}

/** The running tasks of paused runs and of runs that were resumed before such a task had ended. */
export async function listHeldTasks(db: Queryable): Promise<HeldTask[]> {
  const result = await db.execute<{ id: string; asset: AssetName; dispatch: number }>(sql`
    select tasks.id, tasks.asset, tasks.dispatch from tasks join runs on runs.id = tasks.run_id
    where tasks.state = 'running' and runs.state in ('planned', 'paused') order by tasks.id`);
  return result.rows.map((row) => ({ taskId: row.id, asset: row.asset, dispatch: row.dispatch }));
}

/** Takes a task from a worker that is gone together with its job: it waits for the next dispatch. */
export async function releaseHeldTask(db: Queryable, { taskId, dispatch }: HeldTask): Promise<boolean> {
  const result = await db.execute(sql`
    with released as (
      update tasks set state = 'queued', fence = fence + 1
      where id = ${taskId} and dispatch = ${dispatch} and state = 'running'
      returning id, run_id, attempts, fence)
    insert into task_events (task_id, run_id, kind, attempt, fence, detail)
    select id, run_id, 'released', attempts, fence, '{"message": "its job is gone"}' from released`);
  return result.rowCount === 1;
}
