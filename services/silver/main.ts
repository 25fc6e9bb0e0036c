import { startWorker } from '../../shared/pipeline/worker.ts';
import { runService } from '../../shared/process.ts';
import { handlers } from './handlers.ts';

await runService('silver', (context) =>
  startWorker(context, {
    queue: 'silver',
    concurrency: context.config.SILVER_CONCURRENCY,
    createHandlers: () => handlers,
  }),
);
