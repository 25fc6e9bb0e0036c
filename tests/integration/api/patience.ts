import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';

/** Whoever asks hears within two seconds. */
const PROMISED_MS = 2_000;
/** What lies beyond is a machine that runs other tests at the same time. */
const MACHINE_MS = 1_500;
/** Steps of a request that is refused, each as slow as a request that needs nothing. */
const STEPS = 5;
const PAUSE_MS = 20;

/** What came of something, and how long a request may have taken meanwhile. */
export interface Measured<Result> {
  readonly result: Result;
  readonly limitMs: number;
}

/**
 * Does something, and asks the API again and again meanwhile for what needs no other server, to see how slow the machine is. Time
 * for which the API itself, in this thread, keeps the processor is no excuse.
 */
export async function measureAlong<Result>(
  apiUrl: string,
  work: () => Promise<Result>,
): Promise<Measured<Result>> {
  let isOver = false;
  let slowestMs = 0;
  const watch = async (): Promise<void> => {
    while (!isOver) {
      const startedMs = performance.now();
      const cpuBefore = process.threadCpuUsage();
      await (await fetch(`${apiUrl}/livez`)).text();
      const { user, system } = process.threadCpuUsage(cpuBefore);
      slowestMs = Math.max(slowestMs, performance.now() - startedMs - (user + system) / 1_000);
      await sleep(PAUSE_MS);
    }
  };
  const watching = watch();
  const result = await work().finally(() => {
    isOver = true;
  });
  await watching;
  return { result, limitMs: PROMISED_MS + MACHINE_MS + STEPS * slowestMs };
}

interface TimedAnswer {
  readonly name?: string;
  readonly tookMs: number;
}

/** Expects that no answer took longer than the machine excuses. */
export function expectInTime({ result, limitMs }: Measured<readonly TimedAnswer[]>): void {
  const late = result.filter(({ tookMs }) => tookMs > limitMs).map(({ name, tookMs }) => ({ name, tookMs }));
  expect(late, `answers that took longer than ${limitMs.toFixed(0)} ms`).toEqual([]);
}
