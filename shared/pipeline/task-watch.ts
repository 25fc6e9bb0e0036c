import type { Database } from '../db/client.ts';
import { startListener } from '../db/listener.ts';
import { SupersededError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Closable } from '../process.ts';
import { TASKS_REVOKED } from './changes.ts';
import { listRevoked, type ClaimedTask } from './runs.ts';

/** How often the ledger is asked when no notification comes: a signal arrives within a second either way. */
const POLL_MS = 500;

export interface TaskWatchOptions {
  readonly db: Database;
  /** Leads to PostgreSQL itself. */
  readonly databaseUrl: string;
  readonly log: Logger;
}

/** Tells the attempts of one process to stop when their tasks are cancelled or taken over by someone else. */
export interface TaskWatch extends Closable {
  /** Watches a task until `end`. The signal is aborted with a SupersededError; the fence refuses a commit all the same. */
  watch(this: void, task: ClaimedTask): { readonly signal: AbortSignal; end(): void };
}

/** Starts watching: by notification, and by asking the ledger while there is something to watch. */
export function startTaskWatch({ db, databaseUrl, log }: TaskWatchOptions): TaskWatch {
  const held = new Map<ClaimedTask, AbortController>();
  let asking: Promise<void> | null = null;
  let isStale = false;

  const ask = async (): Promise<void> => {
    do {
      isStale = false;
      const revoked = await listRevoked(db, [...held.keys()]);
      for (const task of revoked) {
        const controller = held.get(task);
        if (controller === undefined || controller.signal.aborted) continue;
        log.info({ taskId: task.taskId, asset: task.asset }, 'attempt told to stop');
        controller.abort(new SupersededError(`${task.asset}: the task was cancelled or taken over`));
      }
    } while (isStale);
  };
  const check = (): void => {
    if (held.size === 0) return;
    // A notification during a question may be about what that question did not see.
    isStale = true;
    asking ??= ask()
      .catch((error: unknown) => log.warn({ err: error }, 'the ledger was not asked for cancelled tasks'))
      .finally(() => {
        asking = null;
      });
  };

  const listener = startListener({
    url: databaseUrl,
    name: 'macro-task-watch',
    channel: TASKS_REVOKED,
    log,
    onNotify: check,
  });
  const timer = setInterval(check, POLL_MS);
  return {
    watch(task) {
      const controller = new AbortController();
      held.set(task, controller);
      return { signal: controller.signal, end: () => void held.delete(task) };
    },
    async close() {
      clearInterval(timer);
      await listener.close();
      await asking;
    },
  };
}
