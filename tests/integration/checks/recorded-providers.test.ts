import { join } from 'node:path';
import { sql, type SQL } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createBronzeHandler } from '../../../services/bronze/handler.ts';
import { startReplay, type ReplayServer } from '../../../services/replay/server.ts';
import { createConnectors } from '../../../shared/connectors/registry.ts';
import { createRun } from '../../../shared/db/backfills.ts';
import { graph, type BronzeName } from '../../../shared/pipeline/graph.ts';
import { PROVIDER_OF } from '../../../shared/pipeline/providers.ts';
import { createPipeline, handlersWith, waitFor, type TestPipeline } from '../../helpers/pipeline.ts';
import { createWorld, type World } from '../../helpers/world.ts';

const DAY = '2021-01-08';
const bronze = graph.names.filter((name): name is BronzeName => graph.assets[name].layer === 'bronze');

let world: World;
let pipeline: TestPipeline;
let replay: ReplayServer;

beforeAll(async () => {
  world = await createWorld();
  const dataFolder = join(import.meta.dirname, '..', '..', '..', 'data', 'replay');
  replay = await startReplay({ port: 0, host: '127.0.0.1', dataFolder });
  pipeline = createPipeline(world, { REPLAY_URL: replay.url });
  await pipeline.startScheduler();
  const connectors = createConnectors({ fredApiKey: '0'.repeat(32) });
  const { db } = pipeline.database;
  const handlers = bronze.map((asset) => {
    const connector = connectors[PROVIDER_OF[asset]];
    return [asset, createBronzeHandler({ db, asset, connector, isReplay: true })] as const;
  });
  await pipeline.startWorkers(handlersWith(Object.fromEntries(handlers)));
});

afterAll(async () => {
  await pipeline.close();
  await replay.close();
  await world.close();
});

async function readRows<Row extends Record<string, unknown>>(query: SQL): Promise<Row[]> {
  return (await pipeline.database.db.execute(query)).rows as Row[];
}

async function runAsset(asset: BronzeName): Promise<string | undefined> {
  const { db } = pipeline.database;
  const id = await db.transaction((tx) => createRun(tx, 'manual', DAY, [asset]));
  await waitFor(
    `run of ${asset}`,
    async () => {
      const [run] = await readRows<{ over: boolean }>(
        sql`select finished_at is not null as over from runs where id = ${id}`,
      );
      return run?.over;
    },
    60_000,
  );
  const [task] = await readRows<{ state: string }>(sql`select state from tasks where run_id = ${id}`);
  return task?.state;
}

// One after the other: two providers that are ingested in the same moment do not see each other's rows.
it('checks every provider from its bytes, and the later one against the earlier', async () => {
  for (const asset of bronze) expect([asset, await runAsset(asset)]).toEqual([asset, 'succeeded']);
  const checked = await readRows<{ asset: string }>(
    sql`select distinct asset from check_results order by asset`,
  );
  expect(checked.map(({ asset }) => asset)).toEqual([...bronze].sort());
  const blocked = await readRows(
    sql`select key, check_name, dates::text as dates from check_results where severity = 'block' and status = 'failed'`,
  );
  expect(blocked).toEqual([{ key: 'GOLD', check_name: 'schema', dates: '{2009-11-23}' }]);
  const reconciled = await readRows<{ key: string; check_name: string; tested: number; status: string }>(sql`
    select key, check_name, min(tested) as tested, max(status) as status from check_results
    where check_name in ('ptax_fixing', 'treasury_par') group by key, check_name order by key`);
  expect(reconciled.map(({ key, check_name: name, status }) => [key, name, status])).toEqual([
    ['USDBRL_PTAX', 'ptax_fixing', 'passed'],
    ['UST_NOM', 'treasury_par', 'passed'],
  ]);
  for (const { tested } of reconciled) expect(tested).toBeGreaterThan(0);
}, 600_000);
