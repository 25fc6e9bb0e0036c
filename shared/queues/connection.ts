import { Redis } from 'ioredis';
import { SECOND } from '../time.ts';

/** Connection of a producer or of the API: a command fails at once while Redis is away. */
export function connectForCommands(url: string): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    connectTimeout: 5 * SECOND,
    lazyConnect: true,
  });
  // Every command reports its own failure; without a listener the event would end the process.
  redis.on('error', () => undefined);
  return redis;
}

/** Connection of a worker: blocking reads wait for Redis to come back. */
export function connectForWorker(url: string): Redis {
  const redis = new Redis(url, { maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  return redis;
}
