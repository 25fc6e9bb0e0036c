import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createRun } from '../../../shared/db/backfills.ts';
import { PermanentError } from '../../../shared/errors.ts';
import { changeBackfill, changeRun, type BackfillChange } from '../../../shared/pipeline/changes.ts';
import type { AssetName } from '../../../shared/pipeline/graph.ts';
import type { Closable } from '../../../shared/process.ts';
import { countEvents, readAudit, readBackfill, readTasks, requestBackfill } from '../../helpers/backfills.ts';
import { createPipeline, handlersWith, succeed, waitFor, type TestPipeline } from '../../helpers/pipeline.ts';
import { createWorld, type World } from '../../helpers/world.ts';

const BY = { actor: 'ana', reason: 'the provider is back' };

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

const change = (id: string, verb: BackfillChange) => changeBackfill(pipeline.database.db, id, verb, BY);

const waitForEnd = (id: string) =>
  waitFor('the end of the backfill', async () => {
    const backfill = await readBackfill(pipeline.database.db, id);
    return backfill.finishedAt === null ? null : backfill;
  });

interface Fault {
  isOn: boolean;
  /** What its handler waits for once the fault is over. */
  gate?: Promise<void>;
}

/** Workers whose handler of one asset fails for good while the switch is on, and what each asset computed. */
async function startFaulty(asset: AssetName, fault: Fault): Promise<AssetName[]> {
  const computed: AssetName[] = [];
  const handlers = handlersWith();
  for (const name of Object.keys(handlers) as AssetName[]) {
    handlers[name] = async (ctx) => {
      computed.push(name);
      if (fault.isOn && name === asset) throw new PermanentError('the provider says no');
      if (name === asset) await fault.gate;
      return succeed(ctx);
    };
  }
  workers = await pipeline.startWorkers(handlers);
  return computed;
}

describe('retrying a backfill', () => {
  it('computes what failed and what was skipped for it, and nothing else', async () => {
    const { db } = pipeline.database;
    const fault: Fault = { isOn: true };
    const computed = await startFaulty('bronze_fred', fault);
    const id = await requestBackfill(db, '2012-01-02', '2012-02-29');
    expect(await waitForEnd(id)).toMatchObject({ state: 'partially_failed', runs: { partially_failed: 2 } });
    const before = await readTasks(db, id);
    const owed = before.filter(({ state }) => state !== 'succeeded');
    expect(new Set(owed.map(({ state }) => state))).toEqual(new Set(['failed', 'skipped']));
    computed.length = 0;
    const gate = Promise.withResolvers<void>();
    Object.assign(fault, { isOn: false, gate: gate.promise });
    await change(id, 'retry');
    await change(id, 'retry');
    expect(['planned', 'running']).toContain((await readBackfill(db, id)).state);
    gate.resolve();
    const done = await waitForEnd(id);
    expect(done).toMatchObject({
      state: 'succeeded',
      runs: { succeeded: 2 },
      tasks: { succeeded: 28 },
      partitions: { total: 43 * 14, done: 43 * 14 },
    });
    expect(computed.toSorted()).toEqual(owed.map(({ asset }) => asset).toSorted());
    const after = new Map((await readTasks(db, id)).map((task) => [task.id, task]));
    for (const task of before) {
      const again = task.state === 'succeeded' ? 0 : 1;
      expect(after.get(task.id)?.dispatch, task.asset).toBe(task.dispatch + again);
    }
    expect(await readAudit(db, id)).toEqual([
      {
        actor: BY.actor,
        action: 'backfill_retry',
        detail: { from: 'partially_failed', reason: BY.reason, runs: 2, tasks: owed.length },
      },
    ]);
  });

  it('goes on with what a cancelled one left', async () => {
    const { db } = pipeline.database;
    const id = await requestBackfill(db, '2012-03-01', '2012-05-31', { assets: ['bronze_fred'] });
    const started = Promise.withResolvers<void>();
    let starts = 0;
    workers = await pipeline.startWorkers(
      handlersWith({
        async bronze_fred(ctx) {
          starts += 1;
          // The second run hangs until it is cancelled.
          if (starts === 2) {
            started.resolve();
            await new Promise((_resolve, reject) => {
              ctx.signal.addEventListener('abort', () => reject(new Error('aborted')));
            });
          }
          return succeed(ctx);
        },
      }),
    );
    await started.promise;
    await change(id, 'cancel');
    // The scheduler ends one that was passed over because its row was locked.
    await expect
      .poll(async () => (await readTasks(db, id)).map(({ state }) => state))
      .toEqual(['succeeded', 'cancelled', 'cancelled']);
    await change(id, 'retry');
    expect(await waitForEnd(id)).toMatchObject({
      state: 'succeeded',
      tasks: { succeeded: 3 },
      partitions: { total: 66, done: 66 },
    });
    expect([...(await countEvents(db, id, 'succeeded')).values()]).toEqual([1, 1, 1]);
    expect(starts).toBe(4);
  });

  it('computes nothing that another run has computed meanwhile', async () => {
    const { db } = pipeline.database;
    const id = await requestBackfill(db, '2012-06-01', '2012-06-29', { assets: ['bronze_fred'] });
    await change(id, 'cancel');
    const other = await requestBackfill(db, '2012-06-01', '2012-06-29', { assets: ['bronze_fred'] });
    await change(id, 'retry');
    workers = await pipeline.startWorkers(handlersWith());
    expect((await waitForEnd(id)).state).toBe('succeeded');
    expect((await waitForEnd(other)).state).toBe('succeeded');
    const commits = await db.execute(sql`
      select count(distinct run_id)::int as runs from task_events
      where kind = 'started' and task_id in (${sql.join(
        [...(await readTasks(db, id)), ...(await readTasks(db, other))].map((task) => sql`${task.id}::uuid`),
        sql`, `,
      )})`);
    expect(commits.rows).toEqual([{ runs: 1 }]);
    expect(await readBackfill(db, id)).toMatchObject({ partitions: { total: 21, done: 21 } });
  });

  it('counts the partitions once that it computes all again', async () => {
    const { db } = pipeline.database;
    let isFirst = true;
    workers = await pipeline.startWorkers(
      handlersWith({
        bronze_treasury_gov: async (ctx) => ({
          commit: async () => {
            const partitions = ctx.partitions.map((partition) =>
              isFirst && partition === '2012-07-10'
                ? ({ partition, state: 'failed', reason: 'no curve' } as const)
                : ({ partition, state: 'fresh', rows: 1 } as const),
            );
            return { rows: partitions.length, partitions };
          },
        }),
      }),
    );
    const options = { assets: ['bronze_treasury_gov'], only: 'all' } as const;
    const id = await requestBackfill(db, '2012-07-02', '2012-07-31', options);
    expect((await waitForEnd(id)).state).toBe('failed');
    isFirst = false;
    await change(id, 'retry');
    expect((await waitForEnd(id)).state).toBe('succeeded');
    expect(await readTasks(db, id)).toMatchObject([{ state: 'succeeded', done: 22 }]);
  });

  it('forgives the crashes of a quarantined task', async () => {
    const { db } = pipeline.database;
    const id = await requestBackfill(db, '2012-08-01', '2012-08-31', { assets: ['bronze_fred'] });
    await waitFor('dispatch', async () => (await readTasks(db, id))[0]?.state === 'queued');
    await db.execute(sql`
      update tasks set crashes = 3 from runs where runs.id = run_id and backfill_id = ${id}`);
    workers = await pipeline.startWorkers(handlersWith());
    expect((await waitForEnd(id)).state).toBe('failed');
    await change(id, 'retry');
    expect((await waitForEnd(id)).state).toBe('succeeded');
  });

  it('is refused when nothing failed or when it is paused', async () => {
    const { db } = pipeline.database;
    const id = await requestBackfill(db, '2012-09-03', '2012-09-28', { assets: ['bronze_fred'] });
    await change(id, 'pause');
    await expect(change(id, 'retry')).rejects.toThrow('is paused: retry is possible when it is');
    await change(id, 'resume');
    workers = await pipeline.startWorkers(handlersWith());
    await waitForEnd(id);
    await expect(change(id, 'retry')).rejects.toThrow(
      'is succeeded: retry is possible when it is partially_failed, failed, cancelled',
    );
  });
});

describe('retrying a run', () => {
  it('opens its backfill again and ends it by what became of all its runs', async () => {
    const { db } = pipeline.database;
    const fault: Fault = { isOn: true };
    const computed = await startFaulty('bronze_fred', fault);
    const id = await requestBackfill(db, '2012-10-01', '2012-11-30', { assets: ['silver_macro'] });
    expect((await waitForEnd(id)).state).toBe('partially_failed');
    const [first] = await readTasks(db, id);
    const gate = Promise.withResolvers<void>();
    Object.assign(fault, { isOn: false, gate: gate.promise });
    computed.length = 0;
    await changeRun(db, first?.run_id ?? '', 'retry', BY);
    expect((await readBackfill(db, id)).finishedAt).toBeNull();
    gate.resolve();
    const done = await waitForEnd(id);
    expect(done).toMatchObject({ state: 'partially_failed', runs: { succeeded: 1, partially_failed: 1 } });
    expect(computed).toEqual(['bronze_fred', 'silver_macro']);
  });

  it('runs a cancelled manual run once more', async () => {
    const { db } = pipeline.database;
    const runId = await createRun(db, 'manual', '2012-12-03', ['bronze_fred']);
    await changeRun(db, runId, 'cancel', BY);
    await changeRun(db, runId, 'retry', BY);
    workers = await pipeline.startWorkers(handlersWith());
    await waitFor('its end', async () => {
      const found = await db.execute<{ state: string }>(sql`select state from runs where id = ${runId}`);
      return found.rows[0]?.state === 'succeeded';
    });
    await expect(changeRun(db, runId, 'retry', BY)).rejects.toThrow('Run');
  });
});
