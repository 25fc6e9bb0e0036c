import type { RunDetail, Task } from './run.ts';

/** A stretch of time of a task. */
export interface Bar {
  readonly asset: string;
  /** `wait`, or what became of the attempt. */
  readonly what: string;
  readonly attempt: number;
  /** Milliseconds since the beginning of the run. */
  readonly fromMs: number;
  readonly toMs: number;
}

const ACTIVE: readonly Task['state'][] = ['queued', 'running'];

/** When an attempt ended, as far as anybody knows: one whose process died, when the next one was dispatched. */
function endOf(task: Task, index: number, nowMs: number): number {
  const attempt = task.timeline[index];
  if (typeof attempt?.endedAt === 'string') return Date.parse(attempt.endedAt);
  const next = task.timeline[index + 1];
  if (next !== undefined) return Date.parse(next.startedAt) - (next.waitedMs ?? 0);
  return task.finishedAt === null ? nowMs : Date.parse(task.finishedAt);
}

/** Since when a task waits that nobody works on; null when it does not. */
function waitingSince(task: Task): number | null {
  if (task.state !== 'queued' || task.queuedAt === null) return null;
  const last = task.timeline.at(-1);
  const queuedMs = Date.parse(task.queuedAt);
  return last === undefined ? queuedMs : Math.max(queuedMs, Date.parse(last.endedAt ?? last.startedAt));
}

function listTaskBars(task: Task, nowMs: number): Bar[] {
  const { asset } = task;
  const bars = task.timeline.flatMap((attempt, index): Bar[] => {
    const startMs = Date.parse(attempt.startedAt);
    const number = attempt.attempt;
    return [
      { asset, what: 'wait', attempt: number, fromMs: startMs - (attempt.waitedMs ?? 0), toMs: startMs },
      { asset, what: attempt.outcome, attempt: number, fromMs: startMs, toMs: endOf(task, index, nowMs) },
    ];
  });
  const sinceMs = waitingSince(task);
  if (sinceMs === null) return bars;
  return [...bars, { asset, what: 'wait', attempt: task.attempts + 1, fromMs: sinceMs, toMs: nowMs }];
}

/** Waits and attempts of the tasks of a run, task by task, each as long as it lasted or has lasted until now. */
export function listBars(run: RunDetail, nowMs: number): Bar[] {
  const beginMs = Date.parse(run.startedAt ?? run.createdAt);
  return run.tasks
    .flatMap((task) => listTaskBars(task, nowMs))
    .map((bar) => ({ ...bar, fromMs: Math.max(0, bar.fromMs - beginMs), toMs: bar.toMs - beginMs }));
}

/** How long the attempts at a task worked (ms); one under way has worked until now. */
export const workedOf = (task: Task, nowMs: number): number =>
  listTaskBars(task, nowMs).reduce(
    (sum, { what, fromMs, toMs }) => (what === 'wait' ? sum : sum + toMs - fromMs),
    0,
  );

/** Whether a bar of a task still grows. */
export const isGrowing = ({ tasks }: RunDetail): boolean => tasks.some(({ state }) => ACTIVE.includes(state));
