import { hostname } from 'node:os';
import { openDatabase, type Database } from '../db/client.ts';
import { serveHealth } from '../health.ts';
import { createHttpClient } from '../http.ts';
import type { ServiceContext } from '../process.ts';
import { createBudget } from '../queues/budget.ts';
import { connectForCommands } from '../queues/connection.ts';
import { startConsumer } from '../queues/consumer.ts';
import { taskJobSchema } from '../queues/job.ts';
import type { QueueName } from '../queues/queues.ts';
import type { AssetName } from './graph.ts';
import type { Handler } from './handler.ts';
import { materialize } from './materialize.ts';

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
  const database = openDatabase(config.DATABASE_URL, {
    name: `macro-${options.queue}`,
    max: options.concurrency * CONNECTIONS_PER_TASK,
  });
  onClose(database);
  const redis = connectForCommands(config.REDIS_URL);
  await redis.connect();
  onClose({ close: async () => redis.disconnect() });
  await serveHealth(context, { db: database.db, redis });
  const handlers = options.createHandlers(database.db);
  const isReplay = config.PROVIDERS === 'replay';
  // Replayed providers have no limits of their own.
  const acquire = isReplay
    ? async () => undefined
    : createBudget(redis, config.QUEUE_PREFIX, config.PROVIDER_RATES);
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
            createHttp: (_task, taskLog, taskSignal) =>
              createHttpClient({
                replayUrl: isReplay ? config.REPLAY_URL : null,
                acquire,
                log: taskLog,
                signal: taskSignal,
                now: Date.now,
                maxBodyBytes: config.MAX_BODY_BYTES,
              }),
          },
          { job: taskJobSchema.parse(data), isLastAttempt, signal },
        ),
    }),
  );
}
