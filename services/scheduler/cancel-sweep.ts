import type { Database } from '../../shared/db/client.ts';
import type { Logger } from '../../shared/logger.ts';
import { cancelTasks, listCancelledRuns } from '../../shared/pipeline/changes.ts';
import type { Producer } from '../../shared/queues/producer.ts';

/** Clears away what cancelled runs left behind. Call in every round while leading. */
export type SweepCancelledRuns = () => Promise<void>;

/**
 * Finishes every cancellation: ends the tasks that someone was holding when their run was cancelled, and removes its jobs
 * from the queue once no worker holds one of them. A job that stays a while longer is harmless: nobody can claim its task.
 */
export function createCancelSweep(db: Database, producer: Producer, log: Logger): SweepCancelledRuns {
  // Dispatch at which the queue was found empty of a run: it may be retried and cancelled once more.
  const swept = new Map<string, number>();
  return async () => {
    for (const { runId, dispatch, hasOpenTasks } of await listCancelledRuns(db)) {
      if (hasOpenTasks) await cancelTasks(db, [runId]);
      else if (swept.get(runId) === dispatch) continue;
      if (!(await producer.removeRun(runId, dispatch))) continue;
      swept.set(runId, dispatch);
      log.info({ runId, dispatch }, 'jobs of a cancelled run removed');
    }
  };
}
