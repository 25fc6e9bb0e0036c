import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Redis } from 'ioredis';
import type { Client } from 'pg';
import type { RedisClient } from '../../shared/queues/connection.ts';
import { listMasters } from './redis-masters.ts';
import type { Place } from './secret-search.ts';

/** Every table of the database that is not PostgreSQL's own, with all its rows as text and its bytes unpacked. */
export async function collectRows(client: Client): Promise<Place[]> {
  const { rows: tables } = await client.query<{ name: string }>(`
    select format('%I.%I', nspname, relname) as name from pg_class join pg_namespace n on n.oid = relnamespace
    where relkind in ('r', 'm') and nspname not in ('pg_catalog', 'information_schema', 'pg_toast') order by 1`);
  const places: Place[] = [];
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
    places.push({ name: `rows of ${name}`, content: rows.map(({ row }) => row).join('\n') });
  }
  const { rows: bodies } = await client.query<{ sha256: string; body_gzip: Buffer }>(
    `select sha256, body_gzip from payload_bodies`,
  );
  for (const { sha256, body_gzip: body } of bodies)
    places.push({ name: `body of payload ${sha256.slice(0, 12)}`, content: gunzipSync(body) });
  return places;
}

async function readKey(redis: Redis, key: string): Promise<unknown> {
  const type = await redis.type(key);
  switch (type) {
    case 'string':
      return redis.get(key);
    case 'hash':
      return redis.hgetall(key);
    case 'list':
      return redis.lrange(key, '0', '-1');
    case 'set':
      return redis.smembers(key);
    case 'zset':
      return redis.zrange(key, '0', '-1', 'WITHSCORES');
    case 'stream':
      return redis.xrange(key, '-', '+');
    // Gone since it was listed.
    case 'none':
      return null;
    default:
      throw new Error(`Key ${key} has a type that nobody reads: ${type}`);
  }
}

/** Every key of Redis with its value: data, logs, results and stack traces of jobs among them. */
export async function collectKeys(redis: RedisClient): Promise<Place[]> {
  const places: Place[] = [];
  for (const master of await listMasters(redis))
    for await (const keys of master.scanStream({ count: 1_000 }) as AsyncIterable<string[]>)
      for (const key of keys)
        places.push({ name: `key ${key}`, content: `${key}\n${JSON.stringify(await readKey(master, key))}` });
  return places;
}

/** Every file below a folder, but those below the folders that are left out. */
export function collectFiles(folder: string, leftOut: readonly string[] = []): Place[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !leftOut.some((other) => name.startsWith(`${other}/`)))
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => ({ name: `file ${name}`, content: readFileSync(join(folder, name)) }));
}

/** Those files below a folder that hold one of the texts: for hundreds of megabytes, which `grep` reads faster than we do. */
export function collectFilesWith(folder: string, name: string, texts: readonly string[]): Place[] {
  const { status, stdout, stderr } = spawnSync('grep', ['-rlaF', '-f', '-', '.'], {
    cwd: join(folder, name),
    encoding: 'utf8',
    env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
    input: texts.join('\n'),
  });
  if (status === null || status > 1)
    throw new Error(`grep in ${folder}/${name} ended with ${status}: ${stderr}`);
  return stdout
    .split('\n')
    .filter((file) => file !== '')
    .map((file) => ({
      name: `file ${join(name, file)}`,
      content: readFileSync(join(folder, name, file)),
    }));
}

/** What an address answers: status, headers and body. */
export async function collectAnswer(name: string, url: string, init: RequestInit = {}): Promise<Place> {
  const answer = await fetch(url, { redirect: 'manual', ...init });
  const headers = [...answer.headers].map((pair) => pair.join(': '));
  return { name, content: [answer.status, ...headers, '', await answer.text()].join('\n') };
}
