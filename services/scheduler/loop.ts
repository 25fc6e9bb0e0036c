import type { Logger } from '../../shared/logger.ts';
import type { Closable } from '../../shared/process.ts';

export interface LoopOptions {
  readonly intervalMs: number;
  readonly log: Logger;
  readonly work: () => Promise<void>;
}

/** Work that repeats, never twice at once. */
export interface Loop extends Closable {
  /** Runs the next round now, or right after the present one. */
  wake(): void;
}

/** Repeats `work` with a pause between rounds. A round that fails is logged and tried again after the pause. */
export function startLoop(options: LoopOptions): Loop {
  let isClosed = false;
  let isWoken = false;
  let endPause = (): void => undefined;
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, isWoken ? 0 : options.intervalMs);
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const run = async (): Promise<void> => {
    while (!isClosed) {
      isWoken = false;
      await options
        .work()
        .catch((error: unknown) => options.log.error({ err: error }, 'round failed, will be repeated'));
      if (!isClosed) await pause();
    }
  };
  const running = run();
  return {
    wake() {
      isWoken = true;
      endPause();
    },
    async close() {
      isClosed = true;
      endPause();
      await running;
    },
  };
}
