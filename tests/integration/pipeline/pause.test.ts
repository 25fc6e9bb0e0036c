import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createRun } from '../../../shared/db/backfills.ts';
import { changeBackfill, type BackfillChange } from '../../../shared/pipeline/changes.ts';
import type { Handler } from '../../../shared/pipeline/handler.ts';
import type { Closable } from '../../../shared/process.ts';
import { countEvents, readAudit, readBackfill, readTasks, requestBackfill } from '../../helpers/backfills.ts';
import { countJobs, READY_STATES } from '../../helpers/job-counts.ts';
import { createPipeline, handlersWith, succeed, waitFor, type TestPipeline } from '../../helpers/pipeline.ts';
import { createWorld, type World } from '../../helpers/world.ts';

let world: World;
let pipeline: TestPipeline;
let workers: Closable | undefined;

beforeAll(async () => {
  world = await createWorld();
  pipeline = createPipeline(world);
  await pipeline.startScheduler();
});

afterEach(async () => {
  await workers?.close();
  workers = undefined;
});

afterAll(async () => {
  await pipeline.close();
  await world.close();
});

const change = (id: string, verb: BackfillChange) =>
  changeBackfill(pipeline.database.db, id, verb, { actor: 'ana', reason: null });

const waitForEnd = (id: string) =>
  waitFor('the end of the backfill', async () => {
    const backfill = await readBackfill(pipeline.database.db, id);
    return backfill.finishedAt === null ? null : backfill;
  });

/** A handler that waits at its start until it is let go. */
function createGate(): { handler: Handler; started: Promise<void>; open: () => void; starts: () => number } {
  const started = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  let starts = 0;
  return {
    started: started.promise,
    open: gate.resolve,
    starts: () => starts,
    async handler(ctx) {
      starts += 1;
      started.resolve();
      await gate.promise;
      return succeed(ctx);
    },
  };
}

/** Waits until the workers have as many jobs as that, and find no other. */
const waitForReadyJobs = (count: number) =>
  waitFor(`${count} jobs that workers have or could take`, async () => {
    const redis = new Redis(world.redisUrl);
    const found = await countJobs(redis, world.redisPrefix, ['bronze', 'silver', 'agents'], READY_STATES);
    redis.disconnect();
    return found === count;
  });

async function readRunState(runId: string): Promise<string | undefined> {
  const result = await pipeline.database.db.execute<{ state: string }>(
    sql`select state from runs where id = ${runId}`,
  );
  return result.rows[0]?.state;
}

describe('a paused backfill', () => {
  it('finishes what runs, starts nothing, and goes on with the rest when it is resumed', async () => {
    const { db } = pipeline.database;
    const gate = createGate();
    workers = await pipeline.startWorkers(handlersWith({ bronze_fred: gate.handler }));
    const id = await requestBackfill(db, '2013-01-01', '2013-02-28');
    await gate.started;
    await change(id, 'pause');
    // What was claimed in the same moment ends first.
    await waitForReadyJobs(1);
    const before = await countEvents(db, id, 'started');
    gate.open();
    const fred = await waitFor('the running task', async () => {
      const task = (await readTasks(db, id)).find(({ asset }) => asset === 'bronze_fred');
      return task?.state === 'running' ? null : task;
    });
    expect(fred).toMatchObject({ state: 'succeeded', run_state: 'paused', done: 23 });
    await waitForReadyJobs(0);
    await sleep(500);
    expect(await countEvents(db, id, 'started')).toEqual(before);
    expect(await readBackfill(db, id)).toMatchObject({ state: 'paused', runs: { paused: 1, planned: 1 } });
    await change(id, 'resume');
    expect(await waitForEnd(id)).toMatchObject({ state: 'succeeded', runs: { succeeded: 2 } });
    expect(gate.starts(), 'two runs, each computed FRED once').toBe(2);
    const commits = await countEvents(db, id, 'succeeded');
    expect([...commits.values()]).toEqual(Array.from({ length: 28 }, () => 1));
    expect((await readAudit(db, id)).map(({ action, detail }) => [action, detail['from']])).toEqual([
      ['backfill_pause', 'running'],
      ['backfill_resume', 'paused'],
    ]);
  });

  it('keeps the work of a task that still runs when it is resumed', async () => {
    const { db } = pipeline.database;
    const gate = createGate();
    workers = await pipeline.startWorkers(handlersWith({ bronze_fred: gate.handler }));
    const id = await requestBackfill(db, '2013-03-01', '2013-03-29');
    await gate.started;
    await change(id, 'pause');
    await change(id, 'resume');
    await sleep(800);
    expect((await readTasks(db, id)).find(({ asset }) => asset === 'bronze_fred')).toMatchObject({
      state: 'running',
      run_state: 'planned',
    });
    gate.open();
    expect(await waitForEnd(id)).toMatchObject({ state: 'succeeded', partitions: { total: 294, done: 294 } });
    expect(gate.starts()).toBe(1);
  });

  it('starts nothing while Redis is emptied, and loses nothing by it', async () => {
    const { db } = pipeline.database;
    const id = await requestBackfill(db, '2013-04-01', '2013-05-31', { maxConcurrentRuns: 2 });
    await waitFor('dispatch', async () => (await readBackfill(db, id)).runs['running'] === 2);
    await change(id, 'pause');
    const redis = new Redis(world.redisUrl);
    await redis.flushdb();
    workers = await pipeline.startWorkers(handlersWith());
    await sleep(1_500);
    expect(await readBackfill(db, id)).toMatchObject({ state: 'paused', tasks: { queued: 28 } });
    expect(await countEvents(db, id, 'started')).toEqual(new Map());
    await change(id, 'resume');
    await redis.flushdb();
    redis.disconnect();
    expect(await waitForEnd(id)).toMatchObject({ state: 'succeeded', tasks: { succeeded: 28 } });
    expect([...(await countEvents(db, id, 'succeeded')).values()]).toEqual(
      Array.from({ length: 28 }, () => 1),
    );
  });

  it('frees the task of a worker that is gone with its job', async () => {
    const { db } = pipeline.database;
    const gate = createGate();
    workers = await pipeline.startWorkers(handlersWith({ bronze_fred: gate.handler }));
    const id = await requestBackfill(db, '2013-06-03', '2013-06-28', { assets: ['bronze_fred'] });
    await gate.started;
    await change(id, 'pause');
    const redis = new Redis(world.redisUrl);
    await redis.flushdb();
    redis.disconnect();
    await waitFor('the release', async () => (await readTasks(db, id))[0]?.state === 'queued');
    await change(id, 'resume');
    gate.open();
    expect(await waitForEnd(id)).toMatchObject({ state: 'succeeded', partitions: { total: 20, done: 20 } });
    expect([...(await countEvents(db, id, 'succeeded')).values()]).toEqual([1]);
  });

  it('is overtaken by a scheduled run over the same partition, which is computed once', async () => {
    const { db } = pipeline.database;
    const id = await requestBackfill(db, '2013-07-01', '2013-07-01');
    await waitFor('dispatch', async () => (await readBackfill(db, id)).runs['running'] === 1);
    await change(id, 'pause');
    workers = await pipeline.startWorkers(handlersWith());
    const runId = await createRun(db, 'scheduled', '2013-07-01');
    await waitFor('the scheduled run', async () => (await readRunState(runId)) === 'succeeded');
    expect(await readBackfill(db, id)).toMatchObject({ state: 'paused', tasks: { queued: 14 } });
    await change(id, 'resume');
    expect(await waitForEnd(id)).toMatchObject({
      state: 'succeeded',
      tasks: { succeeded: 14 },
      partitions: { total: 14, done: 14 },
    });
    expect(await countEvents(db, id, 'started')).toEqual(new Map());
  });

  it('can be paused before it begins, and cancelled while it is paused', async () => {
    const { db } = pipeline.database;
    // It waits for another one over the same partitions, or it might begin before it is paused.
    const other = await requestBackfill(db, '2013-08-01', '2013-09-30', { maxConcurrentRuns: 2 });
    await waitFor('the other', async () => (await readBackfill(db, other)).runs['running'] === 2);
    const id = await requestBackfill(db, '2013-08-01', '2013-09-30');
    await change(id, 'pause');
    await change(id, 'pause');
    await change(other, 'cancel');
    await sleep(400);
    expect(await readBackfill(db, id)).toMatchObject({ state: 'paused', tasks: { pending: 28 } });
    await change(id, 'cancel');
    await expect
      .poll(() => readBackfill(db, id))
      .toMatchObject({ state: 'cancelled', tasks: { cancelled: 28 } });
    await expect(change(id, 'resume')).rejects.toThrow('is cancelled: resume is possible when it is paused');
    await expect(change(id, 'pause')).rejects.toThrow(
      'is cancelled: pause is possible when it is planned, running',
    );
  });
});
