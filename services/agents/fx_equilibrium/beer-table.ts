import { inflationTarget } from '../../../shared/economics/inflation-target.ts';
import { interpolateLinear } from '../../../shared/numeric/interpolation.ts';
import { readRatePct, type CurveSnapshot } from '../framework/curve-snapshot.ts';
import { indexByMonth, keepMonthEnds, listDailyValues, listPriceValues } from '../framework/dated-values.ts';
import { addToMonth, type Month } from '../framework/periods.ts';
import { describeKey } from '../framework/describe-key.ts';
import type { View } from '../framework/view.ts';
import { BEER_MIN_ROWS, countMonths, type BeerPredictor, type BeerTable } from './beer.ts';

/** Share of the 12-month expectation in long-run expected inflation; the target has the rest. */
const LONG_RUN_SHARE = 0.2;
const TENOR = '5Y';
const FIVE_YEARS_DAYS = 1_825;

/** The monthly inputs of the fair-value equation, what each predictor lacks, and the substitutes used. */
export interface BeerInputs {
  readonly table: BeerTable;
  readonly missing: Readonly<Partial<Record<BeerPredictor, string>>>;
  readonly proxies: readonly string[];
}

interface Column {
  readonly values: ReadonlyMap<Month, number>;
  readonly missing: string | null;
  readonly proxy: string | null;
}

/** Builds the monthly inputs from what the view knows. */
export function buildBeerInputs(view: View): BeerInputs {
  const columns: Record<BeerPredictor, Column> = {
    tot: buildTermsOfTrade(view),
    realRate: buildRealRateDifferential(view),
    nfa: buildReserves(view),
    cpiRatio: buildCpiRatio(view),
  };
  const entries = Object.entries(columns) as [BeerPredictor, Column][];
  const fixings = [...keepMonthEnds(listPriceValues(view.prices('USDBRL_PTAX')))];
  return {
    table: {
      lnSpot: new Map(fixings.map(([month, { value }]) => [month, Math.log(value)])),
      tot: columns.tot.values,
      realRate: columns.realRate.values,
      nfa: columns.nfa.values,
      cpiRatio: columns.cpiRatio.values,
    },
    missing: Object.fromEntries(
      entries.flatMap(([name, { missing }]) => (missing === null ? [] : [[name, missing]])),
    ),
    proxies: entries.flatMap(([, { proxy }]) => (proxy === null ? [] : [proxy])),
  };
}

/** ln of the commodity index in USD; without it the one in BRL over the monthly average rate. */
function buildTermsOfTrade(view: View): Column {
  const usd = readMonthly(view, 'BR_ICBR_USD');
  if (countMonths(usd) >= BEER_MIN_ROWS)
    return { values: mapValues(usd, Math.log), missing: null, proxy: null };
  const brl = readMonthly(view, 'BR_ICBR_BRL');
  const rate = readMonthly(view, 'BR_USDBRL_MONTH_AVG');
  const values = mapValues(
    joinMonths(brl, rate, (index, average) => index / average),
    Math.log,
  );
  if (countMonths(values) >= BEER_MIN_ROWS) {
    return { values, missing: null, proxy: 'SGS 27574 over SGS 3698 for SGS 29042' };
  }
  const instead = `${describeKey('BR_ICBR_BRL')} with ${describeKey('BR_USDBRL_MONTH_AVG')}`;
  return { values: usd, missing: `${describeShort('BR_ICBR_USD', usd)} (or ${instead})`, proxy: null };
}

/** Five-year real rate of Brazil minus that of the US at month ends, percent. */
function buildRealRateDifferential(view: View): Column {
  const us = mapValues(
    keepMonthEnds(listDailyValues(view.macro('US_TIPS_5Y', 'level'))),
    ({ value }) => value,
  );
  const { values: home, proxy } = readHomeRealRate(view);
  const values = joinMonths(home, us, (a, b) => a - b);
  const lacks = [
    ...(countMonths(us) < BEER_MIN_ROWS ? [describeShort('US_TIPS_5Y', us)] : []),
    ...(countMonths(home) < BEER_MIN_ROWS
      ? [
          `B3 DI_IPCA ${TENOR} (${countMonths(keepRatePct(view.curves('DI_IPCA')))} of ${BEER_MIN_ROWS} month-ends)`,
        ]
      : []),
  ];
  const missing =
    lacks.length > 0
      ? lacks.join(' and ')
      : countMonths(values) < BEER_MIN_ROWS
        ? 'common months of FRED DFII5 and B3 DI_IPCA'
        : null;
  return { values, missing, proxy: missing === null ? proxy : null };
}

/** The five-year real rate of Brazil: DI_IPCA, else Tesouro bonds (the same thing), else deflated DI_PRE (a substitute). */
function readHomeRealRate(view: View): { values: Map<Month, number>; proxy: string | null } {
  const swaps = readRealRate(view) ?? readBondYield(view);
  if (swaps !== null) return { values: swaps, proxy: null };
  const deflated = deflateNominal(view);
  if (deflated !== null) return { values: deflated, proxy: 'deflated DI_PRE 5Y for DI_IPCA 5Y' };
  return { values: new Map(), proxy: null };
}

/** Reserves over 12-month GDP in USD, a fraction. */
function buildReserves(view: View): Column {
  const reserves = mapValues(
    keepMonthEnds(listDailyValues(view.macro('BR_RESERVES', 'level'))),
    ({ value }) => value,
  );
  const gdp = readMonthly(view, 'BR_GDP_12M_BRL');
  const rate = readMonthly(view, 'BR_USDBRL_MONTH_AVG');
  const gdpUsd = joinMonths(gdp, rate, (brl, average) => brl / average);
  const values = joinMonths(reserves, gdpUsd, (stock, output) => stock / output);
  const lacks = (
    [
      ['BR_RESERVES', reserves],
      ['BR_GDP_12M_BRL', gdp],
      ['BR_USDBRL_MONTH_AVG', rate],
    ] as const
  ).filter(([, months]) => countMonths(months) < BEER_MIN_ROWS);
  const missing =
    lacks.length > 0
      ? lacks.map(([key, months]) => describeShort(key, months)).join(', ')
      : countMonths(values) < BEER_MIN_ROWS
        ? 'common months of SGS 13621, SGS 4382 and SGS 3698'
        : null;
  return { values, missing, proxy: null };
}

/** ln of the IPCA index chained from its monthly changes over the US consumer price index. */
function buildCpiRatio(view: View): Column {
  const changes = readMonthly(view, 'BR_IPCA_MOM');
  const prices = chainIndex(changes);
  const us = readMonthly(view, 'US_CPI_ALL_SA');
  const values = mapValues(
    joinMonths(prices, us, (home, abroad) => home / abroad),
    Math.log,
  );
  const lacks = [
    ...(countMonths(prices) < BEER_MIN_ROWS ? [describeShort('BR_IPCA_MOM', changes)] : []),
    ...(countMonths(us) < BEER_MIN_ROWS ? [describeShort('US_CPI_ALL_SA', us)] : []),
  ];
  const short = countMonths(values) < BEER_MIN_ROWS ? 'common months of SGS 433 and FRED CPIAUCSL' : null;
  return { values, missing: lacks.length > 0 ? lacks.join(', ') : short, proxy: null };
}

/** An index from changes in percent, 100 before the first month; months after a missing one have none. */
export function chainIndex(changes: ReadonlyMap<Month, number>): Map<Month, number> {
  const chained = new Map<Month, number>();
  const first = [...changes.keys()].toSorted()[0];
  let level = 100;
  for (let month = first; month !== undefined && changes.has(month); month = addToMonth(month, 1)) {
    level *= 1 + changes.get(month)! / 100;
    chained.set(month, level);
  }
  return chained;
}

function readRealRate(view: View): Map<Month, number> | null {
  const values = keepRatePct(view.curves('DI_IPCA'));
  return countMonths(values) < BEER_MIN_ROWS ? null : values;
}

/** Real yields of zero-coupon Tesouro bonds at five years, linear between maturities, percent at month ends. */
function readBondYield(view: View): Map<Month, number> | null {
  const dated = view.curves('NTN_B_REAL').flatMap((curve) => {
    const knots = curve.observed.flatMap(({ calendarDays, value }) =>
      value === null ? [] : [{ x: calendarDays, y: value }],
    );
    const yieldAt = interpolateLinear(knots, FIVE_YEARS_DAYS);
    return yieldAt === null ? [] : [{ date: curve.date, value: yieldAt.y * 100 }];
  });
  const values = mapValues(keepMonthEnds(dated), ({ value }) => value);
  return countMonths(values) < BEER_MIN_ROWS ? null : values;
}

/** DI_PRE at five years deflated by long-run expected inflation of the same month (blend), percent. */
function deflateNominal(view: View): Map<Month, number> | null {
  const nominal = keepRatePct(view.curves('DI_PRE'));
  const expected = readMonthly(view, 'BR_INFLATION_EXPECTATION_BLEND');
  const values = joinMonths(nominal, expected, (rate, blend, month) => {
    const target = inflationTarget(Number(month.slice(0, 4)));
    if (target === null) return null;
    const longRun = LONG_RUN_SHARE * blend + (1 - LONG_RUN_SHARE) * target;
    return ((1 + rate / 100) / (1 + longRun / 100) - 1) * 100;
  });
  return countMonths(values) < BEER_MIN_ROWS ? null : values;
}

function keepRatePct(curves: readonly CurveSnapshot[]): Map<Month, number> {
  const dated = curves.flatMap((curve) => {
    const value = readRatePct(curve, TENOR);
    return value === null ? [] : [{ date: curve.date, value }];
  });
  return mapValues(keepMonthEnds(dated), ({ value }) => value);
}

function readMonthly(view: View, key: string): Map<Month, number> {
  return indexByMonth(view.macro(key, 'level'));
}

function mapValues<Value>(
  values: ReadonlyMap<Month, Value>,
  change: (value: Value) => number,
): Map<Month, number> {
  return new Map([...values].map(([month, value]) => [month, change(value)]));
}

function joinMonths(
  left: ReadonlyMap<Month, number>,
  right: ReadonlyMap<Month, number>,
  join: (left: number, right: number, month: Month) => number | null,
): Map<Month, number> {
  return new Map(
    [...left].flatMap(([month, value]): [Month, number][] => {
      const other = right.get(month);
      const joined = other === undefined ? null : join(value, other, month);
      return joined === null || !Number.isFinite(joined) ? [] : [[month, joined]];
    }),
  );
}

function describeShort(key: string, months: ReadonlyMap<Month, number>): string {
  const count = countMonths(months);
  return count === 0 ? describeKey(key) : `${describeKey(key)} (${count} of ${BEER_MIN_ROWS} months)`;
}
