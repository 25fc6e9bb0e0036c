import { setTimeout as sleep } from 'node:timers/promises';
import { startScheduler } from '../../services/scheduler/scheduler.ts';
import { loadConfig } from '../../shared/config.ts';
import { openDatabase, type DatabaseHandle } from '../../shared/db/client.ts';
import { createLogger } from '../../shared/logger.ts';
import { graph, type AssetName } from '../../shared/pipeline/graph.ts';
import type { Handler, TaskContext } from '../../shared/pipeline/handler.ts';
import type { TaskWatch } from '../../shared/pipeline/task-watch.ts';
import { startWorker } from '../../shared/pipeline/worker.ts';
import type { Closable, ServiceContext } from '../../shared/process.ts';
import { openProducer, type Producer } from '../../shared/queues/producer.ts';
import type { World } from './world.ts';

const LAYERS = ['bronze', 'silver', 'agents'] as const;
type Layer = (typeof LAYERS)[number];

/** A scheduler and workers in this process, on a world's own database and Redis. */
export interface TestPipeline extends Closable {
  readonly database: DatabaseHandle;
  /** Starts one more set of workers or another scheduler; `close` of the result stops only that. */
  startScheduler(): Promise<Closable>;
  startWorkers(
    handlers: Readonly<Record<AssetName, Handler>>,
    options?: { readonly queues?: readonly Layer[]; readonly concurrency?: number },
  ): Promise<Closable>;
  /** The scheduler's door to the queues, for tests that dispatch by themselves. */
  openProducer(): Producer;
}

/** A handler that stores nothing and calls every partition fresh. */
export const succeed: Handler = async (ctx) => ({
  commit: async () => ({
    partitions: ctx.partitions.map((partition) => ({ partition, state: 'fresh', rows: 1 })),
    rows: ctx.partitions.length,
  }),
});

/** For attempts outside of a worker: nobody tells them to stop. */
export const watchNothing: TaskWatch['watch'] = () => ({
  signal: new AbortController().signal,
  end: () => undefined,
});

/** The same handler for all assets, but for those that are given. */
export function handlersWith(
  overrides: Partial<Record<AssetName, (ctx: TaskContext) => ReturnType<Handler>>> = {},
): Record<AssetName, Handler> {
  return Object.fromEntries(graph.names.map((name) => [name, overrides[name] ?? succeed])) as Record<
    AssetName,
    Handler
  >;
}

/** Prepares a pipeline on a world; nothing runs until its parts are started. */
export function createPipeline(
  world: World,
  environment: Readonly<Record<string, string>> = {},
): TestPipeline {
  const config = loadConfig({
    DATABASE_URL: world.databaseUrl,
    REDIS_URL: world.redisUrl,
    QUEUE_PREFIX: world.redisPrefix,
    LOG_LEVEL: 'silent',
    PROVIDERS: 'replay',
    RETRY_BASE_MS: '50',
    RECONCILE_INTERVAL_MS: '100',
    SCHEDULE_ENABLED: 'false',
    ...environment,
  });
  const database = openDatabase(config, { name: 'test', max: 4 });
  const parts: Closable[] = [database];
  const startPart = async (start: (context: ServiceContext) => Promise<void>): Promise<Closable> => {
    const resources: Closable[] = [];
    await start({
      config,
      log: createLogger('test', config.LOG_LEVEL),
      onClose: (resource) => void resources.push(resource),
    });
    let isClosed = false;
    const part: Closable = {
      async close() {
        if (isClosed) return;
        isClosed = true;
        for (const resource of resources.toReversed()) await resource.close();
      },
    };
    parts.push(part);
    return part;
  };
  return {
    database,
    startScheduler: () => startPart(startScheduler),
    startWorkers: (handlers, { queues = LAYERS, concurrency = 4 } = {}) =>
      startPart(async (context) => {
        for (const queue of queues) {
          await startWorker(context, { queue, concurrency, createHandlers: () => handlers });
        }
      }),
    openProducer() {
      const producer = openProducer({
        redisUrl: config.REDIS_URL,
        prefix: config.QUEUE_PREFIX,
        retryBaseMs: config.RETRY_BASE_MS,
      });
      parts.push(producer);
      return producer;
    },
    async close() {
      for (const part of parts.toReversed()) await part.close();
    },
  };
}

/**
 * Waits until a check gives something.
 *
 * @throws Error after the timeout, with what was awaited
 */
export async function waitFor<Result>(
  what: string,
  check: () => Promise<Result | null | undefined | false>,
  timeoutMs = 120_000,
): Promise<Result> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const result = await check();
    if (result !== null && result !== undefined && result !== false) return result;
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms for ${what}`);
    await sleep(25);
  }
}
