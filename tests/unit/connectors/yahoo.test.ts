import { z } from 'zod';
import { describe, expect, it } from 'vitest';
import type { BarRow, FetchWindow, ParseResult, Payload } from '../../../shared/connectors/connector.ts';
import { INSTRUMENTS, type Instrument } from '../../../shared/connectors/yahoo/instruments.ts';
import { parseChart } from '../../../shared/connectors/yahoo/parse-chart.ts';
import { yahooConnector } from '../../../shared/connectors/yahoo/yahoo.ts';
import { PermanentError, RetryLaterError, SchemaDriftError, TransientError } from '../../../shared/errors.ts';
import type { HttpClient } from '../../../shared/http.ts';
import { addDays, toIso } from '../../../shared/time.ts';
import { buildPayload, readRecordedText } from '../../helpers/recorded-payload.ts';
import { replayHttp } from '../../helpers/replay-http.ts';

const recordingSchema = z.object({ response: z.object({ status: z.number(), bodyJson: z.unknown() }) });

/** The answer inside a recording, as an archived payload. */
function readChart(name: string, overrides: Partial<Payload> = {}): Payload {
  const { response } = recordingSchema.parse(JSON.parse(readRecordedText(`yahoo/recorded/${name}.json`)));
  return buildPayload('chart', JSON.stringify(response.bodyJson), { status: response.status, ...overrides });
}

function findInstrument(key: string): Instrument {
  const found = INSTRUMENTS.find((candidate) => candidate.key === key);
  if (found === undefined) throw new Error(`no instrument ${key}`);
  return found;
}

const ALL: FetchWindow = { key: 'x', id: 'all', from: '1995-01-01', to: '2026-12-31' };
/** Recordings of shares and funds outside the registry are read as an instrument of their class. */
const SHARE = findInstrument('EWZ');

function listBars(result: ParseResult): BarRow[] {
  return result.rows.filter((row): row is BarRow => row.table === 'bars');
}

/** A constructed chart in the recorded shape: New York, bars at the given ISO moments. */
function buildChart(moments: readonly string[], overrides: Readonly<Record<string, unknown>> = {}): string {
  const stamps = moments.map((moment) => Date.parse(moment) / 1_000);
  const ones = stamps.map(() => 1.5);
  const quote = { open: ones, high: ones, low: ones, close: ones, volume: stamps.map(() => 0), ...overrides };
  const meta = { currency: 'USD', exchangeTimezoneName: 'America/New_York', dataGranularity: '1d' };
  const result = [{ meta, timestamp: stamps, indicators: { quote: [quote] } }];
  return JSON.stringify({ chart: { result, error: null } });
}

function parseBuilt(key: string, body: string, overrides: Partial<Payload> = {}): ParseResult {
  return parseChart(findInstrument(key), ALL, buildPayload('chart', body, overrides));
}

describe('yahoo parse, recorded', () => {
  it('reads a future: shortest text of the double, release 18:00 New York', () => {
    const payload = readChart('chart-GC=F-2020-01-01-to-2020-01-03');
    const { rows, rejected } = parseChart(findInstrument('GOLD'), ALL, payload);
    expect(rejected).toEqual([]);
    expect(rows).toEqual([
      {
        table: 'bars',
        key: 'GOLD',
        date: '2020-01-02',
        open: '1518.0999755859375',
        high: '1528.699951171875',
        low: '1518',
        close: '1524.5',
        adjustedClose: '1524.5',
        volume: '214',
        currency: 'USD',
        vintageAt: null,
        releaseTime: Date.parse('2020-01-02T23:00:00Z'),
        releaseBasis: 'lag_rule',
      },
    ]);
  });

  it('drops the bar stamped exactly at period2 and the volume of FX', () => {
    const payload = readChart('chart-EURUSD=X-2020-01-01-to-2020-01-03');
    const window = { ...ALL, from: '2020-01-01', to: '2020-01-02' };
    const bars = listBars(parseChart(findInstrument('EURUSD'), window, payload));
    expect(bars.map(({ date, volume }) => [date, volume])).toEqual([
      ['2020-01-01', null],
      ['2020-01-02', null],
    ]);
    expect(toIso(bars[0]?.releaseTime ?? 0)).toBe('2020-01-02T00:00:00.000Z');
  });

  it('stores a split as new shares per old', () => {
    const { rows } = parseChart(
      SHARE,
      ALL,
      readChart('historical-via-chart-NVDA-split-2021-02-01-to-2022-01-31.csv'),
    );
    expect(rows.filter(({ table }) => table === 'corporate_actions')).toMatchObject([
      { date: '2021-07-20', kind: 'split', amount: '4' },
    ]);
    const bars = rows.filter((row): row is BarRow => row.table === 'bars');
    expect(bars.length).toBeGreaterThan(250);
    const dates = rows.map(({ date }) => date);
    expect(dates).toEqual([...dates].sort());
  });

  it('stores the dividends of the year and both closes', () => {
    const name = 'historical-via-chart-MSFT-dividends-2021-02-01-to-2022-01-31.csv';
    const { rows } = parseChart(SHARE, ALL, readChart(name));
    const actions = rows.filter((row) => row.table === 'corporate_actions');
    expect(actions.map(({ date, amount }) => [date, amount])).toEqual([
      ['2021-02-17', '0.56'],
      ['2021-05-19', '0.56'],
      ['2021-08-18', '0.56'],
      ['2021-11-17', '0.62'],
    ]);
    const first = rows.find((row): row is BarRow => row.table === 'bars');
    expect(Number(first?.adjustedClose)).toBeLessThan(Number(first?.close));
  });

  it('accepts a chart without currency', () => {
    const { rows } = parseChart(SHARE, ALL, readChart('chart-ADH-200-null-currency'));
    for (const row of rows) expect(row).toMatchObject({ currency: null });
  });

  it('takes a window before the listing for empty', () => {
    expect(parseChart(SHARE, ALL, readChart('chart-BFLY-400-no-data-in-range'))).toEqual({
      rows: [],
      rejected: [],
    });
  });

  it.each([
    ['404_delisted.json', 404, PermanentError],
    ['401_invalid_crumb.json', 401, TransientError],
    ['429_body.txt', 429, TransientError],
    ['429_body.txt', 200, TransientError],
  ])('classifies %s with HTTP %i', (name, status, error) => {
    const payload = buildPayload('chart', readRecordedText(`yahoo/recorded/errors/${name}`), { status });
    expect(() => parseChart(SHARE, ALL, payload)).toThrow(error);
  });

  it('rejects the bar of a session that is not over, and takes it a day later', () => {
    const name = 'chart-AAPL-2020-08-31-to-2020-11-07';
    const all = listBars(parseChart(SHARE, ALL, readChart(name)));
    const last = all.at(-1)?.date ?? '';
    const noon = parseChart(SHARE, ALL, readChart(name, { fetchedAt: Date.parse(`${last}T17:00:00Z`) }));
    expect(listBars(noon)).toHaveLength(all.length - 1);
    expect(noon.rejected).toMatchObject([{ date: last, reason: 'session not over' }]);
    const nextDay = parseChart(
      SHARE,
      ALL,
      readChart(name, { fetchedAt: Date.parse(`${last}T17:00:00Z`) + 86_400_000 }),
    );
    expect(listBars(nextDay)).toHaveLength(all.length);
  });
});

describe('yahoo parse, constructed', () => {
  it('dates a London bar of summer by the exchange, not by UTC', () => {
    const body = buildChart(['2021-07-01T23:00:00Z']).replace('America/New_York', 'Europe/London');
    expect(parseBuilt('EURUSD', body).rows).toMatchObject([{ date: '2021-07-02' }]);
  });

  it('rejects bars on days without session and bars without close', () => {
    const body = buildChart(['2021-05-28T13:30:00Z', '2021-05-31T13:30:00Z', '2021-06-01T13:30:00Z'], {
      close: [1.5, 1.5, null],
    });
    const { rows, rejected } = parseBuilt('VIX', body);
    expect(rows.map(({ date }) => date)).toEqual(['2021-05-28']);
    expect(rejected.map(({ date, reason }) => [date, reason])).toEqual([
      ['2021-05-31', 'non-session'],
      ['2021-06-01', 'no close'],
    ]);
  });

  it('keeps a negative price and a zero volume of a future', () => {
    const body = buildChart(['2020-04-20T04:00:00Z'], { close: [-37.63] });
    expect(parseBuilt('OIL_WTI', body).rows).toMatchObject([{ close: '-37.63', volume: '0' }]);
  });

  it('refuses grains in dollars and anything else in cents', () => {
    const dollars = buildChart(['2021-01-04T05:00:00Z']);
    const cents = dollars.replace('"USD"', '"USX"');
    expect(listBars(parseBuilt('SOYBEAN', cents))).toMatchObject([{ currency: 'USX', close: '1.5' }]);
    expect(() => parseBuilt('SOYBEAN', dollars)).toThrow('expected prices in us_cents_per_bushel');
    expect(() => parseBuilt('GOLD', cents)).toThrow(SchemaDriftError);
  });

  it('lets the last of two bars with one date count', () => {
    const body = buildChart(['2021-06-01T13:30:00Z', '2021-06-01T20:00:01Z'], { close: [1, 2] });
    expect(parseBuilt('SP500', body).rows).toMatchObject([{ date: '2021-06-01', close: '2', volume: null }]);
  });

  it('takes a bar of today when its trading period has ended', () => {
    const moment = '2021-06-01T13:30:00Z';
    const regular = { start: Date.parse(moment) / 1_000, end: Date.parse('2021-06-01T20:00:00Z') / 1_000 };
    const body = buildChart([moment]).replace(
      '"dataGranularity"',
      `"currentTradingPeriod":${JSON.stringify({ regular })},"dataGranularity"`,
    );
    const before = parseBuilt('SP500', body, { fetchedAt: Date.parse('2021-06-01T19:59:00Z') });
    const after = parseBuilt('SP500', body, { fetchedAt: Date.parse('2021-06-01T20:01:00Z') });
    expect([before.rows.length, after.rows.length]).toEqual([0, 1]);
  });

  it('takes a chart without timestamps for empty', () => {
    const body = buildChart([])
      .replace(/"timestamp":\[\],/, '')
      .replace(/"quote":\[.*?\]\}\]/, '"quote":[{}]');
    expect(parseBuilt('SP500', body)).toEqual({ rows: [], rejected: [] });
  });

  it.each([
    ['columns of unequal length', buildChart(['2021-06-01T13:30:00Z'], { close: [] })],
    ['a missing column', buildChart(['2021-06-01T13:30:00Z'], { close: undefined })],
    ['an unknown zone', buildChart([]).replace('America/New_York', 'Mars/Olympus')],
    ['another granularity', buildChart([]).replace('1d', '1mo')],
    ['another envelope', '{"spark":{"result":[]}}'],
  ])('reports %s as drift', (_, body) => {
    expect(() => parseBuilt('SP500', body)).toThrow(SchemaDriftError);
  });

  it('asks again after a page or a cut body', () => {
    expect(() => parseBuilt('SP500', '<!DOCTYPE html><html></html>')).toThrow(TransientError);
    expect(() => parseBuilt('SP500', buildChart(['2021-06-01T13:30:00Z']).slice(0, 80))).toThrow(
      TransientError,
    );
  });
});

/** A client whose `fetch` answers once with the given response and notes the URL. */
function buildHttp(answer: () => Response, asked: string[] = []): HttpClient {
  return {
    get: () => Promise.reject(new Error('Yahoo is asked through fetch')),
    fetch: (input) => {
      asked.push(input instanceof Request ? input.url : String(input));
      return Promise.resolve().then(answer);
    },
  };
}

const DATE = { date: 'Mon, 23 Nov 2026 12:00:00 GMT' };

describe('yahoo fetch', () => {
  const gold = findInstrument('GOLD');
  const window = { key: 'GOLD', id: 'all', from: '2020-01-01', to: '2020-01-02' };

  it('archives the raw body that yahoo-finance2 was given', async () => {
    const recorded = readChart('chart-GC=F-2020-01-01-to-2020-01-03');
    const asked: string[] = [];
    const headers = {
      ...DATE,
      'x-replay-recorded': '2020-01-02/2020-01-02',
      'content-type': 'application/json',
    };
    const http = buildHttp(() => new Response(recorded.body.slice(), { headers }), asked);
    const payloads = await yahooConnector.fetch(gold, window, http);
    expect(payloads).toHaveLength(1);
    expect(payloads[0]).toMatchObject({ part: 'chart', status: 200, contentType: 'application/json' });
    expect(payloads[0]?.body).toEqual(recorded.body);
    expect(payloads[0]?.replay?.recorded).toBe('2020-01-02/2020-01-02');
    expect(toIso(payloads[0]?.fetchedAt ?? 0)).toBe('2026-11-23T12:00:00.000Z');
    const url = new URL(asked[0] ?? '');
    expect(`${url.host}${url.pathname}`).toBe('query2.finance.yahoo.com/v8/finance/chart/GC=F');
    expect(url.searchParams.get('period1')).toBe(String(Date.parse('2019-12-31') / 1_000));
    expect(url.searchParams.get('period2')).toBe(String(Date.parse('2020-01-03') / 1_000));
    expect(yahooConnector.parse(gold, window, payloads).rows).toHaveLength(1);
  });

  it.each([
    ['a body the library cannot read', 'not json', 200],
    ['a delisted symbol', readRecordedText('yahoo/recorded/errors/404_delisted.json'), 404],
    [
      'no data in the window',
      '{"chart":{"result":null,"error":{"code":"Bad Request","description":"x"}}}',
      400,
    ],
  ])('keeps the answer when it is %s', async (_, body, status) => {
    const http = buildHttp(() => new Response(body, { status, headers: DATE }));
    const payloads = await yahooConnector.fetch(gold, window, http);
    expect(payloads).toMatchObject([{ status }]);
    expect(new TextDecoder().decode(payloads[0]?.body)).toBe(body);
  });

  it('waits when the provider says so', async () => {
    const headers = { ...DATE, 'retry-after': '7' };
    const http = buildHttp(() => new Response('Too Many Requests\r\n', { status: 429, headers }));
    const failure = yahooConnector.fetch(gold, window, http);
    await expect(failure).rejects.toBeInstanceOf(RetryLaterError);
    await expect(failure).rejects.toMatchObject({ delayMs: 7_000 });
  });

  it('calls a server fault, a network fault and an answer without date transient', async () => {
    const answers = [
      () => new Response('oops', { status: 502, headers: DATE }),
      () => new Response('{}', { status: 200 }),
      () => {
        throw new TypeError('fetch failed');
      },
    ];
    for (const answer of answers) {
      await expect(yahooConnector.fetch(gold, window, buildHttp(answer))).rejects.toBeInstanceOf(
        TransientError,
      );
    }
  });
});

describe('yahoo registry and windows', () => {
  it('asks 28 symbols, three of them mandatory', () => {
    expect(INSTRUMENTS).toHaveLength(28);
    expect(INSTRUMENTS.filter(({ mandatory }) => mandatory).map(({ code }) => code)).toEqual([
      '^BVSP',
      '^GSPC',
      '^VIX',
    ]);
  });

  it('asks a symbol once for its whole history and ten days in a daily run', () => {
    const request = { from: '2026-11-19', to: '2026-11-19', today: '2026-11-23' };
    const history = yahooConnector.windows(findInstrument('SP500'), { ...request, mode: 'history' });
    expect(history).toEqual([{ key: 'SP500', id: 'all', from: '1995-01-01', to: '2026-11-23' }]);
    const recent = yahooConnector.windows(findInstrument('SP500'), { ...request, mode: 'recent' });
    expect(recent).toEqual([{ key: 'SP500', id: 'recent-2026-11-23', from: '2026-11-13', to: '2026-11-23' }]);
  });

  it('reads all of what pays dividends every day, and all of the rest on Fridays', () => {
    const onDay = (day: string, key: string) =>
      yahooConnector.windows(findInstrument(key), {
        from: day,
        to: day,
        mode: 'recent',
        today: '2026-11-23',
      });
    expect(onDay('2026-11-19', 'EWZ')).toEqual([
      { key: 'EWZ', id: 'all-2026-11-23', from: '1995-01-01', to: '2026-11-23' },
    ]);
    expect(onDay('2026-11-19', 'IRON_ORE_PROXY')[0]?.id).toBe('all-2026-11-23');
    expect(onDay('2026-11-20', 'SP500')[0]?.id).toBe('all-2026-11-23');
  });

  it('quotes grains in cents per bushel and the dollar pairs in their own currency', () => {
    const unit = (key: string): string => findInstrument(key).unit;
    expect([unit('SOYBEAN'), unit('CORN')]).toEqual(['us_cents_per_bushel', 'us_cents_per_bushel']);
    expect([unit('GBPUSD'), unit('OIL_WTI'), unit('COPPER')]).toEqual([
      'usd_per_gbp',
      'usd_per_barrel',
      'usd_per_pound',
    ]);
  });

  it.each([
    ['IBOVESPA', '2017-12-29', '2017-12-28'],
    ['VIX', '2026-05-25', '2026-05-26'],
  ])('rejects the recorded phantom bar of %s on %s', async (name, phantom, session) => {
    const key = findInstrument(name);
    const window = { key: key.key, id: 'all', from: addDays(phantom, -5), to: addDays(phantom, 5) };
    const { rows, rejected } = yahooConnector.parse(
      key,
      window,
      await yahooConnector.fetch(key, window, replayHttp),
    );
    expect(rows.map(({ date }) => date)).toContain(session);
    expect(rows.map(({ date }) => date)).not.toContain(phantom);
    expect(rejected).toContainEqual(expect.objectContaining({ date: phantom, reason: 'non-session' }));
  });

  it('releases each class at its own close', () => {
    const clock = (key: string): string => toIso(findInstrument(key).release.timeOf('2021-07-01').time);
    expect(clock('SP500')).toBe('2021-07-01T21:00:00.000Z');
    expect(clock('DXY')).toBe('2021-07-01T22:00:00.000Z');
    expect(clock('IBOVESPA')).toBe('2021-07-01T21:30:00.000Z');
    expect(clock('USDBRL_YAHOO')).toBe('2021-07-01T23:00:00.000Z');
  });
});
