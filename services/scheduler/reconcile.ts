import type { Database } from '../../shared/db/client.ts';
import type { Logger } from '../../shared/logger.ts';
import {
  closeRun,
  isTaskOpen,
  listActiveRuns,
  listHeldTasks,
  releaseHeldTask,
  type ActiveRun,
} from '../../shared/pipeline/runs.ts';
import { jobIdOf } from '../../shared/queues/job.ts';
import type { Producer } from '../../shared/queues/producer.ts';
import { queueOf } from '../../shared/queues/queues.ts';
import { SECOND } from '../../shared/time.ts';
import { startRun } from './dispatch.ts';

/** A dispatch this young may still be on its way into Redis. */
const GRACE_MS = 1 * SECOND;

/**
 * Why the queue no longer carries a run, or null. A task ends in the ledger before its job ends in the queue, so a job
 * that has ended is a loss only if the ledger, read again after it, still waits for the task.
 */
async function findLoss(db: Database, producer: Producer, run: ActiveRun): Promise<string | null> {
  for (const task of run.openTasks) {
    const presence = await producer.checkJob(queueOf(task.asset), jobIdOf(task.taskId, task.dispatch));
    if (presence === 'alive') continue;
    if (await isTaskOpen(db, task.taskId, task.dispatch)) return `job of ${task.asset} ${presence}`;
  }
  return null;
}

/**
 * Frees the tasks of paused runs whose worker died. Nothing else would: the next worker that gets such a job may not claim
 * it while the run is paused.
 */
async function releaseHeldTasks(db: Database, producer: Producer, log: Logger): Promise<void> {
  for (const task of await listHeldTasks(db)) {
    const presence = await producer.checkJob(queueOf(task.asset), jobIdOf(task.taskId, task.dispatch));
    if (presence === 'alive' || !(await releaseHeldTask(db, task))) continue;
    log.warn({ taskId: task.taskId, asset: task.asset, presence }, 'a task of a paused run was released');
  }
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
    const loss = await findLoss(db, producer, run);
    if (loss === null) continue;
    log.warn(
      { runId: run.runId, dispatch: run.dispatch, loss },
      'the queue lost a run: dispatching it again',
    );
    await startRun(db, producer, run.runId, log);
  }
  await releaseHeldTasks(db, producer, log);
}
