import { setTimeout as sleep } from 'node:timers/promises';
import { startWorker } from '../../shared/pipeline/worker.ts';
import { runService } from '../../shared/process.ts';
import { handlersWith } from './pipeline.ts';

// A bronze worker in a process of its own that never gets done with FRED: to be killed.

const never = async (): Promise<never> => {
  await sleep(3_600_000);
  throw new Error('it was not killed');
};

await runService('stuck', (context) =>
  startWorker(context, {
    queue: 'bronze',
    concurrency: 1,
    createHandlers: () => handlersWith({ bronze_fred: never }),
  }),
);
