import { describe, expect, it } from 'vitest';
import { createFredConnector } from '../../../shared/connectors/fred/connector.ts';
import { FRED_KEYS, type FredKey } from '../../../shared/connectors/fred/registry.ts';
import { knowsUnit, meansUnit } from '../../../shared/connectors/fred/units.ts';
import type {
  ObservationRow,
  ParseResult,
  Payload,
  WindowRequest,
} from '../../../shared/connectors/connector.ts';
import { PermanentError, SchemaDriftError, TransientError } from '../../../shared/errors.ts';
import { NEW_YORK, zonedInstant, type Day } from '../../../shared/time.ts';
import { buildPayload, readRecordedText } from '../../helpers/recorded-payload.ts';
import { FRED_SERIES } from '../../../services/replay/fred-series.ts';
import { createReplayedClient, createScriptedClient } from './replayed-client.ts';

const connector = createFredConnector({ apiKey: 'abcdefghijklmnopqrstuvwxyz012345' });
const HISTORY: WindowRequest = { from: '2021-01-04', to: '2021-01-29', mode: 'history', today: '2026-11-23' };

function keyOf(id: string): FredKey {
  const key = FRED_KEYS.find(({ code }) => code === id);
  if (key === undefined) throw new Error(`no series ${id}`);
  return key;
}

async function readHistory(
  id: string,
): Promise<{ rows: ObservationRow[]; urls: readonly string[]; payloads: readonly Payload[] }> {
  const key = keyOf(id);
  const http = createReplayedClient();
  const [window] = connector.windows(key, HISTORY);
  if (window === undefined) throw new Error('no window');
  const payloads = await connector.fetch(key, window, http);
  const { rows } = connector.parse(key, window, payloads);
  return { rows: rows.filter((row) => row.table === 'observations'), urls: http.urls, payloads };
}

function parseText(id: string, text: string, overrides: Partial<Payload> = {}): ParseResult {
  const key = keyOf(id);
  const window = { key: key.key, id: 'all', from: '1990-01-01', to: '2026-11-23' };
  return connector.parse(key, window, [buildPayload('observations-1', text, overrides)]);
}

/** The answer about a series that nobody recorded: nothing to compare its unit with. */
const NO_DESCRIPTION = buildPayload('series', '{"seriess":[]}');

function at(day: Day, clock: string): number {
  return zonedInstant(day, clock, NEW_YORK);
}

describe('FRED registry', () => {
  it('has no two keys with one name or one id', () => {
    expect(new Set(FRED_KEYS.map(({ key }) => key)).size).toBe(FRED_KEYS.length);
    expect(new Set(FRED_KEYS.map(({ code }) => code)).size).toBe(FRED_KEYS.length);
  });

  it('makes three keys mandatory and explains the disabled ones', () => {
    expect(FRED_KEYS.filter(({ mandatory }) => mandatory).map(({ code }) => code)).toEqual([
      'DFF',
      'DGS2',
      'DGS10',
    ]);
    expect(FRED_KEYS.filter(({ disabled }) => disabled !== undefined).map(({ code }) => code)).toEqual([
      'NROUST',
      'GDPGAP',
    ]);
    expect(keyOf('WTREGEN')).toMatchObject({ unit: 'usd_million', vintageMode: 'none' });
    expect(keyOf('RSFSXMV').key).toBe('US_RETAIL_EX_AUTO');
    expect(keyOf('EXPINF5YR').key).toBe('US_CLEV_EXPINF_5Y');
  });
});

describe('FRED windows', () => {
  it('asks for a series whole, and in a daily run for its last days', () => {
    expect(connector.windows(keyOf('DGS10'), HISTORY)).toEqual([
      { key: 'US_UST_10Y', id: 'all', from: '1990-01-01', to: '2026-11-23' },
    ]);
    const recent: WindowRequest = {
      from: '2026-11-20',
      to: '2026-11-20',
      mode: 'recent',
      today: '2026-11-23',
    };
    expect(connector.windows(keyOf('DGS10'), recent)).toEqual([
      { key: 'US_UST_10Y', id: 'recent-2026-11-23', from: '2026-11-05', to: '2026-11-23' },
    ]);
    expect(connector.windows(keyOf('MICH'), recent).map(({ from }) => from)).toEqual(['2025-05-20']);
    expect(connector.windows(keyOf('GDPPOT'), HISTORY).map(({ to }) => to)).toEqual(['2099-12-31']);
  });

  it('looks for the vintages since the last one stored in a daily run, and for those of 45 days without one', async () => {
    const key = keyOf('PAYEMS');
    const recent: WindowRequest = {
      from: '2026-08-07',
      to: '2026-08-07',
      mode: 'recent',
      today: '2026-08-10',
    };
    const [first] = connector.windows(key, recent);
    const [next] = connector.windows(key, { ...recent, lastVintage: '2026-01-02' });
    expect([first?.id, next?.id]).toEqual([
      'vintages-2026-06-26-2026-08-10',
      'vintages-2026-01-02-2026-08-10',
    ]);
    if (first === undefined || next === undefined) return;
    const http = createReplayedClient();
    const payloads = await connector.fetch(key, first, http);
    expect(http.urls[1]).toContain('vintagedates?series_id=PAYEMS');
    expect(http.urls[1]).toContain('&realtime_start=2026-06-26&realtime_end=9999-12-31');
    expect(http.urls[2]).toContain('&output_type=3&vintage_dates=2026-08-06');
    expect(payloads.map(({ part }) => part)).toEqual(['series', 'vintagedates', 'observations-1']);
    await connector.fetch(key, next, http);
    expect(http.urls[5]).toContain('&vintage_dates=2026-01-02,2026-08-06');
  });
});

describe('FRED units', () => {
  const description = (...units: string[]): Payload =>
    buildPayload(
      'series',
      JSON.stringify({
        seriess: units.map((words, index) => ({
          realtime_start: index === 0 ? '2010-01-01' : '2025-09-01',
          realtime_end: index === units.length - 1 ? '9999-12-31' : '2025-08-31',
          units: words,
        })),
      }),
    );
  const read = (id: string, described: Payload, body: string): ParseResult => {
    const key = keyOf(id);
    const window = { key: key.key, id: 'all', from: '1990-01-01', to: '2026-11-23' };
    return connector.parse(key, window, [described, buildPayload('observations-1', body)]);
  };
  const balance = '{"observations":[{"date":"2026-07-29","value":"910776"}]}';

  it('refuses a series that turned from millions into billions', () => {
    expect(read('WTREGEN', description('Millions of U.S. Dollars'), balance).rows).toHaveLength(1);
    expect(() => read('WTREGEN', description('Billions of U.S. Dollars'), balance)).toThrow(SchemaDriftError);
    expect(() => read('WTREGEN', description('Billions of U.S. Dollars'), balance)).toThrow(
      'FRED changed the unit of US_TGA: expected usd_million, got Billions of U.S. Dollars',
    );
  });

  it('refuses the vintages in another unit and takes the others', () => {
    const body =
      '{"observations":[{"date":"2021-01-01","RSAFS_20210217":"568.2","RSAFS_20250912":"568215","RSAFS_20090101":"1"}]}';
    const { rows, rejected } = read('RSAFS', description('Billions of Dollars', 'Millions of Dollars'), body);
    expect(rows).toMatchObject([{ value: '568215', vintageAt: at('2025-09-12', '08:30') }]);
    expect(rejected.map(({ reason }) => reason)).toEqual([
      'vintage in Billions of Dollars, not usd_million',
      'vintage in Billions of Dollars, not usd_million',
    ]);
  });

  it('takes a rebased index for a revision', () => {
    const body =
      '{"observations":[{"date":"2021-01-01","INDPRO_20210217":"107.2","INDPRO_20250912":"98.1"}]}';
    const { rows, rejected } = read('INDPRO', description('Index 2012=100', 'Index 2017=100'), body);
    expect([rows.length, rejected.length]).toEqual([2, 0]);
  });

  it('stops on a description without unit, unless the replay says that nobody recorded one', () => {
    const described = description('');
    expect(() => read('WTREGEN', described, balance)).toThrow(SchemaDriftError);
    const marked = { ...described, replay: { marked: 're-encoded;metadata-not-recorded' } };
    expect(read('WTREGEN', marked, balance).rows).toHaveLength(1);
    expect(() => read('WTREGEN', buildPayload('series', '{"series":1}'), balance)).toThrow(SchemaDriftError);
  });

  it('asks for the unit of every vintage, and for today’s of a series without', async () => {
    const { urls } = await readHistory('PAYEMS');
    expect(urls[0]).toBe(
      'https://api.stlouisfed.org/fred/series?series_id=PAYEMS&file_type=json&realtime_start=1776-07-04&realtime_end=9999-12-31',
    );
    const market = await readHistory('DGS10');
    expect(market.urls[0]).toBe('https://api.stlouisfed.org/fred/series?series_id=DGS10&file_type=json');
    expect(market.payloads.map(({ part }) => part)).toEqual(['series', 'observations-1']);
  });

  it('knows the words of every unit of the registry, and that every recorded description means it', async () => {
    const enabled = FRED_KEYS.filter(({ disabled }) => disabled === undefined);
    const bare = enabled.filter(({ unit }) => !knowsUnit(unit)).map(({ key, unit }) => `${key} ${unit}`);
    expect(bare).toEqual([]);
    const described = enabled.filter(({ code }) => Object.hasOwn(FRED_SERIES, code));
    expect(described.length).toBeGreaterThan(35);
    const wrong = described.filter(({ code, unit }) => !meansUnit(FRED_SERIES[code]?.units ?? '', unit));
    expect(wrong.map(({ code }) => code)).toEqual([]);
  });
});

describe('a window that FRED has shortened', () => {
  it('withdraws nothing: the ICE series of three years is silent about the years before', () => {
    const lines = readRecordedText('fred/tables/vintage_2026-01-02/BAMLH0A0HYM2.csv')
      .trim()
      .split('\n')
      .slice(1);
    const answer = (from: Day): string =>
      JSON.stringify({
        observations: lines
          .map((line) => line.split(','))
          .filter(([date = '']) => date >= from)
          .map(([date, value]) => ({ date, value: value === '' ? '.' : value })),
      });
    const whole = parseText('BAMLH0A0HYM2', answer('1996-12-31'));
    const short = parseText('BAMLH0A0HYM2', answer('2023-04-01'));
    expect(whole.rows.length).toBeGreaterThan(7_000);
    expect(short.rows.length).toBeLessThan(1_000);
    expect(short.rows.every((row) => row.table === 'observations' && row.value !== null)).toBe(true);
    expect(whole.rows).toEqual(expect.arrayContaining([...short.rows]));
  });
});

describe('FRED vintages', () => {
  it('reads both archived vintages of the payrolls: 222 of 551 common months were revised', async () => {
    const { rows, urls } = await readHistory('PAYEMS');
    expect(urls).toHaveLength(3);
    const january = new Map(
      rows
        .filter(({ vintageAt }) => vintageAt === at('2026-01-02', '08:30'))
        .map((row) => [row.date, row.value]),
    );
    const august = rows.filter(({ vintageAt }) => vintageAt === at('2026-08-06', '08:30'));
    expect(january.size + august.length).toBe(rows.length);
    const revised = august.filter(
      ({ date, value }) => january.has(date) && Number(january.get(date)) !== Number(value),
    );
    expect(revised).toHaveLength(222);
    const months = readRecordedText('fred/tables/vintage_2026-08/PAYEMS.csv').trim().split('\n').slice(1);
    const known = readRecordedText('fred/tables/vintage_2026-01-02/PAYEMS.csv').trim().split('\n').slice(1);
    const knownMonths = new Set(known.map((line) => line.slice(0, 10)));
    expect(months.filter((line) => knownMonths.has(line.slice(0, 10)))).toHaveLength(551);
    expect(rows.find(({ date }) => date === '2021-01-01')?.releaseTime).toBe(at('2021-02-10', '08:30'));
  });

  it('stamps the vintages of a projection with their own day only', () => {
    const text =
      '{"count":1,"offset":0,"observations":[{"date":"2024-01-01","GDPPOT_20210701":"20900.1","GDPPOT_20220526":"."}]}';
    const { rows } = parseText('GDPPOT', text);
    const vintageAt = at('2021-07-01', '08:30');
    expect(rows).toEqual([
      {
        table: 'observations',
        key: 'US_GDP_POTENTIAL',
        date: '2024-01-01',
        value: '20900.1',
        vintageAt,
        releaseTime: vintageAt,
        releaseBasis: 'provider',
      },
    ]);
  });

  it('reads rows by real-time period as well', () => {
    const text =
      '{"count":1,"offset":0,"observations":[{"realtime_start":"2021-02-05","realtime_end":"2021-03-04","date":"2021-01-01","value":"142631"}]}';
    expect(parseText('PAYEMS', text).rows).toMatchObject([
      { value: '142631', vintageAt: at('2021-02-05', '08:30') },
    ]);
  });

  it('asks again with offset while rows are left', async () => {
    const key = keyOf('PAYEMS');
    const page = (offset: number, date: string): Payload =>
      buildPayload(
        'x',
        `{"count":2,"offset":${offset},"observations":[{"date":"${date}","PAYEMS_20210205":"1"}]}`,
      );
    const listed = buildPayload('vintagedates', '{"count":1,"vintage_dates":["2021-02-05"]}');
    const http = createScriptedClient([NO_DESCRIPTION, listed, page(0, '2021-01-01'), page(1, '2021-02-01')]);
    const window = { key: key.key, id: 'all', from: '1990-01-01', to: '2026-11-23' };
    const payloads = await connector.fetch(key, window, http);
    expect(payloads.map(({ part }) => part)).toEqual([
      'series',
      'vintagedates',
      'observations-1',
      'observations-2',
    ]);
    expect(http.urls[3]).toContain('&offset=1');
    expect(connector.parse(key, window, payloads).rows).toHaveLength(2);
  });

  it('cuts long lists of vintages into requests of 400', async () => {
    const key = keyOf('ICSA');
    const dates = Array.from({ length: 801 }, (_, index) =>
      new Date(Date.UTC(2009, 5, 4 + 7 * index)).toISOString().slice(0, 10),
    );
    const listed = buildPayload('vintagedates', JSON.stringify({ vintage_dates: dates }));
    const empty = buildPayload('observations', '{"count":0,"offset":0,"observations":[]}');
    const http = createScriptedClient([NO_DESCRIPTION, listed, empty]);
    const payloads = await connector.fetch(
      key,
      { key: key.key, id: 'all', from: '1990-01-01', to: '2026-11-23' },
      http,
    );
    expect(payloads.map(({ part }) => part)).toEqual([
      'series',
      'vintagedates',
      'observations-1',
      'observations-2',
      'observations-3',
    ]);
    expect(http.urls.map((url) => url.length).every((length) => length < 5_000)).toBe(true);
  });
});

describe('FRED market series', () => {
  it('takes the values of DGS10 without vintage, one business day late', async () => {
    const { rows, urls } = await readHistory('DGS10');
    expect(urls).toHaveLength(2);
    const row = rows.find(({ date }) => date === '2021-01-04');
    expect(row).toMatchObject({
      vintageAt: null,
      releaseTime: at('2021-01-05', '18:00'),
      releaseBasis: 'lag_rule',
    });
    expect(Number(row?.value)).toBe(0.93);
    expect(rows.some(({ date }) => date === '2021-01-18')).toBe(false);
  });

  it('keeps the decimals of a recorded answer', () => {
    const recorded = JSON.parse(
      readRecordedText('fred/recorded/api_observations_DGS10_20260806_desc.json'),
    ) as object;
    const { rows } = parseText('DGS10', JSON.stringify(recorded));
    expect(rows.find(({ date }) => date === '2026-08-06')).toMatchObject({
      value: '4.6900000000',
      vintageAt: null,
    });
  });

  it('gives no rows for a series that nobody recorded', async () => {
    const { rows, payloads } = await readHistory('TREAST');
    expect(rows).toEqual([]);
    expect(payloads.map(({ replay }) => replay?.outcome)).toEqual(['not-recorded', 'not-recorded']);
  });
});

describe('FRED refusals', () => {
  const notRegistered = buildPayload(
    'x',
    readRecordedText('fred/recorded/errors/400_api_key_not_registered.json'),
    { status: 400 },
  );
  const window = { key: 'US_UST_10Y', id: 'all', from: '1990-01-01', to: '2026-11-23' };

  it('believes "not registered" only the second time', async () => {
    const good = buildPayload('x', '{"count":0,"offset":0,"observations":[]}');
    const http = createScriptedClient([notRegistered, NO_DESCRIPTION, good]);
    await expect(connector.fetch(keyOf('DGS10'), window, http)).resolves.toHaveLength(2);
    const refusing = createScriptedClient([notRegistered]);
    await expect(connector.fetch(keyOf('DGS10'), window, refusing)).rejects.toThrow(PermanentError);
    await expect(connector.fetch(keyOf('DGS10'), window, refusing)).rejects.toThrow(
      'a registered FRED_API_KEY',
    );
    expect(refusing.urls).toHaveLength(4);
  });

  it('does not retry an unknown series and gives the reason of FRED', async () => {
    const text = '{"error_code":400,"error_message":"Bad Request.  The series does not exist."}';
    const http = createScriptedClient([buildPayload('x', text, { status: 400 })]);
    await expect(connector.fetch(keyOf('DGS10'), window, http)).rejects.toThrow('The series does not exist.');
    await expect(connector.fetch(keyOf('DGS10'), window, http)).rejects.toThrow(PermanentError);
    const xml = '<?xml version="1.0"?><error code="400" message="Bad Request.  The series does not exist."/>';
    expect(() => parseText('DGS10', xml, { status: 400 })).toThrow(PermanentError);
  });

  it('never shows the key', async () => {
    const http = createScriptedClient([notRegistered]);
    const failure: unknown = await connector
      .fetch(keyOf('DGS10'), window, http)
      .catch((error: unknown) => error);
    expect(String(failure)).not.toContain('abcdefghijklmnopqrstuvwxyz012345');
    expect(http.urls.join(' ')).not.toContain('abcdefghijklmnopqrstuvwxyz012345');
  });

  it('retries pages and bodies cut short, and stops on another shape', () => {
    expect(() => parseText('DGS10', '<html>Access denied</html>')).toThrow(TransientError);
    expect(() => parseText('DGS10', '{"count":1,"observations":[{"date":"2021')).toThrow(TransientError);
    expect(() => parseText('DGS10', '{"count":1}')).toThrow(SchemaDriftError);
    expect(() => parseText('DGS10', '{"observations":[{"day":"2021-01-04"}]}')).toThrow(SchemaDriftError);
    expect(() => parseText('DGS10', '[]')).toThrow(SchemaDriftError);
  });

  it('counts a value that is no number', () => {
    const { rows, rejected } = parseText('DGS10', '{"observations":[{"date":"2021-01-04","value":"ND"}]}');
    expect(rows).toEqual([]);
    expect(rejected).toEqual([{ key: 'US_UST_10Y', date: '2021-01-04', reason: 'not a decimal', raw: 'ND' }]);
  });
});
