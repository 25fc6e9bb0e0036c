import { sql } from 'drizzle-orm';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BronzeRow } from '../../../shared/connectors/connector.ts';
import { openDatabase, type DatabaseHandle } from '../../../shared/db/client.ts';
import { ingestRows, lockIngest } from '../../../shared/db/ingest.ts';
import { registerSeries } from '../../../shared/db/series.ts';
import type { BronzeName } from '../../../shared/pipeline/graph.ts';
import { cutoffOf, DAY_MS, listWeekdays, toIso, type Day, type Instant } from '../../../shared/time.ts';
import { collectRows } from '../../helpers/recorded-rows.ts';
import { deriveSilver, digestSilver, emptySilver, type SilverTable } from '../../helpers/silver-tables.ts';
import { createWorld, type World } from '../../helpers/world.ts';

const SEED = 20_260_105;
const CUTOFFS = 50;
const LAST: Day = '2021-06-30';
/** Partitions that are cut at: the year before is there for the windows of the statistics. */
const PARTITIONS = listWeekdays('2021-01-04', LAST);
const WHOLE = cutoffOf('2099-12-31');
const TASK = '00000000-0000-4000-8000-000000000001';
const FACTS = ['observations', 'bars', 'fixings', 'curve_points'] as const;

const KEYS: Readonly<Record<BronzeName, { readonly from: Day; readonly keys: readonly string[] }>> = {
  bronze_bcb_sgs: { from: '2016-01-01', keys: ['BR_IPCA_MOM', 'BR_SELIC_TARGET', 'BR_UNEMPLOYMENT'] },
  bronze_fred: { from: '2012-01-01', keys: ['US_CPI_ALL_SA', 'US_GDP_REAL', 'US_UNEMP_U3'] },
  bronze_yahoo: { from: '2019-12-01', keys: ['OIL_WTI', 'VIX', 'USDBRL_YAHOO'] },
  bronze_bcb_ptax: { from: '2019-12-01', keys: ['USDBRL_PTAX'] },
  bronze_b3_market_data: { from: '2021-01-01', keys: ['DI1', 'DAP', 'DOL'] },
  bronze_treasury_gov: { from: '2021-05-17', keys: ['UST_NOM'] },
};

/** Every nth value is published once more, a little different, some weeks later. */
const RESTATED_EVERY = 17;
const RESTATED_AFTER = 24 * DAY_MS;

let world: World;
let database: DatabaseHandle;

function restate(row: BronzeRow): BronzeRow | null {
  if (row.table === 'observations' && row.value !== null) {
    return { ...row, value: String(Number(row.value) + 0.25) };
  }
  return row.table === 'bars' ? { ...row, close: String(Number(row.close) + 0.5) } : null;
}

/** A vintage of the provider becomes one of the rule: the recordings were all made after the dates of this test. */
function atRelease(row: BronzeRow): { row: BronzeRow; seenAt: Instant } {
  const seenAt = row.releaseTime ?? cutoffOf(row.date);
  return { row: { ...row, vintageAt: null }, seenAt };
}

async function load(asset: BronzeName, from: Day, keys: readonly string[]): Promise<void> {
  const rows: BronzeRow[] = [];
  for (const key of keys) rows.push(...(await collectRows(key, from, LAST)));
  const first = rows
    .filter(({ date }) => date >= from && date <= LAST)
    .map((row) => ({ ...atRelease(row), payloadId: null, taskId: TASK, missedAt: null }));
  const again = first.flatMap(({ row, seenAt }, i) => {
    const restated = i % RESTATED_EVERY === 3 ? restate(row) : null;
    return restated === null
      ? []
      : [{ row: restated, seenAt: seenAt + RESTATED_AFTER, payloadId: null, taskId: TASK, missedAt: null }];
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
  return [...drawn].sort();
}

beforeAll(async () => {
  world = await createWorld();
  database = openDatabase(world.databaseUrl, { name: 'test', max: 4 });
  await registerSeries(database.db);
  for (const [asset, { from, keys }] of Object.entries(KEYS)) await load(asset as BronzeName, from, keys);
  for (const fact of FACTS) {
    await database.db.execute(sql.raw(`create table kept_${fact} as select * from ${fact}`));
  }
  await deriveSilver(database, PARTITIONS);
});
afterAll(async () => {
  await database.close();
  await world.close();
});

describe('silver from recorded bronze', () => {
  it('is the same at 50 cutoffs when everything released later is gone', { timeout: 600_000 }, async () => {
    const cutoffs = drawPartitions(CUTOFFS).map(cutoffOf);
    const known = new Map<Instant, Awaited<ReturnType<typeof digestSilver>>>();
    for (const cutoff of cutoffs) known.set(cutoff, await digestSilver(database, cutoff));
    const whole = await digestSilver(database, WHOLE);
    const sizes = Object.fromEntries(Object.entries(whole).map(([table, { rows }]) => [table, rows]));
    const filled: SilverTable[] = ['silver_macro', 'silver_price', 'silver_stat', 'silver_curve_point'];
    for (const table of filled) expect(sizes[table]).toBeGreaterThan(500);
    for (const cutoff of cutoffs.toReversed()) {
      for (const fact of FACTS) {
        await database.db.execute(
          sql`delete from ${sql.identifier(fact)} where release_time > ${toIso(cutoff)}`,
        );
      }
      await emptySilver(database);
      await deriveSilver(database, [PARTITIONS[0]!]);
      // The table of inflation targets is no bronze: it may say things after the cutoff.
      expect([toIso(cutoff), await digestSilver(database, cutoff)]).toEqual([
        toIso(cutoff),
        known.get(cutoff),
      ]);
    }
    // The last of the cutoffs left something out, or the test proves nothing.
    expect(known.get(cutoffs[0]!)!.silver_stat.rows).toBeLessThan(whole.silver_stat.rows);
  });

  it('is the same whether a day, a week or everything is derived at once', { timeout: 600_000 }, async () => {
    await emptySilver(database);
    for (const fact of FACTS) {
      await database.db.execute(sql`truncate ${sql.identifier(fact)}`);
      await database.db.execute(
        sql.raw(`insert into ${fact} overriding system value select * from kept_${fact}`),
      );
    }
    await deriveSilver(database, PARTITIONS);
    const atOnce = await digestSilver(database, WHOLE);
    await emptySilver(database);
    for (const fact of FACTS) await database.db.execute(sql`truncate ${sql.identifier(fact)}`);
    // Slices of one day, several days, several weeks, in the order of knowledge.
    const bounds = [0, ...[20, 21, 22, 29, 60, 61, 100].map((i) => cutoffOf(PARTITIONS[i]!)), WHOLE];
    for (const [i, until] of bounds.entries()) {
      if (i === 0) continue;
      for (const fact of FACTS) {
        await database.db.execute(sql`
          insert into ${sql.identifier(fact)} overriding system value select * from ${sql.identifier(`kept_${fact}`)}
          where release_time > ${toIso(bounds[i - 1]!)} and release_time <= ${toIso(until)}`);
        await database.db.execute(sql`
          update ${sql.identifier(fact)} set ingest_version = ${100 + i}
          where release_time > ${toIso(bounds[i - 1]!)} and release_time <= ${toIso(until)}`);
      }
      await database.db.execute(sql`update bronze_versions set version = ${100 + i}`);
      await deriveSilver(database, [PARTITIONS[i]!]);
    }
    expect(await digestSilver(database, WHOLE)).toEqual(atOnce);
  });
});
