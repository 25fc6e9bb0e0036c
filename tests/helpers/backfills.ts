import { sql } from 'drizzle-orm';
import type { BackfillRequest } from '../../shared/db/backfill-plan.ts';
import { listBackfills, type BackfillProgress } from '../../shared/db/backfill-progress.ts';
import { createBackfill } from '../../shared/db/backfills.ts';
import type { Database } from '../../shared/db/client.ts';
import { graph, type AssetName } from '../../shared/pipeline/graph.ts';
import type { RunState, TaskState } from '../../shared/pipeline/runs.ts';

/** Requests a backfill of everything in monthly slices, one at a time, but for what is given. */
export async function requestBackfill(
  db: Database,
  from: string,
  to: string,
  options: Partial<BackfillRequest> = {},
): Promise<string> {
  const standard = { assets: graph.names, only: 'missing', slice: 'month', maxConcurrentRuns: 1 } as const;
  const { id } = await createBackfill(db, { from, to, order: 'oldest', ...standard, ...options }, null, {
    actor: 'test',
    reason: null,
  });
  return id;
}

/** A backfill as the API shows it. @throws Error when there is none */
export async function readBackfill(db: Database, id: string): Promise<BackfillProgress> {
  const [backfill] = await listBackfills(db, { id, limit: 1 });
  if (backfill === undefined) throw new Error(`There is no backfill ${id}`);
  return backfill;
}

/** A task of a backfill. */
export interface TaskRow extends Record<string, unknown> {
  readonly id: string;
  readonly run_id: string;
  readonly asset: AssetName;
  readonly state: TaskState;
  readonly run_state: RunState;
  readonly dispatch: number;
  readonly attempts: number;
  readonly rows: number;
  readonly done: number;
}

/** The tasks of a backfill, run by run. */
export async function readTasks(db: Database, backfillId: string): Promise<TaskRow[]> {
  const result = await db.execute<TaskRow>(sql`
    select tasks.id, run_id, asset, tasks.state, runs.state as run_state, tasks.dispatch, attempts, rows, done
    from tasks join runs on runs.id = tasks.run_id where backfill_id = ${backfillId} order by position, asset`);
  return result.rows;
}

/** How often each of the events of a kind happened to a task of a backfill: task id → times. */
export async function countEvents(
  db: Database,
  backfillId: string,
  kind: string,
): Promise<Map<string, number>> {
  const result = await db.execute<{ task_id: string; times: number }>(sql`
    select task_id, count(*)::int as times from task_events join runs on runs.id = task_events.run_id
    where backfill_id = ${backfillId} and task_events.kind = ${kind} group by task_id`);
  return new Map(result.rows.map((row) => [row.task_id, row.times]));
}

/** The audit rows about a subject, oldest first, but for the one that every backfill begins with. */
export async function readAudit(db: Database, subject: string) {
  const result = await db.execute<{ actor: string; action: string; detail: Record<string, unknown> }>(
    sql`select actor, action, detail from audit_log where subject = ${subject} and action <> 'backfill_create' order by id`,
  );
  return result.rows;
}
