import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readBackfill, requestBackfill } from '../../helpers/backfills.ts';
import { createPipeline, handlersWith, waitFor, type TestPipeline } from '../../helpers/pipeline.ts';
import { createWorld, type World } from '../../helpers/world.ts';

let world: World;
let pipeline: TestPipeline;

beforeAll(async () => {
  world = await createWorld();
  pipeline = createPipeline(world);
  await pipeline.startScheduler();
  await pipeline.startWorkers(handlersWith());
});
afterAll(async () => {
  await pipeline.close();
  await world.close();
});

it.each([
  ['newest', ['2021-03-01', '2021-02-01', '2021-01-01']],
  ['oldest', ['2021-05-03', '2021-06-01', '2021-07-01']],
] as const)(
  'starts the runs of a backfill in the order that was asked for: %s first',
  async (order, expected) => {
    const { db } = pipeline.database;
    const months = [...expected].toSorted((a, b) => (a < b ? -1 : 1));
    const id = await requestBackfill(db, months[0]!, months[2]!, { order, assets: ['bronze_fred'] });
    await waitFor('the end of the backfill', async () => (await readBackfill(db, id)).finishedAt);
    const { rows } = await db.execute<{ first: string }>(sql`
    select from_partition::text as first from runs where backfill_id = ${id} order by started_at`);
    expect(rows.map(({ first }) => first)).toEqual(expected);
  },
);
