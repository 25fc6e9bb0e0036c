import { formatCount, formatDuration } from './format-number.ts';

/** How far a backfill was at a moment. */
export interface ProgressSample {
  /** Epoch milliseconds. */
  atMs: number;
  /** Materializations that have an outcome. */
  done: number;
}

const WINDOW_MS = 15_000;

/** Materializations per second over the last 15 s of `samples` (oldest first); 0 with fewer than two of them. */
export function computeRate(samples: readonly ProgressSample[]): number {
  const last = samples.at(-1);
  const first = last && samples.find(({ atMs }) => last.atMs - atMs <= WINDOW_MS);
  if (!first || !last || last.atMs === first.atMs) return 0;
  return ((last.done - first.done) * 1_000) / (last.atMs - first.atMs);
}

/** The remaining time at `rate` per second, such as `42 s`; `-` when nothing moves. */
export function formatEta(remaining: number, rate: number): string {
  if (remaining <= 0) return '0 s';
  return rate > 0 ? formatDuration((remaining / rate) * 1_000) : '-';
}

/** One line of progress for a log: `1,234 of 5,390 materializations (22 %), 210 per s, 20 s left`. */
export function formatProgressLine(done: number, total: number, rate: number): string {
  const percent = total === 0 ? 100 : Math.floor((done / total) * 100);
  return (
    `${formatCount(done)} of ${formatCount(total)} materializations (${percent} %), ` +
    `${formatCount(rate)} per s, ${formatEta(total - done, rate)} left`
  );
}
