import { describe, expect, it } from 'vitest';
import { buildTimeline, type AttemptEvent } from '../../../shared/db/task-timeline.ts';

const at = (second: number): string => new Date(Date.UTC(2022, 5, 30, 12, 0, second)).toISOString();

const event = (
  second: number,
  kind: string,
  attempt: number,
  detail: Record<string, unknown> | null = null,
): AttemptEvent => ({ at: at(second), kind, attempt, detail });

const start = (second: number, attempt: number, crashes = 0): AttemptEvent =>
  event(second, 'started', attempt, { worker: `w${attempt}`, crashes });

describe('buildTimeline', () => {
  it('tells waits, ends, errors and rows of every attempt', () => {
    const events = [
      start(2, 1),
      event(5, 'retrying', 1, { name: 'TransientError', message: 'HTTP 503', retried: true }),
      start(9, 2),
      event(10, 'postponed', 2, { name: 'RetryLaterError', message: 'HTTP 429', retried: true }),
      start(20, 3),
      event(26, 'failed', 3, { rows: 7, partitions: 2, failure: '1 of 2 partitions failed' }),
      event(50, 'reopened', 3),
      start(61, 4),
      event(63, 'succeeded', 4, { rows: 9, partitions: 1, failure: null }),
    ];
    const task = { state: 'succeeded', firstQueuedAt: at(0), queuedAt: at(60) } as const;
    const shown = buildTimeline(task, events).map(({ outcome, waitedMs, error, rows, worker, endedAt }) => [
      worker,
      outcome,
      waitedMs,
      endedAt,
      error,
      rows,
    ]);
    expect(shown).toEqual([
      ['w1', 'retrying', 2_000, at(5), 'HTTP 503', 0],
      ['w2', 'postponed', 4_000, at(10), 'HTTP 429', 0],
      ['w3', 'failed', 10_000, at(26), '1 of 2 partitions failed', 7],
      ['w4', 'succeeded', 1_000, at(63), null, 9],
    ]);
  });

  it('tells a crash from a task that was dispatched again, and both from one that runs', () => {
    const events = [start(1, 1), start(20, 2, 1), start(40, 3, 1)];
    const outcomes = (state: 'running' | 'cancelled') =>
      buildTimeline({ state, firstQueuedAt: at(0), queuedAt: at(39) }, events).map(
        ({ outcome, waitedMs }) => [outcome, waitedMs],
      );
    expect(outcomes('running')).toEqual([
      ['crashed', 1_000],
      ['superseded', null],
      ['running', 1_000],
    ]);
    expect(outcomes('cancelled').at(-1)).toEqual(['superseded', 1_000]);
  });

  it('is empty for a task that no worker has taken', () => {
    const cancelled = event(3, 'cancelled', 0, { was: 'queued' });
    expect(buildTimeline({ state: 'cancelled', firstQueuedAt: at(0), queuedAt: at(0) }, [cancelled])).toEqual(
      [],
    );
  });
});
