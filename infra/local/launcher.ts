import { inheritEnvironment } from '../../shared/config.ts';
import { type LocalSettings, readLocalSettings } from './settings.ts';
import { type Stack, startStack } from './stack.ts';

/** Exit code of a shell command that was ended with Ctrl-C. */
const INTERRUPTED = 130;
const SAME_SIGNAL_MS = 1_000;

/** Writes one line for people to standard output. */
export function printLine(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** Waits until `signal` is aborted. */
export function waitForAbort(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/**
 * Starts the local stack, runs `job` on it and stops everything again: when the job is done, on Ctrl-C or SIGTERM, or when a
 * process cannot be kept running. A second Ctrl-C ends at once and leaves the rest to the watchdog.
 *
 * @returns the exit code: that of the job, 130 when it was interrupted before its end, 1 on an error (which is printed).
 */
export async function launchStack(
  job: (stack: Stack, settings: LocalSettings, signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const stops: (() => Promise<void> | void)[] = [];
  const interruption = new AbortController();
  let failure: Error | undefined;
  let interruptedMs = 0;
  const interrupt = (): void => {
    if (interruption.signal.aborted) {
      // A signal to the whole group arrives twice: directly, and forwarded by make.
      if (Date.now() - interruptedMs > SAME_SIGNAL_MS) process.exit(INTERRUPTED);
      return;
    }
    interruptedMs = Date.now();
    printLine('\nstopping …');
    interruption.abort(new Error('interrupted'));
  };
  // Whoever read the output may leave (`make demo | head`): the job goes on to its end.
  process.stdout.on('error', () => undefined);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);

  let exitCode = 1;
  try {
    const settings = readLocalSettings(inheritEnvironment());
    const stack = await startStack(settings, {
      announce: printLine,
      defer: (stop) => stops.push(stop),
      giveUp: (error) => {
        failure ??= error;
        interruption.abort(error);
      },
      signal: interruption.signal,
    });
    exitCode = await job(stack, settings, interruption.signal);
  } catch (error) {
    if (!interruption.signal.aborted) failure ??= error as Error;
    else if (!failure) exitCode = INTERRUPTED;
  }
  for (const stop of stops.reverse()) {
    try {
      await stop();
    } catch (error) {
      failure ??= error as Error;
    }
  }
  if (failure) process.stderr.write(`\nerror: ${failure.message}\n`);
  return failure ? 1 : exitCode;
}
