import { sql } from 'drizzle-orm';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AGENTS } from '../../../services/agents/handlers.ts';
import type { BronzeRow } from '../../../shared/connectors/connector.ts';
import { openDatabase, type DatabaseHandle } from '../../../shared/db/client.ts';
import { ingestRows, lockIngest } from '../../../shared/db/ingest.ts';
import { registerSeries } from '../../../shared/db/series.ts';
import { PROVIDER_OF } from '../../../shared/pipeline/providers.ts';
import type { BronzeName } from '../../../shared/pipeline/graph.ts';
import { cutoffOf, DAY_MS, listWeekdays, toIso, type Day, type Instant } from '../../../shared/time.ts';
import { emptyReports, readStoredReports, runAgents } from '../../helpers/agent-runs.ts';
import { collectRows, connectors } from '../../helpers/recorded-rows.ts';
import { deriveSilver, emptySilver } from '../../helpers/silver-tables.ts';
import { createWorld, type World } from '../../helpers/world.ts';

const SEED = 20_260_106;
const CUTOFFS = 20;
const LAST: Day = '2022-06-24';
/** Partitions that are cut at. */
const PARTITIONS = listWeekdays('2021-06-01', LAST);
/** Values before this day are not needed to see whether one of the future is. */
const FROM: Readonly<Record<BronzeName, Day>> = {
  bronze_bcb_sgs: '2010-01-01',
  bronze_fred: '2014-01-01',
  bronze_yahoo: '2019-01-01',
  bronze_bcb_ptax: '2015-01-01',
  bronze_b3_market_data: '2021-01-01',
  bronze_treasury_gov: '2022-01-01',
};
/** Instruments that no agent looks at are left out. */
const INSTRUMENTS = new Set(Object.values(AGENTS).flatMap(({ reads }) => reads.prices ?? []));
const TASK = '00000000-0000-4000-8000-000000000001';
const FACTS = ['observations', 'bars', 'fixings', 'curve_points'] as const;

/** Every nth value of a monthly series is published once more, a little different, some weeks later. */
const RESTATED_EVERY = 13;
const RESTATED_AFTER = 24 * DAY_MS;

let world: World;
let database: DatabaseHandle;

function restate(row: BronzeRow, index: number): BronzeRow | null {
  if (row.table !== 'observations' || row.value === null || index % RESTATED_EVERY !== 3) return null;
  return { ...row, value: String(Number(row.value) * 1.01) };
}

/** A vintage of the provider becomes one of the rule: the recordings were all made after the dates of this test. */
function atRelease(row: BronzeRow): { row: BronzeRow; seenAt: Instant } {
  return { row: { ...row, vintageAt: null }, seenAt: row.releaseTime ?? cutoffOf(row.date) };
}

async function load(asset: BronzeName): Promise<void> {
  const rows: BronzeRow[] = [];
  for (const { key, disabled } of connectors[PROVIDER_OF[asset]].keys) {
    if (disabled === undefined && (asset !== 'bronze_yahoo' || INSTRUMENTS.has(key)))
      rows.push(...(await collectRows(key, FROM[asset], LAST)));
  }
  const lineage = { payloadId: null, taskId: TASK, missedAt: null };
  const first = rows
    .filter(({ table, date }) => table !== 'corporate_actions' && date >= FROM[asset] && date <= LAST)
    .map((row) => ({ ...atRelease(row), ...lineage }));
  const again = first.flatMap(({ row, seenAt }, i) => {
    const restated = restate(row, i);
    return restated === null ? [] : [{ row: restated, seenAt: seenAt + RESTATED_AFTER, ...lineage }];
  });
  for (const items of [first, again]) {
    if (items.length === 0) continue;
    await database.db.transaction(async (tx) => {
      await ingestRows(tx, asset, await lockIngest(tx, asset), items);
    });
  }
}

/** Distinct partitions in ascending order. */
function drawPartitions(count: number): Day[] {
  const generator = xoroshiro128plus(SEED);
  const drawn = new Set<Day>();
  while (drawn.size < count) drawn.add(PARTITIONS[uniformInt(generator, 0, PARTITIONS.length - 1)]!);
  return [...drawn].toSorted();
}

const drawn = drawPartitions(CUTOFFS);
let whole: ReadonlyMap<string, string>;

beforeAll(async () => {
  world = await createWorld();
  database = openDatabase(world.databaseUrl, { name: 'test', max: 4 });
  await registerSeries(database.db);
  for (const asset of Object.keys(FROM) as BronzeName[]) await load(asset);
  await deriveSilver(database, PARTITIONS);
  await runAgents(database, PARTITIONS, { agent_monetary_policy: ['2'] });
  whole = await readStoredReports(database, PARTITIONS);
}, 600_000);
afterAll(async () => {
  await database?.close();
  await world?.close();
});

describe('the five agents on recorded bronze', () => {
  it('stored every report and every signal, and most models ran', async () => {
    // Five agents and the candidate of one of them.
    expect(whole.size).toBe(6 * PARTITIONS.length);
    const counted = await database.db.execute<{ agent: string; signals: number; ran: number }>(sql`
      select agent, count(*)::int as signals, count(*) filter (where status in ('OK', 'BELOW_THRESHOLD'))::int as ran
      from signals where partition = ${LAST} and model_version = '1' group by agent order by agent`);
    expect(counted.rows.map(({ agent, signals }) => [agent, signals])).toEqual([
      ['agent_cross_asset', 3],
      ['agent_fiscal', 4],
      ['agent_fx_equilibrium', 5],
      ['agent_inflation', 6],
      ['agent_monetary_policy', 5],
    ]);
    expect(counted.rows.reduce((sum, { ran }) => sum + ran, 0)).toBeGreaterThan(8);
  });

  it('say the same when they are asked again, whatever the slices', { timeout: 600_000 }, async () => {
    const again = await runAgents(database, PARTITIONS, { agent_monetary_policy: ['2'] });
    expect(Object.values(again).map(({ rows }) => rows)).toEqual([0, 0, 0, 0, 0]);
    await emptyReports(database);
    // A day at a time, then a month at a time.
    const days = drawn.slice(0, 5);
    for (const day of days) await runAgents(database, [day], { agent_monetary_policy: ['2'] });
    const months = ['2021-09', '2022-03'];
    for (const month of months) {
      const partitions = PARTITIONS.filter((day) => day.startsWith(month));
      await runAgents(database, partitions, { agent_monetary_policy: ['2'] });
    }
    const sliced = [...days, ...PARTITIONS.filter((day) => months.includes(day.slice(0, 7)))];
    for (const [place, body] of await readStoredReports(database, sliced))
      expect([place, body]).toEqual([place, whole.get(place)]);
  });

  it(
    `are the same at ${CUTOFFS} cutoffs when everything released later is gone`,
    { timeout: 600_000 },
    async () => {
      for (const partition of drawn.toReversed()) {
        const cutoff = toIso(cutoffOf(partition));
        for (const fact of FACTS)
          await database.db.execute(sql`delete from ${sql.identifier(fact)} where release_time > ${cutoff}`);
        await emptySilver(database);
        await emptyReports(database);
        await deriveSilver(database, [partition]);
        await runAgents(database, [partition], { agent_monetary_policy: ['2'] });
        const alone = await readStoredReports(database, [partition]);
        expect(alone.size).toBe(6);
        for (const [place, body] of alone) expect([place, body]).toEqual([place, whole.get(place)]);
      }
      // What was cut made a difference, or the test proves nothing.
      const left = await database.db.execute<{ latest: string }>(
        sql`select max(date)::text as latest from observations`,
      );
      expect(left.rows[0]!.latest < LAST).toBe(true);
    },
  );
});
