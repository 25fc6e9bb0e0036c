import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deriveReturns, type DerivedReturns } from '../../../services/silver/returns/derive.ts';
import { RETURN_INSTRUMENTS } from '../../../services/silver/returns/instruments.ts';
import { pickBarPrices, type PriceRevision } from '../../../services/silver/returns/prices.ts';
import { getCalendar } from '../../../shared/calendars/calendars.ts';
import type { BarRow } from '../../../shared/connectors/connector.ts';
import { INSTRUMENTS } from '../../../shared/connectors/yahoo/instruments.ts';
import { parseChart } from '../../../shared/connectors/yahoo/parse-chart.ts';
import { computeZScore, computeZScoreVsPast } from '../../../shared/numeric/standing.ts';
import { addDays, type Day } from '../../../shared/time.ts';
import { buildPayload, readRecordedText } from '../../helpers/recorded-payload.ts';

const still = (): Promise<void> => Promise.resolve();
const FIRST: Day = '2021-01-04';
const DAY = 86_400_000;

const derive = (prices: readonly PriceRevision[], instrument = 'X'): Promise<DerivedReturns> =>
  deriveReturns({ instrument, unit: 'points', calendar: getCalendar('WEEKDAYS') }, prices, still);

const price = (i: number, value: number, over: Partial<PriceRevision> = {}): PriceRevision => {
  const date = addDays(FIRST, i);
  const knownAt = Date.parse(`${date}T22:00:00Z`);
  return { date, price: value, close: value, field: 'close', revision: 0, knownAt, ...over };
};

/** Bars of a recorded share outside the registry, read as one of its class. */
async function deriveRecorded(file: string) {
  const share = INSTRUMENTS.find(({ key }) => key === 'EWZ')!;
  const recorded = JSON.parse(readRecordedText(`yahoo/recorded/${file}`)) as {
    response: { bodyJson: unknown };
  };
  const window = { key: 'EWZ', id: 'all', from: '1995-01-01', to: '2026-12-31' };
  const payload = buildPayload('chart', JSON.stringify(recorded.response.bodyJson));
  const { rows } = parseChart(share, window, payload);
  const bars = rows
    .filter((row): row is BarRow => row.table === 'bars')
    .map((bar) => ({
      key: bar.key,
      date: bar.date,
      close: Number(bar.close),
      adjustedClose: Number(bar.adjustedClose),
      revision: 0,
      releaseTime: bar.releaseTime!,
    }));
  const actions = rows.filter((row) => row.table === 'corporate_actions');
  const derived = await derive(pickBarPrices(bars, RETURN_INSTRUMENTS.get('EWZ')!), 'EWZ');
  return { actions, bars, prices: derived.prices };
}

describe('total return and price return', () => {
  it('are apart by the dividend on each recorded ex-date of MSFT, and equal on every other day', async () => {
    const { actions, bars, prices } = await deriveRecorded(
      'historical-via-chart-MSFT-dividends-2021-02-01-to-2022-01-31.csv.json',
    );
    const dividends = new Map(actions.map((action) => [action.date, Number(action.amount)]));
    expect([...dividends.keys()]).toEqual(['2021-02-17', '2021-05-19', '2021-08-18', '2021-11-17']);
    expect(prices[0]).toMatchObject({ field: 'adjusted_close', simpleReturn: null, priceReturn: null });
    for (const [i, row] of prices.entries()) {
      if (i === 0) continue;
      const before = bars[i - 1]!.close;
      expect(row.priceReturn).toBeCloseTo(bars[i]!.close / before - 1, 12);
      // An adjusted close is the close times 1 − dividend/close of the day before, for every later ex-date.
      const kept = 1 - (dividends.get(row.sessionDate) ?? 0) / before;
      expect((1 + row.simpleReturn!) / (1 + row.priceReturn!)).toBeCloseTo(1 / kept, 6);
    }
    const exDate = prices.find(({ sessionDate }) => sessionDate === '2021-02-17')!;
    expect(exDate.simpleReturn! - exDate.priceReturn!).toBeCloseTo(0.0023, 4);
  });

  it('do not see the recorded four-for-one split of NVDA as a fall', async () => {
    const { actions, prices } = await deriveRecorded(
      'historical-via-chart-NVDA-split-2021-02-01-to-2022-01-31.csv.json',
    );
    expect(actions).toMatchObject([{ date: '2021-07-20', kind: 'split', amount: '4' }]);
    const onSplit = prices.find(({ sessionDate }) => sessionDate === '2021-07-20')!;
    expect(Math.abs(onSplit.priceReturn!)).toBeLessThan(0.05);
    expect(onSplit.simpleReturn).toBeCloseTo(onSplit.priceReturn!, 5);
    expect(prices.every(({ priceReturn }) => priceReturn === null || priceReturn > -0.12)).toBe(true);
  });
});

describe('lineage of prices and statistics', () => {
  const prices = Array.from({ length: 30 }, (_, i) => price(i, 100 + 5 * Math.sin(i)));

  it('names the sessions that a value was made from, with the unit', async () => {
    const { prices: rows, stats } = await derive(prices);
    expect(rows.slice(0, 2).map(({ inputs, unit }) => [inputs, unit])).toEqual([
      ['X[2021-01-04] r0', 'points'],
      ['X[2021-01-04…2021-01-05] r0', 'points'],
    ]);
    const last = (stat: string, window: number) =>
      stats.findLast((row) => row.stat === stat && row.window === window)!;
    // Five returns are six prices.
    expect(last('vol', 5)).toMatchObject({
      inputs: 'X[2021-01-28…2021-02-02] r0',
      unit: 'decimal_per_year',
    });
    expect(last('ema', 20)).toMatchObject({ inputs: 'X[2021-01-04…2021-02-02] r0', unit: 'points' });
    expect(last('drawdown', 0)).toMatchObject({ inputs: 'X[2021-01-04…2021-02-02] r0', unit: 'decimal' });
    expect(last('ewma_vol', 0).unit).toBe('decimal_per_year');
  });

  it('gives the highest revision among the inputs, and no row for a change of lineage alone', async () => {
    const knownAt = Date.parse('2021-01-20T00:00:00Z');
    // The high of the bar was corrected: revision 1, same close.
    const repeated = { ...prices[10]!, revision: 1, knownAt };
    const { prices: rows, stats } = await derive([...prices, repeated]);
    expect(rows.filter((row) => row.knownAt === knownAt)).toEqual([]);
    expect(stats.filter((row) => row.knownAt === knownAt)).toEqual([]);
    const volOf = (date: Day) =>
      stats.find((row) => row.stat === 'vol' && row.window === 5 && row.sessionDate === date)!.inputs;
    expect(volOf('2021-01-14')).toBe('X[2021-01-09…2021-01-14] r0');
    // From the session after the correction on, as long as it is in the window.
    const emas = stats.filter(({ stat }) => stat === 'ema');
    expect(emas.find(({ sessionDate }) => sessionDate === '2021-01-18')!.inputs).toContain(' r0');
    expect(emas.find(({ sessionDate }) => sessionDate === '2021-01-20')!.inputs).toContain(' r1');
  });
});

describe('scores of returns', () => {
  it('come in both conventions, beside those of the price', async () => {
    const prices = Array.from({ length: 260 }, (_, i) => price(i, 100 + 5 * Math.sin(i) + i / 10));
    const { prices: rows, stats } = await derive(prices);
    const returns = rows.slice(1).map(({ logReturn }) => logReturn!);
    const last = (stat: string) => stats.findLast((row) => row.stat === stat)!;
    expect(last('return_zscore').value).toBeCloseTo(computeZScore(returns.slice(-252))!, 12);
    expect(last('return_zscore_past').value).toBeCloseTo(computeZScoreVsPast(returns.slice(-252))!, 12);
    expect(last('zscore').value).not.toBeCloseTo(last('zscore_past').value!, 3);
    expect(last('return_zscore').unit).toBe('standard_deviations');
    // 252 returns need 253 prices.
    expect(stats.find(({ stat }) => stat === 'return_zscore')!.sessionDate).toBe(addDays(FIRST, 252));
  });
});

describe('replaying prices', () => {
  const revisions = fc
    .uniqueArray(
      fc.record({
        at: fc.integer({ min: 0, max: 34 }),
        value: fc.oneof(
          { weight: 12, arbitrary: fc.double({ min: 1, max: 200, noNaN: true }) },
          { weight: 1, arbitrary: fc.constantFrom(-37.63, 0) },
        ),
        known: fc.integer({ min: 0, max: 30 }),
        revision: fc.integer({ min: 0, max: 1_000_000 }),
      }),
      { minLength: 1, maxLength: 80, selector: ({ revision }) => revision },
    )
    .map((all) =>
      all.map(({ at, value, known, revision }) =>
        price(at, value, { revision, knownAt: Date.parse(FIRST) + known * DAY }),
      ),
    );

  it('gives the same rows in any order of input, and again', async () => {
    const shuffled = revisions.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
    );
    await fc.assert(
      fc.asyncProperty(shuffled, async ([all, mixed]) => {
        const once = await derive(all);
        expect(await derive(mixed)).toEqual(once);
        expect(await derive(all)).toEqual(once);
      }),
      { numRuns: 40 },
    );
  });

  it('says the same of a moment wherever the history is split', async () => {
    await fc.assert(
      fc.asyncProperty(revisions, fc.integer({ min: 0, max: 30 }), async (all, day) => {
        const moment = Date.parse(FIRST) + day * DAY;
        const whole = await derive(all);
        const part = await derive(all.filter(({ knownAt }) => knownAt <= moment));
        const until = <Row extends { readonly knownAt: number }>(rows: readonly Row[]) =>
          rows.filter(({ knownAt }) => knownAt <= moment);
        expect(part.prices).toEqual(until(whole.prices));
        expect(part.stats).toEqual(until(whole.stats));
      }),
      { numRuns: 40 },
    );
  });
});
