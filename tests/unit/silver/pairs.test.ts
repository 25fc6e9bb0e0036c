import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deriveReturns, type ReturnRevision } from '../../../services/silver/returns/derive.ts';
import { RETURN_INSTRUMENTS, RETURN_PAIRS } from '../../../services/silver/returns/instruments.ts';
import { derivePair } from '../../../services/silver/returns/pairs.ts';
import type { PriceRevision } from '../../../services/silver/returns/prices.ts';
import { getCalendar } from '../../../shared/calendars/calendars.ts';
import { computeCorrelation } from '../../../shared/numeric/correlation.ts';
import type { StatRecord } from '../../../shared/silver/rows.ts';
import { addDays, type Day } from '../../../shared/time.ts';
import { readRecordedText } from '../../helpers/recorded-payload.ts';

const still = (): Promise<void> => Promise.resolve();
const PAIR = { key: 'A~B', left: 'A', right: 'B', isSamePrice: true };
const FIRST: Day = '2021-01-04';

const listPrices = (prices: readonly (number | null)[]): PriceRevision[] =>
  prices.flatMap((price, i): PriceRevision[] => {
    const date = addDays(FIRST, i);
    const knownAt = Date.parse(`${date}T22:00:00Z`);
    return price === null ? [] : [{ date, price, close: price, field: 'close', revision: 0, knownAt }];
  });

async function listReturns(
  prices: readonly PriceRevision[],
  instrument: string,
): Promise<readonly ReturnRevision[]> {
  const subject = { instrument, unit: 'points', calendar: getCalendar('WEEKDAYS') };
  return (await deriveReturns(subject, prices, still)).returns;
}

async function derive(left: readonly PriceRevision[], right: readonly PriceRevision[]) {
  return derivePair(PAIR, await listReturns(left, 'A'), await listReturns(right, 'B'), still);
}

const wave = (i: number): number => 100 + 3 * Math.sin(i * 1.7) + Math.cos(i * 0.9);
const ripple = (i: number): number => 50 + 2 * Math.sin(i * 1.7 + 0.4) + Math.cos(i * 2.3);
const correlations = (stats: readonly StatRecord[]): StatRecord[] =>
  stats.filter(({ stat }) => stat === 'correlation');

describe('correlation of a pair', () => {
  const left = listPrices(Array.from({ length: 70 }, (_, i) => wave(i)));
  const right = listPrices(Array.from({ length: 70 }, (_, i) => ripple(i)));

  it('is that of the log returns of the last 63 common dates, with the inputs of both', async () => {
    const rows = correlations(await derive(left, right));
    const logs = (price: (i: number) => number, to: number): number[] =>
      Array.from({ length: 63 }, (_, k) => Math.log(price(to - 62 + k) / price(to - 63 + k)));
    expect(rows).toHaveLength(7);
    expect(rows[0]).toMatchObject({
      instrument: 'A~B',
      window: 63,
      unit: 'ratio',
      sessionDate: addDays(FIRST, 63),
      inputs: 'A[2021-01-04…2021-03-08] r0; B[2021-01-04…2021-03-08] r0',
    });
    rows.forEach(({ value }, i) =>
      expect(value).toBeCloseTo(computeCorrelation(logs(wave, 63 + i), logs(ripple, 63 + i))!, 12),
    );
  });

  it('joins dates: a session of one side alone makes no pair', async () => {
    const holed = right.filter((_, i) => i !== 30);
    const rows = correlations(await derive(left, holed));
    expect(rows[0]!.sessionDate).toBe(addDays(FIRST, 64));
    expect(rows).toHaveLength(6);
  });

  it('adds rows for a restated price and leaves what was known before', async () => {
    const knownAt = Date.parse('2021-06-01T00:00:00Z');
    const restated = { ...right[40]!, price: 60, close: 60, revision: 1, knownAt };
    const before = await derive(left, right);
    const after = await derive(left, [...right, restated]);
    expect(after.filter((row) => row.knownAt < knownAt)).toEqual(before);
    const added = correlations(after.filter((row) => row.knownAt === knownAt));
    expect(added).toHaveLength(7);
    expect(added[0]!.inputs).toBe('A[2021-01-04…2021-03-08] r0; B[2021-01-04…2021-03-08] r1');
  });

  it('takes back a value whose date no longer has a return of both', async () => {
    const knownAt = Date.parse('2021-06-01T00:00:00Z');
    const negative = { ...right[69]!, price: -1, close: -1, revision: 1, knownAt };
    const rows = correlations(await derive(left, [...right, negative]));
    expect(rows.at(-1)).toMatchObject({
      sessionDate: addDays(FIRST, 69),
      knownAt,
      value: null,
      reason: 'no return of both on the date',
    });
  });

  it('is null without spread', async () => {
    const flat = listPrices(Array.from({ length: 70 }, () => 10));
    expect(correlations(await derive(left, flat))[0]).toMatchObject({
      value: null,
      reason: 'no spread in the window',
    });
  });

  it('says the same of a moment whatever becomes known after it, in whatever order it comes', async () => {
    const revision = fc.record({
      at: fc.integer({ min: 0, max: 79 }),
      price: fc.oneof(
        { weight: 9, arbitrary: fc.integer({ min: 50, max: 150 }) },
        { weight: 1, arbitrary: fc.constant(-5) },
      ),
      day: fc.integer({ min: 0, max: 20 }),
      revision: fc.integer({ min: 1, max: 1_000_000 }),
    });
    const restatements = fc.uniqueArray(revision, { maxLength: 12, selector: (one) => one.revision });
    const start = Date.parse('2021-03-20T00:00:00Z');
    const base = [
      listPrices(Array.from({ length: 80 }, (_, i) => wave(i))),
      listPrices(Array.from({ length: 80 }, (_, i) => (i % 11 === 7 ? null : ripple(i)))),
    ] as const;
    await fc.assert(
      fc.asyncProperty(restatements, fc.integer({ min: -30, max: 20 }), async (changes, day) => {
        const moment = start + day * 86_400_000;
        const added = changes.map(({ at, price, day: known, revision: number }): PriceRevision => ({
          date: addDays(FIRST, at),
          price,
          close: price,
          field: 'close',
          revision: number,
          knownAt: start + known * 86_400_000,
        }));
        const changed = [...base[1], ...added];
        const whole = await derive(base[0], changed);
        const known = (rows: readonly PriceRevision[]) => rows.filter(({ knownAt }) => knownAt <= moment);
        expect(await derive(known(base[0]), known(changed))).toEqual(
          whole.filter(({ knownAt }) => knownAt <= moment),
        );
        expect(await derive(base[0].toReversed(), changed.toReversed())).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });
});

describe('declared pairs', () => {
  it('name instruments that exist, and cover those of the cross-asset agent', () => {
    for (const { key, left, right } of RETURN_PAIRS) {
      expect([key, RETURN_INSTRUMENTS.has(left), RETURN_INSTRUMENTS.has(right)]).toEqual([
        `${left}~${right}`,
        true,
        true,
      ]);
    }
    expect(RETURN_PAIRS.map(({ key }) => key)).toEqual(
      expect.arrayContaining([
        'USDBRL_PTAX~DXY',
        'IBOVESPA~SP500',
        'USDBRL_PTAX~VIX',
        'OIL_WTI~USDBRL_PTAX',
        'USDBRL_YAHOO~USDBRL_PTAX',
      ]),
    );
  });
});

describe('USDBRL of Yahoo Finance beside PTAX', () => {
  const readCsv = (file: string, column: number): PriceRevision[] =>
    readRecordedText(file)
      .trim()
      .split(/\r?\n/)
      .slice(1)
      .map((line) => line.split(','))
      .filter(
        ([date, ...cells]) => date! >= '2021-01-01' && date! <= '2022-12-31' && cells[column - 1] !== '',
      )
      .map((cells): PriceRevision => {
        const price = Number(cells[column]);
        const knownAt = Date.parse(`${cells[0]}T23:00:00Z`);
        return { date: cells[0]!, price, close: price, field: 'close', revision: 0, knownAt };
      });
  const fixings = (
    JSON.parse(readRecordedText('bcb_sgs/recorded/sgs_1_20200101_20241231.json')) as {
      data: string;
      valor: string;
    }[]
  )
    .map(({ data, valor }): PriceRevision => {
      const date = `${data.slice(6)}-${data.slice(3, 5)}-${data.slice(0, 2)}`;
      const price = Number(valor);
      return {
        date,
        price,
        close: price,
        field: 'ask',
        revision: 0,
        knownAt: Date.parse(`${date}T16:10:00Z`),
      };
    })
    .filter(({ date }) => date >= '2021-01-01' && date <= '2022-12-31');

  it('differs by some tenths of a percent, for it is the opening print of the bar', async () => {
    const yahoo = readCsv('yahoo/tables/BRL=X_2020_2023.csv', 4);
    const stats = await derive(yahoo, fixings);
    const gaps = stats.filter(({ stat }) => stat === 'price_gap');
    expect(gaps.length).toBeGreaterThan(450);
    expect(gaps.every(({ unit, window }) => unit === 'percent' && window === 0)).toBe(true);
    const sizes = gaps.map(({ value }) => Math.abs(value!)).sort((a, b) => a - b);
    const median = sizes[Math.floor(sizes.length / 2)]!;
    expect(median).toBeGreaterThan(0.2);
    expect(median).toBeLessThan(1);
    const one = gaps.find(({ sessionDate }) => sessionDate === '2021-06-15')!;
    const priceOf = (rows: readonly PriceRevision[]) => rows.find(({ date }) => date === '2021-06-15')!.price;
    expect(one.value).toBeCloseTo((priceOf(yahoo) / priceOf(fixings) - 1) * 100, 12);
  });
});
