/**
 * What the whole history costs to ask for, to follow and to cancel, and how long a scheduled run waits behind it.
 *
 * `node bench/backfills.ts` starts a stack of its own on the recorded data and prints medians. Takes a few minutes.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { Redis } from 'ioredis';
import type { Stack } from '../infra/local/stack.ts';
import { createClient, type Client } from '../shared/client/client.ts';
import { readComputeRate } from '../shared/db/backfill-estimate.ts';
import { createRun } from '../shared/db/backfills.ts';
import { openDatabase, type Database } from '../shared/db/client.ts';
import { graph } from '../shared/pipeline/graph.ts';
import { listWeekdays } from '../shared/time.ts';
import { measure, median, print, quantile } from './support/figures.ts';
import { withOwnStack } from './support/own-stack.ts';

const FROM = '2010-01-01';
const TO = '2026-11-20';
const TIMES = 5;
const READS = 200;
/** Partitions of scheduled runs, which the backfill beside them leaves out. */
const BACKFILL_TO = '2024-12-31';
const LIVE = ['2025-01-06', '2025-01-07', '2025-01-08', '2025-01-09', '2025-01-10'];
/** Tasks of the backfill that have ended before a scheduled run is put behind it. */
const TASKS_BEFORE = 30;

const ms = (value: number): string => `${value.toFixed(0).padStart(6)} ms`;

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await sleep(50);
}

interface Bench {
  readonly client: Client;
  readonly db: Database;
  readonly stack: Stack;
}

/** Requests the whole history, and cancels it as soon as tasks of it run. */
async function benchSlice({ client }: Bench, slice: 'day' | 'month' | 'quarter' | 'year'): Promise<void> {
  const accepted: number[] = [];
  const cancelled: number[] = [];
  let size = '';
  for (let time = 0; time < TIMES; time += 1) {
    const body = { from: FROM, to: TO, slice, only: 'all' as const };
    const [answer, acceptMs] = await measure(() => client.createBackfill({ body }));
    if (!('id' in answer)) throw new Error('Expected a backfill, got a dry run');
    accepted.push(acceptMs);
    size = `${answer.runs} runs, ${answer.tasks} tasks`;
    const params = { id: answer.id };
    await until(async () => ((await client.getBackfill({ params })).tasks['running'] ?? 0) > 0);
    const [after, cancelMs] = await measure(() => client.cancelBackfill({ params }));
    if (after.state !== 'cancelled') throw new Error(`Expected it cancelled, got ${after.state}`);
    cancelled.push(cancelMs);
  }
  print(
    `${slice.padEnd(8)} accept ${ms(median(accepted))} (worst ${ms(Math.max(...accepted))})   cancel ${ms(median(cancelled))}   ${size}`,
  );
}

interface LiveTimes {
  readonly start: number;
  readonly end: number;
}

/** From the request of a scheduled run to the start of its first and the end of its last task, ms. */
async function runLive(db: Database, partition: string): Promise<LiveTimes> {
  const id = await createRun(db, 'scheduled', partition);
  const read = async () => {
    const result = await db.execute<{ state: string; start: number; end: number }>(sql`
      select runs.state, (1000 * extract(epoch from min(tasks.started_at) - runs.created_at))::float8 as start,
        (1000 * extract(epoch from runs.finished_at - runs.created_at))::float8 as end
      from runs join tasks on tasks.run_id = runs.id where runs.id = ${id} group by runs.id`);
    return result.rows[0];
  };
  await until(async () => !['planned', 'running'].includes((await read())?.state ?? ''));
  const row = await read();
  if (row?.state !== 'succeeded') throw new Error(`The scheduled run of ${partition} ended ${row?.state}`);
  return { start: row.start, end: row.end };
}

async function runLives(db: Database): Promise<LiveTimes> {
  const times: LiveTimes[] = [];
  for (const partition of LIVE) times.push(await runLive(db, partition));
  return { start: median(times.map(({ start }) => start)), end: median(times.map(({ end }) => end)) };
}

/** Puts the same partitions back to missing, so that the next scheduled run computes them again. */
async function forget(db: Database): Promise<void> {
  await db.execute(sql`delete from materializations where partition = any(${sql.param(LIVE)}::date[])`);
}

/** Bytes of Redis per job, all its keys and its part of the indexes included. */
async function readBytesPerJob({ redisUrl, queuePrefix }: Stack): Promise<{ jobs: number; bytes: number }> {
  const redis = new Redis(redisUrl);
  let jobs = 0;
  let bytes = 0;
  for await (const keys of redis.scanStream({ match: `${queuePrefix}:*`, count: 1_000 })) {
    for (const key of keys as string[]) {
      bytes += Number(await redis.memory('USAGE', key, 'SAMPLES', 0));
      if (/_\d+$/.test(key)) jobs += 1;
    }
  }
  redis.disconnect();
  return { jobs, bytes: bytes / jobs };
}

async function benchLive(bench: Bench): Promise<void> {
  const { client, db } = bench;
  // The first run reads the history that every later one finds.
  await runLive(db, '2025-01-03');
  const idle = await runLives(db);
  await forget(db);
  const body = { from: FROM, to: BACKFILL_TO, slice: 'month' as const, maxConcurrentRuns: 16 };
  const answer = await client.createBackfill({ body });
  if (!('id' in answer)) throw new Error('Expected a backfill, got a dry run');
  const params = { id: answer.id };
  await until(async () => ((await client.getBackfill({ params })).tasks['succeeded'] ?? 0) >= TASKS_BEFORE);
  const behind = await runLives(db);
  const shown = await client.getBackfill({ params });
  print(`\nscheduled run       first task starts   run ends`);
  print(`idle                ${ms(idle.start).padStart(17)}  ${ms(idle.end)}`);
  print(`behind the backfill ${ms(behind.start).padStart(17)}  ${ms(behind.end)}`);
  print(`the backfill was ${shown.state}, ${JSON.stringify(shown.tasks)} tasks`);
  const { jobs, bytes } = await readBytesPerJob(bench.stack);
  print(`Redis               ${bytes.toFixed(0)} bytes per job (${jobs} jobs)`);
  const rate = await readComputeRate(db, graph.names);
  print(`computing           ${(rate ?? 0).toFixed(0)} partitions per second`);
  await client.cancelBackfill({ params });
}

async function benchRead(name: string, read: () => Promise<unknown>): Promise<void> {
  const times: number[] = [];
  for (let time = 0; time < READS; time += 1) times.push((await measure(read))[1]);
  print(`${name.padEnd(46)} p50 ${ms(median(times))}   p99 ${ms(quantile(times, 0.99))}`);
}

async function benchReads({ client, db, stack }: Bench): Promise<void> {
  await db.execute(sql`
    insert into materializations (asset, partition, state, rows, task_id, run_id)
    select asset, day, 'fresh', 1, gen_random_uuid(), gen_random_uuid()
    from unnest(${sql.param([...graph.names])}::text[]) asset, unnest(${sql.param(listWeekdays(FROM, TO))}::date[]) day
    on conflict (asset, partition) do nothing`);
  await db.execute(sql`analyze`);
  const { data } = await client.listBackfills({ query: { limit: 100 } });
  const day = data.find(({ slice }) => slice === 'day');
  if (day === undefined) throw new Error('There is no backfill in slices of a day');
  const params = { id: day.id };
  const get = async (path: string): Promise<void> => {
    const response = await fetch(`${stack.apiUrl}${path}`);
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    await response.arrayBuffer();
  };
  const range = `from=${FROM}&to=${TO}`;
  print(`\nover ${graph.names.length * listWeekdays(FROM, TO).length} materializations`);
  await benchRead('GET /v1/backfills/:id, 61,684 tasks', () => client.getBackfill({ params }));
  await benchRead('GET /v1/partitions, 1,000 cells', () => get(`/v1/partitions?${range}`));
  await benchRead('GET /v1/partitions, 10,000 cells', () => get(`/v1/partitions?${range}&limit=10000`));
  await benchRead('GET /v1/partitions, one year', () =>
    get('/v1/partitions?from=2022-01-01&to=2022-12-31&limit=10000'),
  );
  await benchRead('GET /v1/partitions?summary=true', () => get(`/v1/partitions?${range}&summary=true`));
}

await withOwnStack(async (stack) => {
  const database = openDatabase(stack.databaseUrl, { name: 'bench', max: 2 });
  const bench = { client: createClient({ baseUrl: stack.apiUrl }), db: database.db, stack };
  print(`\n${FROM} … ${TO}, all assets`);
  for (const slice of ['day', 'month', 'quarter', 'year'] as const) await benchSlice(bench, slice);
  await benchLive(bench);
  await benchReads(bench);
  await database.close();
});
