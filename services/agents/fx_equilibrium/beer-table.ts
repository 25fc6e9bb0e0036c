import { inflationTarget } from '../../../shared/economics/inflation-target.ts';
import { interpolateLinear } from '../../../shared/numeric/interpolation.ts';
import { readRatePct } from '../framework/curve-snapshot.ts';
import { indexByMonth, keepMonthEnds, listDailyValues, listPriceValues } from '../framework/dated-values.ts';
import { weighLongInflation } from '../framework/expectation.ts';
import { addToMonth, type Month } from '../framework/periods.ts';
import { describeKey } from '../framework/describe-key.ts';
import type { View } from '../framework/view.ts';
import type { FxEquilibriumParameters } from '../parameters.ts';
import { countMonths, type BeerPredictor, type BeerTable } from './beer.ts';

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
export function buildBeerInputs(view: View<FxEquilibriumParameters>): BeerInputs {
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
function buildTermsOfTrade(view: View<FxEquilibriumParameters>): Column {
  const usd = readMonthly(view, 'BR_ICBR_USD');
  if (isLongEnough(view, usd)) return { values: mapValues(usd, Math.log), missing: null, proxy: null };
  const brl = readMonthly(view, 'BR_ICBR_BRL');
  const rate = readMonthly(view, 'BR_USDBRL_MONTH_AVG');
  const values = mapValues(
    joinMonths(brl, rate, (index, average) => index / average),
    Math.log,
  );
  if (isLongEnough(view, values)) {
    return { values, missing: null, proxy: 'SGS 27574 over SGS 3698 for SGS 29042' };
  }
  const instead = `${describeKey('BR_ICBR_BRL')} with ${describeKey('BR_USDBRL_MONTH_AVG')}`;
  return { values: usd, missing: `${describeShort(view, 'BR_ICBR_USD', usd)} (or ${instead})`, proxy: null };
}

/** Five-year real rate of Brazil minus that of the US at month ends, percent. */
function buildRealRateDifferential(view: View<FxEquilibriumParameters>): Column {
  const { tenor, firstMonth, minRows } = view.parameters.beer;
  const us = mapValues(
    keepMonthEnds(listDailyValues(view.macro('US_TIPS_5Y', 'level'))),
    ({ value }) => value,
  );
  const { values: home, proxy } = readHomeRealRate(view);
  const values = joinMonths(home, us, (a, b) => a - b);
  const lacks = [
    ...(!isLongEnough(view, us) ? [describeShort(view, 'US_TIPS_5Y', us)] : []),
    ...(!isLongEnough(view, home)
      ? [
          `B3 DI_IPCA ${tenor} (${countMonths(keepRatePct(view, 'DI_IPCA'), firstMonth)} of ${minRows} month-ends)`,
        ]
      : []),
  ];
  const missing =
    lacks.length > 0
      ? lacks.join(' and ')
      : !isLongEnough(view, values)
        ? 'common months of FRED DFII5 and B3 DI_IPCA'
        : null;
  return { values, missing, proxy: missing === null ? proxy : null };
}

/** The five-year real rate of Brazil: DI_IPCA, else Tesouro bonds (the same thing), else deflated DI_PRE (a substitute). */
function readHomeRealRate(view: View<FxEquilibriumParameters>): {
  values: Map<Month, number>;
  proxy: string | null;
} {
  const swaps = readRealRate(view) ?? readBondYield(view);
  if (swaps !== null) return { values: swaps, proxy: null };
  const deflated = deflateNominal(view);
  if (deflated !== null) return { values: deflated, proxy: 'deflated DI_PRE 5Y for DI_IPCA 5Y' };
  return { values: new Map(), proxy: null };
}

/** Reserves over 12-month GDP in USD, a fraction. */
function buildReserves(view: View<FxEquilibriumParameters>): Column {
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
  ).filter(([, months]) => !isLongEnough(view, months));
  const missing =
    lacks.length > 0
      ? lacks.map(([key, months]) => describeShort(view, key, months)).join(', ')
      : !isLongEnough(view, values)
        ? 'common months of SGS 13621, SGS 4382 and SGS 3698'
        : null;
  return { values, missing, proxy: null };
}

/** ln of the IPCA index chained from its monthly changes over the US consumer price index. */
function buildCpiRatio(view: View<FxEquilibriumParameters>): Column {
  const changes = readMonthly(view, 'BR_IPCA_MOM');
  const prices = chainIndex(changes);
  const us = readMonthly(view, 'US_CPI_ALL_SA');
  const values = mapValues(
    joinMonths(prices, us, (home, abroad) => home / abroad),
    Math.log,
  );
  const lacks = [
    ...(!isLongEnough(view, prices) ? [describeShort(view, 'BR_IPCA_MOM', changes)] : []),
    ...(!isLongEnough(view, us) ? [describeShort(view, 'US_CPI_ALL_SA', us)] : []),
  ];
  const short = !isLongEnough(view, values) ? 'common months of SGS 433 and FRED CPIAUCSL' : null;
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

function readRealRate(view: View<FxEquilibriumParameters>): Map<Month, number> | null {
  const values = keepRatePct(view, 'DI_IPCA');
  return !isLongEnough(view, values) ? null : values;
}

/** Real yields of zero-coupon Tesouro bonds at five years, linear between maturities, percent at month ends. */
function readBondYield(view: View<FxEquilibriumParameters>): Map<Month, number> | null {
  const dated = view.curves('NTN_B_REAL').flatMap((curve) => {
    const knots = curve.observed.flatMap(({ calendarDays, value }) =>
      value === null ? [] : [{ x: calendarDays, y: value }],
    );
    const yieldAt = interpolateLinear(knots, view.parameters.beer.tenorDays);
    return yieldAt === null ? [] : [{ date: curve.date, value: yieldAt.y * 100 }];
  });
  const values = mapValues(keepMonthEnds(dated), ({ value }) => value);
  return !isLongEnough(view, values) ? null : values;
}

/** DI_PRE at five years deflated by long-run expected inflation of the same month (blend), percent. */
function deflateNominal(view: View<FxEquilibriumParameters>): Map<Month, number> | null {
  const nominal = keepRatePct(view, 'DI_PRE');
  const expected = readMonthly(view, 'BR_INFLATION_EXPECTATION_BLEND');
  const values = joinMonths(nominal, expected, (rate, blend, month) => {
    const target = inflationTarget(Number(month.slice(0, 4)));
    if (target === null) return null;
    const longRun = weighLongInflation(blend, target, view.parameters.beer.longRunShare);
    return ((1 + rate / 100) / (1 + longRun / 100) - 1) * 100;
  });
  return !isLongEnough(view, values) ? null : values;
}

function keepRatePct(view: View<FxEquilibriumParameters>, curveId: string): Map<Month, number> {
  const dated = view.curves(curveId).flatMap((curve) => {
    const value = readRatePct(curve, view.parameters.beer.tenor);
    return value === null ? [] : [{ date: curve.date, value }];
  });
  return mapValues(keepMonthEnds(dated), ({ value }) => value);
}

function readMonthly(view: View<FxEquilibriumParameters>, key: string): Map<Month, number> {
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

/** Whether a predictor has enough months of the sample to take part. */
function isLongEnough(view: View<FxEquilibriumParameters>, months: ReadonlyMap<Month, number>): boolean {
  const { firstMonth, minRows } = view.parameters.beer;
  return countMonths(months, firstMonth) >= minRows;
}

function describeShort(
  view: View<FxEquilibriumParameters>,
  key: string,
  months: ReadonlyMap<Month, number>,
): string {
  const { firstMonth, minRows } = view.parameters.beer;
  const count = countMonths(months, firstMonth);
  return count === 0 ? describeKey(key) : `${describeKey(key)} (${count} of ${minRows} months)`;
}
