import { startWorker } from '../../shared/pipeline/worker.ts';
import { runService } from '../../shared/process.ts';
import { createFitPool } from './framework/fit-pool.ts';
import { createHandlers } from './handlers.ts';

await runService('agents', (context) => {
  const { AGENTS_CONCURRENCY, AGENT_VERSIONS } = context.config;
  const pool = createFitPool(AGENTS_CONCURRENCY);
  context.onClose(pool);
  return startWorker(context, {
    queue: 'agents',
    concurrency: AGENTS_CONCURRENCY,
    createHandlers: () => createHandlers(AGENT_VERSIONS, pool),
  });
});
