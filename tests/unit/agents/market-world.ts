import type { Panel } from '../../../services/agents/framework/panel.ts';
import { addToMonth, type Month } from '../../../services/agents/framework/periods.ts';
import type { StoredReport, StoredSignal } from '../../../shared/db/reader.ts';
import type { AgentName } from '../../../shared/pipeline/graph.ts';
import type { CurvePointRow, MacroRow, PriceRow, StatRow } from '../../../shared/silver/rows.ts';
import { cutoffOf, listWeekdays, type Day } from '../../../shared/time.ts';
import {
  EMPTY_PANEL,
  listCurveRows,
  listMacroRows,
  makeExpectations,
  makeReport,
} from './framework-panel.ts';

/** The partition that the world is made for. */
export const WORLD_PARTITION: Day = '2024-05-07';
const CURVE_DATE: Day = '2024-05-06';
const FIRST_DAY: Day = '2020-09-01';
const FIRST_MONTH: Month = '2010-01';
const LAST_MONTH: Month = '2024-03';
/** Coefficients that the exchange rate follows, with the signs that theory expects. */
export const WORLD_BEER = { intercept: 3.2, tot: -0.4, realRate: -0.02, nfa: -1.5, cpiRatio: 0.8 } as const;

const days = listWeekdays(FIRST_DAY, WORLD_PARTITION);
const months: readonly Month[] = listMonthsBetween(FIRST_MONTH, '2024-05');

function listMonthsBetween(first: Month, last: Month): Month[] {
  const list: Month[] = [];
  for (let month = first; month <= last; month = addToMonth(month, 1)) list.push(month);
  return list;
}

const at = (month: Month): number => months.indexOf(month);
const wave = (i: number, length: number, phase = 0): number => Math.sin((2 * Math.PI * i) / length + phase);

const commodity = (i: number): number => 200 * Math.exp(0.2 * wave(i, 31));
const homeReal = (i: number): number => 5.5 + wave(i, 23);
const tips = (i: number): number => 1.5 + 0.5 * wave(i, 17, 1);
const reserves = (i: number): number => 350_000 + 20_000 * wave(i, 41, 2);
const gdp = (i: number): number => 8_000_000 * 1.005 ** i;
const average = (i: number): number => 4.5 + 0.3 * wave(i, 37);
const ipca = (i: number): number => 0.45 + 0.3 * wave(i, 12);
const usPrices = (i: number): number => 250 * 1.0025 ** i * (1 + 0.004 * wave(i, 19));

function homePrices(): number[] {
  let level = 100;
  return months.map((_, i) => (level *= 1 + ipca(i) / 100));
}

const prices = homePrices();

function lnSpotOf(month: Month): number {
  const i = at(addToMonth(month, -1));
  return (
    WORLD_BEER.intercept +
    WORLD_BEER.tot * Math.log(commodity(i)) +
    WORLD_BEER.realRate * (homeReal(i) - tips(i)) +
    WORLD_BEER.nfa * (reserves(i) / (gdp(i) / average(i))) +
    WORLD_BEER.cpiRatio * Math.log(prices[i]! / usPrices(i))
  );
}

function monthly(key: string, transform: string, valueOf: (i: number) => number): MacroRow[] {
  const known = months.filter((month) => month <= LAST_MONTH);
  return listMacroRows(key, transform, Object.fromEntries(known.map((month) => [month, valueOf(at(month))])));
}

function daily(key: string, valueOf: (i: number, day: Day) => number): MacroRow[] {
  return listMacroRows(key, 'level', Object.fromEntries(days.map((day, i) => [day, valueOf(i, day)])));
}

function quote(instrument: string, priceOf: (i: number, day: Day) => number): PriceRow[] {
  return days.map((sessionDate, i) => {
    const price = priceOf(i, sessionDate);
    const before = i === 0 ? null : priceOf(i - 1, days[i - 1]!);
    return {
      instrument,
      sessionDate,
      knownAt: cutoffOf(sessionDate) - 1,
      price,
      field: 'close',
      logReturn: before === null ? null : Math.log(price / before),
      simpleReturn: before === null ? null : price / before - 1,
      flags: [],
    };
  });
}

function standing(instrument: string, stat: string, window: number, value: number): StatRow {
  const knownAt = cutoffOf(WORLD_PARTITION) - 1;
  return { instrument, stat, window, sessionDate: WORLD_PARTITION, knownAt, value, reason: null };
}

function point(curveId: string, tenor: string, row: Partial<CurvePointRow>): CurvePointRow {
  const [base] = listCurveRows(curveId, CURVE_DATE, { [tenor]: 0 });
  return { ...base!, ...row };
}

const signal = (signalId: string, value: number): StoredSignal => ({
  signalId,
  direction: 'NEUTRAL',
  strength: 'NO_SIGNAL',
  confidence: 0,
  value,
  unit: 'score',
  status: 'OK',
  reason: null,
});

/** Stored reports of the four other agents for the partition: expected inflation 5 %, r* 4.75 %, fiscal dominance 55. */
function makeReports(): Map<AgentName, StoredReport[]> {
  const store = (
    agent: AgentName,
    outputs: Record<string, unknown>,
    signals: StoredSignal[] = [],
  ): [AgentName, StoredReport[]] => [agent, [{ ...makeReport(agent, WORLD_PARTITION, outputs), signals }]];
  return new Map<AgentName, StoredReport[]>([
    store('agent_inflation', makeExpectations(5, 3.5)),
    store('agent_monetary_policy', { r_star: { value: 4.75 } }),
    store('agent_fiscal', {}, [signal('FISCAL_BR_DOMINANCE_RISK', 55)]),
    store('agent_fx_equilibrium', {}, [signal('FX_BR_COMPOSITE', 0)]),
  ]);
}

/** A world in which every model of the fiscal, FX and cross-asset agents has all that it asks for, in stored units. */
export function makeMarketWorld(): Panel {
  const rate = (percent: number) => ({ value: percent / 100 });
  const observed = { method: 'observed', valueKind: 'zero_rate' };
  return {
    ...EMPTY_PANEL,
    macro: [
      ...monthly('BR_GROSS_DEBT_GDP', 'level', (i) => 60 + 0.1 * i),
      ...monthly('BR_NET_DEBT_GDP', 'level', () => 55),
      ...monthly('BR_PRIMARY_BALANCE', 'level', (i) => 0.5 + 0.5 * wave(i, 29)),
      ...monthly('BR_NOMINAL_DEFICIT', 'level', () => 7),
      ...listMacroRows('BR_GDP_QOQ', 'yoy', { '2023-Q3': 2.1, '2023-Q4': 2 }),
      ...listMacroRows('BR_GDP_NSA', 'yoy', { '2023-Q3': 2.2, '2023-Q4': 2.1 }),
      ...daily('BR_SELIC_TARGET', () => 10.5),
      ...daily('US_FED_FUNDS', () => 5.3),
      ...daily('US_SOFR', () => 5.3),
      ...daily('US_UST_2Y', (i) => 4.5 + 0.3 * wave(i, 83)),
      ...daily('US_UST_5Y', (i) => 4.2 + 0.3 * wave(i, 97) + 0.05 * wave(i, 7)),
      ...daily('US_UST_10Y', (i) => 4.3 + 0.3 * wave(i, 71, 1)),
      ...daily('US_HY_OAS', (i) => 4 + 0.5 * wave(i, 89)),
      ...daily('US_TIPS_5Y', (_, day) => tips(at(day.slice(0, 7)))),
      ...monthly('BR_ICBR_USD', 'level', commodity),
      ...monthly('BR_ICBR_BRL', 'level', (i) => commodity(i) * average(i)),
      ...monthly('BR_USDBRL_MONTH_AVG', 'level', average),
      ...daily('BR_RESERVES', (_, day) => reserves(at(day.slice(0, 7)))),
      ...monthly('BR_GDP_12M_BRL', 'level', gdp),
      ...monthly('BR_IPCA_MOM', 'level', ipca),
      ...monthly('BR_INFLATION_EXPECTATION_BLEND', 'level', () => 4),
      ...monthly('US_CPI_ALL_SA', 'level', usPrices),
      ...daily('BR_FX_FLOW_TOTAL', (i) => 100 * wave(i, 67)),
      ...daily('BR_FX_FLOW_TRADE', (i) => 60 * wave(i, 67)),
      ...daily('BR_FX_FLOW_FIN', (i) => 40 * wave(i, 67)),
      ...monthly('BR_IBC_BR', 'yoy', (i) => 2 + wave(i, 27)),
      ...monthly('BR_IBC_BR_NSA', 'yoy', (i) => 2 + 1.1 * wave(i, 27)),
      ...monthly('BR_IPCA_MOM', 'yoy', (i) => 5 + wave(i, 33)),
    ],
    prices: [
      // Steps of 0.4 to 0.8 % a day around what the equation asks for.
      ...quote('USDBRL_PTAX', (i, day) => {
        const calm = 0.002 + 0.001 * (1 + wave(i, 240));
        return Math.exp(lnSpotOf(day.slice(0, 7)) + (i % 2 === 0 ? calm : -calm));
      }),
      ...quote('VIX', (i) => 18 * Math.exp(0.1 * wave(i, 13) + 0.03 * wave(i, 5))),
      ...quote('DXY', (i) => 104 * Math.exp(0.01 * wave(i, 11) + 0.004 * wave(i, 6))),
      ...quote('IBOVESPA', (i) => 120_000 * Math.exp(0.02 * wave(i, 19) + 0.01 * wave(i, 5))),
      ...quote('SP500', (i) => 5_000 * Math.exp(0.02 * wave(i, 23) + 0.01 * wave(i, 5))),
      ...quote('OIL_WTI', (i) => 80 * Math.exp(0.02 * wave(i, 29) + 0.02 * wave(i, 7))),
      ...quote('HYG_ETF', (i) => 75 * Math.exp(0.01 * wave(i, 51))),
      ...quote('LQD_ETF', (i) => 105 * Math.exp(0.01 * wave(i, 43))),
    ],
    stats: [
      standing('VIX', 'zscore_past', 252, 0.4),
      standing('DXY', 'zscore_past', 252, 0.3),
      standing('USDBRL_PTAX', 'vol', 21, 0.12),
    ],
    curvePoints: [
      ...days
        .slice(-1_300, -1)
        .flatMap((day, i) =>
          listCurveRows('DI_PRE', day, { '5Y': 11 + 0.6 * wave(i, 101, 2.5) + 0.05 * wave(i, 9) }),
        ),
      ...days
        .slice(0, -1)
        .flatMap((day) => listCurveRows('DI_IPCA', day, { '5Y': homeReal(at(day.slice(0, 7))) })),
      point('DI_PRE', 'DI1F25', { ...observed, ...rate(10.3), calendarDays: 240, businessDays: 165 }),
      point('DI_PRE', 'DI1F26', { ...observed, ...rate(10.7), calendarDays: 605, businessDays: 415 }),
      point('NTN_B_REAL', '2028', { ...observed, ...rate(5.8), calendarDays: 1_600 }),
      point('NTN_B_REAL', '2035', { ...observed, ...rate(6.1), calendarDays: 4_000 }),
      point('CUPOM_CAMBIAL', '1Y', {
        ...rate(6),
        calendarDays: 360,
        valueKind: 'linear360',
        method: 'linear',
      }),
      point('USDBRL_FWD', '1Y', {
        value: 5,
        calendarDays: 360,
        valueKind: 'forward_price',
        method: 'log_linear',
      }),
    ],
    reports: makeReports(),
  };
}

/** The world with the last value of a macro series moved by `by`, in its own unit. */
export function bumpMacro(panel: Panel, key: string, by: number, transform = 'level'): Panel {
  const last = panel.macro.findLast((row) => row.seriesKey === key && row.transform === transform);
  if (last === undefined) throw new Error(`the world has no ${key} ${transform}`);
  return {
    ...panel,
    macro: panel.macro.map((row) => (row === last ? { ...row, value: row.value! + by } : row)),
  };
}

/** The world with the last price of an instrument moved by a share of it, and the return to it. */
export function bumpPrice(panel: Panel, instrument: string, share: number): Panel {
  const [before, last] = panel.prices.filter((row) => row.instrument === instrument).slice(-2);
  const price = last!.price * (1 + share);
  const simpleReturn = price / before!.price - 1;
  const moved = { ...last!, price, simpleReturn, logReturn: Math.log1p(simpleReturn) };
  return { ...panel, prices: panel.prices.map((row) => (row === last ? moved : row)) };
}

/** The world with the last value of a curve tenor moved by `by`: decimal for rates, BRL for a forward. */
export function bumpCurve(panel: Panel, curveId: string, tenor: string, by: number): Panel {
  const last = panel.curvePoints.findLast((row) => row.curveId === curveId && row.tenor === tenor);
  if (last === undefined) throw new Error(`the world has no ${curveId} ${tenor}`);
  return {
    ...panel,
    curvePoints: panel.curvePoints.map((row) => (row === last ? { ...row, value: row.value! + by } : row)),
  };
}

/** The world with a statistic moved by `by`. */
export function bumpStat(panel: Panel, instrument: string, by: number): Panel {
  return {
    ...panel,
    stats: panel.stats.map((row) =>
      row.instrument === instrument ? { ...row, value: row.value! + by } : row,
    ),
  };
}

/** The world in which one upstream report has these outputs or signal values. */
export function replaceReport(panel: Panel, agent: AgentName, change: Partial<StoredReport>): Panel {
  const reports = new Map(panel.reports);
  reports.set(
    agent,
    (reports.get(agent) ?? []).map((report) => ({ ...report, ...change })),
  );
  return { ...panel, reports };
}
