import { describe, expect, it } from 'vitest';
import { listBars, workedOf } from '../../../services/dashboard/web/src/run/bars.ts';
import type { RunDetail, Task } from '../../../services/dashboard/web/src/run/run.ts';

const at = (second: number): string => new Date(Date.UTC(2022, 0, 3, 9, 0, second)).toISOString();
const NOW_MS = Date.parse(at(50));

const task: Task = {
  id: '7b1f4d0c-3f3e-4a43-8b51-1b0d0c1c1a11',
  asset: 'bronze_fred',
  state: 'running',
  reason: null,
  partitions: { total: 1, done: 0 },
  attempts: 1,
  crashes: 0,
  postponements: 0,
  rows: 0,
  requests: 0,
  failure: null,
  events: 0,
  queuedAt: at(0),
  startedAt: at(2),
  finishedAt: null,
  waitedMs: 2_000,
  timeline: [],
  keys: [],
};

const attempt = (
  number: number,
  startedAt: string,
  endedAt: string | null,
  outcome: Task['timeline'][number]['outcome'],
  waitedMs: number,
): Task['timeline'][number] => ({
  attempt: number,
  worker: 'a',
  waitedMs,
  startedAt,
  endedAt,
  outcome,
  error: null,
  rows: 0,
});

const runOf = (changes: Partial<Task>): RunDetail => ({
  id: '2b6f0c1e-6f0e-4f7b-9b38-3b1f6f9c2d11',
  kind: 'manual',
  state: 'running',
  backfillId: null,
  from: '2022-01-03',
  to: '2022-01-03',
  only: 'all',
  createdAt: at(0),
  startedAt: at(0),
  finishedAt: null,
  taskCounts: { running: 1 },
  partitions: { total: 1, done: 0 },
  tasks: [{ ...task, ...changes }],
});

const barsOf = (changes: Partial<Task>) =>
  listBars(runOf(changes), NOW_MS).map(({ what, fromMs, toMs }) => [what, fromMs / 1_000, toMs / 1_000]);

describe('the bars of a run', () => {
  it('shows the wait before each attempt and what became of it', () => {
    const timeline = [
      attempt(1, at(2), at(5), 'retrying', 2_000),
      attempt(2, at(9), at(12), 'succeeded', 4_000),
    ];
    expect(barsOf({ state: 'succeeded', finishedAt: at(12), timeline })).toEqual([
      ['wait', 0, 2],
      ['retrying', 2, 5],
      ['wait', 5, 9],
      ['succeeded', 9, 12],
    ]);
  });

  it('lets an attempt that goes on, and a task that waits, last until now', () => {
    expect(barsOf({ timeline: [attempt(1, at(2), null, 'running', 2_000)] })).toEqual([
      ['wait', 0, 2],
      ['running', 2, 50],
    ]);
    expect(barsOf({ state: 'queued', startedAt: null, waitedMs: null })).toEqual([['wait', 0, 50]]);
    const timeline = [attempt(1, at(2), at(5), 'postponed', 2_000)];
    expect(barsOf({ state: 'queued', timeline }).at(-1)).toEqual(['wait', 5, 50]);
  });

  it('ends an attempt whose process died where the next one was dispatched', () => {
    const timeline = [
      attempt(1, at(2), null, 'crashed', 2_000),
      attempt(2, at(20), at(21), 'succeeded', 4_000),
    ];
    expect(barsOf({ state: 'succeeded', finishedAt: at(21), timeline })[1]).toEqual(['crashed', 2, 16]);
  });

  it('adds up what the attempts worked, and not what they waited', () => {
    const timeline = [
      attempt(1, at(2), at(5), 'retrying', 2_000),
      attempt(2, at(40), null, 'running', 35_000),
    ];
    expect(workedOf({ ...task, timeline }, NOW_MS)).toBe(13_000);
  });
});
