import { directUrl } from '../../shared/db/client.ts';
import { connectRedis } from '../../shared/health.ts';
import { serve } from '../../shared/http-server.ts';
import { runService } from '../../shared/process.ts';
import { connectForCommands } from '../../shared/queues/connection.ts';
import { createApp } from './app.ts';
import { openApiDatabase } from './database.ts';
import { openEventFeed } from './event-feed.ts';

await runService('api', async ({ config, log, onClose }) => {
  const database = openApiDatabase(config);
  onClose(database);
  const redis = connectForCommands(config.REDIS_URL);
  onClose({ close: async () => redis.disconnect() });
  // Requests are taken without Redis too; /readyz says that it is missing.
  await connectRedis(redis).catch((error: unknown) => log.warn({ err: error }, 'Redis does not answer yet'));
  const events = openEventFeed({ db: database.db, url: directUrl(config), log });
  const app = createApp({
    db: database.db,
    findSilence: database.findSilence,
    redis,
    config,
    log,
    now: Date.now,
    events,
  });
  const server = await serve(app, { host: config.BIND_HOST, port: config.API_PORT });
  onClose(server);
  // Closed before the server, which waits for the requests that are still running.
  onClose(events);
  log.info({ host: config.BIND_HOST, port: server.port }, 'listening');
});
