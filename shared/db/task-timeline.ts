import { sql } from 'drizzle-orm';
import type { ATTEMPT_OUTCOMES } from '../contract/runs.ts';
import type { TaskState } from '../pipeline/runs.ts';
import type { Queryable } from './client.ts';
import { isoText } from './iso-text.ts';

export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** One attempt at a task. */
export interface TaskAttempt {
  readonly attempt: number;
  readonly worker: string | null;
  /** From the dispatch, or from the end of the attempt before, to its start (ms). */
  readonly waitedMs: number | null;
  readonly startedAt: string;
  /** Null while it runs, and when its process died. */
  readonly endedAt: string | null;
  readonly outcome: AttemptOutcome;
  readonly error: string | null;
  /** Rows that it wrote. */
  readonly rows: number;
}

/** An event as far as it tells of attempts. */
export interface AttemptEvent {
  readonly kind: string;
  readonly attempt: number;
  readonly at: string;
  readonly detail: Readonly<Record<string, unknown>> | null;
}

/** What the ledger says of a task beside its events. */
export interface TimelineTask {
  readonly state: TaskState;
  /** The first dispatch of its run, and the newest of its own. */
  readonly firstQueuedAt: string | null;
  readonly queuedAt: string | null;
}

const ENDS: ReadonlySet<string> = new Set([
  'succeeded',
  'failed',
  'retrying',
  'postponed',
  'released',
  'skipped',
  'cancelled',
] satisfies AttemptOutcome[]);

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** What became of an attempt whose end nobody wrote down. */
function judgeLost(task: TimelineTask, start: AttemptEvent, next: AttemptEvent | undefined): AttemptOutcome {
  if (next === undefined) return task.state === 'running' ? 'running' : 'superseded';
  return numberOf(next.detail?.['crashes']) > numberOf(start.detail?.['crashes']) ? 'crashed' : 'superseded';
}

/** Puts the events of a task, in the order in which they were written, together to its attempts. */
export function buildTimeline(task: TimelineTask, events: readonly AttemptEvent[]): TaskAttempt[] {
  const starts = events.filter(({ kind }) => kind === 'started');
  let freeSince = task.firstQueuedAt;
  return starts.map((start, index): TaskAttempt => {
    const end = events.find(({ kind, attempt }) => attempt === start.attempt && ENDS.has(kind));
    const isRedispatched =
      task.queuedAt !== null &&
      task.queuedAt <= start.at &&
      (freeSince === null || freeSince < task.queuedAt);
    const waitsSince = isRedispatched ? task.queuedAt : freeSince;
    freeSince = end?.at ?? null;
    const detail = end?.detail ?? {};
    return {
      attempt: start.attempt,
      worker: textOf(start.detail?.['worker']),
      waitedMs: waitsSince === null ? null : Math.max(0, Date.parse(start.at) - Date.parse(waitsSince)),
      startedAt: start.at,
      endedAt: end?.at ?? null,
      outcome: (end?.kind as AttemptOutcome | undefined) ?? judgeLost(task, start, starts[index + 1]),
      error: textOf(detail['message']) ?? textOf(detail['failure']) ?? textOf(detail['reason']),
      rows: numberOf(detail['rows']),
    };
  });
}

/** The events of the tasks of a run, by task. */
export async function listAttemptEvents(
  db: Queryable,
  runId: string,
): Promise<ReadonlyMap<string, readonly AttemptEvent[]>> {
  const result = await db.execute<Record<string, unknown> & AttemptEvent & { task_id: string }>(sql`
    select task_id, kind, attempt, ${isoText(sql`at`)} as at, detail
    from task_events where task_id = any(array(select id from tasks where run_id = ${runId})) order by id`);
  return Map.groupBy(result.rows, ({ task_id }) => task_id);
}
