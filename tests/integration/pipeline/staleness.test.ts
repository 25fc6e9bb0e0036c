import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planBackfill } from '../../../shared/db/backfill-plan.ts';
import { createRun } from '../../../shared/db/backfills.ts';
import type { Database } from '../../../shared/db/client.ts';
import { renumberFrom } from '../../../shared/db/materializations.ts';
import { countGrid, listGrid } from '../../../shared/db/partition-grid.ts';
import { listStale } from '../../../shared/db/staleness.ts';
import { codeVersionOf } from '../../../shared/pipeline/code-version.ts';
import { graph, type AssetName } from '../../../shared/pipeline/graph.ts';
import { cutoffOf, listWeekdays, type Day } from '../../../shared/time.ts';
import { readBackfill, readTasks, requestBackfill } from '../../helpers/backfills.ts';
import { createPipeline, handlersWith, waitFor, type TestPipeline } from '../../helpers/pipeline.ts';
import { createWorld, type World } from '../../helpers/world.ts';

const FROM = '2021-03-01';
const TO = '2021-03-12';
const DAYS = listWeekdays(FROM, TO);
const AGENTS = graph.names.filter((name) => name.startsWith('agent_'));
const RANGE = { from: FROM, to: TO, assets: graph.names };

let world: World;
let pipeline: TestPipeline;
let db: Database;
/** What the handlers were asked for since it was emptied. */
const computed: string[] = [];
/** Assets whose next results are not what they were. */
const changing = new Set<AssetName>();

beforeAll(async () => {
  world = await createWorld();
  pipeline = createPipeline(world);
  ({ db } = pipeline.database);
  await pipeline.startScheduler();
  const handler: Parameters<typeof handlersWith>[0] = {};
  for (const name of graph.names) {
    handler[name] = async (ctx) => ({
      commit: async () => {
        computed.push(...ctx.partitions.map((partition) => `${ctx.asset} ${partition}`));
        const changed = changing.has(ctx.asset);
        return {
          partitions: ctx.partitions.map((partition) => ({ partition, state: 'fresh', rows: 1, changed })),
          rows: ctx.partitions.length,
        };
      },
    });
  }
  await pipeline.startWorkers(handlersWith(handler));
});

afterAll(async () => {
  await pipeline.close();
  await world.close();
});

const cross = (assets: readonly AssetName[], days: readonly Day[]): string[] =>
  days.flatMap((day) => assets.map((asset) => `${asset} ${day}`)).toSorted();

async function readStale(): Promise<string[]> {
  const stale = await listStale(db, RANGE);
  return stale.map(({ asset, partition }) => `${asset} ${partition}`).toSorted();
}

/** Everything stored of the outcomes but for nothing. */
async function readOutcomes(): Promise<Record<string, unknown>[]> {
  const result = await db.execute(sql`select * from materializations order by asset, partition`);
  return result.rows;
}

async function runBackfill(only: 'missing' | 'stale' | 'all'): Promise<string> {
  computed.length = 0;
  const id = await requestBackfill(db, FROM, TO, { only, slice: 'month' });
  await waitFor(`backfill of what is ${only}`, async () => (await readBackfill(db, id)).finishedAt !== null);
  return id;
}

async function runPartition(partition: Day): Promise<void> {
  const id = await db.transaction((tx) => createRun(tx, 'manual', partition));
  await waitFor(`run of ${partition}`, async () => {
    const result = await db.execute<{ state: string }>(sql`select state from runs where id = ${id}`);
    return result.rows[0]?.state === 'succeeded';
  });
}

describe('outcomes', () => {
  it('keep the version of the code, the cutoff and the outcomes of their upstreams, and are not stale', async () => {
    await runBackfill('missing');
    expect(await readStale()).toEqual([]);
    const result = await db.execute<{
      asset: AssetName;
      code_version: string;
      is_cutoff: boolean;
      upstreams: AssetName[] | null;
    }>(sql`
      select m.asset, m.code_version, m.cutoff = ${new Date(cutoffOf(FROM)).toISOString()}::timestamptz as is_cutoff,
        (select array_agg(u.asset order by place) from unnest(m.upstream_ids) with ordinality as made_of (id, place)
          join materializations u on u.id = made_of.id and u.partition = m.partition) as upstreams
      from materializations m where partition = ${FROM}`);
    expect(new Map(result.rows.map(({ asset, ...row }) => [asset, row]))).toEqual(
      new Map(
        graph.names.map((asset) => {
          const { reads } = graph.assets[asset];
          const row = { code_version: codeVersionOf(asset), is_cutoff: true };
          return [asset, { ...row, upstreams: reads.length === 0 ? null : [...reads] }];
        }),
      ),
    );
  });

  it('are left as they are, number, task and moment too, when they are computed again and nothing changed', async () => {
    const before = await readOutcomes();
    await runBackfill('all');
    expect(computed.toSorted()).toEqual(cross(graph.names, DAYS));
    expect(await readOutcomes()).toEqual(before);
  });

  it('take a new number, and the task that made them, when what an agent stores changed', async () => {
    const before = await readOutcomes();
    changing.add('agent_fiscal');
    await runPartition('2021-03-03');
    changing.clear();
    const after = await readOutcomes();
    const differing = after.filter((row, i) => row['id'] !== before[i]?.['id']);
    expect(differing.map(({ asset, partition }) => `${String(asset)} ${String(partition)}`)).toEqual([
      'agent_fiscal 2021-03-03',
    ]);
    expect(differing[0]?.['task_id']).not.toBe(before[0]?.['task_id']);
    expect(await readStale()).toEqual([]);
  });
});

describe('a partition is stale', () => {
  it('when an upstream has another outcome, with all that reads it; a run of it alone takes that back', async () => {
    changing.add('bronze_treasury_gov');
    const id = await db.transaction((tx) => createRun(tx, 'manual', '2021-03-04', ['bronze_treasury_gov']));
    await waitFor('the run', async () => {
      const result = await db.execute<{ state: string }>(sql`select state from runs where id = ${id}`);
      return result.rows[0]?.state === 'succeeded';
    });
    changing.clear();
    expect(await readStale()).toEqual(cross(['silver_curves', ...AGENTS], ['2021-03-04']));
    await runPartition('2021-03-04');
    expect(await readStale()).toEqual([]);
  });

  it('when rows came that its cutoff lets through, and not when they were released after it', async () => {
    await db.transaction((tx) => renumberFrom(tx, 'bronze_bcb_ptax', cutoffOf('2021-03-09')));
    expect(await readStale()).toEqual(
      cross(['silver_returns', ...AGENTS], ['2021-03-09', '2021-03-10', '2021-03-11', '2021-03-12']),
    );
    await runBackfill('stale');
    await db.transaction((tx) => renumberFrom(tx, 'bronze_bcb_ptax', cutoffOf(TO) + 1));
    expect(await readStale()).toEqual([]);
  });

  it('when its code has another version, and is shown so in the grid', async () => {
    await db.execute(sql`
      update materializations set code_version = '0' where asset = 'agent_monetary_policy' and partition >= '2021-03-11'`);
    const expected = cross(
      ['agent_monetary_policy', 'agent_fiscal', 'agent_cross_asset'],
      ['2021-03-11', '2021-03-12'],
    );
    expect(await readStale()).toEqual(expected);
    const cells = await listGrid(db, RANGE, { limit: 1_000 });
    const shown = cells.filter(({ stale }) => stale).map(({ asset, partition }) => `${asset} ${partition}`);
    expect(shown.toSorted()).toEqual(expected);
    const counts = await countGrid(db, RANGE);
    expect(counts.filter(({ stale }) => stale > 0).map(({ asset, stale }) => [asset, stale])).toEqual([
      ['agent_monetary_policy', 2],
      ['agent_fiscal', 2],
      ['agent_cross_asset', 2],
    ]);
  });

  it('until a backfill of what is stale has computed just that', async () => {
    const expected = await readStale();
    const plan = await planBackfill(db, {
      ...RANGE,
      only: 'stale',
      slice: 'month',
      maxConcurrentRuns: 1,
      order: 'oldest',
    });
    const [{ tasks, partitions } = { tasks: 0, partitions: 0 }] = plan.runs;
    expect([plan.runs.length, tasks, partitions]).toEqual([1, 3, expected.length]);
    const id = await runBackfill('stale');
    expect(computed.toSorted()).toEqual(expected);
    expect(await readStale()).toEqual([]);
    expect((await readBackfill(db, id)).partitions).toEqual({ total: 6, done: 6 });
  });

  it('and not computed any more once its upstream turns out to be what it was', async () => {
    // The outcome of silver keeps its number, so that of the agents stays what it was made from.
    await db.transaction((tx) => renumberFrom(tx, 'bronze_fred', cutoffOf('2021-03-12')));
    expect(await readStale()).toEqual(cross(['silver_macro', ...AGENTS], ['2021-03-12']));
    const id = await runBackfill('stale');
    expect(computed).toEqual(['silver_macro 2021-03-12']);
    expect(await readStale()).toEqual([]);
    const tasks = await readTasks(db, id);
    expect(tasks.map(({ asset, state, done }) => [asset, state, done])).toEqual(
      ['silver_macro', ...AGENTS].toSorted().map((asset) => [asset, 'succeeded', 1]),
    );
  });

  it('never when it has failed, and is compared in nothing when it was stored without version and upstreams', async () => {
    await db.execute(sql`
      update materializations set state = 'failed', reason = 'test' where asset = 'silver_macro' and partition = '2021-03-01'`);
    await db.execute(sql`
      update materializations set code_version = '', upstream_ids = '{}' where asset = 'silver_macro' and partition = '2021-03-02'`);
    await db.transaction((tx) => renumberFrom(tx, 'bronze_fred', cutoffOf('2021-03-01')));
    const stale = await readStale();
    expect(stale.filter((cell) => cell.startsWith('silver_macro'))).toEqual(
      cross(['silver_macro'], DAYS.slice(2)),
    );
  });
});
