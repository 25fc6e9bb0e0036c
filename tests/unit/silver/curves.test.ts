import { describe, expect, it } from 'vitest';
import { buildBrazil } from '../../../services/silver/curves/brazil.ts';
import type { CurveSet, Point } from '../../../services/silver/curves/curve-set.ts';
import { deriveCurves } from '../../../services/silver/curves/derive.ts';
import { buildTreasury } from '../../../services/silver/curves/treasury.ts';
import { describeContract, isFutureTicker } from '../../../shared/connectors/b3/contracts.ts';
import { treasuryConnector } from '../../../shared/connectors/treasury/treasury.ts';
import type { StoredCurvePoint } from '../../../shared/db/reader.ts';
import { computeLinear360FromPu, computeRateFromPu } from '../../../shared/numeric/rates.ts';
import { addDays, type Day } from '../../../shared/time.ts';
import { buildPayload, readRecorded, readRecordedText } from '../../helpers/recorded-payload.ts';

const SETTLEMENTS = readRecordedText('b3/tables/settlement_prices_weekly_2021-01-04_2022-06-27.csv')
  .trim()
  .split(/\r?\n/);
const CURVE_OF = {
  DI1: 'DI_PRE',
  DAP: 'DI_IPCA',
  DDI: 'CUPOM_CAMBIAL',
  FRC: 'CUPOM_CAMBIAL',
  DOL: 'USDBRL_FWD',
} as const;

/** Recorded settlements of a session as bronze holds them, known at `releaseTime`. */
function readSettlements(date: Day, releaseTime = 1): StoredCurvePoint[] {
  return SETTLEMENTS.map((line) => line.split(','))
    .filter(([day, ticker]) => day === date && isFutureTicker(ticker!))
    .map(([, ticker, , , , text]): StoredCurvePoint => {
      const { family, maturity, calendarDays, businessDays } = describeContract(ticker!, date);
      const price = Number(text);
      const rates = {
        DI1: computeRateFromPu(price, businessDays),
        DAP: computeRateFromPu(price, businessDays),
        DDI: computeLinear360FromPu(price, calendarDays),
        FRC: price / 100,
        DOL: null,
      };
      return {
        key: family,
        curveId: CURVE_OF[family],
        date,
        vertex: ticker!,
        maturity,
        calendarDays,
        businessDays,
        rate: rates[family],
        price: family === 'DOL' ? price / 1000 : null,
        rateKind: 'zero',
        revision: 0,
        releaseTime,
      };
    })
    .filter(({ businessDays }) => businessDays! > 0);
}

function readTreasury(): Map<Day, StoredCurvePoint[]> {
  const key = treasuryConnector.keys[0]!;
  const window = { key: key.key, id: 'all', from: '1990-01-01', to: '2022-12-31' };
  const payload = buildPayload('rates', readRecorded('treasury/csv/par_yield_all_1990_20220311.csv'));
  const { rows } = treasuryConnector.parse(key, window, [payload]);
  const points = rows.flatMap((row): StoredCurvePoint[] => {
    if (row.table !== 'curve_points') return [];
    return [{ ...row, rate: Number(row.rate), price: null, revision: 0, releaseTime: row.releaseTime! }];
  });
  return Map.groupBy(points, ({ date }) => date);
}

const find = (set: CurveSet, curveId: string, tenor: string): Point => {
  const found = set.points.filter((point) => point.curveId === curveId && point.tenor === tenor);
  return found.find(({ method }) => method !== 'observed') ?? found[0]!;
};
const metricOf = (set: CurveSet, curveId: string, metric: string) =>
  set.metrics.find((one) => one.curveId === curveId && one.metric === metric)!;

describe('Brazilian curves of 2022-06-20', () => {
  const date = '2022-06-20';
  const set = buildBrazil(readSettlements(date));

  it('has the nodes of the DI futures', () => {
    expect(find(set, 'DI_PRE', 'DI1F23').value).toBeCloseTo(0.1358, 5);
    expect(find(set, 'DI_PRE', 'DI1F25').value).toBeCloseTo(0.12465, 5);
    expect(find(set, 'DI_PRE', 'DI1F31').value).toBeCloseTo(0.1262, 5);
  });

  it('has standard tenors between the nodes, and a reason outside them', () => {
    const tenors = set.points.filter(({ curveId, method }) => curveId === 'DI_PRE' && method !== 'observed');
    expect(tenors.map(({ tenor }) => tenor)).toEqual([
      '1M',
      '3M',
      '6M',
      '1Y',
      '18M',
      '2Y',
      '3Y',
      '5Y',
      '7Y',
      '10Y',
    ]);
    expect(find(set, 'DI_PRE', '1Y')).toMatchObject({
      businessDays: 252,
      calendarDays: 365,
      method: 'flat_forward',
    });
    const real = find(set, 'DI_IPCA', '1M');
    expect(real).toMatchObject({ value: null, method: 'flat_forward' });
    expect(real.reason).toMatch(/outside/);
  });

  it('drops short IPCA contracts and takes no dirty DDI point', () => {
    const shortest = Math.min(
      ...set.points
        .filter(({ curveId, method }) => curveId === 'DI_IPCA' && method === 'observed')
        .map(({ calendarDays }) => calendarDays),
    );
    expect(shortest).toBeGreaterThanOrEqual(180);
    const cupom = set.points.filter(
      ({ curveId, method }) => curveId === 'CUPOM_CAMBIAL' && method === 'observed',
    );
    expect(cupom.every(({ tenor }) => tenor.startsWith('FRC'))).toBe(true);
    expect(find(set, 'CUPOM_CAMBIAL', '1Y')).toMatchObject({ method: 'frc', calendarDays: 360 });
    // Between FRCM23 (346 days, 4.38 %) and FRCN23 (378 days, 4.39 %).
    expect(find(set, 'CUPOM_CAMBIAL', '1Y').value).toBeCloseTo(0.0438 + (0.0001 * 14) / 32, 12);
  });

  it('has Fisher breakevens, a forward dollar and a fit within 25 bp', () => {
    const [n, r] = [find(set, 'DI_PRE', '5Y').value!, find(set, 'DI_IPCA', '5Y').value!];
    expect(find(set, 'BR_BEI', '5Y').value).toBeCloseTo((1 + n) / (1 + r) - 1, 12);
    expect(metricOf(set, 'BR_BEI', 'bei_simple_5y').value).toBeCloseTo(n - r, 12);
    const forward = find(set, 'USDBRL_FWD', '1Y');
    expect(forward).toMatchObject({ method: 'log_linear', valueKind: 'forward_price' });
    expect(forward.value).toBeGreaterThan(find(set, 'USDBRL_FWD', '6M').value!);
    expect(set.fits[0]!.fit).toMatchObject({ status: 'ok' });
    expect(set.fits[0]!.fit!.rmseBp).toBeLessThan(25);
    const slope = metricOf(set, 'DI_PRE', 'slope');
    expect(slope).toMatchObject({ unit: 'decimal', reason: null });
    expect(slope.value).toBeCloseTo(find(set, 'DI_PRE', '10Y').value! - find(set, 'DI_PRE', '1Y').value!, 12);
  });

  it('agrees with covered parity of the same session within the mix of clocks', () => {
    const di = find(set, 'DI_PRE', '1Y').value!;
    const { value, businessDays, calendarDays } = find(set, 'USDBRL_FWD', '1Y');
    const parity = ((1 + di) ** (businessDays! / 252) / (value! / 5.1539) - 1) * (360 / calendarDays);
    expect(Math.abs(parity - find(set, 'CUPOM_CAMBIAL', '1Y').value!)).toBeLessThan(0.02);
  });
});

describe('curve revisions', () => {
  const date = '2021-01-04';
  const build = buildBrazil;
  const futures = readSettlements(date, 1);
  const page = [21, 63, 126, 252, 504, 1260, 2520].map((businessDays, i): StoredCurvePoint => ({
    key: 'PRE',
    curveId: 'DI_PRE',
    date,
    vertex: String(businessDays),
    maturity: null,
    calendarDays: Math.round((businessDays * 365) / 252),
    businessDays,
    rate: 0.02 + i / 100,
    price: null,
    rateKind: 'zero',
    revision: 0,
    releaseTime: 2,
  }));

  it('lets a reference page replace the futures from the moment it is known', () => {
    const before = deriveCurves(date, futures, build);
    const after = deriveCurves(date, [...page, ...futures], build);
    expect(after.points.filter(({ knownAt }) => knownAt === 1)).toEqual(before.points);
    expect(after.metrics.filter(({ knownAt }) => knownAt === 1)).toEqual(before.metrics);
    const later = after.points.filter(({ knownAt }) => knownAt === 2);
    expect(later.find(({ tenor, curveId }) => tenor === '1Y' && curveId === 'DI_PRE')!.value).toBe(0.05);
    const retired = later.filter(({ method, tenor }) => method === 'observed' && tenor.startsWith('DI1'));
    expect(retired.length).toBeGreaterThan(20);
    expect(retired.every(({ value, reason }) => value === null && reason !== null)).toBe(true);
    expect(later.some(({ curveId }) => curveId === 'USDBRL_FWD')).toBe(false);
  });

  it('says nothing twice', () => {
    const repeated = futures.map((point) => ({ ...point, releaseTime: 3 }));
    expect(deriveCurves(date, [...futures, ...repeated], build)).toEqual(deriveCurves(date, futures, build));
  });

  it('refuses rates outside the bounds', () => {
    const wild = page.map((point, i) => ({ ...point, rate: i === 3 ? 0.5 : i === 4 ? 0 : point.rate }));
    const observed = build(wild).points.filter(({ method }) => method === 'observed');
    expect(observed.map(({ tenor }) => tenor)).toEqual(['21', '63', '126', '1260', '2520']);
  });
});

describe('Treasury curves', () => {
  const byDate = readTreasury();

  it('keeps par yields, bootstraps zeros and measures the slope', () => {
    const set = buildTreasury(byDate.get('2022-03-11')!);
    expect(find(set, 'UST_NOM', '10Y')).toMatchObject({
      value: 0.02,
      valueKind: 'par_rate',
      method: 'observed',
    });
    expect(metricOf(set, 'UST_NOM', 'slope').value).toBeCloseTo(0.0025, 12);
    const zero = find(set, 'UST_NOM_ZERO', '10Y');
    expect(zero).toMatchObject({ method: 'bootstrap', valueKind: 'zero_rate', reason: null });
    expect(zero.value).toBeCloseTo(0.0201, 3);
    expect(find(set, 'UST_NOM_ZERO', '6M').value).toBeCloseTo(0.0078, 6);
    expect(set.fits.map(({ model, fit }) => [model, fit?.status])).toEqual([
      ['ns', 'ok'],
      ['nss', 'ok'],
    ]);
    expect(metricOf(set, 'UST_NOM_ZERO', 'carry_10y')).toMatchObject({ unit: 'bps', reason: null });
  });

  it('names the leg that a date does not have', () => {
    const without = byDate.get('2022-03-11')!.filter(({ vertex }) => vertex !== '2Y');
    const set = buildTreasury(without);
    expect(metricOf(set, 'UST_NOM', 'slope')).toMatchObject({ value: null, reason: 'missing 2Y' });
    expect(metricOf(set, 'UST_NOM', 'long_premium').value).toBeCloseTo(0.0004, 12);
  });

  it('computes breakevens where a real curve exists', () => {
    const nominal = byDate.get('2022-03-11')!;
    const real = nominal
      .filter(({ vertex }) => ['5Y', '10Y'].includes(vertex))
      .map((point) => ({ ...point, key: 'UST_REAL', curveId: 'UST_REAL', rate: -0.01 }));
    const set = buildTreasury([...nominal, ...real]);
    expect(find(set, 'UST_BEI', '10Y').value).toBeCloseTo(0.03, 12);
    expect(metricOf(set, 'UST_BEI', 'bei_fisher_10y').value).toBeCloseTo(1.02 / 0.99 - 1, 12);
    expect(buildTreasury(nominal).points.some(({ curveId }) => curveId === 'UST_BEI')).toBe(false);
  });

  it('dates a real session by its release', () => {
    const rows = deriveCurves('2022-03-11', byDate.get('2022-03-11')!, (points) => buildTreasury(points));
    expect(new Set(rows.points.map(({ knownAt }) => knownAt))).toEqual(
      new Set([Date.parse('2022-03-11T23:00:00Z')]),
    );
    expect(addDays('2022-03-11', 0)).toBe(rows.points[0]!.curveDate);
  });
});
