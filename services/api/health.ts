import { Router } from 'express';
import type { Redis } from 'ioredis';
import { hurry } from '../../shared/health.ts';
import { SECOND } from '../../shared/time.ts';
import type { ApiContext } from './context.ts';
import { allowOnly, sendProblem } from './problem.ts';

/** Whoever asks hears within two seconds. */
const PATIENCE_MS = 1.5 * SECOND;

/** Reads one number of the text that Redis answers to `INFO`; null when it is not there. */
export function readRedisInfo(info: string, field: string): number | null {
  const line = info.split(/\r?\n/).find((candidate) => candidate.startsWith(`${field}:`));
  return line === undefined ? null : Number(line.slice(field.length + 1));
}

async function askRedis(
  redis: Redis,
): Promise<{ usedMemoryBytes: number | null; peakMemoryBytes: number | null }> {
  const info = await hurry('Redis', redis.info('memory'), PATIENCE_MS);
  return {
    usedMemoryBytes: readRedisInfo(info, 'used_memory'),
    peakMemoryBytes: readRedisInfo(info, 'used_memory_peak'),
  };
}

async function askDatabase(isAwake: ApiContext['isDatabaseAwake']): Promise<void> {
  if (!(await isAwake())) throw new Error('PostgreSQL did not answer');
}

/** `GET /livez` and `GET /readyz`, without a key. */
export function routeHealth({ isDatabaseAwake, redis, log }: ApiContext): Router {
  const router = Router();
  router
    .route('/livez')
    .get((_request, response) => void response.json({ status: 'ok' }))
    .all(allowOnly('GET'));
  router
    .route('/readyz')
    .get(async (_request, response) => {
      const [postgres, memory] = await Promise.allSettled([askDatabase(isDatabaseAwake), askRedis(redis)]);
      if (postgres.status === 'fulfilled' && memory.status === 'fulfilled') {
        response.json({ status: 'ok', redis: memory.value });
        return;
      }
      const missing = Object.entries({ PostgreSQL: postgres, Redis: memory }).flatMap(([name, answer]) =>
        answer.status === 'rejected' ? [{ name, reason: answer.reason as unknown }] : [],
      );
      for (const { name, reason } of missing) log.warn({ err: reason, server: name }, 'not ready');
      sendProblem(response, 'unavailable', `No answer from ${missing.map(({ name }) => name).join(' and ')}`);
    })
    .all(allowOnly('GET'));
  return router;
}
