import { startWorker } from '../../shared/pipeline/worker.ts';
import { runService } from '../../shared/process.ts';
import { createHandlers } from './handlers.ts';

await runService('agents', (context) =>
  startWorker(context, {
    queue: 'agents',
    concurrency: context.config.AGENTS_CONCURRENCY,
    createHandlers: () => createHandlers(context.config.AGENT_VERSIONS),
  }),
);
