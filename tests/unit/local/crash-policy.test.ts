import { expect, it } from 'vitest';

import {
  computeRestartDelay,
  CRASH_WINDOW_MS,
  listRecentCrashes,
} from '../../../infra/local/crash-policy.ts';

it('doubles the delay from 250 ms up to 5 s', () => {
  expect([1, 2, 3, 4, 5, 6, 12].map(computeRestartDelay)).toEqual([
    250, 500, 1_000, 2_000, 4_000, 5_000, 5_000,
  ]);
});

it('counts only the crashes of the last minute', () => {
  const nowMs = 1_000_000;
  const crashesMs = [nowMs - CRASH_WINDOW_MS, nowMs - CRASH_WINDOW_MS + 1, nowMs - 1];
  expect(listRecentCrashes(crashesMs, nowMs)).toEqual([nowMs - CRASH_WINDOW_MS + 1, nowMs - 1]);
});
