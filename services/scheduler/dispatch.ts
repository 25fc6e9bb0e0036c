import type { Database } from '../../shared/db/client.ts';
import type { Logger } from '../../shared/logger.ts';
import { planPipelineFlow } from '../../shared/pipeline/flow-plan.ts';
import { closeRun, dispatchRun, listStartableRuns, markBackfillRunning } from '../../shared/pipeline/runs.ts';
import type { Producer } from '../../shared/queues/producer.ts';
import { withTraceparent } from '../../shared/tracing.ts';

/**
 * Turns a run of the ledger into a flow. The ledger comes first: if this process dies before the flow is added, the
 * reconciliation finds queued tasks without jobs and dispatches again.
 */
export async function startRun(
  db: Database,
  producer: Producer,
  runId: string,
  log: Logger,
): Promise<boolean> {
  const dispatched = await db.transaction(async (tx) => {
    const run = await dispatchRun(tx, runId);
    if (run !== null) await markBackfillRunning(tx, runId);
    return run;
  });
  if (dispatched === null) return false;
  if (dispatched.tasks.length === 0) {
    await closeRun(db, runId);
    return true;
  }
  await withTraceparent(dispatched.traceparent, () =>
    producer.addRun({
      runId,
      kind: dispatched.kind,
      dispatch: dispatched.dispatch,
      tasks: new Map(dispatched.tasks.map((task) => [task.asset, task])),
      plan: planPipelineFlow(dispatched.tasks.map((task) => task.asset)),
    }),
  );
  log.info({ runId, dispatch: dispatched.dispatch, tasks: dispatched.tasks.length }, 'dispatched');
  return true;
}

/** Starts as many planned runs as their backfills allow. */
export async function startPlannedRuns(db: Database, producer: Producer, log: Logger): Promise<void> {
  for (const runId of await listStartableRuns(db)) await startRun(db, producer, runId, log);
}
