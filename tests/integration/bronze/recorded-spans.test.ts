import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createConnectors } from '../../../shared/connectors/registry.ts';
import { createBronzeWorld, runBronze, type BronzeWorld } from '../../helpers/bronze.ts';

const { bcb_ptax: connector } = createConnectors({ fredApiKey: '0'.repeat(32) });
let world: BronzeWorld;

beforeAll(async () => {
  world = await createBronzeWorld();
});

afterAll(async () => {
  await world.close();
});

it.each([
  { partition: '2026-06-22', state: 'fresh', reason: null },
  { partition: '2026-07-10', state: 'no_data_expected', reason: 'not_recorded' },
  { partition: '2026-07-31', state: 'fresh', reason: null },
])('knows the hole between two recordings of one year: $partition', async ({ partition, state, reason }) => {
  await runBronze(world, { connector, partition });
  const found = await world.db.execute(
    sql`select state, reason from materializations where asset = 'bronze_bcb_ptax' and partition = ${partition}`,
  );
  expect(found.rows).toEqual([{ state, reason }]);
});
