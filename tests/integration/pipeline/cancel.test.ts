import { fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createRun } from '../../../shared/db/backfills.ts';
import { inheritEnvironment } from '../../../shared/config.ts';
import { SupersededError } from '../../../shared/errors.ts';
import { changeBackfill, changeRun, ChangeRefusedError } from '../../../shared/pipeline/changes.ts';
import type { Closable } from '../../../shared/process.ts';
import { countEvents, readAudit, readBackfill, readTasks, requestBackfill } from '../../helpers/backfills.ts';
import { createPipeline, handlersWith, succeed, waitFor, type TestPipeline } from '../../helpers/pipeline.ts';
import { createWorld, type World } from '../../helpers/world.ts';

/** At most so many turns of a handler that takes one every 10 ms, however slow the machine is. */
const TURNS_WITHIN = 200;
const BY = { actor: 'ana', reason: 'wrong range' };

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

const cancel = (id: string) => changeBackfill(pipeline.database.db, id, 'cancel', BY);

/** The tasks once all have ended: those that were being claimed or committed by others are passed over at first. */
const waitForTasks = (id: string) =>
  waitFor('the end of all tasks', async () => {
    const tasks = await readTasks(pipeline.database.db, id);
    return tasks.some(({ state }) => ['pending', 'queued', 'running'].includes(state)) ? null : tasks;
  });

/** Jobs of some tasks and runs that Redis still holds. */
async function listJobs(ids: readonly string[]): Promise<string[]> {
  const redis = new Redis(world.redisUrl);
  const found: string[] = [];
  for await (const keys of redis.scanStream({ count: 1_000, match: `${world.redisPrefix}:*` }))
    found.push(...(keys as string[]).filter((key) => ids.some((id) => key.includes(`:${id}_`))));
  redis.disconnect();
  return found;
}

describe('cancelling a backfill', () => {
  it('aborts a running handler at once, and all ends', async () => {
    const { db } = pipeline.database;
    const started = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<{ turns: number; reason: unknown }>();
    let turns = 0;
    workers = await pipeline.startWorkers(
      handlersWith({
        bronze_fred: async (ctx) => {
          ctx.signal.addEventListener('abort', () => aborted.resolve({ turns, reason: ctx.signal.reason }));
          started.resolve();
          for (;;) {
            await sleep(10, undefined, { signal: ctx.signal });
            turns += 1;
            await ctx.breathe();
          }
        },
      }),
    );
    const id = await requestBackfill(db, '2015-01-01', '2015-06-30');
    await started.promise;
    await cancel(id);
    const turnsBefore = turns;
    const { reason, ...last } = await aborted.promise;
    expect(last.turns - turnsBefore).toBeLessThan(TURNS_WITHIN);
    expect(reason).toBeInstanceOf(SupersededError);
    const tasks = await waitForTasks(id);
    expect(tasks.find(({ asset }) => asset === 'bronze_fred')).toMatchObject({ state: 'cancelled', rows: 0 });
    expect(await readBackfill(db, id)).toMatchObject({ state: 'cancelled', runs: { cancelled: 6 } });
    // Nothing starts any more, and the queue holds nothing of it.
    const attempts = tasks.reduce((sum, task) => sum + task.attempts, 0);
    const ids = [...new Set(tasks.flatMap((task) => [task.id, task.run_id]))];
    await waitFor('an empty queue', async () => (await listJobs(ids)).length === 0);
    const later = await readTasks(db, id);
    expect(later.reduce((sum, task) => sum + task.attempts, 0)).toBe(attempts);
    expect(later.map(({ state }) => state)).toEqual(tasks.map(({ state }) => state));
    expect(await readAudit(db, id)).toEqual([
      {
        actor: 'ana',
        action: 'backfill_cancel',
        detail: { from: 'running', reason: 'wrong range', runs: 6, tasks: expect.any(Number) },
      },
    ]);
  });

  it('aborts a handler also when its process hears no notification', async () => {
    const { db } = pipeline.database;
    const started = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<number>();
    let turns = 0;
    workers = await pipeline.startWorkers(
      handlersWith({
        bronze_fred: async (ctx) => {
          ctx.signal.addEventListener('abort', () => aborted.resolve(turns));
          started.resolve();
          for (;;) {
            await sleep(10, undefined, { signal: ctx.signal });
            turns += 1;
          }
        },
      }),
    );
    const id = await requestBackfill(db, '2016-05-02', '2016-05-31', { assets: ['bronze_fred'] });
    await started.promise;
    const listListeners = async (): Promise<number[]> => {
      const { rows } = await db.execute<{ pid: number }>(sql`
        select pid from pg_stat_activity where application_name = 'macro-task-watch' and datname = current_database()`);
      return rows.map(({ pid }) => pid);
    };
    // One for each worker process; those of the workers before take a moment to go.
    const listeners = await waitFor('three listeners', async () => {
      const pids = await listListeners();
      return pids.length === 3 && pids;
    });
    await db.execute(
      sql`select pg_terminate_backend(pid) from unnest(${sql.param(listeners)}::int[]) as pid`,
    );
    await cancel(id);
    const turnsBefore = turns;
    expect((await aborted.promise) - turnsBefore).toBeLessThan(TURNS_WITHIN);
    await waitFor('listening again', async () => {
      const pids = await listListeners();
      return pids.length === 3 && pids.every((pid) => !listeners.includes(pid));
    });
  });

  it('refuses the commit of a handler that ignores its signal', async () => {
    const { db } = pipeline.database;
    const started = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    workers = await pipeline.startWorkers(
      handlersWith({
        bronze_fred: async (ctx) => {
          started.resolve();
          await gate.promise;
          return succeed(ctx);
        },
      }),
    );
    const id = await requestBackfill(db, '2015-07-01', '2015-07-31', { assets: ['bronze_fred'] });
    await started.promise;
    await cancel(id);
    gate.resolve();
    // The scheduler removes its jobs once the worker has let go of them.
    const [task] = await readTasks(db, id);
    const ids = [task?.id ?? '', task?.run_id ?? ''];
    await waitFor('an empty queue', async () => (await listJobs(ids)).length === 0);
    expect(await readTasks(db, id)).toMatchObject([{ state: 'cancelled', rows: 0, done: 0 }]);
    const stored = await db.execute(sql`
      select from materializations where asset = 'bronze_fred' and partition between '2015-07-01' and '2015-07-31'`);
    expect(stored.rowCount).toBe(0);
    expect(await countEvents(db, id, 'succeeded')).toEqual(new Map());
  });

  it('does not wait for a commit that is under way, and does not undo it', async () => {
    const { db } = pipeline.database;
    const committing = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    workers = await pipeline.startWorkers(
      handlersWith({
        bronze_fred: async (ctx) => ({
          commit: async (tx) => {
            const work = await succeed(ctx);
            committing.resolve();
            await gate.promise;
            return work.commit(tx);
          },
        }),
      }),
    );
    const id = await requestBackfill(db, '2015-08-03', '2015-08-31', {
      assets: ['bronze_fred'],
    });
    await committing.promise;
    // It would wait for ever for a commit that waits for its answer.
    await cancel(id);
    const during = await readBackfill(db, id);
    gate.resolve();
    expect(during).toMatchObject({ state: 'cancelled', tasks: { running: 1 } });
    expect(await waitForTasks(id)).toMatchObject([{ state: 'succeeded', run_state: 'cancelled', done: 21 }]);
  });

  it('ends the retry of a task that was passed over because its row was locked', async () => {
    const { db } = pipeline.database;
    const id = await requestBackfill(db, '2015-09-01', '2015-09-30', { assets: ['bronze_fred'] });
    await waitFor('dispatch', async () => (await readTasks(db, id))[0]?.state === 'queued');
    await db.transaction(async (tx) => {
      await tx.execute(
        sql`select from tasks join runs on runs.id = run_id where backfill_id = ${id} for update of tasks`,
      );
      await cancel(id);
      expect(await readTasks(db, id)).toMatchObject([{ state: 'queued', run_state: 'cancelled' }]);
    });
    await waitFor('the sweep', async () => (await readTasks(db, id))[0]?.state === 'cancelled');
  });

  it('stops 200 queued runs: nothing starts but what was being claimed, and all ends', async () => {
    const { db } = pipeline.database;
    const concurrency = 4;
    let starts = 0;
    const slow = handlersWith({
      bronze_fred: async (ctx) => {
        starts += 1;
        await sleep(30, undefined, { signal: ctx.signal });
        return succeed(ctx);
      },
    });
    const options = { slice: 'day', maxConcurrentRuns: 100 } as const;
    const id = await requestBackfill(db, '2014-01-01', '2014-10-07', options);
    await waitFor('100 dispatched runs', async () => (await readBackfill(db, id)).runs['running'] === 100);
    workers = await pipeline.startWorkers(slow, { concurrency });
    await waitFor('some progress', async () => starts > 5);
    await cancel(id);
    const startsBefore = starts;
    const tasks = await waitForTasks(id);
    const backfill = await readBackfill(db, id);
    expect(Object.keys(backfill.tasks).toSorted()).toEqual(['cancelled', 'succeeded']);
    expect(backfill).toMatchObject({ state: 'cancelled', runs: { cancelled: expect.any(Number) } });
    const ids = [
      ...new Set(tasks.filter(({ dispatch }) => dispatch > 0).flatMap((task) => [task.id, task.run_id])),
    ];
    const cancelledIds = new Set(
      tasks.filter(({ run_state: state }) => state === 'cancelled').map((task) => task.run_id),
    );
    await waitFor(
      'an empty queue',
      async () => (await listJobs(ids.filter((jobId) => cancelledIds.has(jobId)))).length === 0,
    );
    expect(starts - startsBefore).toBeLessThanOrEqual(concurrency);
  });

  it('ends the task of a worker that was killed', async () => {
    const { db } = pipeline.database;
    const id = await requestBackfill(db, '2015-10-01', '2015-10-30', { assets: ['bronze_fred'] });
    const child = fork(new URL('../../helpers/stuck-worker.ts', import.meta.url), {
      env: {
        ...inheritEnvironment(),
        DATABASE_URL: world.databaseUrl,
        REDIS_URL: world.redisUrl,
        QUEUE_PREFIX: world.redisPrefix,
      },
      stdio: 'ignore',
    });
    await waitFor('a running task', async () => (await readTasks(db, id))[0]?.state === 'running');
    child.kill('SIGKILL');
    await cancel(id);
    const [task] = await waitForTasks(id);
    expect(task).toMatchObject({ state: 'cancelled', run_state: 'cancelled', rows: 0 });
    // Its job is locked by a dead worker for 8 s; the next worker gets it and may not claim it.
    workers = await pipeline.startWorkers(handlersWith());
    const ids = [task?.id ?? '', task?.run_id ?? ''];
    await waitFor('an empty queue', async () => (await listJobs(ids)).length === 0);
    expect(await readTasks(db, id)).toMatchObject([{ state: 'cancelled', attempts: 1, rows: 0 }]);
  });

  it('is done once by 20 at the same time, and once more by nobody', async () => {
    const { db } = pipeline.database;
    const id = await requestBackfill(db, '2015-11-02', '2015-11-30');
    expect(await Promise.all(Array.from({ length: 20 }, () => cancel(id)))).toEqual(
      Array.from({ length: 20 }, () => true),
    );
    expect(await cancel(id)).toBe(true);
    expect((await readAudit(db, id)).map(({ action }) => action)).toEqual(['backfill_cancel']);
    await waitForTasks(id);
    expect(await readBackfill(db, id)).toMatchObject({ state: 'cancelled', tasks: { cancelled: 14 } });
  });

  it('is refused when it is over, and unknown when there is none', async () => {
    const { db } = pipeline.database;
    workers = await pipeline.startWorkers(handlersWith());
    const id = await requestBackfill(db, '2015-12-01', '2015-12-31', { assets: ['bronze_fred'] });
    await waitFor('its end', async () => (await readBackfill(db, id)).state === 'succeeded');
    await expect(cancel(id)).rejects.toThrow(ChangeRefusedError);
    await expect(cancel(id)).rejects.toThrow(
      `Backfill ${id} is succeeded: cancel is possible when it is planned, running, paused`,
    );
    expect(await cancel('00000000-0000-4000-8000-000000000000')).toBe(false);
  });
});

describe('cancelling a run', () => {
  it('ends that run and lets the rest of its backfill go on', async () => {
    const { db } = pipeline.database;
    const id = await requestBackfill(db, '2016-01-01', '2016-03-31', { assets: ['bronze_fred'] });
    await waitFor('dispatch', async () => (await readTasks(db, id))[0]?.state === 'queued');
    const [, second] = await readTasks(db, id);
    await changeRun(db, second?.run_id ?? '', 'cancel', BY);
    workers = await pipeline.startWorkers(handlersWith());
    await waitFor('its end', async () => (await readBackfill(db, id)).finishedAt);
    expect((await readTasks(db, id)).map(({ state }) => state)).toEqual([
      'succeeded',
      'cancelled',
      'succeeded',
    ]);
    expect(await readBackfill(db, id)).toMatchObject({
      state: 'cancelled',
      runs: { succeeded: 2, cancelled: 1 },
    });
  });

  it('ends a run that waits for its turn', async () => {
    const { db } = pipeline.database;
    const runId = await createRun(db, 'manual', '2016-04-04', ['bronze_fred']);
    await changeRun(db, runId, 'cancel', BY);
    const found = await db.execute(sql`select state from runs where id = ${runId}`);
    expect(found.rows).toEqual([{ state: 'cancelled' }]);
    await expect(changeRun(db, runId, 'cancel', BY)).resolves.toBe(true);
    expect((await readAudit(db, runId)).length).toBe(1);
  });
});
