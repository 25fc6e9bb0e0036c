import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ObservationRow } from '../../../shared/connectors/connector.ts';
import { createConnectors } from '../../../shared/connectors/registry.ts';
import { ingestRows, lockIngest, type IngestCount } from '../../../shared/db/ingest.ts';
import { findSeries, listObservations, type SeriesView } from '../../../shared/db/series-view.ts';
import { addDays, toIso, zonedInstant, type Day, type Instant } from '../../../shared/time.ts';
import { createBronzeWorld, keepKeys, runBronze, type BronzeWorld } from '../../helpers/bronze.ts';
import { readRecordedText } from '../../helpers/recorded-payload.ts';

const connectors = createConnectors({ fredApiKey: '0'.repeat(32) });

let world: BronzeWorld;
beforeAll(async () => {
  world = await createBronzeWorld();
});
afterAll(() => world.close());

async function ingest(rows: readonly ObservationRow[]): Promise<ReadonlyMap<string, IngestCount>> {
  return world.db.transaction(async (tx) => {
    const version = await lockIngest(tx, 'bronze_fred');
    const items = rows.map((row) => ({
      row,
      payloadId: null,
      seenAt: 0,
      taskId: randomUUID(),
      missedAt: null,
    }));
    return ingestRows(tx, 'bronze_fred', version, items);
  });
}

/** Everything the table says of a key, but for which ingest wrote it. */
async function dump(key: string): Promise<Record<string, unknown>[]> {
  const { rows } = await world.db.execute(sql`
    select date::text, value::text, vintage_at::text, revision, release_time::text, release_time_basis, vintage_basis
    from observations where key = ${key} order by date, vintage_at`);
  return rows;
}

const PAYROLLS = connectors.fred.keys.find(({ code }) => code === 'PAYEMS')!;

/** A recorded table of ALFRED: every month as it stood at one vintage, under a key of the test. */
function readVintage(folder: string, vintage: Day, key: string): ObservationRow[] {
  const lines = readRecordedText(`fred/tables/${folder}/PAYEMS.csv`).trim().split(/\r?\n/).slice(1);
  return lines.flatMap((line) => {
    const [date = '', value = ''] = line.split(',');
    if (value === '' || value === '.') return [];
    const { time, basis } = PAYROLLS.release.timeOf(date);
    const vintageAt = zonedInstant(vintage, '08:30', 'America/New_York');
    return [{ table: 'observations', key, date, value, vintageAt, releaseTime: time, releaseBasis: basis }];
  });
}

describe('the two recorded vintages of PAYEMS', () => {
  const january = (key: string) => readVintage('vintage_2026-01-02', '2026-01-02', key);
  const august = (key: string) => readVintage('vintage_2026-08', '2026-08-06', key);

  it('give exactly the published revisions', async () => {
    const first = await ingest(january('PAYEMS_A'));
    expect(first.get('PAYEMS_A')).toEqual({ inserted: 551, revised: 0 });
    const second = await ingest(august('PAYEMS_A'));
    expect(second.get('PAYEMS_A')?.revised).toBe(222);
    const { rows } = await world.db.execute(sql`
      select count(*) filter (where vintages = 2)::int as common, count(*) filter (where revisions = 1)::int as revised
      from (select date, count(*) as vintages, max(revision) as revisions
        from observations where key = 'PAYEMS_A' group by date) months`);
    expect(rows).toEqual([{ common: 551, revised: 222 }]);
  });

  it('give the same table in the wrong order, and nothing the second time', async () => {
    await ingest(august('PAYEMS_B'));
    await ingest(january('PAYEMS_B'));
    const table = await dump('PAYEMS_B');
    expect(table).toEqual(await dump('PAYEMS_A'));
    expect(table.length).toBeGreaterThan(1_100);
    expect(await ingest([...january('PAYEMS_B'), ...august('PAYEMS_B')])).toEqual(new Map());
    expect(await dump('PAYEMS_B')).toEqual(table);
  });

  it('do not withdraw a month that the later one leaves out', async () => {
    const gone = '2020-04-01';
    await ingest(january('PAYEMS_C'));
    await ingest(august('PAYEMS_C').filter(({ date }) => date !== gone));
    const view = { key: 'PAYEMS_C', asset: 'bronze_fred', unit: 'thousand_persons' } as SeriesView;
    const asOf = Date.parse('2026-11-26T00:00:00Z');
    const read = await listObservations(world.db, view, {
      from: gone,
      to: gone,
      asOf,
      everyVintage: false,
      limit: 9,
    });
    expect(read).toMatchObject([{ observationDate: gone, value: '130424.0', revision: 0 }]);
  });
});

/** A series of the property: what its provider published, when, and what the rule says. */
interface Story {
  readonly date: Day;
  readonly ruleHour: number | null;
  readonly vintages: readonly { readonly hour: number; readonly value: string }[];
}

const START = Date.parse('2020-01-01T00:00:00Z');
const atHour = (hour: number): Instant => START + hour * 3_600_000;

const story = fc.record({
  ruleHour: fc.option(fc.integer({ min: 0, max: 40 }), { nil: null }),
  vintages: fc.uniqueArray(
    fc.record({ hour: fc.integer({ min: 1, max: 40 }), value: fc.constantFrom('1', '2', '3.5') }),
    { selector: ({ hour }) => hour, minLength: 1, maxLength: 5 },
  ),
});

/** The rules of point in time, written the long way: what was in force at an hour. */
function readNaively(
  { ruleHour, vintages }: Story,
  hour: number,
): { value: string; revision: number } | null {
  const ordered = vintages.toSorted((a, b) => a.hour - b.hour);
  let inForce: { value: string; revision: number } | null = null;
  let revision = 0;
  let released = 0;
  for (const [index, vintage] of ordered.entries()) {
    const before = ordered[index - 1];
    if (before === undefined) released = Math.min(vintage.hour, ruleHour ?? Infinity);
    else if (before.value !== vintage.value) {
      revision += 1;
      released = vintage.hour;
    }
    if (released <= hour) inForce = { value: vintage.value, revision };
  }
  return inForce;
}

describe('an as-of read', () => {
  it('equals the rules written the long way, for random series, orders of ingest and cutoffs', async () => {
    let series = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(story, { minLength: 1, maxLength: 12 }),
        fc.integer(),
        fc.array(fc.integer({ min: 0, max: 45 }), { minLength: 3, maxLength: 6 }),
        async (drafts, seed, hours) => {
          series += 1;
          const key = `RANDOM_${series}`;
          const stories = drafts.map((draft, index): Story => ({
            ...draft,
            date: addDays('2019-01-01', index),
          }));
          const rows = stories.flatMap(({ date, ruleHour, vintages }) =>
            vintages.map(({ hour, value }): ObservationRow => ({
              table: 'observations',
              key,
              date,
              value,
              vintageAt: atHour(hour),
              releaseTime: ruleHour === null ? null : atHour(ruleHour),
              releaseBasis: ruleHour === null ? 'provider' : 'lag_rule',
            })),
          );
          // Any order, in two ingests.
          const shuffled = rows
            .map((row, index) => ({ row, order: Math.sin(seed + index * 7919) }))
            .toSorted((a, b) => a.order - b.order)
            .map(({ row }) => row);
          const half = Math.floor(shuffled.length / 2);
          await ingest(shuffled.slice(0, half));
          await ingest(shuffled.slice(half));
          const view = { key, asset: 'bronze_fred', unit: 'index' } as SeriesView;
          for (const hour of hours) {
            const read = await listObservations(world.db, view, {
              asOf: atHour(hour),
              everyVintage: false,
              limit: 99,
            });
            const expected = stories.flatMap((item) => {
              const inForce = readNaively(item, hour);
              return inForce === null ? [] : [{ observationDate: item.date, ...inForce }];
            });
            expect(
              read.map(({ observationDate, value, revision }) => ({ observationDate, value, revision })),
            ).toEqual(expected);
          }
        },
      ),
      { numRuns: 120 },
    );
    expect(series).toBeGreaterThanOrEqual(120);
  });
});

describe('a value that is first seen long after its release', () => {
  it('says that it is the latest vintage when the publisher revises, and a later change was seen', async () => {
    await world.db.execute(
      sql`update series set revises = key = 'BR_IBC_BR' where key in ('BR_IBC_BR', 'BR_IPCA_MOM')`,
    );
    const seenAt = Date.parse('2026-11-26T12:00:00Z');
    const store = (key: string, value: string, at: Instant) =>
      world.db.transaction(async (tx) => {
        const version = await lockIngest(tx, 'bronze_bcb_sgs');
        const dates: Day[] = ['2020-01-01', '2026-10-01'];
        const items = dates.map((date) => ({
          row: {
            table: 'observations' as const,
            key,
            date,
            value,
            vintageAt: null,
            releaseTime: Date.parse(`${addDays(date, 48)}T12:00:00Z`),
            releaseBasis: 'lag_rule' as const,
          },
          payloadId: null,
          seenAt: at,
          taskId: randomUUID(),
          missedAt: null,
        }));
        return ingestRows(tx, 'bronze_bcb_sgs', version, items);
      });
    for (const key of ['BR_IBC_BR', 'BR_IPCA_MOM']) {
      await store(key, '100', seenAt);
      await store(key, '101', seenAt + 86_400_000);
    }
    const read = async (key: string) => {
      const view = await findSeries(world.db, key);
      if (view === null) throw new Error(`no ${key}`);
      const filter = { asOf: seenAt + 9e8, everyVintage: true, limit: 9 };
      const rows = await listObservations(world.db, view, filter);
      return rows.map((row) =>
        [row.observationDate, row.revision, row.releaseTimeBasis, row.vintageBasis].join(' '),
      );
    };
    expect(await read('BR_IBC_BR')).toEqual([
      '2020-01-01 0 lag_rule latest',
      '2020-01-01 1 first_seen first_seen',
      '2026-10-01 0 lag_rule first_seen',
      '2026-10-01 1 first_seen first_seen',
    ]);
    expect(await read('BR_IPCA_MOM')).toEqual([
      '2020-01-01 0 lag_rule first_seen',
      '2020-01-01 1 first_seen first_seen',
      '2026-10-01 0 lag_rule first_seen',
      '2026-10-01 1 first_seen first_seen',
    ]);
  });
});

describe('a value that an earlier read should have brought', () => {
  it('was released after that read, whatever its rule says', async () => {
    const own = await createBronzeWorld();
    const full = keepKeys(connectors.bcb_sgs, ['BR_IPCA_MOM']);
    const late = '2022-03-01';
    const withoutLate = {
      ...full,
      parse(...args: Parameters<typeof full.parse>) {
        const parsed = full.parse(...args);
        return { ...parsed, rows: parsed.rows.filter(({ date }) => date !== late) };
      },
    };
    await runBronze(own, { connector: withoutLate, partition: '2022-03-15' });
    const readAt = Date.now();
    await runBronze(own, { connector: full, partition: '2022-06-24' });
    const { rows } = await own.db.execute<{ date: string; late: boolean; basis: string }>(sql`
      select date::text, release_time >= ${toIso(readAt)}::timestamptz as late, release_time_basis as basis
      from observations where key = 'BR_IPCA_MOM' and date between '2022-02-01' and '2022-04-01' order by date`);
    expect(rows.map((row) => [row.date, row.late])).toEqual([
      ['2022-02-01', false],
      ['2022-03-01', true],
      ['2022-04-01', false],
    ]);
    expect(rows[1]?.basis).toBe('first_seen');
    await own.close();
  });
});
