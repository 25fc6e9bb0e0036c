import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import YahooFinance from 'yahoo-finance2';
import { startReplay, type ReplayServer } from '../../../services/replay/server.ts';
import { ask, readBody, readJson, REPLAY_FOLDER } from './replay-data.ts';

type Nullable = (number | null)[];
type Chart = {
  chart: {
    result: {
      meta: { exchangeTimezoneName: string; currency: string };
      timestamp?: number[];
      indicators: {
        quote: { open: Nullable; high: Nullable; low: Nullable; close: Nullable; volume: Nullable }[];
        adjclose: { adjclose: Nullable }[];
      };
    }[];
  };
};

const toEpoch = (date: string) => Date.parse(`${date}T00:00:00Z`) / 1000;
const askChart = (symbol: string, first: string, last: string) =>
  ask(
    `https://query2.finance.yahoo.com/v8/finance/chart/${encodeURIComponent(symbol)}?interval=1d&period1=${toEpoch(first)}&period2=${toEpoch(last)}`,
  );
const readChart = (symbol: string, first: string, last: string) => {
  const result = readJson<Chart>(askChart(symbol, first, last)).chart.result[0];
  const quote = result?.indicators.quote[0];
  if (result === undefined || quote === undefined) throw new Error('no result');
  return { ...result, quote, adjclose: result.indicators.adjclose[0]?.adjclose };
};
const stampsAsIso = (stamps: number[] | undefined) =>
  stamps?.map((stamp) => new Date(stamp * 1000).toISOString());

describe('Yahoo chart', () => {
  it('stamps bars at the open of the session on the exchange, through its daylight saving', () => {
    expect(stampsAsIso(readChart('^BVSP', '2021-01-04', '2021-01-05').timestamp)).toEqual([
      '2021-01-04T13:00:00.000Z',
    ]);
    expect(stampsAsIso(readChart('^BVSP', '2018-11-05', '2018-11-06').timestamp)).toEqual([
      '2018-11-05T12:00:00.000Z',
    ]);
    expect(stampsAsIso(readChart('^GSPC', '2021-03-12', '2021-03-16').timestamp)).toEqual([
      '2021-03-12T14:30:00.000Z',
      '2021-03-15T13:30:00.000Z',
    ]);
    expect(stampsAsIso(readChart('^VIX', '2021-03-12', '2021-03-13').timestamp)).toEqual([
      '2021-03-12T14:30:00.000Z',
    ]);
    expect(stampsAsIso(readChart('GC=F', '2021-01-04', '2021-01-05').timestamp)).toEqual([
      '2021-01-04T05:00:00.000Z',
    ]);
    expect(stampsAsIso(readChart('BRL=X', '2021-07-01', '2021-07-02').timestamp)).toEqual([
      '2021-07-01T23:00:00.000Z',
    ]);
  });

  it('takes whole bars where a file has them and closes alone where none does', () => {
    const whole = readChart('^BVSP', '2021-01-04', '2021-01-05').quote;
    expect(whole).toEqual({
      open: [119_024],
      high: [120_354],
      low: [118_062],
      close: [118_558],
      volume: [8_741_400],
    });
    const closeOnly = readChart('^GSPC', '2022-06-23', '2022-06-24');
    expect(closeOnly.quote).toEqual({
      open: [null],
      high: [null],
      low: [null],
      close: [3795.73],
      volume: [null],
    });
    expect(closeOnly.adjclose).toEqual([3795.73]);
  });

  it('lets the later file win where two disagree', () => {
    expect(readChart('^BVSP', '2021-12-03', '2021-12-04').quote.close).toEqual([105_070]);
    expect(readChart('BRL=X', '2023-10-30', '2023-10-30').quote.close).toEqual([4.952030181884766]);
  });

  it('keeps blemishes and drops weekend rows of close-only tables', () => {
    expect(readChart('^BVSP', '2017-12-29', '2017-12-30').quote.volume).toEqual([0]);
    expect(readChart('CL=F', '2020-04-20', '2020-04-21').quote.close).toEqual([-37.630001]);
    const february = readChart('^BVSP', '2022-02-01', '2022-03-01').timestamp ?? [];
    expect(february.filter((stamp) => [0, 6].includes(new Date(stamp * 1000).getUTCDay()))).toEqual([]);
    expect(readChart('DX-Y.NYB', '2015-01-04', '2015-01-05').quote.close).toEqual([null]);
  });

  it('marks prices that exist only adjusted and serves the unadjusted ones where they were recorded', () => {
    const adjusted = askChart('EWZ', '2021-01-04', '2021-01-05');
    expect(adjusted.headers['x-replay-marked']).toBe('re-encoded;adjusted-close');
    const raw = askChart('EWZ', '2016-01-04', '2016-01-05');
    expect(raw.headers['x-replay-marked']).toBe('re-encoded');
    const bars = readChart('EWZ', '2016-01-04', '2016-01-05');
    expect(bars.quote.close).toEqual([19.940001]);
    expect(bars.adjclose?.[0]).toBeLessThan(19.940001);
  });

  it('answers a recorded body as it was recorded', () => {
    const gold = readChart('GC=F', '2020-01-02', '2020-01-03');
    expect(gold.quote.open).toEqual([1518.0999755859375]);
    expect(gold.meta.exchangeTimezoneName).toBe('America/New_York');
    const refused = askChart('BFLY', '2020-01-01', '2020-01-03');
    expect(refused.status).toBe(400);
    expect(readBody(refused)).toBe(
      '{"chart":{"result":null,"error":{"code":"Bad Request","description":"Data doesn\'t exist for startDate = 1577836800, endDate = 1578009600"}}}',
    );
  });

  it('has no timestamp without bars: weekend, unknown symbol, outside the span', () => {
    const weekend = askChart('^GSPC', '2021-01-02', '2021-01-03');
    expect(readBody(weekend)).not.toContain('timestamp');
    expect(weekend.headers['x-replay-outcome']).toBeUndefined();
    for (const answer of [
      askChart('JPY=X', '2021-01-04', '2021-02-04'),
      askChart('DX-Y.NYB', '2022-06-20', '2022-07-20'),
    ]) {
      expect([answer.status, answer.headers['x-replay-outcome']]).toEqual([200, 'not-recorded']);
      const result = readJson<Chart>(answer).chart.result[0];
      expect(result).not.toHaveProperty('timestamp');
      expect(result?.indicators).toEqual({ quote: [{}], adjclose: [{}] });
    }
    expect(askChart('^BVSP', '1990-01-01', '1990-12-31').status).toBe(400);
  });
});

describe('yahoo-finance2, unmodified', () => {
  let server: ReplayServer;
  beforeAll(async () => {
    server = await startReplay({ port: 0, host: '127.0.0.1', dataFolder: REPLAY_FOLDER });
  });
  afterAll(() => server.close());

  const chart = async (symbol: string) => {
    const client = new YahooFinance({
      fetch: (input: string | URL | Request, init?: RequestInit) => {
        const url = input instanceof Request ? input.url : String(input);
        return fetch(url.replace('https://', `${server.url}/`), init);
      },
      suppressNotices: ['yahooSurvey'],
      versionCheck: false,
    });
    return client.chart(symbol, {
      period1: '2021-01-04',
      period2: '2022-06-25',
      interval: '1d',
      includePrePost: false,
      events: 'div|split',
      return: 'array',
    });
  };

  it.each([
    ['^BVSP', 368, 118_558, 98_672],
    ['^GSPC', 372, 3700.649902, 3911.74],
    ['EWZ', 372, 24.622940063476563, 20.93],
    ['BRL=X', 385, 5.1919, 5.23],
  ])('reads %s', async (symbol, bars, first, last) => {
    const result = await chart(symbol);
    expect(result.meta.symbol).toBe(symbol);
    expect(result.quotes).toHaveLength(bars);
    expect(result.quotes[0]?.close).toBe(first);
    expect(result.quotes.at(-1)?.close).toBeCloseTo(last, 0);
  });

  it('reads no bars of a symbol nobody recorded', async () => {
    expect((await chart('EMB')).quotes).toEqual([]);
  });
});
