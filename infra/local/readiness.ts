import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const SECOND = 1_000;

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 2 * SECOND });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}

async function askStatus(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5 * SECOND) });
    const body = await response.text();
    return response.ok ? 'ok' : `${response.status} ${body.slice(0, 300)}`;
  } catch (error) {
    const { cause, message } = error as Error;
    return cause instanceof Error ? cause.message : message;
  }
}

async function waitUntil(ask: () => Promise<string>, what: string, timeoutMs: number, signal: AbortSignal) {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    signal.throwIfAborted();
    if (answer === 'ok') return;
    if (Date.now() > deadlineMs)
      throw new Error(`${what} was not ready within ${timeoutMs / SECOND} s: ${answer}`);
    await sleep(100, undefined, { signal });
  }
}

/** Waits until something listens on `port` of 127.0.0.1. @throws Error after `timeoutMs`; the reason of `signal`. */
export async function waitForPort(
  port: number,
  what: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  await waitUntil(
    async () => ((await canConnect(port)) ? 'ok' : 'connection refused'),
    what,
    timeoutMs,
    signal,
  );
}

/** Waits until `url` answers with a status of 200 to 299. @throws Error after `timeoutMs`; the reason of `signal`. */
export async function waitForOk(
  url: string,
  what: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  await waitUntil(() => askStatus(url), what, timeoutMs, signal);
}
