import { describe, expect, it } from 'vitest';
import { ask, readBody, readJson } from './replay-data.ts';

type Row = Record<string, string>;
type Observations = {
  count: number;
  realtime_start: string;
  limit: number;
  output_type: number;
  observations: Row[];
};

const KEY = 'abcdefabcdefabcdefabcdefabcdef12';
const askFred = (path: string, query: string, key = KEY) =>
  ask(`https://api.stlouisfed.org/fred/${path}?file_type=json&api_key=${key}&${query}`);
const readObservations = (query: string) => readJson<Observations>(askFred('series/observations', query));

describe('FRED', () => {
  it('answers the latest vintage with text values and "." for a holiday', () => {
    const body = readObservations('series_id=DGS10&observation_start=2021-12-30&observation_end=2022-01-04');
    expect(body).toMatchObject({ count: 4, realtime_start: '2026-08-06', limit: 100_000, output_type: 1 });
    expect(body.observations).toEqual([
      { realtime_start: '2026-08-06', realtime_end: '2026-08-06', date: '2021-12-30', value: '1.52' },
      { realtime_start: '2026-08-06', realtime_end: '2026-08-06', date: '2021-12-31', value: '1.52' },
      { realtime_start: '2026-08-06', realtime_end: '2026-08-06', date: '2022-01-03', value: '1.63' },
      { realtime_start: '2026-08-06', realtime_end: '2026-08-06', date: '2022-01-04', value: '1.66' },
    ]);
    const christmas = readObservations(
      'series_id=DGS2&observation_start=2020-12-25&observation_end=2020-12-25',
    );
    expect(christmas.observations.map((row) => row['value'])).toEqual(['.']);
  });

  it('pages and sorts', () => {
    const page = readObservations('series_id=UNRATE&sort_order=desc&limit=2&offset=1');
    expect(page.observations.map((row) => row['date'])).toEqual(['2026-05-01', '2026-04-01']);
    expect(page.count).toBeGreaterThan(900);
  });

  it('lists the vintages and answers each as it was', () => {
    const dates = readJson<{ vintage_dates: string[] }>(askFred('series/vintagedates', 'series_id=PAYEMS'));
    expect(dates.vintage_dates).toEqual(['2026-01-02', '2026-08-06']);
    const november = 'series_id=PAYEMS&observation_start=2025-11-01&observation_end=2025-11-01';
    const at = (day: string) =>
      readObservations(`${november}&realtime_start=${day}&realtime_end=${day}`).observations.map(
        (row) => row['value'],
      );
    expect([at('2026-01-02'), at('2026-08-05'), at('2026-08-06')]).toEqual([
      ['159552'],
      ['159552'],
      ['158449'],
    ]);
    expect(at('2026-01-01')).toEqual([]);
    const periods = readObservations(
      `${november}&realtime_start=1776-07-04&realtime_end=9999-12-31`,
    ).observations;
    expect(periods).toEqual([
      { realtime_start: '2026-01-02', realtime_end: '2026-08-05', date: '2025-11-01', value: '159552' },
      { realtime_start: '2026-08-06', realtime_end: '9999-12-31', date: '2025-11-01', value: '158449' },
    ]);
  });

  it('names new and revised values per vintage, and never a day the later pull dropped', () => {
    const query = 'series_id=PAYEMS&output_type=3&vintage_dates=2026-01-02,2026-08-06';
    const rows = readObservations(query).observations;
    expect(rows.filter((row) => 'PAYEMS_20260102' in row)).toHaveLength(551);
    expect(rows.filter((row) => 'PAYEMS_20260102' in row && 'PAYEMS_20260806' in row)).toHaveLength(222);
    expect(rows.at(-1)).toEqual({ date: '2026-06-01', PAYEMS_20260806: '158984' });
    expect(rows.find((row) => row['date'] === '2025-11-01')).toEqual({
      date: '2025-11-01',
      PAYEMS_20260102: '159552',
      PAYEMS_20260806: '158449',
    });
    const later = readObservations('series_id=PAYEMS&output_type=3&vintage_dates=2026-08-06').observations;
    expect(later.filter((row) => 'PAYEMS_20260806' in row)).toHaveLength(later.length);
    expect(later.filter((row) => (row['date'] ?? '') < '1980-01-01')).toHaveLength(492);
    const dgs10 = readObservations('series_id=DGS10&output_type=3&vintage_dates=2026-08-06').observations;
    expect(
      dgs10.filter((row) => (row['date'] ?? '') >= '1980-01-01' && (row['date'] ?? '') < '2025-12-31'),
    ).toEqual([]);
  });

  it('keeps the shutdown month as a gap', () => {
    const gap = readObservations('series_id=UNRATE&observation_start=2025-10-01&observation_end=2025-10-01');
    expect(gap.observations.map((row) => row['value'])).toEqual(['.']);
  });

  it('says how many, none and not-recorded for unknown ids and times outside the span', () => {
    for (const query of [
      'series_id=TCU',
      'series_id=SOFR&observation_start=2010-01-01&observation_end=2017-12-31',
    ]) {
      const answer = askFred('series/observations', query);
      expect(readJson<Observations>(answer)).toMatchObject({ count: 0, observations: [] });
      expect([answer.status, answer.headers['x-replay-outcome']]).toEqual([200, 'not-recorded']);
    }
    const weekend = askFred(
      'series/observations',
      'series_id=SOFR&observation_start=2021-01-02&observation_end=2021-01-03',
    );
    expect(readJson<Observations>(weekend).count).toBe(0);
    expect(weekend.headers['x-replay-outcome']).toBeUndefined();
    expect(weekend.headers['x-replay-recorded']).toBe('2018-04-03/2026-08-05');
  });

  it('refuses bad keys in the words of the provider', () => {
    const unknown = askFred('series/observations', 'series_id=DGS10', `badkey${'0'.repeat(26)}`);
    expect(unknown.status).toBe(400);
    const { error_message: message } = readJson<{ error_message: string }>(unknown);
    expect(message).toMatch(/^Bad Request\. {2}The value for variable api_key is not registered\. {2}Read/);
    const malformed = askFred('series/observations', 'series_id=DGS10', 'SHORT');
    expect(malformed.status).toBe(400);
    expect(readBody(malformed)).toContain('is not a 32 character alpha-numeric lower-case string');
    const xml = ask('https://api.stlouisfed.org/fred/series/observations?series_id=DGS10');
    expect([xml.status, readBody(xml).includes('<error code="400"')]).toEqual([400, true]);
  });

  it('names the units of a series', () => {
    const body = readJson<{ seriess: Row[] }>(askFred('series', 'series_id=WTREGEN'));
    expect(body.seriess[0]).toMatchObject({
      id: 'WTREGEN',
      units: 'Millions of U.S. Dollars',
      frequency_short: 'W',
    });
  });
});
