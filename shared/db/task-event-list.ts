import { sql, type SQL } from 'drizzle-orm';
import type { AssetName } from '../pipeline/graph.ts';
import { addDays, isDay } from '../time.ts';
import type { Queryable } from './client.ts';
import { isoText } from './iso-text.ts';

/** One line of the history of a task. */
export interface TaskEvent {
  readonly id: number;
  readonly at: string;
  readonly runId: string;
  readonly taskId: string;
  readonly asset: AssetName;
  readonly kind: string;
  readonly attempt: number;
  readonly detail: Readonly<Record<string, unknown>> | null;
}

async function selectEvents(db: Queryable, rest: SQL): Promise<TaskEvent[]> {
  const result = await db.execute<Record<string, unknown> & Omit<TaskEvent, 'id'> & { id: string }>(sql`
    select task_events.id, ${isoText(sql`task_events.at`)} as at, task_events.run_id as "runId", task_id as "taskId",
      tasks.asset, kind, attempt, detail
    from task_events join tasks on tasks.id = task_events.task_id ${rest}`);
  return result.rows.map((row) => ({ ...row, id: Number(row.id) }));
}

/** Events of the tasks of a run in the order in which they were written, after the one with the id `after`. */
export async function listRunEvents(
  db: Queryable,
  runId: string,
  page: { readonly after: number; readonly limit: number },
): Promise<TaskEvent[]> {
  return selectEvents(
    db,
    sql`where tasks.run_id = ${runId} and task_events.id > ${page.after}
      order by task_events.id limit ${page.limit}`,
  );
}

/** Which events to look for. Moments are ISO 8601, or days of UTC, both included. */
export interface EventSearch {
  /** Words that all stand somewhere in the detail of an event. */
  readonly q?: string | undefined;
  readonly runId?: string | undefined;
  readonly asset?: AssetName | undefined;
  readonly kind?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Id of the event at which the page before ended. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** A word as a pattern for the stored JSON text, in which some characters are escaped. */
function toPattern(word: string): string {
  const stored = JSON.stringify(word).slice(1, -1);
  return `%${stored.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}

/** Events that fit, newest first. */
export async function searchEvents(db: Queryable, search: EventSearch): Promise<TaskEvent[]> {
  const { q = '', runId, asset, kind, from, to, before, limit } = search;
  const words = q.split(/\s+/).filter((word) => word !== '');
  const conditions = [
    // The expression of the index on it.
    ...words.map((word) => sql`task_events.detail::text ilike ${toPattern(word)}`),
    ...(runId === undefined ? [] : [sql`task_events.run_id = ${runId}`]),
    ...(asset === undefined ? [] : [sql`tasks.asset = ${asset}`]),
    ...(kind === undefined ? [] : [sql`task_events.kind = ${kind}`]),
    ...(from === undefined ? [] : [sql`task_events.at >= ${from}::timestamptz`]),
    ...(to === undefined
      ? []
      : [
          isDay(to)
            ? sql`task_events.at < ${addDays(to, 1)}::timestamptz`
            : sql`task_events.at <= ${to}::timestamptz`,
        ]),
    ...(before === undefined ? [] : [sql`task_events.id < ${before}`]),
  ];
  return selectEvents(
    db,
    sql`where ${conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `)}
      order by task_events.id desc limit ${limit}`,
  );
}
