import { readFileSync } from 'node:fs';
import { Redis, type RedisOptions } from 'ioredis';
import { SECOND } from '../time.ts';

/**
 * Opens the connection of a URL. `rediss://…` is encrypted and the server's certificate is verified, against the authorities
 * in the file of `?sslrootcert=` when it is given: the parameter is spelled as in the URL of PostgreSQL.
 *
 * @throws Error when that file cannot be read
 */
function open(url: string, options: RedisOptions): Redis {
  const server = new URL(url);
  const caFile = server.searchParams.get('sslrootcert');
  if (server.protocol !== 'rediss:' || caFile === null) return new Redis(url, options);
  server.searchParams.delete('sslrootcert');
  // The scheme would set the TLS options itself, and win over those given beside it.
  server.protocol = 'redis:';
  return new Redis(server.href, { ...options, tls: { ca: readFileSync(caFile) } });
}

/** Connection of a producer or of the API: a command fails at once while Redis is away. */
export function connectForCommands(url: string): Redis {
  const redis = open(url, {
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
  const redis = open(url, { maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  return redis;
}
