import { parse } from 'csv-parse/sync';
import { sql } from 'drizzle-orm';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineTable } from '../../../services/api/tables.ts';
import { bars, observations, silverCurvePoint, silverPrice } from '../../../shared/db/schema.ts';
import { registerSeries } from '../../../shared/db/series.ts';
import { storeReports } from '../../../shared/db/signals.ts';
import { startApi, type Row, type RunningApi } from '../api/running-api.ts';

const TASK = '00000000-0000-4000-8000-000000000001';
const MANY = 12_345;
const IPCA = '/v1/series/BR_IPCA_MOM/observations';
const VIX = '/v1/bars/VIX';

let api: RunningApi;

const lineage = (releaseTime: string, revision = 0) => ({
  vintageAt: new Date(releaseTime),
  ruleReleaseTime: new Date(releaseTime),
  ruleReleaseBasis: 'calendar',
  revision,
  releaseTime: new Date(releaseTime),
  releaseTimeBasis: 'calendar',
  vintageBasis: 'first_seen',
  ingestVersion: 1,
  taskId: TASK,
});

beforeAll(async () => {
  api = await startApi();
  await registerSeries(api.db);
  await api.db.insert(observations).values([
    { key: 'BR_IPCA_MOM', date: '2021-11-01', value: '0.950', ...lineage('2021-12-10T12:00:00Z') },
    { key: 'BR_IPCA_MOM', date: '2021-12-01', value: '0.70', ...lineage('2022-01-11T12:00:00Z') },
    { key: 'BR_IPCA_MOM', date: '2021-12-01', value: '0.73', ...lineage('2022-01-20T12:00:00Z', 1) },
    { key: 'BR_IPCA_MOM', date: '2022-01-01', value: '-1.5', ...lineage('2022-02-09T12:00:00Z') },
    { key: 'BR_IPCA_MOM', date: '2022-02-01', value: null, ...lineage('2022-03-09T12:00:00Z') },
  ]);
  await api.db.execute(sql`
    insert into observations (key, date, value, vintage_at, rule_release_time, rule_release_basis, revision, release_time,
      release_time_basis, vintage_basis, ingest_version, task_id)
    select 'BR_SELIC_TARGET', day, 10 + n * 0.25, day, day, 'calendar', 0, day, 'calendar', 'first_seen', 1, ${TASK}::uuid
    from (select '1985-01-01'::date + n as day, n from generate_series(1, ${sql.raw(String(MANY))}) n) days`);
  const bar = { open: '19.10', high: '20', low: '18.9', volume: null, currency: 'USD' };
  await api.db.insert(bars).values([
    {
      ...bar,
      key: 'VIX',
      date: '2022-06-22',
      close: '19.50',
      adjustedClose: '19.50',
      ...lineage('2022-06-22T21:00:00Z'),
    },
    {
      ...bar,
      key: 'VIX',
      date: '2022-06-23',
      close: '19.60',
      adjustedClose: null,
      ...lineage('2022-06-23T21:00:00Z'),
    },
    {
      ...bar,
      key: 'VIX',
      date: '2022-06-23',
      close: '19.65',
      adjustedClose: null,
      ...lineage('2022-06-24T21:00:00Z', 1),
    },
  ]);
  await api.db.insert(silverPrice).values({
    instrument: 'VIX',
    sessionDate: '2022-06-22',
    knownAt: new Date('2022-06-22T21:00:00Z'),
    price: 19.5,
    field: 'close',
    unit: 'index_points',
    close: 19.5,
    logReturn: null,
    simpleReturn: null,
    priceReturn: null,
    flags: ['gap', 'a "quoted", flag'],
    inputs: 'VIX[2022-06-22] r0',
  });
  await api.db.insert(silverCurvePoint).values({
    curveId: 'DI_PRE',
    curveDate: '2022-06-20',
    tenor: '1Y',
    calendarDays: 365,
    businessDays: 252,
    knownAt: new Date('2022-06-20T22:00:00Z'),
    value: 0.1331,
    valueKind: 'zero_rate',
    method: 'flat_forward',
  });
  const signal = {
    axis: 'USDBRL',
    direction: 'LONG',
    strength: 'WEAK',
    confidence: 0.4,
    value: 1.25,
    unit: 'z',
    horizonDays: 21,
    status: 'OK',
    reason: null,
    inputs: [{ key: 'USDBRL_PTAX' }],
    proxies: ['one', 'two'],
    metadata: {},
  } as const;
  await api.db.transaction((tx) =>
    storeReports(
      tx,
      ['2022-06-23', '2022-06-24'].map((partition) => ({
        agent: 'agent_fiscal',
        partition,
        modelVersion: '1',
        status: 'complete' as const,
        coverage: 1,
        narrative: '',
        outputs: {},
        outputSources: [],
        diagnostics: {},
        dataQualityFlags: [],
        signals: [
          { ...signal, signalId: 'FISCAL_A' },
          { ...signal, signalId: 'FISCAL_B', value: null },
        ],
      })),
      TASK,
    ),
  );
});
afterAll(() => api.close());

const get = (path: string) => fetch(`${api.url}${path}`);

async function readCsv(path: string): Promise<Record<string, string>[]> {
  return parse(await (await get(path)).text(), { columns: true });
}

async function readParquet(path: string): Promise<Row[]> {
  return parquetReadObjects({ file: await (await get(path)).arrayBuffer() });
}

describe('?format=csv', () => {
  it('is RFC 4180 with one header, numbers as they were published and empty cells for nothing', async () => {
    const response = await get(`${IPCA}?format=csv&from=2021-11-01`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(response.headers.get('content-disposition')).toBe(
      'attachment; filename=BR_IPCA_MOM_as_of_20220701T150000Z.csv',
    );
    expect(await response.text()).toBe(
      [
        'key,observation_date,value,unit,revision,release_time,release_time_basis,vintage_basis',
        'BR_IPCA_MOM,2021-11-01,0.950,percent_per_month,0,2021-12-10T12:00:00.000Z,calendar,first_seen',
        'BR_IPCA_MOM,2021-12-01,0.73,percent_per_month,1,2022-01-20T12:00:00.000Z,calendar,first_seen',
        'BR_IPCA_MOM,2022-01-01,-1.5,percent_per_month,0,2022-02-09T12:00:00.000Z,calendar,first_seen',
        'BR_IPCA_MOM,2022-02-01,,percent_per_month,0,2022-03-09T12:00:00.000Z,calendar,first_seen',
        '',
      ].join('\r\n'),
    );
  });

  it('knows at a moment what was public then, and every revision when asked', async () => {
    const then = await readCsv(`${IPCA}?format=csv&asOf=2022-01-11`);
    expect(then.map(({ value }) => value)).toEqual(['0.950', '0.70']);
    const all = await readCsv(`${IPCA}?format=csv&vintages=all`);
    expect(all.map(({ value }) => value)).toEqual(['0.950', '0.70', '0.73', '-1.5', '']);
  });

  it('quotes texts with commas and quotes', async () => {
    const [row] = await readCsv('/v1/series/VIX/observations?transform=log_return&format=csv');
    expect(row).toMatchObject({ value: '', flags: 'gap; a "quoted", flag', reason: 'gap, a "quoted", flag' });
  });

  it('has the header alone when there is nothing', async () => {
    const response = await get('/v1/series/US_CPI_ALL_SA/observations?format=csv');
    expect((await response.text()).split('\r\n')).toEqual([expect.stringMatching(/^key,/), '']);
  });
});

describe('?format=parquet', () => {
  it('has numbers as DOUBLE, days as DATE and moments as TIMESTAMP', async () => {
    const response = await get(`${IPCA}?format=parquet`);
    expect(response.headers.get('content-type')).toBe('application/vnd.apache.parquet');
    expect(response.headers.get('content-disposition')).toMatch(
      /filename=BR_IPCA_MOM_as_of_20220701T150000Z\.parquet$/,
    );
    const file = await response.arrayBuffer();
    const types = parquetMetadata(file).schema.slice(1);
    expect(types.map(({ name, type, converted_type: converted }) => [name, type, converted])).toEqual([
      ['key', 'BYTE_ARRAY', 'UTF8'],
      ['observation_date', 'INT32', 'DATE'],
      ['value', 'DOUBLE', undefined],
      ['unit', 'BYTE_ARRAY', 'UTF8'],
      ['revision', 'INT32', undefined],
      ['release_time', 'INT64', 'TIMESTAMP_MILLIS'],
      ['release_time_basis', 'BYTE_ARRAY', 'UTF8'],
      ['vintage_basis', 'BYTE_ARRAY', 'UTF8'],
    ]);
    const rows = await parquetReadObjects({ file });
    expect(rows.map(({ value }) => value as unknown)).toEqual([0.95, 0.73, -1.5, null]);
    expect(rows[1]).toEqual({
      key: 'BR_IPCA_MOM',
      observation_date: new Date('2021-12-01'),
      value: 0.73,
      unit: 'percent_per_month',
      revision: 1,
      release_time: new Date('2022-01-20T12:00:00Z'),
      release_time_basis: 'calendar',
      vintage_basis: 'first_seen',
    });
  });

  it('is a file with columns and no rows when there is nothing', async () => {
    const file = await (await get('/v1/series/US_CPI_ALL_SA/observations?format=parquet')).arrayBuffer();
    const { num_rows: rows, schema } = parquetMetadata(file);
    expect([rows, schema.length]).toEqual([0n, 9]);
  });
});

describe('a file', () => {
  it('holds the whole range once, over the edges of pages', async () => {
    const path = '/v1/series/BR_SELIC_TARGET/observations?format=';
    const rows = await readCsv(`${path}csv`);
    expect(rows).toHaveLength(MANY);
    expect(new Set(rows.map((row) => row['observation_date'])).size).toBe(MANY);
    const parquet = await readParquet(`${path}parquet`);
    expect(parquet.map(({ value }) => value)).toEqual(rows.map(({ value }) => Number(value)));
    const all = await readCsv(`${path}csv&vintages=all`);
    expect(all).toEqual(rows);
  });

  it('comes of derived values, curves, bars and signals, with the same rows in both formats', async () => {
    for (const [path, expected] of [
      [
        '/v1/series/VIX/observations?transform=price',
        { key: 'VIX', transform: 'price', value: 19.5, unit: 'index_points' },
      ],
      [
        '/v1/curves/DI_PRE?date=2022-06-24',
        {
          curve_id: 'DI_PRE',
          tenor: '1Y',
          years: 1,
          business_days: 252,
          rate: 0.1331,
          unit: 'decimal_per_year',
          day_count: 'BUS/252',
        },
      ],
      [
        '/v1/curves/DI_PRE/tenors/1Y?to=2022-06-24',
        { curve_id: 'DI_PRE', tenor: '1Y', rate: 0.1331, unit: 'decimal_per_year', method: 'flat_forward' },
      ],
      [
        `${VIX}?from=2022-06-23`,
        {
          key: 'VIX',
          close: 19.65,
          open: 19.1,
          adjusted_close: null,
          volume: null,
          currency: 'USD',
          revision: 1,
        },
      ],
      [
        '/v1/signals?to=2022-06-23',
        { signal_id: 'FISCAL_A', value: 1.25, horizon_days: 21, proxies: 'one; two', model_version: '1' },
      ],
    ] as const) {
      const [first] = await readParquet(`${path}&format=parquet`);
      expect(first).toMatchObject(expected);
      const csv = await readCsv(`${path}&format=csv`);
      for (const [name, value] of Object.entries(expected))
        expect([name, csv[0]![name]]).toEqual([
          name,
          name === 'close' ? '19.65' : name === 'open' ? '19.10' : value === null ? '' : String(value),
        ]);
    }
    expect(await readCsv('/v1/signals?format=csv')).toHaveLength(4);
  });

  it('has no pages', async () => {
    for (const path of [
      `${IPCA}?format=csv&limit=5`,
      `${VIX}?format=parquet&limit=5`,
      '/v1/signals?format=csv&limit=5',
    ]) {
      const { status, body } = await api.send('GET', path);
      expect([path, status, body.errors]).toEqual([
        path,
        400,
        [
          {
            parameter: 'limit',
            detail: 'a file has no pages: leave it out, and bound the range with from and to',
          },
        ],
      ]);
    }
    expect((await get(`${IPCA}?format=xlsx`)).status).toBe(400);
  });

  it('is refused as a problem when there is nothing of the name', async () => {
    for (const path of [
      '/v1/series/NONE/observations',
      '/v1/curves/NONE',
      '/v1/bars/IPCA',
      '/v1/bars/BR_IPCA_MOM',
    ])
      for (const format of ['csv', 'parquet']) {
        const response = await get(`${path}?format=${format}`);
        expect([path, response.status, response.headers.get('content-type')]).toEqual([
          path,
          404,
          'application/problem+json; charset=utf-8',
        ]);
      }
    const transform = await get('/v1/series/VIX/observations?transform=yoy&format=csv');
    expect(transform.status).toBe(400);
  });

  it('is refused when it has more rows than a file may have, and not one row sooner', async () => {
    const numbers = (count: number) =>
      defineTable<{ n: number }>({
        name: 'numbers',
        columns: { n: 'integer' },
        listPage: async (_db, after, limit) =>
          Array.from({ length: Math.min(limit, count - (after?.n ?? 0)) }, (_, i) => ({
            n: (after?.n ?? 0) + i + 1,
          })),
      });
    for (const format of ['csv', 'parquet'] as const) {
      await expect(numbers(20_001).write(api.db, format, 20_000)).rejects.toMatchObject({
        problem: 'too-many-rows',
        message: expect.stringMatching(/^numbers would have more than 20,000 rows/),
      });
      expect((await numbers(20_000).write(api.db, format, 20_000)).length).toBeGreaterThan(20_000);
    }
  });
});

describe('GET /v1/bars/:key', () => {
  it('gives the bars in force, page by page', async () => {
    const first = await api.send('GET', `${VIX}?limit=1`);
    expect(first.body.data).toEqual([
      {
        sessionDate: '2022-06-22',
        open: '19.10',
        high: '20',
        low: '18.9',
        close: '19.50',
        adjustedClose: '19.50',
        volume: null,
        currency: 'USD',
        unit: 'percent_per_year',
        revision: 0,
        releaseTime: '2022-06-22T21:00:00.000Z',
        releaseTimeBasis: 'calendar',
        vintageBasis: 'first_seen',
      },
    ]);
    const rest = await api.send('GET', `${VIX}?limit=1&cursor=${first.body.nextCursor}`);
    expect(rest.body).toMatchObject({ data: [{ close: '19.65', revision: 1 }], nextCursor: null });
    const before = await api.send('GET', `${VIX}?from=2022-06-23&asOf=2022-06-24T00:00:00Z`);
    expect(before.body.data).toMatchObject([{ close: '19.60', revision: 0 }]);
    expect((await api.send('GET', `${VIX}?from=2022-06-23&to=2022-06-22`)).status).toBe(400);
  });

  it('gives the newest first when asked to, in pages and in files', async () => {
    const newest = `${VIX}?order=newest`;
    const first = await api.send('GET', `${newest}&limit=1`);
    expect(first.body.data).toMatchObject([{ sessionDate: '2022-06-23', close: '19.65', revision: 1 }]);
    const rest = await api.send('GET', `${newest}&limit=1&cursor=${first.body.nextCursor}`);
    expect(rest.body).toMatchObject({ data: [{ sessionDate: '2022-06-22' }], nextCursor: null });
    const before = await api.send('GET', `${newest}&limit=1&asOf=2022-06-24T00:00:00Z`);
    expect(before.body.data).toMatchObject([{ close: '19.60', revision: 0 }]);
    const file = await (await fetch(`${api.url}${newest}&format=csv`)).text();
    expect(file.split('\r\n').map((line) => line.split(',')[1])).toEqual([
      'session_date',
      '2022-06-23',
      '2022-06-22',
      undefined,
    ]);
    expect((await api.send('GET', `${VIX}?order=dearest`)).status).toBe(400);
  });
});
