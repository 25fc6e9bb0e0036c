import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMacroDeriver } from '../../../services/silver/macro/derive.ts';
import { MACRO_SOURCES } from '../../../services/silver/macro/registry.ts';
import type { StoredObservation } from '../../../shared/db/reader.ts';
import { IPCA_GROUPS } from '../../../shared/economics/ipca-groups.ts';
import { computeSeasonalSurprises } from '../../../shared/numeric/seasonal.ts';
import { computeMean, computeStd } from '../../../shared/numeric/series.ts';
import { addMonths, cutoffOf, type Day } from '../../../shared/time.ts';
import { readRecordedText } from '../../helpers/recorded-payload.ts';

type Stored = Readonly<Record<string, readonly StoredObservation[]>>;

const derive = (stored: Stored) =>
  createMacroDeriver({
    observationsOf: ({ key }) => Promise.resolve(stored[key] ?? []),
    breathe: () => Promise.resolve(),
  });

function observe(key: string, date: Day, value: number | null, over: Partial<StoredObservation> = {}) {
  const releaseTime = MACRO_SOURCES.get(key)!.release.timeOf(date).time;
  return { key, date, value, revision: 0, releaseTime, ...over };
}

/** Consecutive months from the first. */
const listMonths = (key: string, first: Day, values: readonly (number | null)[]): StoredObservation[] =>
  values.flatMap((value, i) => (value === null ? [] : [observe(key, addMonths(first, i), value)]));

const readRecorded = (key: string, file: string): StoredObservation[] =>
  (JSON.parse(readRecordedText(`bcb_sgs/recorded/${file}`)) as { data: string; valor: string }[]).map(
    ({ data, valor }) =>
      observe(key, `${data.slice(6)}-${data.slice(3, 5)}-${data.slice(0, 2)}`, Number(valor)),
  );

const IPCA = readRecorded('BR_IPCA_MOM', 'sgs_433_20160101_20260101.json');
const SELIC = readRecorded('BR_SELIC_TARGET', 'sgs_432_20160101_20260101.json');

describe('IPCA compounded from recorded monthly changes', () => {
  // IBGE, "IPCA: variação acumulada em 12 meses", as released.
  it.each([
    ['2016-12', 6.29],
    ['2017-12', 2.95],
    ['2018-12', 3.75],
    ['2019-12', 4.31],
    ['2020-05', 1.88],
    ['2020-12', 4.52],
    ['2021-12', 10.06],
    ['2022-04', 12.13],
    ['2022-12', 5.79],
    ['2023-06', 3.16],
    ['2023-12', 4.62],
    ['2024-12', 4.83],
  ])('is within 0.01 of the published 12 months to %s: %d', async (period, published) => {
    const rows = await derive({ BR_IPCA_MOM: IPCA }).rowsOf('BR_IPCA_MOM');
    const row = rows.find((one) => one.transform === 'yoy' && one.period === period)!;
    expect(Math.abs(row.value! - published)).toBeLessThan(0.01);
    expect(row.unit).toBe('percent_12_months');
    expect(row.inputs).toBe(`BR_IPCA_MOM[${addMonths(`${period}-01`, -11).slice(0, 7)}…${period}] r0`);
  });

  it('annualizes three months under the label of a series with a season', async () => {
    const rows = await derive({ BR_IPCA_MOM: IPCA }).rowsOf('BR_IPCA_MOM');
    const annual = rows.find((row) => row.transform === 'annualised_3m_nsa' && row.period === '2023-12')!;
    expect(annual.value).toBeCloseTo(4.4053111, 6);
    expect(rows.some(({ transform }) => transform === 'saar3')).toBe(false);
  });

  it('has a momentum over 1, 3, 6 and 12 months in percentage points', async () => {
    const rows = await derive({ BR_IPCA_MOM: IPCA }).rowsOf('BR_IPCA_MOM');
    const momentum = [1, 3, 6, 12].map((lag) =>
      rows.find((row) => row.transform === `momentum_${lag}` && row.period === '2023-12')!,
    );
    // 2023: 0.56 in December, after 0.28, 0.26, −0.08 (June), and 0.62 in December 2022.
    [0.28, 0.3, 0.64, -0.06].forEach((value, i) => expect(momentum[i]!.value).toBeCloseTo(value, 12));
    expect(momentum.every(({ unit }) => unit === 'percentage_points')).toBe(true);
    expect(momentum[3]!.inputs).toBe('BR_IPCA_MOM[2022-12…2023-12] r0');
    expect(rows.find((row) => row.transform === 'momentum_12')).toMatchObject({
      period: '2016-01',
      value: null,
      reason: 'missing 2015-01',
    });
  });
});

describe('breadth of the nine groups', () => {
  const changes = [0.42, 0.83, -0.16, 0.38, 1.46, 0.21, 0, -0.02, 2.44];
  const groups = Object.fromEntries(
    IPCA_GROUPS.map(({ key }, i) => [key, [observe(key, '2024-05-01', changes[i]!)]]),
  );

  it('is the share that rose, zero being no rise, with every group among the inputs', async () => {
    const [row, ...more] = await derive(groups).rowsOf('BR_IPCA_DIFFUSION_GROUPS');
    expect(more).toEqual([]);
    expect(row).toMatchObject({ period: '2024-05', unit: 'percent', reason: null });
    expect(row!.value).toBeCloseTo(600 / 9, 12);
    expect(row!.inputs.split('; ')).toHaveLength(9);
    expect(row!.inputs).toContain('BR_IPCA_COMP_FOOD[2024-05] r0');
  });

  it('takes the published diffusion first and the groups without it', async () => {
    const published = { BR_IPCA_DIFFUSION: [observe('BR_IPCA_DIFFUSION', '2024-05-01', 57.03)] };
    const [best] = await derive({ ...groups, ...published }).rowsOf('BR_IPCA_DIFFUSION_BEST');
    expect([best!.value, best!.inputs]).toEqual([57.03, 'BR_IPCA_DIFFUSION[2024-05] r0']);
    const [substitute] = await derive(groups).rowsOf('BR_IPCA_DIFFUSION_BEST');
    expect(substitute!.value).toBeCloseTo(600 / 9, 12);
  });

  it('has a mean without the lowest and the highest of nine', async () => {
    const [row] = await derive(groups).rowsOf('BR_IPCA_TRIMMED_GROUPS');
    const kept = changes.toSorted((a, b) => a - b).slice(1, -1);
    expect(row!.value).toBeCloseTo(computeMean(kept)!, 12);
    expect(row!.unit).toBe('percent_per_month');
  });
});

describe('surprises of IPCA', () => {
  it('to a seasonal AR(1) need 24 months before and use nothing later', async () => {
    const deriver = derive({ BR_IPCA_MOM: IPCA });
    const rows = await deriver.rowsOf('BR_IPCA_SURPRISE_SEASONAL');
    expect(rows[0]).toMatchObject({ value: null, reason: '0 of 24 consecutive months before' });
    const values = IPCA.map(({ value }) => value);
    const expected = computeSeasonalSurprises({ firstMonth: 1, values });
    for (const [i, { date }] of IPCA.entries()) {
      const row = rows.findLast(({ period }) => period === date.slice(0, 7))!;
      if (expected[i] === null) expect(row.value).toBeNull();
      else expect(row.value).toBeCloseTo(expected[i]!, 10);
    }
    const of2021 = rows.find(({ period }) => period === '2021-09')!;
    expect(of2021.inputs).toBe('BR_IPCA_MOM[2016-01…2021-09] r0');
    const z = (await deriver.rowsOf('BR_IPCA_SURPRISE_SEASONAL_Z')).find(
      ({ period }) => period === '2021-09',
    )!;
    const at = IPCA.findIndex(({ date }) => date === '2021-09-01');
    const history = expected.slice(at - 36, at).map((value) => value!);
    expect(z.value).toBeCloseTo(expected[at]! / computeStd(history)!, 10);
    expect([z.unit, z.inputs]).toEqual([
      'standard_deviations',
      'BR_IPCA_SURPRISE_SEASONAL[2018-09…2021-09] r0',
    ]);
  });

  it('to the mid-month index are free of the usual difference of the calendar month', async () => {
    // In May the month ends 0.10 above its first half, in the last year 0.25.
    const start: Day = '2018-01-01';
    const early = Array.from({ length: 60 }, (_, i) => 0.3 + 0.01 * i);
    const full = early.map((value, i) => value + (i % 12 === 4 ? (i === 52 ? 0.25 : 0.1) : 0));
    const rows = await derive({
      BR_IPCA_MOM: listMonths('BR_IPCA_MOM', start, full),
      BR_IPCA15_MOM: listMonths('BR_IPCA15_MOM', start, early),
    }).rowsOf('BR_IPCA_SURPRISE_MID_MONTH');
    const of = (period: string) => rows.find((row) => row.period === period)!;
    expect(of('2020-05')).toMatchObject({ value: null, reason: '2 of 3 earlier years' });
    expect(of('2021-05').value).toBeCloseTo(0, 12);
    expect(of('2022-05').value).toBeCloseTo(0.15, 12);
    expect(of('2022-05').inputs).toBe('BR_IPCA_MOM[2018-05…2022-05] r0; BR_IPCA15_MOM[2018-05…2022-05] r0');
    expect(of('2022-06').value).toBeCloseTo(0, 12);
  });
});

describe('ex-ante real rate', () => {
  it('stands as a difference and by Fisher, in force with the later of its inputs', async () => {
    const deriver = derive({ BR_IPCA_MOM: IPCA, BR_SELIC_TARGET: SELIC });
    const of = async (key: string) => (await deriver.rowsOf(key)).find(({ period }) => period === '2021-12')!;
    const expected = (3.75 + 10.061054893) / 2;
    const difference = await of('BR_REAL_RATE_EX_ANTE');
    const fisher = await of('BR_REAL_RATE_EX_ANTE_FISHER');
    expect(difference.value).toBeCloseTo(9.25 - expected, 6);
    expect(fisher.value).toBeCloseTo(((1 + 9.25 / 100) / (1 + expected / 100) - 1) * 100, 6);
    expect(fisher.unit).toBe('percent_per_year');
    expect(fisher.inputs).toBe(
      'BR_SELIC_TARGET:month_end[2021-12] r0; BR_INFLATION_EXPECTATION_BLEND[2021-12] r0',
    );
    expect(fisher.knownAt).toBe(MACRO_SOURCES.get('BR_IPCA_MOM')!.release.timeOf('2021-12-01').time);
  });

  it('goes back to the day before when the last day of a month is withdrawn', async () => {
    const later = cutoffOf('2024-06-10');
    const days = [
      observe('BR_SELIC_TARGET', '2024-05-30', 10.5),
      observe('BR_SELIC_TARGET', '2024-05-31', 11),
      observe('BR_SELIC_TARGET', '2024-05-31', null, { revision: 1, releaseTime: later }),
    ];
    const rows = await derive({ BR_IPCA_MOM: IPCA, BR_SELIC_TARGET: days }).rowsOf('BR_REAL_RATE_EX_ANTE');
    const may = rows.filter(({ period, value }) => period === '2024-05' && value !== null);
    const blend = (3 + 3.9262) / 2;
    // IPCA of May came out on June 11: what was withdrawn before it never counts.
    expect(may).toHaveLength(1);
    expect(may[0]!.value).toBeCloseTo(10.5 - blend, 2);
  });
});

describe('gaps of US output', () => {
  it('come with the quarterly Hamilton filter beside the one-sided trend', async () => {
    const values = Array.from({ length: 60 }, (_, i) => 100 * Math.exp(0.006 * i + 0.01 * Math.sin(i)));
    const quarters = values.map((value, i) => observe('US_GDP_REAL', addMonths('2005-01-01', 3 * i), value));
    const rows = await derive({ US_GDP_REAL: quarters }).rowsOf('US_OUTPUT_GAP_HAMILTON');
    expect(rows[0]!.reason).toBe('1 of 21 consecutive observations');
    const last = rows.at(-1)!;
    expect([last.period, last.inputs]).toEqual(['2019-Q4', 'US_GDP_REAL[2005-Q1…2019-Q4] r0']);
    expect(Math.abs(last.value!)).toBeLessThan(1.5);
  });
});

describe('lineage', () => {
  it('gives the highest revision of the inputs and adds no row when only that changes', async () => {
    const restated = observe('BR_IPCA_MOM', '2021-05-01', 0.9, {
      revision: 1,
      releaseTime: cutoffOf('2022-03-01'),
    });
    const rows = await derive({ BR_IPCA_MOM: [...IPCA, restated] }).rowsOf('BR_IPCA_MOM');
    const december = rows.filter((row) => row.transform === 'yoy' && row.period === '2021-12');
    expect(december.map(({ inputs }) => inputs)).toEqual([
      'BR_IPCA_MOM[2021-01…2021-12] r0',
      'BR_IPCA_MOM[2021-01…2021-12] r1',
    ]);
    const level = rows.filter((row) => row.transform === 'level' && row.period === '2021-05');
    expect(level.map(({ value, inputs }) => [value, inputs])).toEqual([
      [0.83, 'BR_IPCA_MOM[2021-05] r0'],
      [0.9, 'BR_IPCA_MOM[2021-05] r1'],
    ]);
    const same = { ...restated, value: 0.83 };
    const again = await derive({ BR_IPCA_MOM: [...IPCA, same] }).rowsOf('BR_IPCA_MOM');
    expect(again).toEqual(await derive({ BR_IPCA_MOM: IPCA }).rowsOf('BR_IPCA_MOM'));
  });
});

describe('replaying observations', () => {
  const KEYS = [
    'BR_IPCA_MOM',
    'BR_INFLATION_EXPECTATION_BLEND',
    'BR_REAL_RATE_EX_ANTE_FISHER',
    'BR_IPCA_SURPRISE_SEASONAL',
  ];
  const revisions = fc
    .uniqueArray(
      fc.record({
        month: fc.integer({ min: 0, max: 40 }),
        value: fc.option(fc.double({ min: -2, max: 5, noNaN: true }), { nil: null, freq: 8 }),
        known: fc.integer({ min: 0, max: 30 }),
        revision: fc.integer({ min: 0, max: 1_000_000 }),
      }),
      { minLength: 1, maxLength: 90, selector: ({ revision }) => revision },
    )
    .map((all) =>
      all.map(({ month, value, known, revision }) =>
        observe('BR_IPCA_MOM', addMonths('2018-01-01', month), value, {
          revision,
          releaseTime: Date.parse('2022-01-01T00:00:00Z') + known * 86_400_000,
        }),
      ),
    );
  const deriveAll = async (ipca: readonly StoredObservation[]) => {
    const deriver = derive({ BR_IPCA_MOM: ipca, BR_SELIC_TARGET: SELIC.slice(700, 1_000) });
    const rows = [];
    for (const key of KEYS) rows.push(...(await deriver.rowsOf(key)));
    return rows;
  };

  it('gives the same rows in any order of input, and the same of a moment wherever the history is split', async () => {
    const cases = revisions.chain((all) =>
      fc.tuple(
        fc.constant(all),
        fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
        fc.integer({ min: 0, max: 30 }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ([all, mixed, day]) => {
        const whole = await deriveAll(all);
        expect(await deriveAll(mixed)).toEqual(whole);
        const moment = Date.parse('2022-01-01T00:00:00Z') + day * 86_400_000;
        const part = await deriveAll(all.filter(({ releaseTime }) => releaseTime <= moment));
        const until = (rows: typeof whole) => rows.filter(({ knownAt }) => knownAt <= moment);
        expect(until(part)).toEqual(until(whole));
      }),
      { numRuns: 40 },
    );
  });
});
