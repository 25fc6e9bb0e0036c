import { describe, expect, it } from 'vitest';
import { sgsConnector } from '../../../shared/connectors/bcb_sgs/connector.ts';
import {
  createMacroDeriver,
  listAffectedKeys,
  type MacroInputs,
} from '../../../services/silver/macro/derive.ts';
import { MACRO_SOURCES } from '../../../services/silver/macro/registry.ts';
import type { StoredObservation } from '../../../shared/db/reader.ts';
import type { MacroRow } from '../../../shared/silver/rows.ts';
import { cutoffOf, type Day } from '../../../shared/time.ts';
import { inflationTarget, targetBand } from '../../../shared/economics/inflation-target.ts';
import { buildPayload, readRecorded, readRecordedText } from '../../helpers/recorded-payload.ts';

function readSgs(key: string, file: string): StoredObservation[] {
  const definition = sgsConnector.keys.find((one) => one.key === key)!;
  const window = { key, id: 'all', from: '1990-01-01', to: '2026-12-31' };
  const part = 'observations-2016-01-01';
  const { rows } = sgsConnector.parse(definition, window, [buildPayload(part, readRecorded(file))]);
  return rows.flatMap((row) =>
    row.table === 'observations'
      ? [{ key, date: row.date, value: Number(row.value), revision: 0, releaseTime: row.releaseTime! }]
      : [],
  );
}

/** A recorded table of FRED as one vintage; blank cells are missing days. */
function readFred(key: string, file: string, releaseOf: (date: Day) => number): StoredObservation[] {
  const lines = readRecordedText(file).trim().split(/\r?\n/).slice(1);
  return lines
    .map((line) => line.split(','))
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([date, value]) => ({
      key,
      date: date!,
      value: Number(value),
      revision: 0,
      releaseTime: releaseOf(date!),
    }));
}

const lag =
  (key: string) =>
  (date: Day): number =>
    MACRO_SOURCES.get(key)!.release.timeOf(date).time;

function derive(stored: Readonly<Record<string, readonly StoredObservation[]>>) {
  const inputs: MacroInputs = {
    observationsOf: ({ key }) => Promise.resolve(stored[key] ?? []),
    breathe: () => Promise.resolve(),
  };
  return createMacroDeriver(inputs);
}

/** Value of a period as known in a partition. */
function readPartition(
  rows: readonly MacroRow[],
  transform: string,
  period: string,
  partition: Day,
): MacroRow | undefined {
  return rows.findLast(
    (row) => row.transform === transform && row.period === period && row.knownAt <= cutoffOf(partition),
  );
}

const IPCA = readSgs('BR_IPCA_MOM', 'bcb_sgs/recorded/sgs_433_20160101_20260101.json');
const SELIC = readSgs('BR_SELIC_TARGET', 'bcb_sgs/recorded/sgs_432_20160101_20260101.json');

describe('IPCA from recorded monthly changes', () => {
  it('is 10.06 in the 12 months to December 2021, first seen in partition 2022-01-11', async () => {
    const rows = await derive({ BR_IPCA_MOM: IPCA }).rowsOf('BR_IPCA_MOM');
    expect(readPartition(rows, 'yoy', '2021-12', '2022-01-10')).toBeUndefined();
    expect(readPartition(rows, 'yoy', '2021-12', '2022-01-11')?.value).toBeCloseTo(10.06, 2);
    expect(readPartition(rows, 'yoy', '2023-12', '2024-02-01')?.value).toBeCloseTo(4.6211139, 6);
    expect(readPartition(rows, 'level', '2021-12', '2022-01-11')).toMatchObject({
      value: 0.73,
      unit: 'percent_per_month',
    });
  });

  it('has no 12-month change before twelve months exist, and names a missing month', async () => {
    const holed = IPCA.filter(({ date }) => date !== '2020-05-01');
    const rows = await derive({ BR_IPCA_MOM: holed }).rowsOf('BR_IPCA_MOM');
    const yoy = rows.filter(({ transform }) => transform === 'yoy');
    expect(yoy[0]).toMatchObject({
      period: '2016-01',
      value: null,
      reason: 'missing 8 earlier, 2015-10, 2015-11, 2015-12',
    });
    expect(yoy.find(({ value }) => value !== null)).toMatchObject({ period: '2016-12' });
    expect(yoy.find(({ period }) => period === '2020-12')).toMatchObject({
      value: null,
      reason: 'missing 2020-05',
    });
    expect(yoy.find(({ period }) => period === '2020-05')).toBeUndefined();
    expect(yoy.find(({ period }) => period === '2021-05')?.value).toBeTypeOf('number');
  });

  it('blends with the target of the year and gives the ex-ante real rate', async () => {
    const deriver = derive({ BR_IPCA_MOM: IPCA, BR_SELIC_TARGET: SELIC });
    const blend = await deriver.rowsOf('BR_INFLATION_EXPECTATION_BLEND');
    const december = blend.find(({ period }) => period === '2021-12')!;
    expect(december.value).toBeCloseTo((3.75 + 10.061054893) / 2, 6);
    const real = (await deriver.rowsOf('BR_REAL_RATE_EX_ANTE')).find(({ period }) => period === '2021-12')!;
    expect(real.value).toBeCloseTo(9.25 - december.value!, 9);
    expect(real.knownAt).toBe(december.knownAt);
  });

  it('is derived again with everything that depends on it', () => {
    expect(listAffectedKeys(['BR_IPCA_MOM'])).toEqual([
      'BR_IPCA_MOM',
      'BR_INFLATION_EXPECTATION_BLEND',
      'BR_REAL_RATE_EX_ANTE',
      'BR_REAL_RATE_EX_ANTE_FISHER',
      'BR_IPCA_SURPRISE_MID_MONTH',
      'BR_IPCA_SURPRISE_MID_MONTH_Z',
      'BR_IPCA_SURPRISE_SEASONAL',
      'BR_IPCA_SURPRISE_SEASONAL_Z',
    ]);
    expect(listAffectedKeys(['US_NROU'])).toEqual(['US_NROU', 'US_UNEMPLOYMENT_GAP']);
    expect(listAffectedKeys(['BR_UNEMPLOYMENT'])).toContain('BR_ACTIVITY_GAP');
  });
});

describe('two recorded vintages of PAYEMS', () => {
  const later = Date.parse('2026-08-06T12:30:00Z');
  const first = readFred('US_NFP_TOTAL', 'fred/tables/vintage_2026-01-02/PAYEMS.csv', lag('US_NFP_TOTAL'));
  const second = readFred('US_NFP_TOTAL', 'fred/tables/vintage_2026-08/PAYEMS.csv', () => later);
  const firstDates = new Set(first.map(({ date }) => date));
  const both = [...first, ...second.filter(({ date }) => firstDates.has(date))].sort((a, b) =>
    a.date < b.date ? -1 : a.date > b.date ? 1 : 0,
  );

  it('keeps 222 revised months as second rows and leaves what was known before as it was', async () => {
    const before = await derive({ US_NFP_TOTAL: first }).rowsOf('US_NFP_TOTAL');
    const after = await derive({ US_NFP_TOTAL: both }).rowsOf('US_NFP_TOTAL');
    const revised = after.filter(({ knownAt, transform }) => knownAt === later && transform === 'level');
    expect(revised).toHaveLength(222);
    expect(after.filter(({ knownAt }) => knownAt < later)).toEqual(before);
  });
});

describe('the permanent gap of October 2025 in the US CPI', () => {
  it('leaves the month without a row and names it where its value is needed', async () => {
    const cpi = readFred(
      'US_CPI_ALL_SA',
      'fred/tables/vintage_2026-01-02/CPIAUCSL.csv',
      lag('US_CPI_ALL_SA'),
    );
    const rows = await derive({ US_CPI_ALL_SA: cpi }).rowsOf('US_CPI_ALL_SA');
    const find = (transform: string, period: string) =>
      rows.find((row) => row.transform === transform && row.period === period);
    expect(find('level', '2025-10')).toBeUndefined();
    expect(find('yoy', '2025-10')).toBeUndefined();
    expect(find('mom', '2025-11')).toMatchObject({ value: null, reason: 'missing 2025-10' });
    expect(find('yoy', '2025-11')?.value).toBeTypeOf('number');
  });
});

describe('gaps', () => {
  const lines = readRecordedText('bcb_sgs/tables/sgs_24369_unemployment.csv').trim().split(/\r?\n/).slice(1);
  const UNEMPLOYMENT = lines.map((line): StoredObservation => {
    const [date, value] = line.split(',');
    const releaseTime = lag('BR_UNEMPLOYMENT')(date!);
    return { key: 'BR_UNEMPLOYMENT', date: date!, value: Number(value), revision: 0, releaseTime };
  });

  it('of labour needs two years, is negative in the slack of 2020 and positive in 2022', async () => {
    const rows = await derive({ BR_UNEMPLOYMENT: UNEMPLOYMENT }).rowsOf('BR_LABOUR_GAP');
    const valueOf = (period: string): number | null => rows.findLast((row) => row.period === period)!.value;
    expect(UNEMPLOYMENT.filter(({ date }) => valueOf(date.slice(0, 7)) === null)).toHaveLength(23);
    // March 2016 came out before February: until then its run was one month long.
    expect(rows.filter(({ period }) => period === '2016-03').map(({ reason }) => reason)).toEqual([
      '1 of 24 consecutive observations',
      null,
    ]);
    expect(rows[0]!.reason).toBe('1 of 24 consecutive observations');
    expect(valueOf('2020-08')).toBeLessThan(-0.5);
    expect(valueOf('2022-05')).toBeGreaterThan(0.5);
  });

  it('of activity rests on labour alone where no adjusted activity index exists', async () => {
    const deriver = derive({ BR_UNEMPLOYMENT: UNEMPLOYMENT });
    const labour = (await deriver.rowsOf('BR_LABOUR_GAP')).filter(({ value }) => value !== null);
    const activity = await deriver.rowsOf('BR_ACTIVITY_GAP');
    expect(activity).toHaveLength(labour.length);
    for (const [i, row] of activity.entries()) {
      expect([row.period, row.knownAt]).toEqual([labour[i]!.period, labour[i]!.knownAt]);
      expect(row.value).toBeCloseTo(labour[i]!.value!, 12);
    }
    expect(await deriver.rowsOf('BR_OUTPUT_GAP')).toEqual([]);
  });

  it('of US output to its one-sided trend never looks ahead', async () => {
    const gdp = readFred('US_GDP_REAL', 'fred/tables/vintage_2026-01-02/GDPC1.csv', lag('US_GDP_REAL'));
    const whole = await derive({ US_GDP_REAL: gdp }).rowsOf('US_OUTPUT_GAP_HP');
    const part = await derive({ US_GDP_REAL: gdp.slice(0, 150) }).rowsOf('US_OUTPUT_GAP_HP');
    expect(whole.slice(0, part.length)).toEqual(part);
    expect(whole.find(({ period }) => period === '2020-Q2')!.value).toBeLessThan(-4);
    const toPotential = await derive({ US_GDP_REAL: gdp }).rowsOf('US_OUTPUT_GAP');
    expect(new Set(toPotential.map(({ reason }) => reason))).toEqual(
      new Set(['no potential for the period']),
    );
  });
});

describe('inflation target', () => {
  it('follows the table and its band', () => {
    expect([2009, 2010, 2018, 2019, 2020, 2021, 2022, 2023, 2024, 2026].map(inflationTarget)).toEqual([
      null,
      4.5,
      4.5,
      4.25,
      4,
      3.75,
      3.5,
      3.25,
      3,
      3,
    ]);
    expect(targetBand(2016)).toEqual({ lower: 2.5, upper: 6.5 });
    expect(targetBand(2017)).toEqual({ lower: 3, upper: 6 });
  });

  it('is known from July two years before and yields to what the provider gives', async () => {
    const stored = { key: 'BR_INFLATION_TARGET', date: '2024-01-01', value: 3, revision: 0, releaseTime: 5 };
    const rows = await derive({ BR_INFLATION_TARGET: [stored] }).rowsOf('BR_INFLATION_TARGET');
    expect(rows.find(({ period }) => period === '2024')).toMatchObject({ value: 3, knownAt: 5 });
    expect(rows.find(({ period }) => period === '2021')).toMatchObject({
      value: 3.75,
      knownAt: Date.parse('2019-07-01T21:00:00Z'),
    });
  });

  it('stands from the table until a later release of the provider', async () => {
    const releaseTime = Date.parse('2023-01-05T12:00:00Z');
    const stored = { key: 'BR_INFLATION_TARGET', date: '2023-01-01', value: 3.2, revision: 0, releaseTime };
    const rows = await derive({ BR_INFLATION_TARGET: [stored] }).rowsOf('BR_INFLATION_TARGET');
    expect(
      rows.filter(({ period }) => period === '2023').map(({ value, knownAt }) => [value, knownAt]),
    ).toEqual([
      [3.25, Date.parse('2021-07-01T21:00:00Z')],
      [3.2, releaseTime],
    ]);
  });
});
