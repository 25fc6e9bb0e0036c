import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../../shared/client/client.ts';
import { silverMacro, silverPrice, silverStat } from '../../../shared/db/schema.ts';
import { registerSeries } from '../../../shared/db/series.ts';
import { startApi, type RunningApi } from './running-api.ts';

let api: RunningApi;
const at = (text: string) => new Date(text);

const yoy = (period: string, knownAt: string, value: number | null, reason: string | null = null) => ({
  seriesKey: 'BR_IPCA_MOM',
  transform: 'yoy',
  period,
  periodStart: `${period}-01`,
  knownAt: at(knownAt),
  value,
  unit: 'percent_12_months',
  reason,
  inputs: `BR_IPCA_MOM[2021-01…${period}] r0`,
});

const stat = (instrument: string, name: string, window: number, value: number | null) => ({
  instrument,
  stat: name,
  window,
  sessionDate: '2022-06-23',
  knownAt: at('2022-06-23T21:00:00Z'),
  value,
  unit: 'ratio',
  reason: value === null ? 'no spread in the window' : null,
  inputs: 'IBOVESPA[2022-03-22…2022-06-23] r1',
});

beforeAll(async () => {
  api = await startApi();
  await registerSeries(api.db);
  await api.db.insert(silverMacro).values([
    { ...yoy('2021-12', '2022-01-11T12:00:00Z', 0.73), transform: 'level', unit: 'percent_per_month' },
    yoy('2021-11', '2021-12-10T12:00:00Z', 10.738472831921),
    yoy('2021-12', '2022-01-11T12:00:00Z', 10.061054751),
    yoy('2021-12', '2022-02-11T12:00:00Z', 10.07),
    yoy('2022-01', '2022-02-09T12:00:00Z', null, 'missing 2021-10'),
    {
      ...yoy('2021-12', '2022-01-14T12:00:00Z', -1.25e-7),
      seriesKey: 'BR_OUTPUT_GAP',
      transform: 'level',
      unit: 'percent',
    },
  ]);
  const price = {
    instrument: 'IBOVESPA',
    field: 'close',
    unit: 'index_points',
    close: 98_080.34,
    price: 98_080.34,
    inputs: 'IBOVESPA[2022-06-22…2022-06-23] r0',
  };
  await api.db.insert(silverPrice).values([
    {
      ...price,
      sessionDate: '2022-06-22',
      knownAt: at('2022-06-22T21:00:00Z'),
      logReturn: null,
      simpleReturn: null,
      priceReturn: null,
      flags: [],
    },
    {
      ...price,
      sessionDate: '2022-06-23',
      knownAt: at('2022-06-23T21:00:00Z'),
      logReturn: -0.0145,
      simpleReturn: -0.0144,
      priceReturn: -0.0144,
      flags: ['gap'],
    },
  ]);
  await api.db
    .insert(silverStat)
    .values([
      stat('IBOVESPA', 'vol', 21, 0.21),
      stat('IBOVESPA', 'vol', 252, 0.24),
      stat('IBOVESPA', 'ewma_vol', 0, 0.2),
      stat('IBOVESPA', 'zscore', 252, null),
      stat('IBOVESPA~SP500', 'correlation', 63, 0.55),
    ]);
});
afterAll(() => api.close());

const get = async (path: string) => api.send('GET', path);

describe('GET /v1/derived-series', () => {
  it('lists what only silver has, and nothing of the registry', async () => {
    const { data } = await createClient({ baseUrl: api.url }).listDerivedSeries();
    expect(data).toEqual([
      { key: 'BR_OUTPUT_GAP', asset: 'silver_macro' },
      { key: 'IBOVESPA~SP500', asset: 'silver_returns' },
    ]);
  });
});

describe('GET /v1/series/:key/observations?transform=', () => {
  const path = '/v1/series/BR_IPCA_MOM/observations?transform=yoy';

  it('gives derived values with unit, knowledge time, inputs and the reason of a null', async () => {
    const { status, body } = await get(`${path}&asOf=2022-02-10`);
    expect(status).toBe(200);
    expect(body).toEqual({
      key: 'BR_IPCA_MOM',
      transform: 'yoy',
      asOf: '2022-02-11T09:00:00.000Z',
      data: [
        {
          observationDate: '2021-11-01',
          period: '2021-11',
          value: '10.738472831921',
          unit: 'percent_12_months',
          knownAt: '2021-12-10T12:00:00.000Z',
          reason: null,
          flags: [],
          inputs: 'BR_IPCA_MOM[2021-01…2021-11] r0',
        },
        {
          observationDate: '2021-12-01',
          period: '2021-12',
          value: '10.061054751',
          unit: 'percent_12_months',
          knownAt: '2022-01-11T12:00:00.000Z',
          reason: null,
          flags: [],
          inputs: 'BR_IPCA_MOM[2021-01…2021-12] r0',
        },
        {
          observationDate: '2022-01-01',
          period: '2022-01',
          value: null,
          unit: 'percent_12_months',
          knownAt: '2022-02-09T12:00:00.000Z',
          reason: 'missing 2021-10',
          flags: [],
          inputs: 'BR_IPCA_MOM[2021-01…2022-01] r0',
        },
      ],
      nextCursor: null,
    });
  });

  it('knows later what was revised later, and says now when not asked for a moment', async () => {
    const now = await get(`${path}&from=2021-12-01&to=2021-12-31`);
    expect(now.body['asOf']).toBe('2022-07-01T15:00:00.000Z');
    expect(now.body.data.map(({ value }) => value)).toEqual(['10.07']);
    const before = await get(`${path}&from=2021-12-01&to=2021-12-31&asOf=2022-01-10`);
    expect(before.body.data).toEqual([]);
  });

  it('pages through values and through their revisions', async () => {
    const first = await get(`${path}&limit=2`);
    const rest = await get(`${path}&limit=2&cursor=${first.body.nextCursor}`);
    expect([...first.body.data, ...rest.body.data].map(({ period }) => period)).toEqual([
      '2021-11',
      '2021-12',
      '2022-01',
    ]);
    const two = await get(`${path}&vintages=all&limit=2`);
    const others = await get(`${path}&vintages=all&limit=2&cursor=${two.body.nextCursor}`);
    expect([...two.body.data, ...others.body.data].map(({ value }) => value)).toEqual([
      '10.738472831921',
      '10.061054751',
      '10.07',
      null,
    ]);
  });

  it('gives returns, statistics, pairs and derived series', async () => {
    const valueOf = async (address: string) =>
      (await get(`/v1/series/${address}`)).body.data.map(({ value, unit, reason }) => [value, unit, reason]);
    expect(await valueOf('IBOVESPA/observations?transform=price_return')).toEqual([
      [null, 'decimal', 'no session known before'],
      ['-0.0144', 'decimal', null],
    ]);
    expect(await valueOf('IBOVESPA/observations?transform=close&from=2022-06-23')).toEqual([
      ['98080.34', 'index_points', null],
    ]);
    expect(await valueOf('IBOVESPA/observations?transform=vol_21')).toEqual([['0.21', 'ratio', null]]);
    expect(await valueOf('IBOVESPA/observations?transform=ewma_vol')).toEqual([['0.2', 'ratio', null]]);
    expect(await valueOf('IBOVESPA/observations?transform=zscore_252')).toEqual([
      [null, 'ratio', 'no spread in the window'],
    ]);
    expect(await valueOf('IBOVESPA~SP500/observations?transform=correlation_63')).toEqual([
      ['0.55', 'ratio', null],
    ]);
    expect(await valueOf('BR_OUTPUT_GAP/observations?transform=level')).toEqual([
      ['-0.000000125', 'percent', null],
    ]);
  });

  it('names the transforms there are when asked for another', async () => {
    const detail =
      'IBOVESPA has no transform vol_22; it has price, close, log_return, simple_return, price_return, ewma_vol, vol_21, vol_252, zscore_252';
    const unknown = await get('/v1/series/IBOVESPA/observations?transform=vol_22');
    expect([unknown.status, unknown.body.detail, unknown.body.errors]).toEqual([
      400,
      detail,
      [{ parameter: 'transform', detail }],
    ]);
    const nowhere = await get('/v1/series/NO_SUCH_KEY/observations?transform=yoy');
    expect([nowhere.status, nowhere.body.detail]).toEqual([404, 'There is no series NO_SUCH_KEY']);
    const empty = await get('/v1/series/VIX/observations?transform=vol_21');
    expect([empty.status, empty.body.detail]).toEqual([404, 'Silver holds nothing of VIX yet']);
    const derived = await get('/v1/series/BR_OUTPUT_GAP/observations');
    expect([derived.status, derived.body.detail]).toEqual([
      404,
      'BR_OUTPUT_GAP is derived and has no published values: ask for a transform, level',
    ]);
    for (const query of ['transform=', 'transform=yoy&cursor=x', 'transform=yoy&transform=mom']) {
      expect([query, (await get(`/v1/series/BR_IPCA_MOM/observations?${query}`)).status]).toEqual([
        query,
        400,
      ]);
    }
  });
});

describe('GET /v1/series/:key/points', () => {
  const path = '/v1/series/BR_IPCA_MOM/points?transform=yoy';

  it('gives date and value of everything that was known at a moment, in one answer', async () => {
    const { status, body } = await get(`${path}&asOf=2022-02-10`);
    expect(status).toBe(200);
    expect(body).toEqual({
      key: 'BR_IPCA_MOM',
      transform: 'yoy',
      unit: 'percent_12_months',
      asOf: '2022-02-11T09:00:00.000Z',
      points: [
        ['2021-11-01', '10.738472831921'],
        ['2021-12-01', '10.061054751'],
        ['2022-01-01', null],
      ],
    });
    const now = await get(`${path}&from=2021-12-01&to=2021-12-31`);
    expect(now.body.points).toEqual([['2021-12-01', '10.07']]);
    expect((await get(`${path}&from=2030-01-01`)).body.points).toEqual([]);
  });

  it('has the values of the observations, of prices, statistics and pairs too', async () => {
    for (const [key, transform, unit] of [
      ['IBOVESPA', 'price', 'index_points'],
      ['IBOVESPA', 'log_return', 'decimal'],
      ['IBOVESPA', 'zscore_252', 'ratio'],
      ['IBOVESPA~SP500', 'correlation_63', 'ratio'],
      ['BR_OUTPUT_GAP', 'level', 'percent'],
    ]) {
      const { data } = (await get(`/v1/series/${key}/observations?transform=${transform}`)).body;
      const { body } = await get(`/v1/series/${key}/points?transform=${transform}`);
      expect(data.length).toBeGreaterThan(0);
      expect([body['unit'], body.points]).toEqual([
        unit,
        data.map(({ observationDate, value }) => [observationDate, value]),
      ]);
    }
  });

  it('names what is wrong: a transform that is missing or unknown, a range that ends before it begins', async () => {
    expect((await get('/v1/series/IBOVESPA/points')).body.errors).toMatchObject([{ parameter: 'transform' }]);
    expect((await get('/v1/series/IBOVESPA/points?transform=vol_22')).body.errors).toMatchObject([
      { parameter: 'transform', detail: expect.stringMatching(/^IBOVESPA has no transform vol_22; it has/) },
    ]);
    expect((await get(`${path}&from=2022-01-02&to=2022-01-01`)).status).toBe(400);
    expect((await get('/v1/series/NO_SUCH_KEY/points?transform=yoy')).status).toBe(404);
  });
});

describe('GET /v1/series/:key', () => {
  it('says what a key of the registry is and what is derived from it', async () => {
    const { body } = await get('/v1/series/BR_IPCA_MOM');
    expect(body).toMatchObject({
      key: 'BR_IPCA_MOM',
      asset: 'bronze_bcb_sgs',
      code: '433',
      unit: 'percent_per_month',
      transforms: [
        { transform: 'level', unit: 'percent_per_month' },
        { transform: 'yoy', unit: 'percent_12_months' },
      ],
    });
    expect((await get('/v1/series/VIX')).body).toMatchObject({ key: 'VIX', transforms: [] });
  });

  it('knows derived series and pairs, and nothing else', async () => {
    expect((await get('/v1/series/IBOVESPA~SP500')).body).toEqual({
      key: 'IBOVESPA~SP500',
      asset: 'silver_returns',
      transforms: [{ transform: 'correlation_63', unit: 'ratio' }],
    });
    expect((await get('/v1/series/BR_OUTPUT_GAP')).body).toEqual({
      key: 'BR_OUTPUT_GAP',
      asset: 'silver_macro',
      transforms: [{ transform: 'level', unit: 'percent' }],
    });
    expect((await get('/v1/series/NO_SUCH_KEY')).status).toBe(404);
    expect((await get('/v1/series/%00')).status).toBe(404);
  });
});
