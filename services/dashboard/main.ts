import { randomBytes } from 'node:crypto';
import { Queue } from 'bullmq';
import type { Config } from '../../shared/config.ts';
import { serve } from '../../shared/http-server.ts';
import { runService } from '../../shared/process.ts';
import { connectForCommands } from '../../shared/queues/connection.ts';
import { QUEUES } from '../../shared/queues/queues.ts';
import { createDashboard } from './app.ts';
import type { Account } from './login.ts';

function readAccount(config: Config): Account | null {
  const { DASHBOARD_USER: user, DASHBOARD_PASSWORD: password } = config;
  if (user === null || password === null) return null;
  const inTheClear = config.API_KEYS.find(({ key }) => key !== null)?.key;
  return { user, password, apiKey: config.DASHBOARD_API_KEY ?? inTheClear ?? null };
}

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
  const account = readAccount(config);
  // Where nobody has to log in, nobody else may reach it.
  const isOpen = account === null && config.API_KEYS.length === 0;
  const host = isOpen ? '127.0.0.1' : config.BIND_HOST;
  const app = createDashboard({
    queues,
    apiUrl: config.API_URL ?? `http://127.0.0.1:${config.API_PORT}`,
    account,
    // Without one, whoever is logged in has to do it again after a restart.
    secret: config.SESSION_SECRET ?? randomBytes(32).toString('hex'),
    host,
    trustProxy: config.TRUST_PROXY,
    log,
  });
  const server = await serve(app, { host, port: config.DASHBOARD_PORT });
  onClose(server);
  log.info({ host, port: server.port, isOpen }, 'listening');
});
