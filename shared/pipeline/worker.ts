import { hostname } from 'node:os';
import { directUrl, openDatabase, type Database } from '../db/client.ts';
import { refuseLostSettings, refuseSharedSessions } from '../db/pooling.ts';
import { connectRedis, serveHealth } from '../health.ts';
import { createHttpClient } from '../http.ts';
import { announceTasks } from '../metrics.ts';
import type { ServiceContext } from '../process.ts';
import { connectForCommands } from '../queues/connection.ts';
import { startConsumer } from '../queues/consumer.ts';
import { createGate } from '../queues/gate.ts';
import { taskJobSchema } from '../queues/job.ts';
import type { QueueName } from '../queues/queues.ts';
import { graph, type AssetName } from './graph.ts';
import type { Handler } from './handler.ts';
import { materialize } from './materialize.ts';
import { startTaskWatch } from './task-watch.ts';

export interface WorkerOptions {
  readonly queue: Exclude<QueueName, 'runs'>;
  readonly concurrency: number;
  readonly createHandlers: (db: Database) => Readonly<Partial<Record<AssetName, Handler>>>;
}

/** Pool size: every task may hold a lock, a transaction and a read at once, and bronze a few windows more. */
const CONNECTIONS_PER_TASK = 6;

/** Runs the worker process of one layer. */
export async function startWorker(context: ServiceContext, options: WorkerOptions): Promise<void> {
  const { config, log, onClose } = context;
  const database = openDatabase(config, {
    name: `macro-${options.queue}`,
    max: options.concurrency * CONNECTIONS_PER_TASK,
  });
  onClose(database);
  // Locks of windows belong to a session, and who is cancelled is heard of by listening.
  await refuseSharedSessions(directUrl(config));
  await refuseLostSettings(database.db);
  const redis = connectForCommands(config.REDIS_URL);
  await connectRedis(redis);
  onClose({ close: async () => redis.disconnect() });
  await serveHealth(context, { db: database.db, redis });
  const watch = startTaskWatch({ db: database.db, databaseUrl: directUrl(config), log });
  onClose(watch);
  const handlers = options.createHandlers(database.db);
  announceTasks(graph.names.filter((name) => graph.assets[name].layer === options.queue));
  const isReplay = config.PROVIDERS === 'replay';
  onClose(
    startConsumer({
      queue: options.queue,
      redisUrl: config.REDIS_URL,
      prefix: config.QUEUE_PREFIX,
      concurrency: options.concurrency,
      log,
      process: ({ data, isLastAttempt, signal }) =>
        materialize(
          {
            db: database.db,
            log,
            worker: `${hostname()}:${process.pid}`,
            now: Date.now,
            handlers,
            watch: watch.watch,
            createHttp: (task, taskLog, taskSignal) => {
              const gate = createGate({
                redis,
                prefix: config.QUEUE_PREFIX,
                rates: config.PROVIDER_RATES,
                providers: config.PROVIDERS,
                work: task.kind === 'scheduled' ? 'scheduled' : 'bulk',
                log: taskLog,
              });
              return createHttpClient({
                replayUrl: isReplay ? config.REPLAY_URL : null,
                acquire: gate.acquire,
                onOutcome: gate.report,
                log: taskLog,
                signal: taskSignal,
                now: Date.now,
                maxBodyBytes: config.MAX_BODY_BYTES,
              });
            },
          },
          { job: taskJobSchema.parse(data), isLastAttempt, signal },
        ),
    }),
  );
}
