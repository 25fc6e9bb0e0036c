import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { Redis } from 'ioredis';
import { inject } from 'vitest';

import { dropDatabase, inventDatabaseName, pointToDatabase, withClient } from './template-database.ts';

/** What was closed is gone this long afterwards, on a busy machine too; only a leak waits for it. */
const LEAK_GRACE_MS = 15_000;
const PRIVATE_DATABASES = 255;

/** A migrated database and an empty corner of Redis that belong to one test file. */
export interface World {
  databaseUrl: string;
  redisUrl: string;
  /** Prefix that keeps the keys of this world apart when the Redis is shared; for the `prefix` option of BullMQ. */
  redisPrefix: string;
  /**
   * Removes both.
   *
   * @throws Error if a connection is still open 15 s later: something was not closed.
   */
  close: () => Promise<void>;
}

const inventPrefix = (): string => `test-${randomBytes(6).toString('hex')}`;

async function withRedis<Result>(url: string, action: (redis: Redis) => Promise<Result>): Promise<Result> {
  const redis = new Redis(url);
  try {
    return await action(redis);
  } finally {
    redis.disconnect();
  }
}

async function copyTemplate(serverUrl: string): Promise<string> {
  const name = inventDatabaseName('test');
  await withClient(serverUrl, (client) =>
    client.query(`create database ${name} template ${inject('templateDatabase')}`),
  );
  return name;
}

async function pickRedis(): Promise<{ database: number; url: string }> {
  const url = new URL(inject('redisUrl'));
  if (!inject('redisIsPrivate')) return { database: Number(url.pathname.slice(1)) || 0, url: url.href };
  const count = await withRedis(url.href, (redis) => redis.incr('test:worlds'));
  const database = (count % PRIVATE_DATABASES) + 1;
  url.pathname = `/${database}`;
  return { database, url: url.href };
}

async function emptyRedis(url: string, prefix: string): Promise<void> {
  await withRedis(url, async (redis) => {
    if (inject('redisIsPrivate')) {
      await redis.flushdb();
      return;
    }
    for await (const keys of redis.scanStream({ count: 1_000, match: `${prefix}*` })) {
      const found = keys as string[];
      if (found.length > 0) await redis.unlink(...found);
    }
  });
}

async function listOpenConnections(
  serverUrl: string,
  name: string,
  redis: { database: number; url: string },
) {
  const inPostgres = await withClient(serverUrl, async (client) => {
    // The workers of autovacuum are nobody's connections.
    const sql = `select application_name, left(query, 80) as query from pg_stat_activity
      where datname = $1 and backend_type = 'client backend'`;
    const { rows } = await client.query<{ application_name: string; query: string }>(sql, [name]);
    return rows.map((row) => `postgres ${row.application_name}: ${row.query}`);
  });
  if (!inject('redisIsPrivate')) return inPostgres;
  const clients = await withRedis(inject('redisUrl'), (client) => client.call('CLIENT', 'LIST'));
  const inRedis = String(clients)
    .split('\n')
    .filter((line) => line.includes(` db=${redis.database} `));
  return [...inPostgres, ...inRedis.map((line) => `redis ${line}`)];
}

/** A world on a Redis of its own, which its test starts and stops: nobody else is in it, and nothing of it is emptied. */
export async function createWorldOn(redisUrl: string): Promise<World> {
  const serverUrl = inject('databaseUrl');
  const name = await copyTemplate(serverUrl);
  return {
    databaseUrl: pointToDatabase(serverUrl, name),
    redisUrl,
    redisPrefix: inventPrefix(),
    close: () => dropDatabase(serverUrl, name),
  };
}

/** Makes a world for one test file: call it in `beforeAll`, and its `close` in `afterAll`. */
export async function createWorld(): Promise<World> {
  const serverUrl = inject('databaseUrl');
  const name = await copyTemplate(serverUrl);
  const redis = await pickRedis();
  const redisPrefix = inventPrefix();
  const close = async (): Promise<void> => {
    const deadlineMs = Date.now() + LEAK_GRACE_MS;
    let open = await listOpenConnections(serverUrl, name, redis);
    while (open.length > 0 && Date.now() < deadlineMs) {
      await sleep(50);
      open = await listOpenConnections(serverUrl, name, redis);
    }
    await emptyRedis(redis.url, redisPrefix);
    await dropDatabase(serverUrl, name);
    if (open.length > 0) throw new Error(`connections left open by this test file:\n${open.join('\n')}`);
  };
  return { close, databaseUrl: pointToDatabase(serverUrl, name), redisPrefix, redisUrl: redis.url };
}
