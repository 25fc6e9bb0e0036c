import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ObservationRow } from '../../../shared/connectors/connector.ts';
import { openDatabase, type DatabaseHandle } from '../../../shared/db/client.ts';
import { ingestRows, lockIngest } from '../../../shared/db/ingest.ts';
import { registerSeries } from '../../../shared/db/series.ts';
import type { BronzeName } from '../../../shared/pipeline/graph.ts';
import { DAY_MS, toIso, type Instant } from '../../../shared/time.ts';
import { readAudit } from '../../helpers/backfills.ts';
import { deriveSilver } from '../../helpers/silver-tables.ts';
import { NOW, startApi, type RunningApi } from '../api/running-api.ts';

const TASK = '00000000-0000-4000-8000-000000000001';
const IPCA = 'BR_IPCA_MOM';
const PAYROLLS = 'US_NFP_TOTAL';
const LATER = NOW + DAY_MS;

let api: RunningApi;
let database: DatabaseHandle;

beforeAll(async () => {
  api = await startApi();
  database = openDatabase(api.world.databaseUrl, { name: 'test', max: 2 });
  await registerSeries(api.db);
});
afterAll(async () => {
  await database.close();
  await api.close();
});
beforeEach(async () => {
  await api.db.execute(sql`
    truncate observations, bronze_versions, silver_versions, silver_macro, value_overrides, audit_log restart identity`);
});

/** A value as its provider gives it: with a vintage of its own, or as we see it. */
interface Published {
  readonly key: string;
  readonly date: string;
  readonly value: string;
  readonly vintageAt?: Instant;
  readonly seenAt: Instant;
}

async function publish(asset: BronzeName, ...values: readonly Published[]): Promise<void> {
  const items = values.map(({ key, date, value, vintageAt = null, seenAt }) => {
    const releaseTime = vintageAt ?? Date.parse(`${date}T12:00:00Z`) + 40 * DAY_MS;
    const row: ObservationRow = {
      table: 'observations',
      key,
      date,
      value,
      vintageAt,
      releaseTime,
      releaseBasis: vintageAt === null ? 'calendar' : 'provider',
    };
    return { row, payloadId: null, seenAt, taskId: TASK, missedAt: null };
  });
  await api.db.transaction(async (tx) => {
    await ingestRows(tx, asset, await lockIngest(tx, asset), items);
  });
}

const seen = (value: string, at: string) =>
  publish('bronze_bcb_sgs', { key: IPCA, date: '2022-05-01', value, seenAt: Date.parse(at) });

const set = (value: string | null, rest: Record<string, unknown> = {}, key = IPCA) =>
  api.send('POST', `/v1/series/${key}/overrides`, {
    body: {
      observationDate: '2022-05-01',
      value,
      reason: 'misprint of the bulletin',
      actor: 'desk',
      ...rest,
    },
  });

async function valueAt(asOf: Instant, key = IPCA, date = '2022-05-01') {
  const { body } = await api.send(
    'GET',
    `/v1/series/${key}/observations?from=${date}&to=${date}&asOf=${encodeURIComponent(toIso(asOf))}`,
  );
  return body.data.map(({ value, revision, vintageBasis }) => [value, revision, vintageBasis]);
}

const dump = async () => {
  const { rows } = await api.db.execute(sql`
    select key, date::text, vintage_at, value::text, revision, release_time, release_time_basis, vintage_basis
    from observations order by key, date, vintage_at`);
  return rows;
};

describe('POST /v1/series/:key/overrides', () => {
  it('adds a revision that is known from now on and not before', async () => {
    await seen('0.47', '2022-06-09T12:00:00Z');
    const { status, body } = await set('0.49');
    expect(status).toBe(201);
    expect(body).toEqual({
      id: 1,
      key: IPCA,
      unit: 'percent_per_month',
      observationDate: '2022-05-01',
      value: '0.49',
      previousValue: '0.47',
      revision: 1,
      actor: 'desk',
      reason: 'misprint of the bulletin',
      createdAt: toIso(NOW),
      inForce: true,
      warnings: [],
    });
    expect(await valueAt(NOW - 1)).toEqual([['0.47', 0, 'first_seen']]);
    expect(await valueAt(NOW)).toEqual([['0.49', 1, 'manual']]);
    expect((await dump()).at(-1)).toMatchObject({ release_time_basis: 'manual', vintage_basis: 'manual' });
  });

  it('keeps who and why, in the list and in the audit log', async () => {
    await seen('0.47', '2022-06-09T12:00:00Z');
    await set('0.49');
    await set(null, { reason: 'withdrawn after all', actor: 'head of data' });
    const { body } = await api.send('GET', `/v1/series/${IPCA}/overrides?limit=1`);
    expect(body.data).toMatchObject([
      { id: 2, value: null, previousValue: '0.49', revision: 2, actor: 'head of data', inForce: true },
    ]);
    const rest = await api.send('GET', `/v1/series/${IPCA}/overrides?cursor=${body.nextCursor}`);
    expect(rest.body).toMatchObject({ data: [{ id: 1, value: '0.49', inForce: false }], nextCursor: null });
    expect(await readAudit(api.db, `${IPCA} 2022-05-01`)).toMatchObject([
      {
        actor: 'desk',
        action: 'value_override',
        detail: { previousValue: '0.47', value: '0.49', revision: 1 },
      },
      { actor: 'head of data', detail: { value: null, reason: 'withdrawn after all' } },
    ]);
  });

  it('tells what the checks would have said, and stores the value all the same', async () => {
    await publish('bronze_bcb_sgs', {
      key: IPCA,
      date: '2022-04-01',
      value: '1.06',
      seenAt: Date.parse('2022-05-11T12:00:00Z'),
    });
    const { body } = await set('900');
    const checks = (body['warnings'] as { check: string; observed: string }[]).map(({ check }) => check);
    expect(checks).toEqual(['range', 'jump']);
    expect(await valueAt(NOW)).toEqual([['900', 0, 'manual']]);
    const future = await set('0.5', { observationDate: '2022-08-01' });
    expect(future.body['warnings']).toMatchObject([
      { check: 'future', observed: '2022-08-01: a value of 2022-08-01' },
    ]);
  });

  it('refuses what cannot be a value of the series, and stores nothing', async () => {
    const refusals = [
      await set('0.49', {}, 'NO_SUCH_KEY'),
      await set('0.49', {}, 'IBOVESPA'),
      await set('0.49', { observationDate: '2022-05-02' }),
      await set('1e3'),
      await set('0.49', { reason: ' ' }),
      await api.send('POST', `/v1/series/${IPCA}/overrides`, {
        body: { observationDate: '2022-05-01', reason: 'x' },
      }),
      await api.send('GET', '/v1/series/NO_SUCH_KEY/overrides'),
    ];
    expect(refusals.map(({ status }) => status)).toEqual([404, 404, 400, 400, 400, 400, 404]);
    expect(refusals[2]?.body['detail']).toBe(
      'BR_IPCA_MOM has no value of 2022-05-02: its frequency is M, its calendar NONE',
    );
    expect(refusals[3]?.body.errors).toMatchObject([{ pointer: '#/value' }]);
    expect(await dump()).toEqual([]);
  });
});

describe('an override of a provider without vintages', () => {
  it('is not undone by reading the same value again, and gives way to a different one', async () => {
    await seen('0.47', '2022-06-09T12:00:00Z');
    await set('0.49');
    await seen('0.47', toIso(LATER));
    expect(await valueAt(LATER)).toEqual([['0.49', 1, 'manual']]);
    await seen('0.48', toIso(LATER + DAY_MS));
    expect(await valueAt(LATER)).toEqual([['0.49', 1, 'manual']]);
    expect(await valueAt(LATER + DAY_MS)).toEqual([['0.48', 2, 'first_seen']]);
    expect(await dump()).toHaveLength(3);
    const { body } = await api.send('GET', `/v1/series/${IPCA}/overrides`);
    expect(body.data).toMatchObject([{ revision: 1, inForce: false }]);
  });

  it('of a date without a value gives way to the first one of the provider', async () => {
    await set('0.49');
    await seen('0.47', toIso(LATER));
    expect(await valueAt(NOW)).toEqual([['0.49', 0, 'manual']]);
    expect(await valueAt(LATER)).toEqual([['0.47', 1, 'first_seen']]);
    await seen('0.47', toIso(LATER + DAY_MS));
    expect(await dump()).toHaveLength(2);
  });
});

describe('an override of a provider that keeps vintages', () => {
  const vintages: readonly Published[] = [
    ['150000', '2022-06-03T12:30:00Z'],
    ['150100', '2022-06-20T12:30:00Z'],
    // After the override: the value before it once more, then another one.
    ['150100', '2022-07-08T12:30:00Z'],
    ['150200', '2022-08-05T12:30:00Z'],
  ].map(([value = '', at = '']) => ({
    key: PAYROLLS,
    date: '2022-05-01',
    value,
    vintageAt: Date.parse(at),
    seenAt: LATER,
  }));
  const at = (text: string) => valueAt(Date.parse(text), PAYROLLS);

  it('stays in force while the provider repeats its value, whatever the order of ingest', async () => {
    const dumps: unknown[] = [];
    for (const [before, after] of [
      [
        [0, 1],
        [2, 3],
      ],
      [[0, 1, 2, 3], []],
      [[1], [3, 2, 0]],
      [[], [3, 0, 1, 2]],
    ] as const) {
      await api.db.execute(sql`truncate observations, bronze_versions, value_overrides`);
      for (const i of before) await publish('bronze_fred', vintages[i]!);
      await api.db.execute(sql`delete from observations where vintage_at > ${toIso(NOW)}`);
      await set('150150', {}, PAYROLLS);
      for (const i of [...after, 2, 3]) await publish('bronze_fred', vintages[i]!);
      dumps.push(await dump());
    }
    expect(await at('2022-06-10')).toEqual([['150000', 0, 'provider']]);
    expect(await at('2022-06-30')).toEqual([['150100', 1, 'provider']]);
    expect(await at('2022-07-02')).toEqual([['150150', 2, 'manual']]);
    expect(await at('2022-07-31')).toEqual([['150150', 2, 'manual']]);
    expect(await at('2022-08-06')).toEqual([['150200', 3, 'provider']]);
    for (const other of dumps.slice(1)) expect(other).toEqual(dumps[0]);
  });
});

describe('silver after an override', () => {
  it('derives it at the next run, known from when it was set', async () => {
    await seen('0.47', '2022-06-09T12:00:00Z');
    await deriveSilver(database, ['2022-06-30']);
    await set('0.49');
    await deriveSilver(database, ['2022-07-01']);
    const levels = await api.db.execute(sql`
      select value, known_at from silver_macro
      where series_key = ${IPCA} and transform = 'level' and period = '2022-05' order by known_at`);
    expect(levels.rows.map((row) => [row['value'], new Date(String(row['known_at'])).toISOString()])).toEqual(
      [
        [0.47, '2022-06-09T12:00:00.000Z'],
        [0.49, toIso(NOW)],
      ],
    );
  });
});
