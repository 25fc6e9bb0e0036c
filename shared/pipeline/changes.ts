import { sql, type SQL } from 'drizzle-orm';
import { recordAudit } from '../db/audit-log.ts';
import type { Database, Queryable, Transaction } from '../db/client.ts';
import { OPEN_TASKS, type RunState } from './runs.ts';

// What people ask of backfills and runs. Each change is one transaction that writes the whole intent and the audit row; the
// scheduler and the workers act on it. Locks are taken in the order backfill, runs, tasks, as everywhere.

/** Channel on which workers hear that tasks were cancelled. */
export const TASKS_REVOKED = 'tasks_revoked';

export type BackfillChange = 'cancel' | 'pause' | 'resume' | 'retry';
export type RunChange = 'cancel' | 'retry';

/** Who asks, and why. */
export interface ChangeOrigin {
  readonly actor: string;
  readonly reason: string | null;
  /** Whom the actor says it is for. */
  readonly onBehalfOf?: string;
}

/** From which states a change leads on, and in which ones it has been made already: asking again does nothing. */
interface ChangeRule {
  readonly from: readonly RunState[];
  readonly done: readonly RunState[];
}

const CHANGES: Readonly<Record<BackfillChange, ChangeRule>> = {
  cancel: { from: ['planned', 'running', 'paused'], done: ['cancelled'] },
  pause: { from: ['planned', 'running'], done: ['paused'] },
  resume: { from: ['paused'], done: ['planned', 'running'] },
  retry: { from: ['partially_failed', 'failed', 'cancelled'], done: ['planned', 'running'] },
};

/** Thrown when a backfill or run is in a state that the change does not lead on from. Never retried. */
export class ChangeRefusedError extends Error {
  override readonly name = 'ChangeRefusedError';
  readonly state: RunState;

  constructor(noun: string, id: string, change: BackfillChange, state: RunState) {
    const from = CHANGES[change].from.join(', ');
    super(`${noun} ${id} is ${state}: ${change} is possible when it is ${from}`);
    this.state = state;
  }
}

/** True when the change is to be made, false when it has been. @throws ChangeRefusedError when it is not possible */
function isDue(noun: string, id: string, change: BackfillChange, state: RunState): boolean {
  const { from, done } = CHANGES[change];
  if (!from.includes(state) && !done.includes(state)) throw new ChangeRefusedError(noun, id, change, state);
  return from.includes(state);
}

/** Runs with an open task. As an array it is made once: while the statistics are young, a subquery is run for every run. */
const RUNS_WITH_WORK = sql`array(select distinct run_id from tasks where state in ${OPEN_TASKS})`;

/** Ends the runs that are not over and have work left. A run whose tasks have all ended is closed by what became of them. */
async function cancelRuns(tx: Transaction, which: SQL): Promise<string[]> {
  const result = await tx.execute<{ id: string }>(sql`
    update runs set state = 'cancelled', finished_at = clock_timestamp()
    where ${which} and state in ('planned', 'running', 'paused') and id = any(${RUNS_WITH_WORK})
    returning id`);
  return result.rows.map(({ id }) => id);
}

/**
 * Ends the open tasks of cancelled runs and takes their fences away, so that whoever works on one can no longer commit.
 * A task that is being claimed or committed at this moment is passed over instead of waited for; the scheduler comes back
 * for it. Returns how many ended.
 */
export async function cancelTasks(db: Queryable, runIds: readonly string[]): Promise<number> {
  const result = await db.execute<{ count: number }>(sql`
    with open as (
      select id, state from tasks where run_id = any(${sql.param([...runIds])}::uuid[]) and state in ${OPEN_TASKS}
      for update skip locked),
    ended as (
      update tasks set state = 'cancelled', reason = 'cancelled', fence = fence + 1, finished_at = clock_timestamp()
      from open where tasks.id = open.id
      returning tasks.id, tasks.run_id, tasks.attempts, tasks.fence, tasks.dispatch, open.state as was),
    recorded as (
      insert into task_events (task_id, run_id, kind, attempt, fence, detail)
      select id, run_id, 'cancelled', attempts, fence, jsonb_build_object('was', was) from ended where dispatch > 0)
    select count(*)::int as count from ended`);
  await db.execute(sql`select pg_notify(${TASKS_REVOKED}, '')`);
  return result.rows[0]?.count ?? 0;
}

/** A cancelled run that the queue may still hold jobs of. */
export interface CancelledRun {
  readonly runId: string;
  readonly dispatch: number;
  readonly hasOpenTasks: boolean;
}

/** Cancelled runs that were dispatched: those of the last hour, and older ones with a task that has not ended. */
export async function listCancelledRuns(db: Queryable): Promise<CancelledRun[]> {
  const result = await db.execute<{ id: string; dispatch: number; has_open: boolean }>(sql`
    select id, dispatch, has_open from (
      select id, dispatch, finished_at, id = any(${RUNS_WITH_WORK}) as has_open from runs where state = 'cancelled' and dispatch > 0) cancelled
    where has_open or finished_at > clock_timestamp() - interval '1 hour'`);
  return result.rows.map((row) => ({
    runId: row.id,
    dispatch: row.dispatch,
    hasOpenTasks: row.has_open,
  }));
}

/** Plans runs that ended without success once more. The scheduler dispatches them as if they were new. */
async function reopenRuns(tx: Transaction, which: SQL): Promise<string[]> {
  const result = await tx.execute<{ id: string }>(sql`
    update runs set state = 'planned', finished_at = null
    where ${which} and state in ('partially_failed', 'failed', 'cancelled') returning id`);
  return result.rows.map(({ id }) => id);
}

/**
 * Opens the tasks of reopened runs that did not succeed. What is `done` stays done, unless the run computes all again;
 * crashes and waits are forgiven, attempts are history.
 */
async function reopenTasks(tx: Transaction, runIds: readonly string[]): Promise<number> {
  const result = await tx.execute<{ count: number }>(sql`
    with reopened as (
      update tasks set state = 'pending', reason = null, failure = null, finished_at = null, crashes = 0,
        postponements = 0, done = case when runs.only = 'all' then 0 else tasks.done end
      from runs
      where runs.id = tasks.run_id and runs.id = any(${sql.param([...runIds])}::uuid[])
        and tasks.state in ('failed', 'skipped', 'cancelled')
      returning tasks.id, tasks.run_id, tasks.attempts, tasks.fence, tasks.dispatch),
    recorded as (
      insert into task_events (task_id, run_id, kind, attempt, fence)
      select id, run_id, 'reopened', attempts, fence from reopened where dispatch > 0)
    select count(*)::int as count from reopened`);
  return result.rows[0]?.count ?? 0;
}

/** A backfill that has begun goes on as `running`, another one as `planned`. */
async function reopenBackfill(tx: Transaction, id: string, from: readonly RunState[]): Promise<void> {
  await tx.execute(sql`
    update backfills set finished_at = null, state = case when started_at is null then 'planned' else 'running' end
    where id = ${id} and state = any(${sql.param([...from])}::text[])`);
}

/** What a change did, for the audit log. */
type Effect = Readonly<Record<string, number>>;

const BACKFILL_EFFECTS: Readonly<Record<BackfillChange, (tx: Transaction, id: string) => Promise<Effect>>> = {
  async cancel(tx, id) {
    const runIds = await cancelRuns(tx, sql`backfill_id = ${id}`);
    const tasks = await cancelTasks(tx, runIds);
    // With nothing left to cancel it ends by what became of its runs, a moment later.
    await tx.execute(sql`
      update backfills set state = 'cancelled', finished_at = clock_timestamp()
      where id = ${id} and exists (select from runs where backfill_id = ${id} and state = 'cancelled')`);
    return { runs: runIds.length, tasks };
  },
  async pause(tx, id) {
    await tx.execute(sql`update backfills set state = 'paused' where id = ${id}`);
    const runs = await tx.execute(
      sql`update runs set state = 'paused' where backfill_id = ${id} and state = 'running'`,
    );
    return { runs: runs.rowCount ?? 0 };
  },
  async resume(tx, id) {
    await reopenBackfill(tx, id, CHANGES.resume.from);
    // Planned, not running: what they share with runs that started meanwhile is looked at again when they are dispatched.
    const runs = await tx.execute(
      sql`update runs set state = 'planned' where backfill_id = ${id} and state = 'paused'`,
    );
    return { runs: runs.rowCount ?? 0 };
  },
  async retry(tx, id) {
    await reopenBackfill(tx, id, CHANGES.retry.from);
    const runIds = await reopenRuns(tx, sql`backfill_id = ${id}`);
    return { runs: runIds.length, tasks: await reopenTasks(tx, runIds) };
  },
};

const RUN_EFFECTS: Readonly<
  Record<RunChange, (tx: Transaction, id: string, backfillId: string | null) => Promise<Effect>>
> = {
  async cancel(tx, id) {
    const runIds = await cancelRuns(tx, sql`id = ${id}`);
    return { tasks: await cancelTasks(tx, runIds) };
  },
  async retry(tx, id, backfillId) {
    if (backfillId !== null)
      await reopenBackfill(tx, backfillId, ['succeeded', 'partially_failed', 'failed', 'cancelled']);
    return { tasks: await reopenTasks(tx, await reopenRuns(tx, sql`id = ${id}`)) };
  },
};

/**
 * Changes a backfill with all its runs and tasks. Says false when there is none with this id, true otherwise, also when
 * the change had been made before: then nothing is written.
 *
 * @throws ChangeRefusedError
 */
export async function changeBackfill(
  db: Database,
  id: string,
  change: BackfillChange,
  origin: ChangeOrigin,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const found = await tx.execute<{ state: RunState }>(
      sql`select state from backfills where id = ${id} for update`,
    );
    const state = found.rows[0]?.state;
    if (state === undefined) return false;
    if (!isDue('Backfill', id, change, state)) return true;
    const effect = await BACKFILL_EFFECTS[change](tx, id);
    const detail = { from: state, ...effect };
    await recordAudit(tx, origin, { action: `backfill_${change}`, subject: id, detail });
    return true;
  });
}

/**
 * Changes one run, whatever asked for it. Says what {@link changeBackfill} says.
 *
 * @throws ChangeRefusedError
 */
export async function changeRun(
  db: Database,
  id: string,
  change: RunChange,
  origin: ChangeOrigin,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    await tx.execute(
      sql`select from backfills where id = (select backfill_id from runs where id = ${id}) for update`,
    );
    const found = await tx.execute<{ state: RunState; backfill_id: string | null }>(
      sql`select state, backfill_id from runs where id = ${id} for update`,
    );
    const run = found.rows[0];
    if (run === undefined) return false;
    if (!isDue('Run', id, change, run.state)) return true;
    const effect = await RUN_EFFECTS[change](tx, id, run.backfill_id);
    const detail = { from: run.state, ...effect };
    await recordAudit(tx, origin, { action: `run_${change}`, subject: id, detail });
    return true;
  });
}
