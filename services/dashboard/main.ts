import { Queue } from 'bullmq';
import { serve } from '../../shared/http-server.ts';
import { runService } from '../../shared/process.ts';
import { connectForCommands } from '../../shared/queues/connection.ts';
import { QUEUES } from '../../shared/queues/queues.ts';
import { createDashboard } from './app.ts';

await runService('dashboard', async ({ config, log, onClose }) => {
  const connection = connectForCommands(config.REDIS_URL);
  onClose({ close: async () => connection.disconnect() });
  const queues = Object.keys(QUEUES).map((name) => {
    // Looking must not write: without this, every start would put the version of the library into Redis.
    const queue = new Queue(name, { connection, prefix: config.QUEUE_PREFIX, skipMetasUpdate: true });
    queue.on('error', (error) => log.debug({ err: error, queue: name }, 'queue error'));
    return queue;
  });
  onClose({ close: async () => void (await Promise.all(queues.map((queue) => queue.close()))) });
  const { DASHBOARD_USER: user, DASHBOARD_PASSWORD: password } = config;
  const account = user === null || password === null ? null : { user, password };
  const app = createDashboard({ queues, account, log });
  const server = await serve(app, { host: config.BIND_HOST, port: config.DASHBOARD_PORT });
  onClose(server);
  log.info({ host: config.BIND_HOST, port: server.port }, 'listening');
});
