import { sql } from 'drizzle-orm';
import express from 'express';
import type { Registry } from 'prom-client';
import type { Database } from './db/client.ts';
import { serve } from './http-server.ts';
import { answerMetrics } from './metrics.ts';
import type { ServiceContext } from './process.ts';
import type { RedisClient } from './queues/connection.ts';
import { SECOND } from './time.ts';

const PATIENCE_MS = 3 * SECOND;
const CONNECT_PATIENCE_MS = 10 * SECOND;

/** Waits for an answer, three seconds at most: a probe that hangs says less than one that fails. @throws Error when late. */
export async function hurry<Answer>(
  what: string,
  answer: Promise<Answer>,
  patienceMs = PATIENCE_MS,
): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not answer within ${patienceMs} ms`)), patienceMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asks PostgreSQL for one row. @throws Error when it does not answer in time. */
export async function askPostgres(db: Database): Promise<null> {
  await hurry('PostgreSQL', db.execute(sql`select 1`));
  return null;
}

/**
 * Connects at the start of a process.
 *
 * @throws Error when it fails or takes too long (sentinels would be asked for ever); its cause is what the connection said last,
 * such as why a certificate is refused: ioredis itself says only that the connection is closed
 */
export async function connectRedis(redis: RedisClient, patienceMs = CONNECT_PATIENCE_MS): Promise<void> {
  let reason: Error | null = null;
  const hear = (error: Error): void => {
    reason = error;
  };
  redis.on('error', hear);
  try {
    await hurry('Redis', redis.connect(), patienceMs).catch((error: Error) => {
      throw reason === null ? error : new Error(error.message, { cause: reason });
    });
  } finally {
    redis.off('error', hear);
  }
}

/**
 * Asks Redis for a section of `INFO`. It is a script because `INFO` has no key: a cluster would answer by any of its servers,
 * whether the one that holds our keys is there or not.
 *
 * @throws Error when that server does not answer in time
 */
export async function askRedis(
  redis: RedisClient,
  { prefix, section }: { readonly prefix: string; readonly section: 'default' | 'memory' | 'server' },
  patienceMs = PATIENCE_MS,
): Promise<string> {
  const answer = redis.eval(`return redis.call('INFO', ARGV[1])`, 1, `${prefix}:info`, section);
  return String(await hurry('Redis', answer, patienceMs));
}

/**
 * Serves `GET /livez` and `GET /metrics` of a process that serves nothing else, on `HEALTH_PORT` (0: not at all). Its
 * health is 200 when its event loop turns and PostgreSQL and Redis answer, 503 with the names of those that do not; its
 * metrics are those of the process and those that `readMetrics` gives.
 *
 * @throws Error when the port is taken
 */
export async function serveHealth(
  { config, log, onClose }: ServiceContext,
  { db, redis }: { readonly db: Database; readonly redis: RedisClient },
  readMetrics?: () => Promise<Registry>,
): Promise<void> {
  if (config.HEALTH_PORT === 0) return;
  const probe = { prefix: config.QUEUE_PREFIX, section: 'server' } as const;
  const app = express();
  app.disable('x-powered-by');
  app.get('/livez', async (_request, response) => {
    const answers = await Promise.allSettled([askPostgres(db), askRedis(redis, probe)]);
    const missing = ['PostgreSQL', 'Redis'].filter((_name, i) => answers[i]?.status === 'rejected');
    if (missing.length === 0) {
      response.json({ status: 'ok' });
      return;
    }
    log.warn({ missing }, 'not healthy');
    response.status(503).json({ status: 'unavailable', missing });
  });
  app.get('/metrics', answerMetrics(readMetrics));
  onClose(await serve(app, { host: config.BIND_HOST, port: config.HEALTH_PORT }));
}
