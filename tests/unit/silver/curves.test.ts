import { describe, expect, it } from 'vitest';
import { buildBrazil } from '../../../services/silver/curves/brazil.ts';
import type { CurveSet, Point } from '../../../services/silver/curves/curve-set.ts';
import { deriveCurves } from '../../../services/silver/curves/derive.ts';
import { buildTreasury } from '../../../services/silver/curves/treasury.ts';
import { evaluateYield } from '../../../shared/numeric/nelson-siegel.ts';
import type { StoredCurvePoint } from '../../../shared/db/reader.ts';
import { addDays, daysBetween, type Day } from '../../../shared/time.ts';
import { readParYields, readSettlementPoints } from '../../helpers/recorded-curves.ts';

const SETTLEMENTS = readSettlementPoints();

/** Recorded settlements of a session, known at `releaseTime`. */
const readSettlements = (date: Day, releaseTime = 1): StoredCurvePoint[] =>
  SETTLEMENTS.get(date)!.map((point) => ({ ...point, releaseTime }));

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

  it('names source, vertices and highest revision, and adds no row for a change of these alone', () => {
    const [first, ...rest] = page;
    const revised = { ...first!, revision: 1, releaseTime: 5 };
    const before = deriveCurves(date, page, build);
    expect(before.points.find(({ tenor }) => tenor === '1Y')!.inputs).toBe('PRE[2021-01-04] 7 vertices r0');
    expect(before.points.find(({ tenor }) => tenor === '63')!.inputs).toBe('PRE[2021-01-04] 63 r0');
    expect(before.fits.map(({ inputs }) => inputs)).toEqual(
      before.fits.map(() => 'PRE[2021-01-04] 7 vertices r0'),
    );
    expect(before.metrics.every(({ inputs }) => inputs === 'PRE[2021-01-04] 7 vertices r0')).toBe(true);
    expect(deriveCurves(date, [...page, revised], build)).toEqual(before);
    const changed = deriveCurves(date, [first!, ...rest, { ...revised, rate: 0.021 }], build);
    const later = changed.points.filter(({ knownAt }) => knownAt === 5);
    expect(later.map(({ tenor, inputs }) => [tenor, inputs])).toEqual([
      ['21', 'PRE[2021-01-04] 21 r1'],
      ['1M', 'PRE[2021-01-04] 7 vertices r1'],
    ]);
  });

  it('cites both legs of a breakeven', () => {
    const { points } = build(futures);
    const di = points.filter(({ curveId, method }) => curveId === 'DI_PRE' && method === 'observed').length;
    const dap = points.filter(({ curveId, method }) => curveId === 'DI_IPCA' && method === 'observed').length;
    expect(find(build(futures), 'BR_BEI', '5Y').inputs).toBe(
      `DI1[2021-01-04] ${di} vertices r0, DAP[2021-01-04] ${dap} vertices r0`,
    );
  });

  it('takes the newest of two revisions of one moment, in whatever order they come', () => {
    const second = { ...page[3]!, revision: 1, rate: 0.06 };
    const forwards = deriveCurves(date, [...page, second], build);
    expect(deriveCurves(date, [second, ...page.toReversed()], build)).toEqual(forwards);
    expect(forwards.points.find(({ tenor, method }) => tenor === '1Y' && method !== 'observed')!.value).toBe(
      0.06,
    );
  });

  it('flags what is held flat beyond the ends and gives nothing further out', () => {
    const short = page.filter(({ businessDays }) => businessDays! >= 63 && businessDays! <= 1260);
    const long = short.map((point) => (point.vertex === '1260' ? { ...point, businessDays: 2300 } : point));
    const [near, far] = [build(short), build(long)];
    expect(find(near, 'DI_PRE', '1M')).toMatchObject({ value: null, flags: [] });
    expect(find(near, 'DI_PRE', '7Y')).toMatchObject({ value: null, flags: [] });
    expect(find(far, 'DI_PRE', '10Y')).toMatchObject({ value: 0.07, method: 'flat', flags: ['flat'] });
    expect(find(far, 'DI_PRE', '7Y')).toMatchObject({ method: 'flat_forward', flags: [] });
  });

  it('says on every interpolated point that the fit of its curve is refused', () => {
    const bent = page.map((point, i) => ({ ...point, rate: i % 2 === 0 ? 0.1 : 0.14 }));
    const set = build(bent);
    expect(set.fits.find(({ model }) => model === 'ns')!.fit!.status).toBe('rejected');
    const standard = set.points.filter(({ method }) => method === 'flat_forward');
    expect(standard.length).toBeGreaterThan(5);
    expect(standard.every(({ flags }) => flags.includes('ns_rejected'))).toBe(true);
    expect(set.points.some(({ method, flags }) => method === 'observed' && flags.length > 0)).toBe(false);
  });

  it('refuses rates outside the bounds', () => {
    const wild = page.map((point, i) => ({ ...point, rate: i === 3 ? 0.5 : i === 4 ? 0 : point.rate }));
    const observed = build(wild).points.filter(({ method }) => method === 'observed');
    expect(observed.map(({ tenor }) => tenor)).toEqual(['21', '63', '126', '1260', '2520']);
  });
});

describe('inflation-linked bonds', () => {
  const date = '2021-01-04';
  const bonds = (
    [
      ['2024-08-15', 0.0162, 911],
      ['2026-08-15', 0.0231, 1413],
      ['2035-05-15', 0.0342, 3604],
      ['2045-05-15', 0.038, 6115],
    ] as const
  ).map(([maturity, rate, businessDays]): StoredCurvePoint => ({
    key: 'TESOURO',
    curveId: 'NTN_B_REAL',
    date,
    vertex: maturity,
    maturity,
    calendarDays: daysBetween(date, maturity),
    businessDays,
    rate,
    price: null,
    rateKind: 'yield',
    revision: 0,
    releaseTime: 1,
  }));
  const set = buildBrazil(bonds);

  it('have constant maturities on the flat-forward zero curve of the bonds', () => {
    const growth = (rate: number, days: number): number => (1 + rate) ** (days / 252);
    const ratio = growth(0.0231, 1413) / growth(0.0162, 911);
    const expected = (growth(0.0162, 911) * ratio ** ((1260 - 911) / (1413 - 911))) ** (252 / 1260) - 1;
    const fiveYears = find(set, 'NTN_B_REAL', '5Y');
    expect(fiveYears).toMatchObject({
      method: 'flat_forward',
      valueKind: 'yield',
      flags: [],
      businessDays: 1260,
    });
    expect(fiveYears.value).toBeCloseTo(expected, 12);
    expect(fiveYears.inputs).toBe('TESOURO[2021-01-04] 4 vertices r0');
  });

  it('have none where no bond reaches', () => {
    expect(find(set, 'NTN_B_REAL', '2Y')).toMatchObject({
      value: null,
      reason: expect.stringMatching(/outside/),
    });
    expect(find(set, 'NTN_B_REAL', '3Y')).toMatchObject({ value: 0.0162, method: 'flat', flags: ['flat'] });
    expect(find(set, 'NTN_B_REAL', '20Y').value).not.toBeNull();
    expect(find(set, 'NTN_B_REAL', '30Y').value).toBeNull();
  });

  it('have a DV01 and a five-year forward', () => {
    const [five, ten] = [find(set, 'NTN_B_REAL', '5Y').value!, find(set, 'NTN_B_REAL', '10Y').value!];
    expect(metricOf(set, 'NTN_B_REAL', 'dv01_5y')).toMatchObject({ unit: 'per_100', reason: null });
    expect(metricOf(set, 'NTN_B_REAL', 'dv01_5y').value).toBeCloseTo((500 * (1 + five) ** -6) / 1e4, 12);
    expect(metricOf(set, 'NTN_B_REAL', 'fwd_5y5y').value).toBeCloseTo(
      ((1 + ten) ** 10 / (1 + five) ** 5) ** 0.2 - 1,
      12,
    );
    expect(metricOf(set, 'NTN_B_REAL', 'dv01_2y')).toMatchObject({ value: null, reason: 'missing 2Y' });
  });
});

describe('Treasury curves', () => {
  const byDate = readParYields();

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
    expect(set.fits.map(({ curveId, model, fit }) => [curveId, model, fit?.status])).toEqual([
      ['UST_NOM', 'ns', 'ok'],
      ['UST_NOM', 'nss', 'ok'],
      ['UST_NOM_ZERO', 'ns', 'rejected'],
      ['UST_NOM_ZERO', 'nss', 'ok'],
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

  it('counts business days of US government securities', () => {
    const set = buildTreasury(byDate.get('2022-03-11')!);
    // 2022-03-11 … 2023-03-11: 260 weekdays less 12 holidays, Good Friday and Juneteenth among them.
    expect(find(set, 'UST_NOM', '1Y')).toMatchObject({ calendarDays: 365, businessDays: 248 });
    expect(set.points.every(({ businessDays }) => businessDays !== null)).toBe(true);
  });

  it('fills a tenor that was not published from the accepted fit, and leaves those out of reach null', () => {
    const set = buildTreasury(byDate.get('2022-03-11')!.filter(({ vertex }) => vertex !== '20Y'));
    const { b0, b1, b2, l1 } = set.fits[0]!.fit!;
    const filled = find(set, 'UST_NOM', '20Y');
    expect(filled).toMatchObject({ method: 'ns', flags: [], valueKind: 'par_rate', calendarDays: 7300 });
    expect(filled.value).toBe(evaluateYield({ b0, b1, b2, l1 }, 20));
    const early = buildTreasury(byDate.get('1990-01-02')!);
    expect(find(early, 'UST_NOM', '1M')).toMatchObject({
      value: null,
      reason: expect.stringMatching(/outside/),
    });
  });

  it('interpolates it where the fit is refused, and says so', () => {
    const bent = byDate
      .get('2022-03-11')!
      .filter(({ vertex }) => vertex !== '3Y')
      .map((point, i) => ({ ...point, rate: i % 2 === 0 ? 0.01 : 0.02 }));
    const set = buildTreasury(bent);
    const [two, five] = [find(set, 'UST_NOM', '2Y').value!, find(set, 'UST_NOM', '5Y').value!];
    expect(find(set, 'UST_NOM', '3Y')).toMatchObject({
      method: 'linear',
      flags: ['ns_rejected'],
      value: expect.closeTo(two + (five - two) / 3, 12),
    });
  });

  it('bootstraps real zeros from a flat short end, flagged, and their forward breakeven', () => {
    const nominal = byDate.get('2022-03-11')!;
    const real = nominal
      .filter(({ vertex }) => ['5Y', '7Y', '10Y', '20Y', '30Y'].includes(vertex))
      .map((point) => ({ ...point, key: 'UST_REAL', curveId: 'UST_REAL', rate: 0.01 }));
    const set = buildTreasury([...nominal, ...real]);
    const zero = find(set, 'UST_REAL_ZERO', '10Y');
    // A flat par curve is its own zero curve.
    expect(zero).toMatchObject({
      method: 'bootstrap',
      flags: ['flat_short_end'],
      value: expect.closeTo(0.01, 12),
      inputs: 'UST_REAL[2022-03-11] 5 vertices r0',
    });
    const nominalForward = metricOf(set, 'UST_NOM_ZERO', 'fwd_5y5y').value!;
    const breakeven = metricOf(set, 'UST_BEI', 'fwd_5y5y').value!;
    expect(breakeven).toBeCloseTo((1 + nominalForward) / 1.005 ** 2 - 1, 12);
    expect(find(set, 'UST_NOM_ZERO', '10Y').flags).toEqual([]);
  });

  it('measures carry on continuous zeros: the total is the excess log return of the bond', () => {
    const set = buildTreasury(byDate.get('2022-03-11')!);
    const continuous = (tenor: string): number => 2 * Math.log1p(find(set, 'UST_NOM_ZERO', tenor).value! / 2);
    const [funding, nine, ten] = [continuous('1M'), continuous('7Y'), continuous('10Y')];
    const rolled = nine + ((ten - nine) * (3629 - 2555)) / (3650 - 2555);
    const logReturn = (ten * 3650 - rolled * 3629) / 365 - (funding * 21) / 365;
    expect(metricOf(set, 'UST_NOM_ZERO', 'carry_roll_10y').value).toBeCloseTo(logReturn * 1e4, 8);
    const bey = find(set, 'UST_NOM_ZERO', '10Y').value!;
    expect(metricOf(set, 'UST_NOM_ZERO', 'dv01_10y').value).toBeCloseTo(
      (1000 * (1 + bey / 2) ** -21) / 1e4,
      12,
    );
  });

  it('dates a real session by its release', () => {
    const rows = deriveCurves('2022-03-11', byDate.get('2022-03-11')!, (points) => buildTreasury(points));
    expect(new Set(rows.points.map(({ knownAt }) => knownAt))).toEqual(
      new Set([Date.parse('2022-03-11T23:00:00Z')]),
    );
    expect(addDays('2022-03-11', 0)).toBe(rows.points[0]!.curveDate);
  });
});
