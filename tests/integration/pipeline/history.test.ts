import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listTaskDetails } from '../../../shared/db/run-list.ts';
import { listRunEvents, searchEvents } from '../../../shared/db/task-event-list.ts';
import { TransientError } from '../../../shared/errors.ts';
import { readBackfill, readTasks, requestBackfill } from '../../helpers/backfills.ts';
import { createPipeline, handlersWith, waitFor, type TestPipeline } from '../../helpers/pipeline.ts';
import { createWorld, type World } from '../../helpers/world.ts';

let world: World;
let pipeline: TestPipeline;

beforeAll(async () => {
  world = await createWorld();
  pipeline = createPipeline(world);
  await pipeline.startScheduler();
});

afterAll(async () => {
  await pipeline.close();
  await world.close();
});

it('keeps the history of every task, with waits, attempts and errors, when the queues are emptied', async () => {
  const { db } = pipeline.database;
  const fail = async (): Promise<never> => {
    throw new TransientError('GET https://api.stlouisfed.org', { got: 'HTTP 503' });
  };
  await pipeline.startWorkers(handlersWith({ bronze_fred: fail }));
  const id = await requestBackfill(db, '2015-01-01', '2015-01-30', { assets: ['silver_macro'] });
  await waitFor('the end', async () => (await readBackfill(db, id)).finishedAt !== null);
  const runId = (await readTasks(db, id))[0]?.run_id ?? '';

  const read = async () => ({
    tasks: await listTaskDetails(db, runId),
    events: await listRunEvents(db, runId, { after: 0, limit: 1_000 }),
    found: await searchEvents(db, { q: 'stlouisfed 503', limit: 100 }),
  });
  const before = await read();
  const redis = new Redis(world.redisUrl);
  await redis.flushdb();
  redis.disconnect();
  expect(await read()).toEqual(before);

  const [sgs, fred, macro] = before.tasks;
  expect(sgs?.timeline).toMatchObject([{ attempt: 1, outcome: 'succeeded', error: null, rows: 22 }]);
  expect(fred?.timeline.map(({ outcome }) => outcome)).toEqual([
    'retrying',
    'retrying',
    'retrying',
    'failed',
  ]);
  for (const { waitedMs, startedAt, endedAt, error, worker } of fred?.timeline ?? []) {
    expect(waitedMs).toBeGreaterThanOrEqual(0);
    expect(Date.parse(endedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(startedAt));
    expect(error).toContain('HTTP 503');
    expect(worker).toBeTypeOf('string');
  }
  // The backoff of the queue lies between two attempts.
  expect(fred?.waitedMs).toBeGreaterThan(50);
  expect(macro?.timeline).toMatchObject([{ outcome: 'skipped', error: 'upstream_failed: bronze_fred' }]);
  expect(before.found.map(({ kind }) => kind)).toEqual(['failed', 'retrying', 'retrying', 'retrying']);
});
