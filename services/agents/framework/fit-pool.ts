import { Worker } from 'node:worker_threads';
import type { Closable } from '../../../shared/process.ts';
import type { HeavyFit } from './fits.ts';

/** Worker threads for fits that would hold up the event loop, and with it the renewal of locks. */
export interface FitPool extends Closable {
  /**
   * Runs a fit in a thread and returns what `runFit` would.
   *
   * @throws Error of the fit, or when the thread ends before it
   */
  run(fit: HeavyFit): Promise<unknown>;
}

/** A pool of up to `size` threads, started when they are needed. A thread whose fit throws is replaced. */
export function createFitPool(size: number): FitPool {
  const idle: Worker[] = [];
  const waiting: ((worker: Worker) => void)[] = [];
  const threads = new Set<Worker>();

  const start = (): Worker => {
    const worker = new Worker(new URL('./fit-worker.ts', import.meta.url));
    // An idle pool does not keep the process alive.
    worker.unref();
    threads.add(worker);
    return worker;
  };
  const take = (): Promise<Worker> => {
    const free = idle.pop();
    if (free !== undefined) return Promise.resolve(free);
    if (threads.size < size) return Promise.resolve(start());
    return new Promise((resolve) => {
      waiting.push(resolve);
    });
  };
  const give = (worker: Worker): void => {
    const next = waiting.shift();
    if (next === undefined) idle.push(worker);
    else next(worker);
  };

  return {
    async run(fit) {
      const worker = await take();
      worker.ref();
      try {
        const result = await new Promise<unknown>((resolve, reject) => {
          worker.once('message', resolve);
          worker.once('error', reject);
          worker.once('exit', () => reject(new Error(`the thread of fit ${fit.id} ended`)));
          worker.postMessage(fit);
        });
        for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event);
        worker.unref();
        give(worker);
        return result;
      } catch (error) {
        threads.delete(worker);
        await worker.terminate();
        if (waiting.length > 0) give(start());
        throw error;
      }
    },
    async close() {
      await Promise.all([...threads].map((worker) => worker.terminate()));
      threads.clear();
    },
  };
}
