import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createBronzeHandler } from '../../../services/bronze/handler.ts';
import { startReplay, type ReplayServer } from '../../../services/replay/server.ts';
import { recordDueTicks } from '../../../services/scheduler/ticks.ts';
import { createConnectors } from '../../../shared/connectors/registry.ts';
import { openDatabase, type DatabaseHandle } from '../../../shared/db/client.ts';
import { listStoredDates } from '../../../shared/db/evidence.ts';
import { listTicks, type TickView } from '../../../shared/db/tick-list.ts';
import { createLogger } from '../../../shared/logger.ts';
import type { BronzeName } from '../../../shared/pipeline/graph.ts';
import { PROVIDER_OF } from '../../../shared/pipeline/providers.ts';
import { cutoffOf, HOUR, MINUTE, SAO_PAULO, SECOND, type Day } from '../../../shared/time.ts';
import { createPipeline, handlersWith, waitFor, type TestPipeline } from '../../helpers/pipeline.ts';
import { createWorld, type World } from '../../helpers/world.ts';

// The first run takes its providers' histories: 40 s on a machine that does little else.
vi.setConfig({ testTimeout: 6 * MINUTE });

const SCHEDULE = { name: 'weekday', cron: '0 6 * * 1-5', zone: SAO_PAULO };
/** One mandatory daily key of each provider. */
const DAILY_KEYS = {
  BR_SELIC_DAILY: 'Brazil',
  USDBRL_PTAX: 'Brazil',
  DI1: 'Brazil',
  IBOVESPA: 'Brazil',
  US_UST_10Y: 'US',
  UST_NOM: 'US',
  SP500: 'US',
} as const;

let world: World;
let replay: ReplayServer;
let pipeline: TestPipeline;
let handlerDatabase: DatabaseHandle;

beforeAll(async () => {
  world = await createWorld();
  replay = await startReplay({ host: '127.0.0.1', port: 0, dataFolder: 'data/replay' });
  pipeline = createPipeline(world, { REPLAY_URL: replay.url });
  await pipeline.startScheduler();
  // As in a worker: handlers that read whole histories leave the pool of the test to the test.
  handlerDatabase = openDatabase(world.databaseUrl, { name: 'test-handlers', max: 12 });
  const { db } = handlerDatabase;
  const connectors = createConnectors({ fredApiKey: '0'.repeat(32) });
  const handlers = (Object.keys(PROVIDER_OF) as BronzeName[]).map((asset) => [
    asset,
    createBronzeHandler({ db, asset, connector: connectors[PROVIDER_OF[asset]], isReplay: true }),
  ]);
  await pipeline.startWorkers(handlersWith(Object.fromEntries(handlers)));
});
afterAll(async () => {
  await pipeline.close();
  await handlerDatabase.close();
  await replay.close();
  await world.close();
});

/** Lets the schedule come due for a partition on a database without ticks, and waits until its run is over. */
async function runScheduled(partition: Day): Promise<TickView> {
  const { db } = pipeline.database;
  await db.execute(sql`truncate ticks`);
  const options = { catchUp: 'all', log: createLogger('test', 'silent') } as const;
  await recordDueTicks(db, SCHEDULE, { ...options, now: cutoffOf(partition) - HOUR });
  await recordDueTicks(db, SCHEDULE, { ...options, now: cutoffOf(partition) + SECOND });
  return waitFor(
    'the end of the run',
    async () => {
      const [tick] = await listTicks(db, { limit: 1 });
      return tick?.runState !== 'planned' && tick?.runState !== 'running' && tick;
    },
    5 * MINUTE,
  );
}

async function readBronze(partition: Day): Promise<Record<string, string>> {
  const { rows } = await pipeline.database.db.execute<{
    asset: string;
    state: string;
    reason: string | null;
  }>(sql`
    select asset, state, reason from materializations
    where partition = ${partition} and asset like 'bronze%' order by asset`);
  return Object.fromEntries(
    rows.map(({ asset, state, reason }) => [asset, reason === null ? state : `${state} (${reason})`]),
  );
}

/** Which of the daily keys have a value of a day. */
async function listValued(date: Day): Promise<string[]> {
  const keys = Object.keys(DAILY_KEYS);
  const stored = await listStoredDates(pipeline.database.db, keys, date, date);
  return keys.filter((key) => stored.get(key)?.has(date) === true);
}

const keysOf = (country: 'Brazil' | 'US'): string[] =>
  Object.entries(DAILY_KEYS).flatMap(([key, home]) => (home === country ? [key] : []));

describe('the scheduled run of a holiday', () => {
  it('in Brazil reads the US sources, and expects nothing of the Brazilian ones', async () => {
    expect(await runScheduled('2021-09-07')).toMatchObject({ outcome: 'started', runState: 'succeeded' });
    expect(await readBronze('2021-09-07')).toEqual({
      bronze_b3_market_data: 'no_data_expected (holiday)',
      bronze_bcb_ptax: 'no_data_expected (holiday)',
      bronze_bcb_sgs: 'no_data_expected (holiday)',
      bronze_fred: 'fresh',
      bronze_treasury_gov: 'fresh',
      bronze_yahoo: 'fresh',
    });
    expect(await listValued('2021-09-07')).toEqual(keysOf('US'));
  });

  it.each(['2021-07-05', '2022-02-21', '2022-05-30'])(
    'in the US reads the Brazilian sources, B3 among them, and expects nothing of the US ones: %s',
    async (day) => {
      expect(await runScheduled(day)).toMatchObject({ outcome: 'started', runState: 'succeeded' });
      expect(await readBronze(day)).toEqual({
        bronze_b3_market_data: 'fresh',
        bronze_bcb_ptax: 'fresh',
        bronze_bcb_sgs: 'fresh',
        bronze_fred: 'no_data_expected (holiday)',
        bronze_treasury_gov: 'no_data_expected (holiday)',
        bronze_yahoo: 'fresh',
      });
      expect(await listValued(day)).toEqual(keysOf('Brazil'));
    },
  );

  it('in both countries succeeds, and expects nothing of any of them', async () => {
    expect(await runScheduled('2022-04-15')).toMatchObject({ outcome: 'started', runState: 'succeeded' });
    const bronze = await readBronze('2022-04-15');
    expect(Object.keys(bronze)).toHaveLength(6);
    expect(new Set(Object.values(bronze))).toEqual(new Set(['no_data_expected (holiday)']));
    expect(await listValued('2022-04-15')).toEqual([]);
  });
});
