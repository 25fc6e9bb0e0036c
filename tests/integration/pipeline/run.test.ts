import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listBackfills } from '../../../shared/db/backfill-progress.ts';
import { createBackfill } from '../../../shared/db/backfills.ts';
import { PermanentError, RetryLaterError, TransientError } from '../../../shared/errors.ts';
import { graph, type AssetName } from '../../../shared/pipeline/graph.ts';
import type { Handler } from '../../../shared/pipeline/handler.ts';
import { createPipeline, handlersWith, succeed, waitFor, type TestPipeline } from '../../helpers/pipeline.ts';
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

interface TaskRow extends Record<string, unknown> {
  asset: AssetName;
  state: string;
  reason: string | null;
  attempts: number;
}

/** Runs a backfill over a range of its own and returns its tasks when it has ended. */
async function runBackfill(
  from: string,
  to: string,
  handlers: Record<AssetName, Handler>,
  assets: readonly AssetName[] = graph.names,
): Promise<{ state: string; tasks: Map<AssetName, TaskRow> }> {
  const workers = await pipeline.startWorkers(handlers);
  const { id } = await createBackfill(
    pipeline.database.db,
    { from, to, assets, only: 'missing', slice: 'month', maxConcurrentRuns: 4, order: 'oldest' },
    null,
    { actor: 'test', reason: null },
  );
  const done = await waitFor(`backfill ${from}`, async () => {
    const [backfill] = await listBackfills(pipeline.database.db, { id, limit: 1 });
    return backfill?.finishedAt === null ? null : backfill;
  });
  await workers.close();
  const tasks = await pipeline.database.db.execute<TaskRow>(sql`
    select asset, tasks.state, reason, attempts from tasks join runs on runs.id = tasks.run_id where backfill_id = ${id}`);
  return { state: done.state, tasks: new Map(tasks.rows.map((row) => [row.asset, row])) };
}

describe('a run', () => {
  it('computes every asset once, upstreams first', async () => {
    const order: AssetName[] = [];
    const handlers = handlersWith();
    for (const name of graph.names) {
      handlers[name] = async (ctx) => {
        order.push(ctx.asset);
        return succeed(ctx);
      };
    }
    const { state, tasks } = await runBackfill('2020-01-01', '2020-01-31', handlers);
    expect(state).toBe('succeeded');
    expect([...tasks.values()].map((task) => task.state)).toEqual(graph.names.map(() => 'succeeded'));
    expect(order.toSorted()).toEqual([...graph.names].toSorted());
    for (const name of graph.names) {
      for (const upstream of graph.assets[name].reads) {
        expect(order.indexOf(upstream)).toBeLessThan(order.indexOf(name));
      }
    }
    const stored = await pipeline.database.db.execute(sql`
      select from materializations where partition between '2020-01-01' and '2020-01-31' and state = 'fresh'`);
    expect(stored.rowCount).toBe(14 * 23);
  });

  it('finds nothing to do the second time', async () => {
    const again = await createBackfill(
      pipeline.database.db,
      {
        from: '2020-01-01',
        to: '2020-01-31',
        assets: graph.names,
        only: 'missing',
        slice: 'month',
        maxConcurrentRuns: 4,
        order: 'oldest',
      },
      null,
      { actor: 'test', reason: null },
    );
    expect(again).toMatchObject({ state: 'succeeded', runs: 0, tasks: 0, partitions: 0 });
  });

  it('retries a failing task three times, then fails it and skips what depends on it', async () => {
    const handlers = handlersWith({
      bronze_fred: async () => {
        throw new TransientError('GET https://api.stlouisfed.org', { got: 'HTTP 503' });
      },
    });
    const { state, tasks } = await runBackfill('2020-02-03', '2020-02-28', handlers);
    expect(state).toBe('partially_failed');
    expect(tasks.get('bronze_fred')).toMatchObject({ state: 'failed', attempts: 4 });
    expect(tasks.get('silver_macro')).toMatchObject({
      state: 'skipped',
      reason: 'upstream_failed: bronze_fred',
    });
    expect(tasks.get('agent_fiscal')?.state).toBe('skipped');
    expect(tasks.get('silver_curves')?.state).toBe('succeeded');
    expect(tasks.get('silver_returns')?.state).toBe('succeeded');
  });

  it('does not retry a permanent failure', async () => {
    const handlers = handlersWith({
      bronze_yahoo: async () => {
        throw new PermanentError('bad symbol');
      },
    });
    const { tasks } = await runBackfill('2020-03-02', '2020-03-31', handlers, ['silver_returns']);
    expect(tasks.get('bronze_yahoo')).toMatchObject({ state: 'failed', attempts: 1, reason: 'bad symbol' });
    expect(tasks.get('silver_returns')?.state).toBe('skipped');
  });

  it('postpones without spending attempts when a provider asks to wait', async () => {
    let tries = 0;
    const handlers = handlersWith({
      bronze_yahoo: async (ctx) => {
        tries += 1;
        if (tries <= 6) throw new RetryLaterError('HTTP 429', 20);
        return succeed(ctx);
      },
    });
    const { tasks } = await runBackfill('2020-04-01', '2020-04-30', handlers, ['bronze_yahoo']);
    expect(tasks.get('bronze_yahoo')?.state).toBe('succeeded');
    expect(tries).toBe(7);
  });

  it('keeps the partitions that worked and retries only the rest', async () => {
    const asked: string[][] = [];
    const handlers = handlersWith({
      bronze_treasury_gov: async (ctx) => {
        asked.push([...ctx.partitions]);
        const isFirst = asked.length === 1;
        return {
          commit: async () => ({
            rows: 1,
            partitions: ctx.partitions.map((partition) =>
              isFirst && partition === '2020-05-20'
                ? { partition, state: 'failed', reason: 'no curve' }
                : { partition, state: 'fresh', rows: 1 },
            ),
          }),
        };
      },
    });
    const { state } = await runBackfill('2020-05-18', '2020-05-22', handlers, ['bronze_treasury_gov']);
    expect(state).toBe('succeeded');
    expect(asked).toEqual([
      ['2020-05-18', '2020-05-19', '2020-05-20', '2020-05-21', '2020-05-22'],
      ['2020-05-20'],
    ]);
  });
});
