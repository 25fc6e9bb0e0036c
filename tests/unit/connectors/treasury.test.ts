import { describe, expect, it } from 'vitest';
import type {
  CurvePointRow,
  FetchWindow,
  KeyDefinition,
  ParseResult,
} from '../../../shared/connectors/connector.ts';
import { treasuryConnector } from '../../../shared/connectors/treasury/treasury.ts';
import { PermanentError, SchemaDriftError, TransientError } from '../../../shared/errors.ts';
import type { HttpClient } from '../../../shared/http.ts';
import { toIso } from '../../../shared/time.ts';
import { replayHttp } from '../../helpers/replay-http.ts';
import {
  buildPayload,
  readConstructedText,
  readRecorded,
  readRecordedText,
} from '../../helpers/recorded-payload.ts';

function findKey(key: string): KeyDefinition {
  const found = treasuryConnector.keys.find((candidate) => candidate.key === key);
  if (found === undefined) throw new Error(`no key ${key}`);
  return found;
}

const NOMINAL = findKey('UST_NOM');
const REAL = findKey('UST_REAL');
const ALL: FetchWindow = { key: 'UST_NOM', id: 'all', from: '1990-01-01', to: '2026-12-31' };

function parse(body: Uint8Array | string, key = NOMINAL, window = ALL): ParseResult {
  return treasuryConnector.parse(key, { ...window, key: key.key }, [buildPayload('rates', body)]);
}

function tabulate(result: ParseResult): Map<string, string> {
  const points = result.rows.filter((row): row is CurvePointRow => row.table === 'curve_points');
  return new Map(points.map((point) => [`${point.date} ${point.vertex}`, String(Number(point.rate))]));
}

describe('treasury parse', () => {
  it('reads a recorded CSV: newest first, decimal fractions, release at 18:00 New York', () => {
    const { rows, rejected } = parse(readRecorded('treasury/csv/par_yield_2023_to_1220.csv'));
    expect(rejected).toEqual([]);
    expect(rows.at(-1)).toEqual({
      table: 'curve_points',
      key: 'UST_NOM',
      curveId: 'UST_NOM',
      date: '2023-12-20',
      vertex: '30Y',
      maturity: null,
      calendarDays: 10950,
      businessDays: null,
      rate: '0.0398',
      price: null,
      rateKind: 'par',
      vintageAt: null,
      releaseTime: Date.parse('2023-12-20T23:00:00Z'),
      releaseBasis: 'lag_rule',
    });
    expect(rows[0]?.date).toBe('2023-01-03');
    expect(rows).toHaveLength(244 * 13);
  });

  it('gives the same rates from XML and CSV on every common day', () => {
    const csv = tabulate(parse(readRecorded('treasury/csv/par_yield_all_1990_20220311.csv')));
    const years = [2010, 2012, 2014, 2016, 2017, 2018, 2019, 2020, 2022];
    const different: string[] = [];
    let compared = 0;
    for (const year of years) {
      const xml = tabulate(parse(readRecorded(`treasury/xml/home_par_yield_${year}.xml`)));
      for (const [id, rate] of xml) {
        if (!csv.has(id)) continue;
        if (csv.get(id) !== rate) different.push(id);
        compared += 1;
      }
    }
    expect(different).toEqual([]);
    expect(compared).toBeGreaterThan(22_000);
  });

  it('reads the legacy feed: unsorted, null attributes, float dust kept', () => {
    const { rows } = parse(readRecorded('treasury/xml/legacy_datafeed_2018.xml'));
    const dates = rows.map((row) => row.date);
    expect(dates).toEqual([...dates].sort());
    expect(rows).toHaveLength(parse(readRecorded('treasury/xml/home_par_yield_2018.xml')).rows.length);
  });

  it('has no rates on 2010-10-11 and no tenor where there was none', () => {
    const csv = tabulate(parse(readRecorded('treasury/csv/par_yield_all_1990_20220311.csv')));
    const xml = tabulate(parse(readRecorded('treasury/xml/home_par_yield_2010.xml')));
    expect([...csv.keys(), ...xml.keys()].filter((id) => id.startsWith('2010-10-11'))).toEqual([]);
    expect(csv.has('2002-02-19 30Y')).toBe(false);
    expect(csv.has('2001-07-30 1M')).toBe(false);
    expect(csv.get('2001-07-31 1M')).toBe('0.0367');
  });

  it('reads a re-saved file with ISO dates', () => {
    const rates = tabulate(parse(readRecorded('treasury/csv/rewritten_2022.csv')));
    expect(rates.get('2022-12-30 10Y')).toBe('0.0388');
  });

  it('matches titles without regard to case and knows the 1.5 month column (constructed bodies)', () => {
    const nominal = tabulate(parse(readConstructedText('constructed_treasury_nominal_2025.csv')));
    expect(nominal.get('2025-02-18 1.5M')).toBe('0.0438');
    expect(nominal.has('2025-02-14 1.5M')).toBe(false);
    expect(nominal.get('2025-02-14 4M')).toBe('0.0431');
    expect(nominal.size).toBe(4 * 14 - 1);
    const { rows } = parse(readConstructedText('constructed_treasury_real_2021.csv'), REAL);
    expect(rows).toHaveLength(4 * 5 - 1);
    expect(rows[2]).toMatchObject({
      key: 'UST_REAL',
      curveId: 'UST_REAL',
      date: '2021-01-04',
      vertex: '10Y',
      rate: '-0.0108',
    });
  });

  it('reads a feed of one entry, nominal and real, with 1.5 and 4 months (constructed bodies)', () => {
    const nominal = tabulate(parse(readConstructedText('constructed_treasury_nominal_2025.xml')));
    expect(nominal.get('2025-02-19 1.5M')).toBe('0.0439');
    expect(nominal.get('2025-02-18 4M')).toBe('0.0432');
    const { rows } = parse(readConstructedText('constructed_treasury_real_one_entry.xml'), REAL);
    expect(rows.map((row) => row.table === 'curve_points' && row.vertex)).toEqual([
      '5Y',
      '7Y',
      '10Y',
      '20Y',
      '30Y',
    ]);
  });

  it('asks again for a file that ends within its last rate', () => {
    const text = readRecordedText('treasury/csv/par_yield_2024_to_0625.csv');
    expect(parse(text).rows.length).toBeGreaterThan(1_000);
    for (const cut of [1, 2, 3]) expect(() => parse(text.slice(0, -cut))).toThrow(TransientError);
  });

  it('reads BC_4MONTH, BC_1_5MONTH and real elements (constructed from a recorded entry)', () => {
    const feed = readRecordedText('treasury/xml/home_par_yield_2018.xml');
    const entry = /<entry>[\s\S]*?<\/entry>/.exec(feed)?.[0] ?? '';
    const head = feed.slice(0, feed.indexOf('<entry>'));
    const one = `${head}${entry.replaceAll('BC_2YEAR', 'BC_4MONTH').replaceAll('BC_3YEAR', 'BC_1_5MONTH')}</feed>`;
    const rates = tabulate(parse(one));
    expect(rates.get('2018-01-02 4M')).toBe('0.0192');
    expect(rates.get('2018-01-02 1.5M')).toBe('0.0201');
    expect(rates.get('2018-01-02 30Y')).toBe('0.0281');
    expect(rates.size).toBe(11);
  });

  it('takes an empty period for what it is', () => {
    const feed = readRecordedText('treasury/xml/home_par_yield_2018.xml');
    expect(parse(`${feed.slice(0, feed.indexOf('<entry>'))}</feed>`).rows).toEqual([]);
    expect(parse('Date,"1 Mo","2 Mo"').rows).toEqual([]);
  });

  it('drops days outside the window and rejects a rate it cannot read', () => {
    const window = { ...ALL, from: '2024-01-03', to: '2024-01-03' };
    const body = 'Date,"1 Mo"\n01/04/2024,5.56\n01/03/2024,5.5x\n01/02/2024,5.55\n';
    const { rows, rejected } = parse(body, NOMINAL, window);
    expect(rows).toEqual([]);
    expect(rejected).toEqual([
      { key: 'UST_NOM', date: '2024-01-03', reason: 'unreadable rate', raw: '1M 5.5x' },
    ]);
  });

  it.each([
    ['an unknown column', 'Date,"1 Mo","99 Yr"\n01/02/2024,5.55,1\n', SchemaDriftError],
    ['a repeated column', 'Date,"1 Mo","1 MO"\n01/02/2024,5.55,1\n', SchemaDriftError],
    ['another first column', 'Day,"1 Mo"\n01/02/2024,5.55\n', SchemaDriftError],
    ['an unreadable date', 'Date,"1 Mo"\n13/32/2024,5.55\n', SchemaDriftError],
    ['a line cut short', 'Date,"1 Mo","2 Mo"\n01/03/2024,5.55,5.54\n01/02/2024,5.5', TransientError],
    ['a page', '<!DOCTYPE html><html><body>Access denied</body></html>', TransientError],
    ['nothing', '', TransientError],
  ])('refuses %s', (_, body, error) => {
    expect(() => parse(body)).toThrow(error);
  });

  it('refuses a feed without its end and an unknown element', () => {
    const feed = readRecordedText('treasury/xml/home_par_yield_2018.xml');
    expect(() => parse(feed.slice(0, 5_000))).toThrow(TransientError);
    expect(() => parse(feed.replaceAll('BC_7YEAR', 'BC_8YEAR'))).toThrow(SchemaDriftError);
  });

  it('reports a refusal as permanent', () => {
    const payload = buildPayload('rates', 'Not found', { status: 404 });
    expect(() => treasuryConnector.parse(NOMINAL, ALL, [payload])).toThrow(PermanentError);
  });
});

describe('treasury windows', () => {
  it('asks one year at a time, from six years before the request', () => {
    const request = { from: '2021-01-04', to: '2022-06-24', mode: 'history', today: '2026-11-23' } as const;
    const windows = treasuryConnector.windows(NOMINAL, request);
    expect(windows.map(({ id }) => id)).toEqual([
      '2015',
      '2016',
      '2017',
      '2018',
      '2019',
      '2020',
      '2021',
      '2022',
    ]);
    expect(windows.at(-1)).toEqual({ key: 'UST_NOM', id: '2022', from: '2022-01-01', to: '2022-12-31' });
  });

  it('asks at the address that answers: the year, then all of it', async () => {
    const asked: string[] = [];
    const http: HttpClient = {
      ...replayHttp,
      get: (request) => {
        asked.push(request.url);
        return replayHttp.get(request);
      },
    };
    const window = { key: 'UST_NOM', id: '2021', from: '2021-01-01', to: '2021-12-31' };
    const { rows } = treasuryConnector.parse(
      NOMINAL,
      window,
      await treasuryConnector.fetch(NOMINAL, window, http),
    );
    expect(asked).toEqual([
      'https://home.treasury.gov/resource-center/data-chart-center/interest-rates/daily-treasury-rates.csv/2021/all' +
        '?type=daily_treasury_yield_curve&field_tdr_date_value=2021&page&_format=csv',
    ]);
    expect(new Set(rows.map(({ date }) => date)).size).toBe(251);
  });

  it('re-reads the running year every day, and the last one in January', () => {
    const ids = (today: string): string[] =>
      treasuryConnector
        .windows(NOMINAL, { from: today, to: today, mode: 'recent', today })
        .map(({ id }) => id);
    expect(ids('2026-11-23')).toEqual(['2026-2026-11-23']);
    expect(ids('2026-01-05')).toEqual(['2025-2026-01-05', '2026-2026-01-05']);
  });

  it('releases before the cutoff of the same partition', () => {
    expect(toIso(NOMINAL.release.timeOf('2022-06-24').time)).toBe('2022-06-24T22:00:00.000Z');
  });
});
