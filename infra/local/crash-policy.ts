const SECOND = 1_000;
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5 * SECOND;

/** Crashes within {@link CRASH_WINDOW_MS} after which a process is not started again. */
export const MAX_CRASHES = 5;

/** Window in which crashes of one process are counted, in milliseconds. */
export const CRASH_WINDOW_MS = 60 * SECOND;

/** The crash moments (epoch milliseconds) that still count at `nowMs`. */
export function listRecentCrashes(crashesMs: readonly number[], nowMs: number): number[] {
  return crashesMs.filter((crashMs) => nowMs - crashMs < CRASH_WINDOW_MS);
}

/** Delay in milliseconds before the next start after `recentCrashes` (1 or more): 250 ms, doubling, at most 5 s. */
export function computeRestartDelay(recentCrashes: number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** (recentCrashes - 1), LONGEST_DELAY_MS);
}
