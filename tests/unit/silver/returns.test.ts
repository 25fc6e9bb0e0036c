import { describe, expect, it } from 'vitest';
import { deriveReturns, type DerivedReturns } from '../../../services/silver/returns/derive.ts';
import { RETURN_INSTRUMENTS } from '../../../services/silver/returns/instruments.ts';
import { pickBarPrices, type PriceRevision } from '../../../services/silver/returns/prices.ts';
import { getCalendar } from '../../../shared/calendars/calendars.ts';
import { addDays, type Day } from '../../../shared/time.ts';
import { readRecordedText } from '../../helpers/recorded-payload.ts';

const WEEKDAYS = getCalendar('WEEKDAYS');
const still = (): Promise<void> => Promise.resolve();

const price = (date: Day, value: number, knownAt = Date.parse(`${date}T22:00:00Z`)): PriceRevision => ({
  date,
  price: value,
  field: 'close',
  close: value,
  revision: 0,
  knownAt,
});

const derive = (prices: readonly PriceRevision[]): Promise<DerivedReturns> =>
  deriveReturns({ instrument: 'X', unit: 'points', calendar: WEEKDAYS }, prices, still);

function readCloses(file: string): PriceRevision[] {
  const lines = readRecordedText(file).trim().split(/\r?\n/).slice(1);
  return lines
    .map((line) => line.split(','))
    .filter(([, , , , close]) => close !== undefined && close !== '' && close !== 'null')
    .map(([date, , , , close]) => price(date!, Number(close)));
}

describe('returns and statistics', () => {
  const week = ['2021-01-04', '2021-01-05', '2021-01-06', '2021-01-07', '2021-01-08', '2021-01-11'];
  const prices = [100, 102, 101, 103, 104, 104].map((value, i) => price(week[i]!, value));

  it('gives log returns and volatility of the reference set', async () => {
    const { prices: rows, stats } = await derive(prices);
    const logs = [0.0198026273, -0.0098522964, 0.0196084714, 0.0096619109, 0];
    expect(rows[0]!.logReturn).toBeNull();
    logs.forEach((expected, i) => expect(rows[i + 1]!.logReturn).toBeCloseTo(expected, 9));
    const vol = stats.filter(({ stat }) => stat === 'vol');
    expect(vol.map(({ window, sessionDate }) => [window, sessionDate])).toEqual([[5, '2021-01-11']]);
    expect(stats.filter(({ stat }) => stat === 'zscore')).toEqual([]);
  });

  it('measures drawdowns from the running peak', async () => {
    const path = [100, 110, 105, 120, 90, 95, 130].map((value, i) => price(addDays('2021-01-04', i), value));
    const { stats } = await derive(path);
    const drawdowns = stats.filter(({ stat }) => stat === 'drawdown').map(({ value }) => value!);
    [0, 0, -0.0454545, 0, -0.25, -0.2083333, 0].forEach((expected, i) =>
      expect(drawdowns[i]).toBeCloseTo(expected, 6),
    );
  });

  it('flags the negative oil price of 2020-04-20 and has no return out of it', async () => {
    const { prices: rows } = await derive(readCloses('yahoo/tables/CL=F_max_to_2021-22.csv'));
    const on = (date: Day) => rows.find(({ sessionDate }) => sessionDate === date)!;
    expect(on('2020-04-20')).toMatchObject({
      price: -37.630001,
      logReturn: null,
      flags: ['non_positive_price'],
    });
    expect(on('2020-04-21')).toMatchObject({
      logReturn: null,
      simpleReturn: null,
      flags: ['after_non_positive_price'],
    });
    expect(on('2020-04-22').logReturn).toBeTypeOf('number');
  });

  it('spans a gap of more than five sessions and flags it', async () => {
    const { prices: rows } = await derive([
      price('2021-01-04', 100),
      price('2021-01-11', 101),
      price('2021-01-19', 103),
    ]);
    expect(rows.map(({ flags }) => flags)).toEqual([[], [], ['gap']]);
    expect(rows[2]!.simpleReturn).toBeCloseTo(103 / 101 - 1, 12);
  });

  it('adds rows for a restated price and what follows from it, and leaves what was known before', async () => {
    const restated = { ...price('2021-01-06', 101.5, Date.parse('2021-02-01T00:00:00Z')), revision: 1 };
    const before = await derive(prices);
    const after = await derive([...prices, restated]);
    const old = <Row extends { knownAt: number }>(rows: readonly Row[]) =>
      rows.filter(({ knownAt }) => knownAt < restated.knownAt);
    expect(old(after.prices)).toEqual(before.prices);
    expect(old(after.stats)).toEqual(before.stats);
    const added = after.prices.filter(({ knownAt }) => knownAt === restated.knownAt);
    expect(added.map(({ sessionDate }) => sessionDate)).toEqual(['2021-01-06', '2021-01-07']);
    expect(added[1]!.logReturn).toBeCloseTo(Math.log(103 / 101.5), 12);
  });

  it('ends where the latest prices lead, in whatever order they became known', async () => {
    const closes = readCloses('yahoo/tables/^VIX_max_to_2021-22.csv').filter(
      ({ date }) => date >= '2019-01-01',
    );
    const late = closes.map((revision, i) =>
      i % 97 === 5 ? { ...revision, knownAt: revision.knownAt + 40 * 86_400_000 } : revision,
    );
    const latest = (rows: DerivedReturns) => ({
      prices: new Map(
        rows.prices.map(({ knownAt: _knownAt, inputs: _inputs, ...row }) => [row.sessionDate, row]),
      ),
      stats: new Map(
        rows.stats.map(({ knownAt: _knownAt, inputs: _inputs, ...row }) => [
          `${row.stat} ${row.window} ${row.sessionDate}`,
          row,
        ]),
      ),
    });
    expect(latest(await derive(late))).toEqual(latest(await derive(closes)));
  });

  it('takes the adjusted close of funds and shares, the close of the rest', () => {
    const fieldOf = (key: string) => RETURN_INSTRUMENTS.get(key)?.field;
    expect(['EWZ', 'IRON_ORE_PROXY', 'IBOVESPA', 'SP500', 'GOLD', 'DXY', 'USDBRL_PTAX'].map(fieldOf)).toEqual(
      ['adjusted_close', 'adjusted_close', 'close', 'close', 'close', 'close', 'ask'],
    );
    const bar = {
      key: 'EWZ',
      date: '2021-01-04',
      close: 36,
      adjustedClose: null,
      revision: 0,
      releaseTime: 1,
    };
    expect(pickBarPrices([bar], RETURN_INSTRUMENTS.get('EWZ')!)).toEqual([
      { date: '2021-01-04', price: 36, field: 'close', close: 36, revision: 0, knownAt: 1 },
    ]);
  });
});
