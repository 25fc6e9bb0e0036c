import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { createRun } from '../../../shared/db/backfills.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  bars,
  fixings,
  observations,
  silverCurveFit,
  silverCurveMetric,
  silverCurvePoint,
  ticks,
} from '../../../shared/db/schema.ts';
import { SUPERSEDED } from '../../../shared/silver/retired.ts';
import { registerSeries } from '../../../shared/db/series.ts';
import { storeReports, type ReportRecord, type SignalRecord } from '../../../shared/db/signals.ts';
import { startApi, type Row, type RunningApi } from './running-api.ts';

let api: RunningApi;
const taskId = randomUUID();

const lineage = (releaseTime: string, revision = 0, vintageAt = releaseTime) => ({
  vintageAt: new Date(vintageAt),
  ruleReleaseTime: new Date(releaseTime),
  ruleReleaseBasis: 'calendar',
  revision,
  releaseTime: new Date(releaseTime),
  releaseTimeBasis: revision === 0 ? 'calendar' : 'first_seen',
  vintageBasis: 'first_seen',
  ingestVersion: 1,
  taskId,
});

const INPUT = { key: 'BR_IPCA_MOM', lastPeriod: '2022-05', releaseTime: '2022-06-09T12:00:00.000Z' };

const signal = (signalId: string, value: number | null): SignalRecord =>
  ({
    signalId,
    axis: 'inflation',
    direction: value === null ? 'NEUTRAL' : 'LONG',
    strength: value === null ? 'NO_SIGNAL' : 'WEAK',
    confidence: value === null ? 0 : 0.4,
    value,
    unit: 'z',
    horizonDays: 63,
    status: value === null ? 'INSUFFICIENT_DATA' : 'OK',
    reason: value === null ? 'SGS 5793 has no observations' : null,
    inputs: [INPUT],
    proxies: [],
    metadata: {},
  }) as SignalRecord;

const report = (agent: string, partition: string, signals: SignalRecord[]): ReportRecord => ({
  agent,
  partition,
  modelVersion: '1',
  status: 'complete',
  coverage: 1,
  narrative: `${agent} on ${partition}`,
  outputs: { x: 1 },
  outputSources: [],
  diagnostics: {},
  dataQualityFlags: [],
  signals,
});

beforeAll(async () => {
  api = await startApi();
  await registerSeries(api.db);
  await api.db.insert(observations).values([
    { key: 'BR_IPCA_MOM', date: '2021-11-01', value: '0.95', ...lineage('2021-12-10T12:00:00Z') },
    { key: 'BR_IPCA_MOM', date: '2021-12-01', value: '0.70', ...lineage('2022-01-11T12:00:00Z') },
    { key: 'BR_IPCA_MOM', date: '2021-12-01', value: '0.73', ...lineage('2022-01-20T12:00:00Z', 1) },
    // The same value again, seen later: one revision.
    {
      key: 'BR_IPCA_MOM',
      date: '2021-12-01',
      value: '0.73',
      ...lineage('2022-01-20T12:00:00Z', 1, '2022-02-20T12:00:00Z'),
    },
  ]);
  await api.db
    .insert(bars)
    .values([
      { key: 'IBOVESPA', date: '2022-06-23', close: '98080.3400', ...lineage('2022-06-23T21:00:00Z') },
    ]);
  await api.db.insert(fixings).values([
    {
      key: 'USDBRL_PTAX',
      date: '2022-06-23',
      bulletin: 'closing',
      bid: '5.1894',
      ask: '5.1900',
      ...lineage('2022-06-23T16:10:00Z'),
    },
  ]);
});
afterAll(() => api.close());

const get = async (path: string) => api.send('GET', path);

describe('GET /v1/series/:key/observations', () => {
  const path = '/v1/series/BR_IPCA_MOM/observations';

  it('gives the values in force now, as decimal text', async () => {
    const { body } = await get(path);
    expect(body).toEqual({
      data: [
        {
          observationDate: '2021-11-01',
          value: '0.95',
          unit: 'percent_per_month',
          revision: 0,
          releaseTime: '2021-12-10T12:00:00.000Z',
          releaseTimeBasis: 'calendar',
          vintageBasis: 'first_seen',
        },
        {
          observationDate: '2021-12-01',
          value: '0.73',
          unit: 'percent_per_month',
          revision: 1,
          releaseTime: '2022-01-20T12:00:00.000Z',
          releaseTimeBasis: 'first_seen',
          vintageBasis: 'first_seen',
        },
      ],
      nextCursor: null,
    });
  });

  it.each([
    ['2022-01-10', []],
    ['2022-01-11T11:59:59Z', []],
    ['2022-01-11T09:00:00-03:00', ['0.70']],
    ['2022-01-11', ['0.70']],
    ['2022-01-20', ['0.73']],
  ])('knows at %s what was public then', async (asOf, values) => {
    const { body } = await get(`${path}?from=2021-12-01&to=2021-12-31&asOf=${encodeURIComponent(asOf)}`);
    expect(body.data.map(({ value }) => value)).toEqual(values);
  });

  it('gives every revision once, page by page', async () => {
    const first = await get(`${path}?vintages=all&limit=2`);
    const second = await get(`${path}?vintages=all&limit=2&cursor=${first.body.nextCursor}`);
    const rows = [...first.body.data, ...second.body.data];
    expect(rows.map(({ observationDate, revision, value }) => [observationDate, revision, value])).toEqual([
      ['2021-11-01', 0, '0.95'],
      ['2021-12-01', 0, '0.70'],
      ['2021-12-01', 1, '0.73'],
    ]);
    expect(second.body.nextCursor).toBeNull();
    const latest = await get(`${path}?limit=1`);
    const rest = await get(`${path}?limit=1&cursor=${latest.body.nextCursor}`);
    expect(rest.body).toMatchObject({ data: [{ observationDate: '2021-12-01' }], nextCursor: null });
  });

  it('gives the close of an instrument and the selling rate of a currency', async () => {
    expect((await get('/v1/series/IBOVESPA/observations')).body.data[0]?.['value']).toBe('98080.3400');
    expect((await get('/v1/series/USDBRL_PTAX/observations')).body.data[0]?.['value']).toBe('5.1900');
  });

  it('refuses what it cannot answer', async () => {
    expect((await get('/v1/series/NO_SUCH_KEY/observations')).status).toBe(404);
    expect((await get('/v1/series/%00/observations')).status).toBe(404);
    const curve = await get('/v1/series/UST_NOM/observations');
    expect([curve.status, curve.body.detail]).toEqual([
      404,
      'UST_NOM is a curve and has no single values: see /v1/curves',
    ]);
    for (const query of [
      'asOf=yesterday',
      'asOf=2022-01-11T12:00:00',
      'from=2022-13-01',
      'vintages=some',
      'from=2022-01-02&to=2022-01-01',
    ]) {
      expect([query, (await get(`${path}?${query}`)).status]).toEqual([query, 400]);
    }
  });

  it('lists the registry', async () => {
    const first = await get('/v1/series?limit=100');
    expect(first.body.data).toHaveLength(100);
    const second = await get(`/v1/series?limit=1&cursor=${first.body.nextCursor}`);
    expect(String(second.body.data[0]?.['key']) > String(first.body.data[99]?.['key'])).toBe(true);
    const all = await get('/v1/series');
    expect(all.body.data.find(({ key }) => key === 'BR_IPCA_MOM')).toMatchObject({
      asset: 'bronze_bcb_sgs',
      code: '433',
      unit: 'percent_per_month',
    });
  });
});

describe('GET /v1/curves/:id', () => {
  beforeAll(async () => {
    const point = (
      date: string,
      tenor: string,
      days: number,
      method: string,
      knownAt: string,
      value: number | null,
    ) => ({
      curveId: 'DI_PRE',
      curveDate: date,
      tenor,
      calendarDays: days,
      businessDays: Math.round(days * 0.69),
      knownAt: new Date(knownAt),
      value,
      valueKind: 'zero_rate',
      method,
      flags: value === null ? [] : ['ns_rejected'],
      reason: value === null ? 'no usable point of the curve' : null,
      inputs: 'DI1[2022-06-20] 38 vertices r0',
    });
    await api.db.insert(silverCurvePoint).values([
      point('2022-06-13', 'DI1F23', 202, 'observed', '2022-06-13T22:00:00Z', 0.134),
      point('2022-06-20', 'DI1F24', 560, 'observed', '2022-06-20T22:00:00Z', 0.131),
      point('2022-06-20', 'DI1F23', 195, 'observed', '2022-06-20T22:00:00Z', 0.135),
      point('2022-06-20', '1Y', 365, 'linear', '2022-06-20T22:00:00Z', 0.1331),
      point('2022-06-20', '1Y', 365, 'flat_forward', '2022-06-21T22:00:00Z', 0.1333),
      point('2022-06-20', '30Y', 10950, 'flat_forward', '2022-06-20T22:00:00Z', null),
      point('2022-06-20', 'DI1N22', 11, 'observed', '2022-06-20T22:00:00Z', 0.132),
      {
        ...point('2022-06-20', 'DI1N22', 11, 'observed', '2022-06-21T22:00:00Z', null),
        reason: SUPERSEDED,
      },
    ]);
    const fit = {
      curveId: 'DI_PRE',
      curveDate: '2022-06-20',
      knownAt: new Date('2022-06-20T22:00:00Z'),
      b0: 0.12,
      points: 2,
    };
    await api.db.insert(silverCurveFit).values([
      { ...fit, model: 'ns', rmseBp: 9, status: 'ok' },
      { ...fit, model: 'nss', rmseBp: 26, condition: 1234, status: 'rejected', inputs: 'DI1[2022-06-20]' },
    ]);
    const metric = {
      curveId: 'DI_PRE',
      curveDate: '2022-06-20',
      unit: 'decimal',
      reason: null,
      inputs: 'DI1',
    };
    await api.db.insert(silverCurveMetric).values([
      { ...metric, metric: 'slope', knownAt: new Date('2022-06-20T22:00:00Z'), value: -0.01 },
      { ...metric, metric: 'slope', knownAt: new Date('2022-06-21T22:00:00Z'), value: -0.02 },
    ]);
  });

  it('gives the newest curve up to the date, one point per tenor and kind of method', async () => {
    const { body } = await get('/v1/curves/DI_PRE?date=2022-06-24');
    expect(body).toMatchObject({
      curveId: 'DI_PRE',
      date: '2022-06-20',
      kind: 'zero_rate',
      knownAt: '2022-06-21T22:00:00.000Z',
    });
    expect(body.points.map(({ tenor, rate, method }) => [tenor, rate, method])).toEqual([
      ['DI1F23', 0.135, 'observed'],
      ['1Y', 0.1333, 'flat_forward'],
      ['DI1F24', 0.131, 'observed'],
      ['30Y', null, 'flat_forward'],
    ]);
    expect(body.fit).toMatchObject({ model: 'ns', rmseBp: 9, b0: 0.12 });
  });

  it('says all that is needed to draw the curve and to discount with it', async () => {
    const { body } = await get('/v1/curves/DI_PRE?date=2022-06-24&asOf=2022-06-22T12:00:00Z');
    expect(body).toMatchObject({
      asOf: '2022-06-22T12:00:00.000Z',
      unit: 'decimal_per_year',
      compounding: 'annual',
      dayCount: 'BUS/252',
      calendar: 'BR_ANBIMA',
    });
    expect(body.points[1]).toEqual({
      tenor: '1Y',
      years: 252 / 252,
      calendarDays: 365,
      businessDays: 252,
      rate: 0.1333,
      kind: 'zero_rate',
      method: 'flat_forward',
      flags: ['ns_rejected'],
      reason: null,
      knownAt: '2022-06-21T22:00:00.000Z',
      inputs: 'DI1[2022-06-20] 38 vertices r0',
    });
    expect(body.points.at(-1)).toMatchObject({ rate: null, reason: 'no usable point of the curve' });
    expect(body.fits).toMatchObject([
      { model: 'ns', status: 'ok', method: 'ns', flags: [], rmseBp: 9, maxRmseBp: 25 },
      { model: 'nss', status: 'rejected', method: 'linear', flags: ['nss_rejected'], condition: 1234 },
    ]);
    expect(body.metrics).toEqual([
      {
        metric: 'slope',
        value: -0.02,
        unit: 'decimal',
        reason: null,
        knownAt: '2022-06-21T22:00:00.000Z',
        inputs: 'DI1',
      },
    ]);
  });

  it('leaves out what the source gave once and gives no more', async () => {
    const tenorsAt = async (asOf: string) => {
      const { body } = await get(`/v1/curves/DI_PRE?date=2022-06-24&asOf=${asOf}`);
      return body.points.map(({ tenor }) => tenor);
    };
    expect(await tenorsAt('2022-06-21T12:00:00Z')).toContain('DI1N22');
    expect(await tenorsAt('2022-06-22T12:00:00Z')).not.toContain('DI1N22');
  });

  it('knows at a moment what was public then', async () => {
    const before = await get('/v1/curves/DI_PRE?date=2022-06-24&asOf=2022-06-20T21:59:59Z');
    expect(before.body).toMatchObject({ date: '2022-06-13', points: [{ tenor: 'DI1F23', rate: 0.134 }] });
    expect(before.body).not.toHaveProperty('fit');
    const first = await get('/v1/curves/DI_PRE?date=2022-06-24&asOf=2022-06-20');
    expect(first.body.points[2]).toMatchObject({ tenor: '1Y', rate: 0.1331, method: 'linear' });
    expect(first.body.metrics).toMatchObject([{ metric: 'slope', value: -0.01 }]);
  });

  it('answers 404 before the first and for a curve that does not exist', async () => {
    for (const path of ['/v1/curves/DI_PRE?date=2022-06-01', '/v1/curves/NONE', '/v1/curves/%00']) {
      expect((await get(path)).status).toBe(404);
    }
    expect((await get('/v1/curves')).body.data).toEqual([{ curveId: 'DI_PRE' }]);
  });
});

describe('GET /v1/curves/:id/tenors/:tenor', () => {
  it('gives the standard tenor of each date as it was known then', async () => {
    const path = '/v1/curves/DI_PRE/tenors/1Y';
    const row = { date: '2022-06-20', unit: 'decimal_per_year', flags: ['ns_rejected'], reason: null };
    const now = { ...row, rate: 0.1333, method: 'flat_forward', knownAt: '2022-06-21T22:00:00.000Z' };
    const before = { ...row, rate: 0.1331, method: 'linear', knownAt: '2022-06-20T22:00:00.000Z' };
    expect((await get(path)).body).toEqual({ data: [now], nextCursor: null });
    expect((await get(`${path}?asOf=2022-06-20`)).body.data).toEqual([before]);
    expect((await get(`${path}?asOf=2022-06-17`)).body.data).toEqual([]);
  });

  it('gives observed points by their name, page by page and without what was withdrawn', async () => {
    const first = await get('/v1/curves/DI_PRE/tenors/DI1F23?limit=1');
    expect(first.body.data).toMatchObject([{ date: '2022-06-13', rate: 0.134, method: 'observed' }]);
    const rest = await get(`/v1/curves/DI_PRE/tenors/DI1F23?limit=1&cursor=${first.body.nextCursor}`);
    expect(rest.body).toMatchObject({ data: [{ date: '2022-06-20', rate: 0.135 }], nextCursor: null });
    expect((await get('/v1/curves/DI_PRE/tenors/DI1F23?from=2022-06-14')).body.data).toHaveLength(1);
    expect((await get('/v1/curves/DI_PRE/tenors/DI1N22')).body.data).toEqual([]);
  });

  it('answers 404 for a tenor that the curve never had', async () => {
    const { status, body } = await get('/v1/curves/DI_PRE/tenors/2Y');
    expect([status, body['detail']]).toEqual([404, 'The curve DI_PRE has no tenor 2Y']);
  });
});

describe('GET /v1/signals and /v1/reports', () => {
  beforeAll(async () => {
    const store = (...reports: ReportRecord[]) =>
      api.db.transaction((tx) => storeReports(tx, reports, taskId));
    await store(
      report('agent_inflation', '2022-06-23', [signal('INFLATION_B', 1), signal('INFLATION_A', null)]),
      report('agent_inflation', '2022-06-24', [signal('INFLATION_A', 2)]),
    );
    await store(report('agent_fiscal', '2022-06-24', [signal('FISCAL_A', 3)]));
    await store(report('agent_inflation', '2022-06-24', [signal('INFLATION_A', 5)]));
  });

  it('lists the newest revision by partition, agent and id, page by page', async () => {
    const rows: Row[] = [];
    let cursor = '';
    do {
      const page = await get(`/v1/signals?from=2022-06-23&to=2022-06-24&limit=3${cursor}`);
      rows.push(...page.body.data);
      cursor = page.body.nextCursor === null ? '' : `&cursor=${page.body.nextCursor}`;
    } while (cursor !== '');
    expect(rows.map(({ partition, signalId, value }) => [partition, signalId, value])).toEqual([
      ['2022-06-23', 'INFLATION_A', null],
      ['2022-06-23', 'INFLATION_B', 1],
      ['2022-06-24', 'INFLATION_A', 5],
      ['2022-06-24', 'FISCAL_A', 3],
    ]);
  });

  it('names the newest report of each agent that has one', async () => {
    const newest = { partition: '2022-06-24', modelVersion: '1', status: 'complete', coverage: 1 };
    const { body } = await get('/v1/reports');
    expect(body).toEqual({
      data: [
        { ...newest, agent: 'agent_inflation', revision: 1, createdAt: expect.any(String) },
        { ...newest, agent: 'agent_fiscal', revision: 0, createdAt: expect.any(String) },
      ],
      nextCursor: null,
    });
  });

  it('leaves out what signals rest on when that is not wanted', async () => {
    const path = '/v1/signals?agent=agent_inflation&from=2022-06-23&to=2022-06-23';
    const full = (await get(path)).body.data;
    const { body } = await get(`${path}&inputs=false`);
    expect(full).toHaveLength(2);
    expect(body.data).toEqual(full.map(({ inputs: _inputs, ...rest }) => rest));
    expect((await get(`${path}&inputs=true`)).body.data).toEqual(full);
  });

  it('has the shape of the contract', async () => {
    const { body } = await get('/v1/signals?agent=agent_inflation&from=2022-06-23&to=2022-06-23&limit=1');
    expect(body.data).toEqual([
      {
        signalId: 'INFLATION_A',
        agent: 'agent_inflation',
        partition: '2022-06-23',
        axis: 'inflation',
        direction: 'NEUTRAL',
        strength: 'NO_SIGNAL',
        confidence: 0,
        value: null,
        unit: 'z',
        horizonDays: 63,
        status: 'INSUFFICIENT_DATA',
        reason: 'SGS 5793 has no observations',
        inputs: [INPUT],
        proxies: [],
        modelVersion: '1',
      },
    ]);
    expect((await get('/v1/signals?asOf=2022-06-30T00:00:00Z')).body.data).toEqual([]);
    expect((await get('/v1/signals?agent=silver_macro')).status).toBe(400);
  });

  it('gives a report with its signals, the newest by default', async () => {
    const newest = await get('/v1/reports/agent_inflation');
    expect(newest.body).toMatchObject({
      partition: '2022-06-24',
      revision: 1,
      outputs: { x: 1 },
      signals: [{ value: 5 }],
    });
    const older = await get('/v1/reports/agent_inflation?partition=2022-06-23');
    expect(older.body).toMatchObject({
      partition: '2022-06-23',
      revision: 0,
      narrative: 'agent_inflation on 2022-06-23',
    });
    expect(older.body.signals).toHaveLength(2);
    expect(older.body).toMatchObject({ modelVersion: '1', versions: ['1'] });
    for (const path of [
      '/v1/reports/agent_fiscal?partition=2022-06-23',
      '/v1/reports/agent_cross_asset',
      '/v1/reports/silver_macro',
    ]) {
      expect((await get(path)).status).toBe(404);
    }
  });

  it('keeps to the current model version, and gives another one when asked', async () => {
    const candidate = { ...report('agent_fiscal', '2022-06-24', [signal('FISCAL_A', 9)]), modelVersion: '2' };
    const early = { ...report('agent_fiscal', '2022-06-21', [signal('FISCAL_A', 8)]), modelVersion: '10' };
    for (const stored of [candidate, early])
      await api.db.transaction((tx) => storeReports(tx, [stored], taskId));
    const values = async (query: string) =>
      (await get(`/v1/signals?agent=agent_fiscal${query}`)).body.data.map(
        ({ partition, value, modelVersion }) => [partition, value, modelVersion],
      );
    expect(await values('')).toEqual([['2022-06-24', 3, '1']]);
    expect(await values('&modelVersion=2')).toEqual([['2022-06-24', 9, '2']]);
    expect(await values('&modelVersion=3')).toEqual([]);
    const path = '/v1/reports/agent_fiscal?partition=2022-06-24';
    expect((await get(path)).body).toMatchObject({
      modelVersion: '1',
      versions: ['1', '2'],
      signals: [{ value: 3 }],
    });
    expect((await get(`${path}&modelVersion=2`)).body).toMatchObject({
      modelVersion: '2',
      signals: [{ value: 9 }],
    });
    const absent = await get('/v1/reports/agent_fiscal?partition=2022-06-21');
    expect(absent.status).toBe(404);
    expect(absent.body['detail']).toBe(
      'agent_fiscal has no report of model version 1 for 2022-06-21 (there is version 10)',
    );
    expect((await get('/v1/signals?modelVersion=a%20b')).status).toBe(400);
  });
});

describe('GET /v1/schedule', () => {
  it('says when the next tick is due, and what became of the past ones', async () => {
    const tick = (dueAt: string, partition: string, outcome: string, reason: string | null = null) => ({
      schedule: 'weekday',
      dueAt: new Date(dueAt),
      partition,
      outcome,
      reason,
    });
    const runId = await createRun(api.db, 'scheduled', '2022-06-30');
    await api.db
      .insert(ticks)
      .values([
        tick('2022-06-29T08:00:00Z', '2022-06-28', 'installed'),
        tick('2022-06-30T09:00:00Z', '2022-06-29', 'started'),
        { ...tick('2022-07-01T09:00:00Z', '2022-06-30', 'late', 'no_scheduler'), runId },
      ]);
    const { body } = await get('/v1/schedule?limit=1');
    expect(body).toMatchObject({
      name: 'weekday',
      enabled: true,
      catchUp: 'all',
      maxCaughtUp: 30,
      nextTick: { dueAt: '2022-07-04T09:00:00.000Z', partition: '2022-07-01' },
    });
    expect(body.ticks).toMatchObject([
      {
        dueAt: '2022-07-01T09:00:00.000Z',
        partition: '2022-06-30',
        outcome: 'late',
        reason: 'no_scheduler',
        runId,
        runState: 'planned',
      },
    ]);
    const rest = await get(`/v1/schedule?cursor=${body.nextCursor}`);
    expect(rest.body.ticks).toMatchObject([
      { outcome: 'started', reason: null, runId: null, runState: null },
    ]);
    await api.db.execute(sql`truncate ticks, runs cascade`);
  });
});
