import type { Database } from '../../shared/db/client.ts';
import type { Logger } from '../../shared/logger.ts';
import { closeRun, listActiveRuns, type ActiveRun } from '../../shared/pipeline/runs.ts';
import { jobIdOf } from '../../shared/queues/job.ts';
import type { Producer } from '../../shared/queues/producer.ts';
import { queueOf } from '../../shared/queues/queues.ts';
import { SECOND } from '../../shared/time.ts';
import { startRun } from './dispatch.ts';

/** A dispatch this young may still be on its way into Redis. */
const GRACE_MS = 1 * SECOND;

/** Why the queue no longer carries a run, or null. */
async function findLoss(producer: Producer, run: ActiveRun): Promise<string | null> {
  const finish = await producer.checkJob('runs', jobIdOf(run.runId, run.dispatch));
  if (finish !== 'alive') return `finishing job ${finish}`;
  for (const task of run.openTasks) {
    const presence = await producer.checkJob(queueOf(task.asset), jobIdOf(task.taskId, task.dispatch));
    if (presence !== 'alive') return `job of ${task.asset} ${presence}`;
  }
  return null;
}

/**
 * Compares ledger and queue. Runs whose tasks have all ended are closed; runs that the queue has lost (an emptied
 * Redis, a removed job, a death between commit and enqueue) are dispatched again with what is left of them.
 */
export async function reconcile(db: Database, producer: Producer, log: Logger): Promise<void> {
  for (const run of await listActiveRuns(db)) {
    if (run.openTasks.length === 0) {
      await closeRun(db, run.runId);
      continue;
    }
    if (run.dispatchedMsAgo < GRACE_MS) continue;
    const loss = await findLoss(producer, run);
    if (loss === null) continue;
    log.warn({ runId: run.runId, dispatch: run.dispatch, loss }, 'the queue lost a run: dispatching it again');
    await startRun(db, producer, run.runId, log);
  }
}
