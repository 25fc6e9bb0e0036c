import { describe, expect, it } from 'vitest';
import { fxEquilibrium } from '../../../services/agents/fx_equilibrium/agent.ts';
import {
  computeMisalignmentPct,
  fitBeer as fitBeerBy,
  type BeerTable,
} from '../../../services/agents/fx_equilibrium/beer.ts';
import { buildBeerInputs, chainIndex } from '../../../services/agents/fx_equilibrium/beer-table.ts';
import {
  listCarryRatios as listCarryRatiosBy,
  standCarryRatio as standCarryRatioBy,
  type CarryRatio,
} from '../../../services/agents/fx_equilibrium/carry-risk.ts';
import { implyCupom as implyCupomBy } from '../../../services/agents/fx_equilibrium/cip-basis.ts';
import {
  mergeFlows,
  standFlow as standFlowBy,
  sumCompleteMonths,
} from '../../../services/agents/fx_equilibrium/flow.ts';
import { readVersion } from '../../../services/agents/versions.ts';
import { collectCurves, type CurveSnapshot } from '../../../services/agents/framework/curve-snapshot.ts';
import type { DatedValue } from '../../../services/agents/framework/dated-values.ts';
import { addToMonth, type Month } from '../../../services/agents/framework/periods.ts';
import type { PricePoint } from '../../../services/agents/framework/view.ts';
import { getCalendar } from '../../../shared/calendars/calendars.ts';
import { computeCipBasisPp, computeCupomFromForward } from '../../../shared/numeric/rates.ts';
import type { CurvePointRow } from '../../../shared/silver/rows.ts';
import { addDays, cutoffOf, listWeekdays, type Day } from '../../../shared/time.ts';
import { assess, buildView, listMacroRows } from './framework-panel.ts';

// The numbers of model version 1.
const { beer, carryRisk, cipBasis, flow } = readVersion('agent_fx_equilibrium', '1').parameters;
const BEER_MIN_ROWS = beer.minRows;
const fitBeer = (table: BeerTable, lastMonth: Month) => fitBeerBy(table, lastMonth, beer);
const listCarryRatios = (
  selic: readonly DatedValue[],
  fedFunds: readonly DatedValue[],
  fixings: readonly Pick<PricePoint, 'date' | 'simpleReturn'>[],
) => listCarryRatiosBy(selic, fedFunds, fixings, carryRisk.volSessions);
const standCarryRatio = (ratios: readonly CarryRatio[]) => standCarryRatioBy(ratios, carryRisk.months);
const implyCupom = (
  diCurves: readonly CurveSnapshot[],
  forwards: readonly CurveSnapshot[],
  fixings: readonly PricePoint[],
) => implyCupomBy(diCurves, forwards, fixings, cipBasis.tenor);
const standFlow = (months: Parameters<typeof standFlowBy>[0]) => standFlowBy(months, flow.months);

const PARTITION = '2021-06-30';
const CURVE_DATE = '2021-06-28';

/** Numbers that look random and are the same on every run. */
function makeNoise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648 - 0.5;
  };
}

function makeMonths(first: string, count: number, valueOf: (index: number) => number): Map<string, number> {
  return new Map(Array.from({ length: count }, (_, i) => [addToMonth(first, i), valueOf(i)]));
}

function makePoint(curveId: string, tenor: string, point: Partial<CurvePointRow>): CurvePointRow {
  return {
    curveId,
    curveDate: CURVE_DATE,
    tenor,
    calendarDays: 360,
    businessDays: null,
    knownAt: cutoffOf(CURVE_DATE) - 1,
    value: null,
    valueKind: 'linear360',
    method: 'linear',
    reason: null,
    ...point,
  };
}

function makeFixings(from: Day, to: Day, priceOf: (index: number) => number) {
  return listWeekdays(from, to).map((sessionDate, i) => {
    const price = priceOf(i);
    const simpleReturn = i === 0 ? null : price / priceOf(i - 1) - 1;
    return {
      instrument: 'USDBRL_PTAX',
      sessionDate,
      knownAt: cutoffOf(sessionDate) - 1,
      price,
      field: 'ask',
      logReturn: simpleReturn === null ? null : Math.log1p(simpleReturn),
      simpleReturn,
      flags: [],
    };
  });
}

describe('the covered parity basis', () => {
  it('is −43.379 bp for S 5.00, F 5.40, DI 13 %, SOFR 5 % over 252 business and 365 calendar days', () => {
    const cupom = computeCupomFromForward({
      di: 0.13,
      spot: 5,
      forward: 5.4,
      businessDays: 252,
      calendarDays: 365,
    });
    expect(cupom).toBeCloseTo(0.0456621005, 10);
    const basisPp = computeCipBasisPp(cupom!, 0.05)!;
    expect(basisPp * 100).toBeCloseTo(-43.379, 3);
    expect(basisPp * 100).not.toBeCloseTo(-37.037, 1);
  });

  it('comes from the cupom curve when there is one, in percentage points against SOFR in percent', () => {
    const panel = {
      macro: listMacroRows('US_SOFR', 'level', { [CURVE_DATE]: 0.05 }),
      curvePoints: [makePoint('CUPOM_CAMBIAL', '1Y', { value: 0.0123, method: 'frc' })],
    };
    const { signal } = assess(fxEquilibrium, panel, PARTITION);
    const basis = signal('FX_BR_CIP_BASIS');
    expect(basis).toMatchObject({ status: 'OK', direction: 'LONG', unit: 'pp' });
    expect(basis.value).toBeCloseTo(1.18, 10);
    expect(basis.confidence).toBeCloseTo(1.18 / 5, 10);
    expect(basis.metadata['flags']).toEqual(['tenor_mismatch', 'frc_forward_start']);
  });

  it('is capped, because an overnight rate stands for one of a year, and cites the SOFR that it used', () => {
    const macro = listMacroRows('US_SOFR', 'level', { [CURVE_DATE]: 0.05, '2021-06-29': 0.04 });
    const curvePoints = [makePoint('CUPOM_CAMBIAL', '1Y', { value: 0.05 })];
    const basis = assess(fxEquilibrium, { macro, curvePoints }, PARTITION).signal('FX_BR_CIP_BASIS');
    expect(basis).toMatchObject({ confidence: 0.49, proxies: ['overnight SOFR for a one-year rate'] });
    expect(basis.inputs).toContainEqual(expect.objectContaining({ key: 'US_SOFR', lastPeriod: CURVE_DATE }));
  });

  it('is implied by DI, forward and spot of one date otherwise, DI at the business days of the forward', () => {
    const maturity = addDays(CURVE_DATE, 360);
    const businessDays = getCalendar('BR_ANBIMA', CURVE_DATE).count(CURVE_DATE, maturity);
    const curvePoints = [
      makePoint('DI_PRE', 'DI1F22', {
        businessDays: 100,
        calendarDays: 150,
        value: 0.06,
        method: 'observed',
      }),
      makePoint('DI_PRE', 'DI1F24', {
        businessDays: 600,
        calendarDays: 870,
        value: 0.06,
        method: 'observed',
      }),
      makePoint('USDBRL_FWD', '1Y', { value: 5.2, valueKind: 'forward_price', method: 'log_linear' }),
    ];
    const prices = makeFixings(CURVE_DATE, PARTITION, () => 5);
    const macro = listMacroRows('US_SOFR', 'level', { [CURVE_DATE]: 0.05 });
    const basis = assess(fxEquilibrium, { macro, prices, curvePoints }, PARTITION).signal('FX_BR_CIP_BASIS');
    const expected = ((1.06 ** (businessDays / 252) / (5.2 / 5) - 1) * 360) / 360;
    expect(basis.metadata['source']).toBe('DI_PRE + USDBRL_FWD + PTAX');
    expect(basis.value).toBeCloseTo(100 * (expected - 0.0005), 9);
    const withoutForward = collectCurves(curvePoints.filter(({ curveId }) => curveId === 'DI_PRE'));
    expect(implyCupom(withoutForward, [], [])).toBeNull();
  });

  it('is stale when no curve is ten business days old or less, and names what is missing without any', () => {
    const curvePoints = [makePoint('CUPOM_CAMBIAL', '1Y', { value: 0.0123 })];
    const late = assess(fxEquilibrium, { curvePoints }, '2021-07-30').signal('FX_BR_CIP_BASIS');
    expect(late).toMatchObject({ status: 'STALE_DATA', direction: 'NEUTRAL', confidence: 0, value: null });
    const none = assess(fxEquilibrium, {}, PARTITION).signal('FX_BR_CIP_BASIS');
    expect(none.status).toBe('INSUFFICIENT_DATA');
    expect(none.reason).toMatch(/CUPOM_CAMBIAL.*DI_PRE.*USDBRL_FWD.*PTAX/);
    const noSofr = assess(fxEquilibrium, { curvePoints }, PARTITION).signal('FX_BR_CIP_BASIS');
    expect(noSofr).toMatchObject({ status: 'INSUFFICIENT_DATA', reason: 'missing FRED SOFR' });
  });
});

describe('carry for risk', () => {
  const noise = makeNoise(7);
  const walk: number[] = [];
  for (let day = 0; day < 1_200; day += 1) walk.push((walk.at(-1) ?? 5) * (1 + noise() * 0.02));
  const fixings = makeFixings('2017-09-01', PARTITION, (i) => walk[i]!);
  const daily = fixings.map(({ sessionDate, simpleReturn }) => ({ date: sessionDate, simpleReturn }));
  const selic = [{ date: '2017-01-01', value: 7 }];
  const fedFunds = [{ date: '2017-01-01', value: 1.5 }];

  it('is carry in percent over the annualized standard deviation of thirty simple returns in percent', () => {
    const last = listCarryRatios(selic, fedFunds, daily).at(-1)!;
    const returns = daily.slice(-30).map(({ simpleReturn }) => simpleReturn!);
    const mean = returns.reduce((sum, value) => sum + value, 0) / 30;
    const std = Math.sqrt(returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 29);
    expect(last.carryPct).toBeCloseTo(5.5, 12);
    expect(last.volPct).toBeCloseTo(std * Math.sqrt(252) * 100, 9);
    expect(last.ratio).toBeCloseTo(5.5 / (std * Math.sqrt(252) * 100), 9);
  });

  it('is compared with the 36 months before, the current one left out', () => {
    const ratios = listCarryRatios(selic, fedFunds, daily);
    const past = ratios.slice(-37, -1).map(({ ratio }) => ratio);
    const mean = past.reduce((sum, value) => sum + value, 0) / 36;
    const std = Math.sqrt(past.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 35);
    const standing = standCarryRatio(ratios);
    expect(standing).toHaveProperty('z', expect.closeTo((ratios.at(-1)!.ratio - mean) / std, 9));
    expect(standCarryRatio(ratios.slice(-30))).toEqual({ missingMonths: 7 });
  });

  it('names each missing input, and is stale when the fixing is', () => {
    const none = assess(fxEquilibrium, {}, PARTITION).signal('FX_BR_CARRY_RISK');
    expect(none).toMatchObject({
      status: 'INSUFFICIENT_DATA',
      reason: 'missing SGS 432, FRED DFF, BCB PTAX USDBRL',
    });
    const macro = [
      ...listMacroRows('BR_SELIC_TARGET', 'level', { '2021-07-14': 4.25 }),
      ...listMacroRows('US_FED_FUNDS', 'level', { '2021-07-14': 0.1 }),
    ];
    const late = assess(fxEquilibrium, { macro, prices: fixings }, '2021-07-15').signal('FX_BR_CARRY_RISK');
    expect(late).toMatchObject({ status: 'STALE_DATA', reason: 'BCB PTAX USDBRL: last fixing 2021-06-30' });
  });
});

describe('the fair value', () => {
  const noise = makeNoise(3);
  const tot = makeMonths('2012-01', 120, (i) => 4.5 + 0.3 * Math.sin(i / 9) + noise() / 20);
  const cpiRatio = makeMonths('2012-01', 120, (i) => 0.002 * i + noise() / 50);
  const lnSpot = new Map(
    [...tot].map(([month, value]) => [
      addToMonth(month, 1),
      3 - 0.5 * value + 0.9 * cpiRatio.get(month)! + noise() / 1e4,
    ]),
  );
  const table: BeerTable = { lnSpot, tot, cpiRatio, realRate: new Map(), nfa: new Map() };

  it('recovers the coefficients of an equation with regressors lagged a month', () => {
    const fit = fitBeer(table, '2021-11')!;
    expect(fit.predictors).toEqual(['tot', 'cpiRatio']);
    expect(fit.n).toBe(118);
    expect(fit.coefficients.tot).toBeCloseTo(-0.5, 2);
    expect(fit.coefficients.cpiRatio).toBeCloseTo(0.9, 2);
    expect(fit.wrongSigns).toEqual([]);
    expect(fit.engleGranger?.cointegrated).toBe(true);
    expect(fit.lastMonth).toBe('2021-11');
    const expected = Math.exp(3 - 0.5 * tot.get('2021-11')! + 0.9 * cpiRatio.get('2021-11')!);
    expect(fit.fair / expected).toBeCloseTo(1, 3);
  });

  it('does not see the month it values, nor any later one', () => {
    const later: BeerTable = {
      ...table,
      lnSpot: new Map([...lnSpot].map(([month, value]) => [month, month > '2020-06' ? 99 : value])),
    };
    expect(fitBeer(later, '2020-06')).toEqual(fitBeer(table, '2020-06'));
  });

  it('flags a coefficient of the wrong sign', () => {
    const mirrored: BeerTable = {
      ...table,
      lnSpot: new Map([...lnSpot].map(([month, value]) => [month, -value])),
    };
    expect(fitBeer(mirrored, '2021-11')!.wrongSigns).toEqual(['tot', 'cpiRatio']);
  });

  it('needs two predictors of 24 months', () => {
    expect(fitBeer({ ...table, tot: new Map() }, '2021-11')).toBeNull();
    const short = new Map([...tot].slice(0, BEER_MIN_ROWS - 1));
    expect(fitBeer({ ...table, tot: short }, '2021-11')).toBeNull();
  });

  it('makes misalignment positive when the dollar is dear', () => {
    expect(computeMisalignmentPct(5.5, 5)).toBeCloseTo(10, 12);
  });

  it('takes its inputs in their stored units', () => {
    const months = makeMonths('2019-01', 29, (i) => i);
    const monthly = (key: string, valueOf: (index: number) => number) =>
      listMacroRows(key, 'level', Object.fromEntries([...months].map(([month, i]) => [month, valueOf(i)])));
    const macro = [
      ...monthly('BR_ICBR_BRL', (i) => 400 + i),
      ...monthly('BR_USDBRL_MONTH_AVG', () => 5),
      ...monthly('BR_GDP_12M_BRL', () => 8_000_000),
      ...monthly('BR_IPCA_MOM', () => 0.5),
      ...monthly('US_CPI_ALL_SA', () => 250),
      ...listMacroRows(
        'BR_RESERVES',
        'level',
        Object.fromEntries([...months.keys()].map((month) => [`${month}-15`, 360_000])),
      ),
    ];
    const view = buildView(fxEquilibrium, { macro }, PARTITION);
    const { table: built, missing, proxies } = buildBeerInputs(view);
    expect(built.tot.get('2019-01')).toBeCloseTo(Math.log(400 / 5), 12);
    expect(built.nfa.get('2019-03')).toBeCloseTo(360_000 / (8_000_000 / 5), 12);
    expect(built.cpiRatio.get('2019-02')).toBeCloseTo(Math.log((100 * 1.005 ** 2) / 250), 12);
    expect(proxies).toEqual(['SGS 27574 over SGS 3698 for SGS 29042']);
    expect(missing).toEqual({ realRate: 'FRED DFII5 and B3 DI_IPCA 5Y (0 of 24 month-ends)' });
  });

  it('chains prices from monthly changes up to the first missing month', () => {
    const chained = chainIndex(
      new Map([
        ['2020-01', 1],
        ['2020-02', 2],
        ['2020-04', 1],
      ]),
    );
    expect([...chained.keys()]).toEqual(['2020-01', '2020-02']);
    expect(chained.get('2020-02')).toBeCloseTo(103.02, 10);
  });
});

describe('the FX flow', () => {
  const days = listWeekdays('2019-03-15', '2021-06-25').filter((day) =>
    getCalendar('BR_ANBIMA').isSession(day),
  );
  const flows = days.map((date) => ({ date, value: Number(date.slice(5, 7)) }));

  it('adds the two parts where the total is missing', () => {
    const merged = mergeFlows(
      [{ date: '2021-01-04', value: 10 }],
      [
        { date: '2021-01-04', value: 1 },
        { date: '2021-01-05', value: 2 },
        { date: '2021-01-06', value: 3 },
      ],
      [{ date: '2021-01-05', value: 5 }],
    );
    expect(merged).toEqual([
      { date: '2021-01-04', value: 10 },
      { date: '2021-01-05', value: 7 },
    ]);
  });

  it('sums whole months only', () => {
    const months = sumCompleteMonths(flows);
    expect(months[0]!.month).toBe('2019-04');
    expect(months.at(-1)).toEqual({
      month: '2021-05',
      sum: 5 * days.filter((day) => day.startsWith('2021-05')).length,
    });
  });

  it('stands against the 23 months before, without a gap', () => {
    const months = Array.from({ length: 24 }, (_, i) => ({
      month: addToMonth('2019-01', i),
      sum: i === 23 ? 100 : i % 5,
    }));
    const past = months.slice(0, 23).map(({ sum }) => sum);
    const mean = past.reduce((sum, value) => sum + value, 0) / 23;
    const std = Math.sqrt(past.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 22);
    expect(standFlow(months)).toBeCloseTo((100 - mean) / std, 9);
    expect(standFlow(months.slice(1))).toBeNull();
    expect(standFlow([{ month: '2018-11', sum: 1 }, ...months.slice(1)])).toBeNull();
  });

  it('signals inflow as a weaker dollar', () => {
    const rows = listMacroRows(
      'BR_FX_FLOW_TOTAL',
      'level',
      Object.fromEntries(flows.map(({ date, value }) => [date, date.startsWith('2021-05') ? 900 : value])),
    );
    const signal = assess(fxEquilibrium, { macro: rows }, PARTITION).signal('FX_BR_FLOW');
    expect(signal).toMatchObject({ status: 'OK', direction: 'SHORT', confidence: 1 });
    expect(signal.metadata['missing']).toEqual(['CFTC BRL net positions (no connector)']);
  });
});
