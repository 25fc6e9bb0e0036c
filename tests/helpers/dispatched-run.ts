import { Worker, type Job } from 'bullmq';
import { createRun } from '../../shared/db/backfills.ts';
import { planPipelineFlow } from '../../shared/pipeline/flow-plan.ts';
import { graph, type AssetName } from '../../shared/pipeline/graph.ts';
import { dispatchRun } from '../../shared/pipeline/runs.ts';
import { HOUR } from '../../shared/time.ts';
import { connectForWorker } from '../../shared/queues/connection.ts';
import { openProducer } from '../../shared/queues/producer.ts';
import type { QueueName } from '../../shared/queues/queues.ts';
import type { RunningApi } from '../integration/api/running-api.ts';

/** A run that the ledger and the queues know, as the scheduler leaves it. */
export interface StartedRun {
  readonly runId: string;
  readonly tasks: ReadonlyMap<AssetName, { readonly taskId: string; readonly dispatch: number }>;
}

/** Plans a manual run and hands it to the queues; nobody works on it. */
export async function startRun(
  { db, world }: RunningApi,
  assets: readonly AssetName[] = graph.names,
): Promise<StartedRun> {
  const runId = await createRun(db, 'manual', '2022-06-30', assets);
  const dispatched = await db.transaction((tx) => dispatchRun(tx, runId));
  if (dispatched === null) throw new Error(`Run ${runId} was not dispatched: another one is in its way`);
  const tasks = new Map(dispatched.tasks.map((task) => [task.asset, task]));
  const producer = openProducer({ redisUrl: world.redisUrl, prefix: world.redisPrefix, retryBaseMs: 50 });
  await producer.addRun({
    runId,
    kind: 'manual',
    dispatch: dispatched.dispatch,
    tasks,
    plan: planPipelineFlow(tasks.keys()),
  });
  await producer.close();
  return { runId, tasks };
}

/** Takes a job from its queue and puts it back for an hour later, as a worker does that waits for a provider. */
export async function delayJob({ world }: RunningApi, queue: QueueName, jobId: string): Promise<void> {
  const connection = connectForWorker(world.redisUrl);
  const worker = new Worker(queue, null, { connection, prefix: world.redisPrefix, autorun: false });
  const token = 'test';
  try {
    for (;;) {
      const job: Job | undefined = await worker.getNextJob(token, { block: false });
      if (job === undefined) throw new Error(`There is no job ${jobId} to take from ${queue}`);
      if (job.id !== jobId) continue;
      await job.moveToDelayed(Date.now() + HOUR, token);
      return;
    }
  } finally {
    await worker.close();
    connection.disconnect();
  }
}
