import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listBackfills } from '../../../shared/db/backfill-progress.ts';
import { createBackfill, createRun } from '../../../shared/db/backfills.ts';
import { createLogger } from '../../../shared/logger.ts';
import { graph, type AssetName } from '../../../shared/pipeline/graph.ts';
import type { Handler } from '../../../shared/pipeline/handler.ts';
import { materialize } from '../../../shared/pipeline/materialize.ts';
import { dispatchRun } from '../../../shared/pipeline/runs.ts';
import {
  createPipeline,
  handlersWith,
  succeed,
  waitFor,
  watchNothing,
  type TestPipeline,
} from '../../helpers/pipeline.ts';
import { createWorld, type World } from '../../helpers/world.ts';

let world: World;
let pipeline: TestPipeline;

beforeAll(async () => {
  world = await createWorld();
  pipeline = createPipeline(world);
});

afterAll(async () => {
  await pipeline.close();
  await world.close();
});

/** A dispatched task of one bronze asset, outside of any queue. */
async function dispatchTask(
  asset: AssetName,
  partition: string,
): Promise<{ runId: string; taskId: string; dispatch: number }> {
  const { db } = pipeline.database;
  const runId = await createRun(db, 'scheduled', partition, [asset]);
  const run = await db.transaction((tx) => dispatchRun(tx, runId));
  const [task] = run?.tasks ?? [];
  if (task === undefined) throw new Error('nothing was dispatched');
  return { runId, taskId: task.taskId, dispatch: task.dispatch };
}

const refuseRequest = async (): Promise<never> => {
  throw new Error('this handler asks no provider');
};

const refusingHttp = { get: refuseRequest, fetch: refuseRequest };

const attemptOf = (
  handler: Handler,
  asset: AssetName,
  task: { runId: string; taskId: string; dispatch: number },
) =>
  materialize(
    {
      db: pipeline.database.db,
      log: createLogger('test', 'silent'),
      worker: randomUUID(),
      now: Date.now,
      handlers: { [asset]: handler },
      watch: watchNothing,
      createHttp: () => ({ ...refusingHttp, observedBy: () => refusingHttp }),
    },
    { job: { ...task, asset }, isLastAttempt: false, signal: new AbortController().signal },
  );

async function readTask(
  taskId: string,
): Promise<{ state: string; reason: string | null; crashes: number; rows: number }> {
  const result = await pipeline.database.db.execute<{
    state: string;
    reason: string | null;
    crashes: number;
    rows: number;
  }>(sql`select state, reason, crashes, rows from tasks where id = ${taskId}`);
  const row = result.rows[0];
  if (row === undefined) throw new Error(`no task ${taskId}`);
  return row;
}

/** A handler that waits until it is let go, as a paused process does. */
function createPausable(): { handler: Handler; started: Promise<void>; resume: () => void } {
  const started = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  return {
    started: started.promise,
    resume: gate.resolve,
    handler: async (ctx) => {
      started.resolve();
      await gate.promise;
      return succeed(ctx);
    },
  };
}

describe('a worker that was paused', () => {
  it('cannot write after another worker took its task', async () => {
    const task = await dispatchTask('bronze_fred', '2019-01-07');
    const paused = createPausable();
    const zombie = attemptOf(paused.handler, 'bronze_fred', task);
    await paused.started;
    await attemptOf(succeed, 'bronze_fred', task);
    paused.resume();
    await zombie;
    expect(await readTask(task.taskId)).toMatchObject({ state: 'succeeded', rows: 1, crashes: 1 });
    const commits = await pipeline.database.db.execute(
      sql`select from task_events where task_id = ${task.taskId} and kind = 'succeeded'`,
    );
    expect(commits.rowCount).toBe(1);
  });

  it('cannot write after its run was dispatched again', async () => {
    const task = await dispatchTask('bronze_fred', '2019-01-08');
    const paused = createPausable();
    const zombie = attemptOf(paused.handler, 'bronze_fred', task);
    await paused.started;
    await pipeline.database.db.transaction((tx) => dispatchRun(tx, task.runId));
    paused.resume();
    await zombie;
    expect(await readTask(task.taskId)).toMatchObject({ state: 'queued', rows: 0 });
    await attemptOf(succeed, 'bronze_fred', task);
    expect(await readTask(task.taskId), 'a job of an older dispatch does nothing').toMatchObject({
      state: 'queued',
    });
    await attemptOf(succeed, 'bronze_fred', { ...task, dispatch: task.dispatch + 1 });
    expect(await readTask(task.taskId)).toMatchObject({ state: 'succeeded', rows: 1 });
  });
});

describe('a task whose worker dies', () => {
  it('is put in quarantine after three crashes', async () => {
    const task = await dispatchTask('bronze_fred', '2019-01-09');
    const attempts: Promise<void>[] = [];
    const paused: ReturnType<typeof createPausable>[] = [];
    for (let crash = 0; crash < 3; crash += 1) {
      const next = createPausable();
      paused.push(next);
      attempts.push(attemptOf(next.handler, 'bronze_fred', task));
      await next.started;
    }
    await expect(attemptOf(succeed, 'bronze_fred', task)).rejects.toThrow('crash_loop');
    expect(await readTask(task.taskId)).toMatchObject({
      state: 'failed',
      crashes: 3,
      reason: 'crash_loop: expected an attempt that ends, got 3 crashes',
    });
    for (const zombie of paused) zombie.resume();
    await Promise.all(attempts);
    expect(await readTask(task.taskId)).toMatchObject({ state: 'failed', rows: 0 });
  });
});

describe('an emptied Redis', () => {
  it('loses nothing and does nothing twice', async () => {
    const own = createPipeline(world);
    await own.startScheduler();
    const slow: Handler = async (ctx) => {
      await sleep(60);
      return succeed(ctx);
    };
    await own.startWorkers(handlersWith(Object.fromEntries(graph.names.map((name) => [name, slow]))));
    const { db } = own.database;
    const { id, partitions } = await createBackfill(
      db,
      {
        from: '2018-01-01',
        to: '2018-06-29',
        assets: graph.names,
        only: 'missing',
        slice: 'month',
        maxConcurrentRuns: 2,
        order: 'oldest',
      },
      null,
      { actor: 'test', reason: null },
    );
    const redis = new Redis(world.redisUrl);
    for (let round = 0; round < 3; round += 1) {
      await waitFor('some progress', async () => {
        const [backfill] = await listBackfills(db, { id, limit: 1 });
        return (backfill?.partitions.done ?? 0) > round * 200;
      });
      await redis.flushdb();
    }
    redis.disconnect();
    const done = await waitFor('the backfill', async () => {
      const [backfill] = await listBackfills(db, { id, limit: 1 });
      return backfill?.finishedAt === null ? null : backfill;
    });
    expect(done).toMatchObject({ state: 'succeeded', partitions: { total: partitions, done: partitions } });
    const commits = await db.execute<{ commits: string }>(sql`
      select count(*) as commits from task_events join runs on runs.id = task_events.run_id
      where backfill_id = ${id} and task_events.kind = 'succeeded' group by task_id having count(*) > 1`);
    expect(commits.rows).toEqual([]);
    await own.close();
  });
});

describe('five schedulers', () => {
  it('record every tick once and start one run for it', async () => {
    // Each second has its own tick; the partition is the same, and one run of an asset × partition is active at a time.
    const own = createPipeline(world, { SCHEDULE_ENABLED: 'true', SCHEDULE_CRON: '* * * * * *' });
    for (let replica = 0; replica < 5; replica += 1) await own.startScheduler();
    const { db } = own.database;
    const readTicks = () =>
      db.execute<{ due_at: string; run_id: string }>(
        sql`select due_at::text, run_id from ticks where outcome <> 'installed' order by due_at`,
      );
    await waitFor('three ticks', async () => (await readTicks()).rows.length >= 3);
    const { rows } = await readTicks();
    await own.close();
    const seconds = rows.map((row) => Math.floor(new Date(row.due_at).getTime() / 1_000));
    expect(seconds).toEqual(seconds.map((_, index) => (seconds[0] ?? 0) + index));
    expect(new Set(rows.map((row) => row.run_id)).size).toBe(rows.length);
  });
});
