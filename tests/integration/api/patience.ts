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

/** Does something, and asks the API again and again meanwhile for what needs no other server, to see how slow the machine is. */
export async function measureAlong<Result>(
  apiUrl: string,
  work: () => Promise<Result>,
): Promise<Measured<Result>> {
  let isOver = false;
  let slowestMs = 0;
  const watch = async (): Promise<void> => {
    while (!isOver) {
      const startedMs = performance.now();
      await (await fetch(`${apiUrl}/livez`)).text();
      slowestMs = Math.max(slowestMs, performance.now() - startedMs);
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

/** Expects that no answer took longer than the machine excuses. */
export function expectInTime({ result, limitMs }: Measured<readonly { readonly tookMs: number }[]>): void {
  expect(result.filter(({ tookMs }) => tookMs > limitMs)).toEqual([]);
}
