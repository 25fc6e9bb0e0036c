import { readFileSync } from 'node:fs';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { parseRedisUrl, type RedisPlace } from '../redis-url.ts';
import { SECOND } from '../time.ts';

/** A connection to Redis, of whatever kind `REDIS_URL` names. Commands with a key go to the server that holds it. */
export type RedisClient = Redis | Cluster;

/** A server of a cluster that is silent is found out as soon as the others have put another in its place, and we ask them. */
const SLOTS_REFRESH_MS = 5 * SECOND;
const CONNECT_TIMEOUT_MS = 5 * SECOND;

/** @throws Error when the file of the authorities cannot be read */
function readTls({ isEncrypted, caFile }: RedisPlace): { ca?: Buffer } | undefined {
  if (!isEncrypted) return undefined;
  return caFile === null ? {} : { ca: readFileSync(caFile) };
}

/** ioredis reads the URL itself, but for `sslrootcert`, which is spelled as in the URL of PostgreSQL. */
function openSingle(url: string, place: RedisPlace, options: RedisOptions): Redis {
  const tls = readTls(place);
  if (tls === undefined) return new Redis(url, options);
  const server = new URL(url);
  server.searchParams.delete('sslrootcert');
  // The scheme would set the TLS options itself, and win over those given beside it.
  server.protocol = 'redis:';
  return new Redis(server.href, { ...options, tls });
}

function openSentinel(place: RedisPlace, options: RedisOptions): Redis {
  const tls = readTls(place);
  return new Redis({
    ...options,
    username: place.username,
    password: place.password,
    db: place.database,
    sentinels: [...place.nodes],
    name: place.sentinel?.name,
    sentinelUsername: place.sentinel?.username,
    sentinelPassword: place.sentinel?.password,
    // The sentinels say when there is a new master: a connection to one that is gone without a word may stay for minutes.
    failoverDetector: true,
    ...(tls === undefined ? {} : { tls, sentinelTLS: tls, enableTLSForSentinelMode: true }),
  });
}

function openCluster(place: RedisPlace, { enableOfflineQueue, lazyConnect, ...node }: RedisOptions): Cluster {
  return new Cluster([...place.nodes], {
    enableOfflineQueue,
    lazyConnect,
    // BullMQ takes a cluster for ready while this check is under way, and a command without a queue would fail.
    enableReadyCheck: false,
    slotsRefreshInterval: SLOTS_REFRESH_MS,
    slotsRefreshTimeout: CONNECT_TIMEOUT_MS,
    // A name is resolved with each connection, and is what a certificate is issued for.
    dnsLookup: (name, done) => done(null, name),
    redisOptions: {
      ...node,
      username: place.username,
      password: place.password,
      tls: readTls(place),
    },
  });
}

/** Opens the connection of a URL. @throws Error when the URL is none, or the file of its authorities cannot be read */
function open(url: string, options: RedisOptions): RedisClient {
  const place = parseRedisUrl(url);
  const redis =
    place.kind === 'cluster'
      ? openCluster(place, options)
      : place.kind === 'sentinel'
        ? openSentinel(place, options)
        : openSingle(url, place, options);
  // Every command reports its own failure; without a listener the event would end the process.
  redis.on('error', () => undefined);
  return redis;
}

/** Connection of a producer or of the API: a command fails at once while Redis is away, in a cluster after two seconds. */
export function connectForCommands(url: string): RedisClient {
  return open(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    connectTimeout: CONNECT_TIMEOUT_MS,
    lazyConnect: true,
  });
}

/** Connection of a worker: blocking reads wait for Redis to come back. */
export function connectForWorker(url: string): RedisClient {
  return open(url, { maxRetriesPerRequest: null });
}
