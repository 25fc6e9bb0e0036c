import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ask, readBody, readJson, REPLAY_FOLDER } from './replay-data.ts';

const BASE = 'https://home.treasury.gov/resource-center/data-chart-center/interest-rates/';
const NOMINAL = 'daily_treasury_yield_curve';
const askCsv = (period: string, type = NOMINAL) =>
  ask(`${BASE}daily-treasury-rates.csv/${period}?type=${type}&field_tdr_date_value=2021&page&_format=csv`);
const askXml = (query: string, type = NOMINAL) => ask(`${BASE}pages/xml?data=${type}&${query}`);
const countEntries = (text: string) => text.split('<entry>').length - 1;

describe('Treasury', () => {
  it('cuts a year out of the recorded CSV: newest first, no newline at the end', () => {
    const answer = askCsv('2021/all');
    const lines = readBody(answer).split('\n');
    expect(lines[0]).toBe(
      'Date,"1 Mo","2 Mo","3 Mo","6 Mo","1 Yr","2 Yr","3 Yr","5 Yr","7 Yr","10 Yr","20 Yr","30 Yr"',
    );
    expect(lines).toHaveLength(252);
    expect(lines[1]).toBe('12/31/2021,0.06,0.05,0.06,0.19,0.39,0.73,0.97,1.26,1.44,1.52,1.94,1.90');
    expect(lines.at(-1)).toBe('01/04/2021,0.09,0.09,0.09,0.09,0.10,0.11,0.16,0.36,0.64,0.93,1.46,1.66');
    expect(answer.headers['x-replay-marked']).toBeUndefined();
    expect(readBody(askCsv('all/2021'))).toBe(readBody(answer));
  });

  it('completes 2022 from the rewritten file with its zeros restored, and says so', () => {
    const answer = askCsv('2022/all');
    expect(readBody(answer)).toContain(
      '\n01/04/2022,0.06,0.05,0.08,,0.22,0.38,0.77,1.02,1.37,1.57,1.66,2.10,2.07',
    );
    expect(readBody(answer)).toContain('\n06/24/2022,');
    expect(answer.headers['x-replay-marked']).toBe('re-encoded');
  });

  it('answers months', () => {
    expect(readBody(askCsv('all/202106')).split('\n')).toHaveLength(23);
    expect(countEntries(readBody(askXml('field_tdr_date_value_month=202106')))).toBe(22);
  });

  it('sends a recorded feed byte for byte and builds the others in its shape', () => {
    const recorded = askXml('field_tdr_date_value=2020');
    expect(readBody(recorded)).toBe(
      readFileSync(`${REPLAY_FOLDER}/treasury/xml/home_par_yield_2020.xml`, 'utf8'),
    );
    expect(recorded.headers['x-replay-marked']).toBeUndefined();
    const built = askXml('field_tdr_date_value=2021');
    expect(built.headers['x-replay-marked']).toBe('re-encoded');
    expect(countEntries(readBody(built))).toBe(251);
    expect(readBody(built)).toContain('<d:BC_10YEAR m:type="Edm.Double">0.93</d:BC_10YEAR>');
    expect(readBody(built).indexOf('2021-01-04T00')).toBeLessThan(readBody(built).indexOf('2021-12-31T00'));
    const mixed = readBody(askXml('field_tdr_date_value=2022'));
    expect(countEntries(mixed)).toBe(249);
    expect(mixed).toContain('<d:Id m:type="Edm.Int32">8010</d:Id>');
  });

  it('keeps the day without rates', () => {
    expect(readBody(askCsv('all/201010'))).toContain('\n10/11/2010,,');
  });

  it('pages the whole history by 300', () => {
    expect(countEntries(readBody(askXml('field_tdr_date_value=all&page=0')))).toBe(300);
    expect(countEntries(readBody(askXml('field_tdr_date_value=all&page=1000')))).toBe(0);
  });

  it('has no rows outside the recording and for the real curve', () => {
    const answers = [
      askCsv('2025/all'),
      askXml('field_tdr_date_value=2025'),
      askCsv('2021/all', 'daily_treasury_real_yield_curve'),
      askXml('field_tdr_date_value=2021', 'daily_treasury_real_yield_curve'),
    ];
    for (const answer of answers) {
      expect([answer.status, answer.headers['x-replay-outcome']]).toEqual([200, 'not-recorded']);
      expect(readBody(answer).split('\n').length).toBeLessThan(8);
      expect(countEntries(readBody(answer))).toBe(0);
    }
    expect(readBody(answers[2] ?? askCsv('2021/all'))).toBe('Date,"5 YR","7 YR","10 YR","20 YR","30 YR"');
  });

  it('agrees with FRED on the 10-year of every common day', () => {
    const key = 'a'.repeat(32);
    const fred = readJson<{ observations: { date: string; value: string }[] }>(
      ask(
        `https://api.stlouisfed.org/fred/series/observations?series_id=DGS10&file_type=json&api_key=${key}&observation_start=2021-01-01&observation_end=2022-12-31`,
      ),
    );
    const known = new Map(fred.observations.map((row) => [row.date, row.value]));
    const rates = ['2021/all', '2022/all'].flatMap((period) => {
      const [header = '', ...lines] = readBody(askCsv(period)).split('\n');
      const column = header.split(',').indexOf('"10 Yr"');
      return lines.map((line) => {
        const cells = line.split(',');
        const [month, day, year] = (cells[0] ?? '').split('/');
        return [`${year}-${month}-${day}`, cells[column]] as const;
      });
    });
    expect(rates).toHaveLength(500);
    expect(rates.filter(([date, rate]) => known.get(date) !== rate)).toEqual([]);
  });
});
