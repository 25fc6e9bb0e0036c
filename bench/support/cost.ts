import { readdirSync, readFileSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import { Redis } from 'ioredis';
import { waitForOk } from '../../infra/local/readiness.ts';
import { readRedisPeak } from '../../infra/local/redis.ts';
import type { Stack } from '../../infra/local/stack.ts';
import type { Database } from '../../shared/db/client.ts';

/** Of Linux on every machine that Node.js runs on. */
const TICKS_PER_SECOND = 100;
/** Longest start of a service. */
const START_MS = 60_000;

interface ProcessTimes {
  readonly parent: number;
  /** Of the process alone, and of its children that have ended (s). */
  readonly own: number;
  readonly ended: number;
}

function readTimes(pid: string): ProcessTimes | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ').map(Number);
    const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11, 15);
    return {
      parent: fields[1]!,
      own: (utime + stime) / TICKS_PER_SECOND,
      ended: (cutime + cstime) / TICKS_PER_SECOND,
    };
  } catch {
    return undefined;
  }
}

/** Processor time of the server of a database and of all its connections so far (s). */
async function readPostgresCpu(db: Database): Promise<number> {
  const result = await db.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
  const server = readTimes(String(result.rows[0]!.pid))!.parent;
  const times = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(readTimes)
    .filter((process) => process?.parent === server);
  const { own, ended } = readTimes(String(server))!;
  return times.reduce((sum, process) => sum + (process?.own ?? 0), own + ended);
}

async function readServiceCpu(name: string, url: string): Promise<number> {
  await waitForOk(url, name, START_MS, new AbortController().signal);
  const text = await (await fetch(url)).text();
  return Number(/^process_cpu_seconds_total ([\d.e+-]+)/m.exec(text)?.[1]);
}

async function readRedisCpu(url: string): Promise<number> {
  const redis = new Redis(url);
  const info = await redis.info('cpu');
  redis.disconnect();
  const seconds = (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1]);
  return seconds('used_cpu_sys') + seconds('used_cpu_user');
}

/** Processor time of every process of a stack so far (s). */
export async function readCpu(stack: Stack, db: Database): Promise<Record<string, number>> {
  const services = await Promise.all(
    Object.entries(stack.metricsUrls).map(
      async ([name, url]) => [name, await readServiceCpu(name, url)] as const,
    ),
  );
  return {
    ...Object.fromEntries(services),
    postgres: await readPostgresCpu(db),
    redis: await readRedisCpu(stack.redisUrl),
  };
}

/** Bytes that a stack has taken so far. */
export interface Storage {
  /** Of every table with its indexes. */
  readonly tables: Readonly<Record<string, number>>;
  /** Written to the write-ahead log. */
  readonly wal: number;
  readonly redisPeak: number;
}

/** Reads what a stack has taken so far. */
export async function readStorage(stack: Stack, db: Database): Promise<Storage> {
  const tables = await db.execute<{ name: string; bytes: number }>(sql`
    select relname as name, pg_total_relation_size(oid)::float8 as bytes from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r'`);
  const wal = await db.execute<{ bytes: number }>(sql`
    select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 as bytes`);
  return {
    tables: Object.fromEntries(tables.rows.map(({ name, bytes }) => [name, bytes])),
    wal: wal.rows[0]!.bytes,
    redisPeak: (await readRedisPeak(stack.redisUrl, stack.queuePrefix)) ?? 0,
  };
}
