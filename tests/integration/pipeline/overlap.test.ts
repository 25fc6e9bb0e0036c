import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRun } from '../../../shared/db/backfills.ts';
import { graph } from '../../../shared/pipeline/graph.ts';
import { listWeekdays } from '../../../shared/time.ts';
import { readBackfill, requestBackfill } from '../../helpers/backfills.ts';
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

it('computes an asset × partition once, however many backfills and runs ask for it at the same time', async () => {
  const { db } = pipeline.database;
  const computed: string[] = [];
  const handlers = handlersWith();
  for (const name of graph.names) {
    handlers[name] = async (ctx) => {
      computed.push(...ctx.partitions.map((partition) => `${ctx.asset} ${partition}`));
      return succeed(ctx);
    };
  }
  const ids = await Promise.all([
    requestBackfill(db, '2014-01-01', '2014-03-31', { slice: 'month', maxConcurrentRuns: 3 }),
    requestBackfill(db, '2014-02-12', '2014-05-30', {
      slice: 'quarter',
      maxConcurrentRuns: 2,
      order: 'newest',
    }),
    requestBackfill(db, '2014-03-03', '2014-03-14', { slice: 'day', maxConcurrentRuns: 10 }),
    requestBackfill(db, '2014-01-20', '2014-04-30', { assets: ['silver_curves'], maxConcurrentRuns: 4 }),
    createRun(db, 'scheduled', '2014-03-05').then(() => null),
  ]);
  await pipeline.startWorkers(handlers);
  for (const id of ids.filter((each) => each !== null)) {
    const backfill = await waitFor('the end of the backfill', async () => {
      const found = await readBackfill(db, id);
      return found.finishedAt === null ? null : found;
    });
    expect(backfill.state).toBe('succeeded');
    expect(backfill.partitions.done).toBe(backfill.partitions.total);
  }
  const wanted = graph.names.flatMap((asset) =>
    listWeekdays('2014-01-01', '2014-05-30').map((partition) => `${asset} ${partition}`),
  );
  expect(computed.toSorted()).toEqual(wanted.toSorted());
});
