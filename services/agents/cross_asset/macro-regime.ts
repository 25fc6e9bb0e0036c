import { inflationTarget } from '../../../shared/economics/inflation-target.ts';
import {
  classifyRegime,
  describeRuleProbabilities,
  type Regime,
  type RegimeEstimate,
} from '../../../shared/numeric/regime.ts';
import { dropMissing } from '../../../shared/numeric/series.ts';
import { computeZScoreVsPast } from '../../../shared/numeric/standing.ts';
import { addDays, endOfMonth, weekdayOnOrAfter, type Day, type Instant } from '../../../shared/time.ts';
import { listDailyValues, listPriceValues, monthOf, type DatedValue } from '../framework/dated-values.ts';
import { describeKey } from '../framework/describe-key.ts';
import {
  addToMonth,
  layOutMonths,
  monthsBetween,
  readMonth,
  takeMonthEnds,
  yearOfPeriod,
  type Month,
  type MonthTable,
} from '../framework/periods.ts';
import { runFit, type HeavyFit } from '../framework/fits.ts';
import { explainMissing, explainStale } from '../framework/points.ts';
import { describeInput, type SignalInput } from '../framework/signal.ts';
import { signPoints, type MacroPoint, type PricePoint, type View } from '../framework/view.ts';
import type { CrossAssetParameters } from '../parameters.ts';

/** Enough for the z-scores of the first month and the momentum of the first of those. */
const MARKETS_FROM: Day = '2004-09-01';
/** At the end of month m the newest IBC-Br is of m − 2 and the newest IPCA of m − 1. */
const GROWTH_LAG_MONTHS = 2;
const INFLATION_LAG_MONTHS = 1;

type MacroRegimeParameters = CrossAssetParameters['macroRegime'];

/** Features of a month in the order of the model's columns. */
export const REGIME_FEATURES = ['growth', 'inflation', 'vix', 'credit', 'fxVol', 'equityMomentum'] as const;

export type RegimeFeature = (typeof REGIME_FEATURES)[number];

/** Monthly values of each feature before standardization; growth and inflation by the month they are about. */
export type RegimeSeries = Readonly<Record<RegimeFeature, MonthTable | null>>;

/** The macro regime of a partition; null with a reason when growth or inflation is not known. */
export interface MacroRegime {
  readonly regime: Regime | null;
  readonly probabilities: Readonly<Record<Regime, number>> | null;
  readonly method: 'hmm' | 'rule_based' | null;
  readonly reason: string | null;
  readonly growthZ: number | null;
  readonly growthPeriod: Month | null;
  readonly inflationZ: number | null;
  readonly inflationPeriod: Month | null;
  /** Complete monthly rows, the last of them, and why the model was not used. */
  readonly hmm: { readonly rows: number; readonly lastMonth: Month | null; readonly refused: string | null };
  readonly proxies: readonly string[];
  readonly warnings: readonly string[];
}

/** z of the value of `month` against those of the months before it, `zMonths` in all; null with too few. */
export function standMonth(
  table: MonthTable | null,
  month: Month,
  { zMonths, zMinMonths }: Pick<MacroRegimeParameters, 'zMonths' | 'zMinMonths'>,
): number | null {
  if (table === null || readMonth(table, month) === null) return null;
  const at = monthsBetween(table.first, month);
  const window = dropMissing(table.values.slice(Math.max(0, at + 1 - zMonths), at + 1));
  return window.length < zMinMonths ? null : computeZScoreVsPast(window);
}

/** Complete rows of standardized features at the ends of the months of the sample up to `lastMonth`. */
export function buildRegimeRows(
  series: RegimeSeries,
  lastMonth: Month,
  parameters: MacroRegimeParameters,
): { month: Month; row: number[] }[] {
  const rows: { month: Month; row: number[] }[] = [];
  for (let month = parameters.firstMonth; month <= lastMonth; month = addToMonth(month, 1)) {
    const row = REGIME_FEATURES.map((feature) =>
      standMonth(series[feature], addToMonth(month, -lagOf(feature)), parameters),
    );
    if (row.every((value) => value !== null)) rows.push({ month, row });
  }
  return rows;
}

/**
 * The macro regime as the view knows it: the hidden Markov model when there are enough complete monthly rows (fitted once a
 * month), by rule from the newest growth and inflation otherwise.
 */
export function assessMacroRegime(view: View<CrossAssetParameters>): MacroRegime {
  const parameters = view.parameters.macroRegime;
  const lastMonth = findLastMonthEnd(view);
  const monthly = readSeries(view, lastMonth);
  const { series, proxies, warnings } = monthly;
  const growthPeriod = lastOf(series.growth);
  const inflationPeriod = lastOf(series.inflation);
  const growthZ = growthPeriod === null ? null : standMonth(series.growth, growthPeriod, parameters);
  const inflationZ =
    inflationPeriod === null ? null : standMonth(series.inflation, inflationPeriod, parameters);
  const rows = listRows(view, monthly, lastMonth);
  const estimate = estimateOnce(view, rows);
  const refused = describeRefusal(estimate, rows.length, parameters.hmm.minRows);
  const base = {
    growthZ,
    growthPeriod,
    inflationZ,
    inflationPeriod,
    hmm: { rows: rows.length, lastMonth: rows.at(-1)?.month ?? null, refused },
    proxies,
    warnings: refused === null ? warnings : [...warnings, `regime by rule: ${refused}`],
  };
  if (estimate.ok) {
    const { regime, probabilities } = estimate;
    return { ...base, regime, probabilities, method: 'hmm', reason: null };
  }
  if (growthZ === null || inflationZ === null) {
    const lacks = [
      ...(growthZ === null ? [explainShort(['BR_IBC_BR', 'BR_IBC_BR_NSA'], series.growth, parameters)] : []),
      ...(inflationZ === null ? [explainShort(['BR_IPCA_MOM'], series.inflation, parameters)] : []),
    ];
    return { ...base, regime: null, probabilities: null, method: null, reason: lacks.join('; ') };
  }
  const regime = classifyRegime({ growth: growthZ, inflation: inflationZ }, parameters);
  return {
    ...base,
    regime,
    probabilities: describeRuleProbabilities(regime, parameters.rule),
    method: 'rule_based',
    reason: null,
  };
}

/** What the regime rests on: by rule the newest growth and inflation alone, by the monthly model its inputs. */
export const listRegimeInputs = (
  view: View<CrossAssetParameters>,
  { method, hmm }: MacroRegime,
): SignalInput[] =>
  method === 'hmm' ? listModelInputs(view, hmm) : describeEconomy(view, { growth: null, inflation: null });

/** What the monthly model rests on, and whether it is used: growth, inflation and markets up to its last month. */
export function listModelInputs(
  view: View<CrossAssetParameters>,
  { lastMonth }: MacroRegime['hmm'],
): SignalInput[] {
  const month = lastMonth ?? findLastMonthEnd(view);
  const end = endOfMonth(`${month}-01`);
  const credit = readMarketSeries(view, findLastMonthEnd(view)).creditProxy;
  const describePrice = (key: string, proxy?: string): SignalInput =>
    describeInput(
      key,
      view.prices(key).findLast(({ date }) => date <= end),
      proxy,
    );
  const spread = view
    .macro('US_HY_OAS', 'level')
    .findLast(({ periodStart, value }) => value !== null && periodStart <= end);
  return [
    ...describeEconomy(view, {
      growth: addToMonth(month, -GROWTH_LAG_MONTHS),
      inflation: addToMonth(month, -INFLATION_LAG_MONTHS),
    }),
    ...(credit === null
      ? [describeInput('US_HY_OAS', spread)]
      : ['HYG_ETF', 'LQD_ETF'].map((fund) => describePrice(fund, 'US_HY_OAS'))),
    ...['VIX', 'USDBRL_PTAX', 'IBOVESPA'].map((key) => describePrice(key)),
  ];
}

/** Growth and inflation up to a month of each, or the newest that there are. */
function describeEconomy(
  view: View<CrossAssetParameters>,
  upTo: { readonly growth: Month | null; readonly inflation: Month | null },
): SignalInput[] {
  const growthKey = pickGrowthKey(view);
  const find = (key: string, last: Month | null): MacroPoint | undefined =>
    view
      .macro(key, 'yoy')
      .findLast(({ period, value }) => value !== null && (last === null || period <= last));
  return [
    describeInput(
      growthKey,
      find(growthKey, upTo.growth),
      growthKey === 'BR_IBC_BR' ? undefined : 'BR_IBC_BR',
    ),
    describeInput('BR_IPCA_MOM', find('BR_IPCA_MOM', upTo.inflation)),
  ];
}

function estimateOnce(
  view: View<CrossAssetParameters>,
  rows: readonly { month: Month; row: number[] }[],
): RegimeEstimate {
  const fit = describeFit(view, rows);
  return view.memo(fit.id, fit.signature, () => runFit(fit));
}

function describeFit(
  view: View<CrossAssetParameters>,
  rows: readonly { month: Month; row: number[] }[],
): HeavyFit {
  return {
    id: 'regime-hmm',
    signature: rows.map(({ month, row }) => `${month}:${row.join(',')}`).join(' '),
    fit: 'regime',
    input: { rows: rows.map(({ row }) => row), model: view.parameters.macroRegime },
  };
}

/** The fit of the hidden Markov model that `assessMacroRegime` needs for this view; none while it has too few rows. */
export function listRegimeFits(view: View<CrossAssetParameters>): HeavyFit[] {
  const lastMonth = findLastMonthEnd(view);
  const rows = listRows(view, readSeries(view, lastMonth), lastMonth);
  return rows.length < view.parameters.macroRegime.hmm.minRows ? [] : [describeFit(view, rows)];
}

function listRows(view: View<CrossAssetParameters>, { series, signature }: MonthlySeries, lastMonth: Month) {
  return view.memo('regime-rows', signature, () =>
    buildRegimeRows(series, lastMonth, view.parameters.macroRegime),
  );
}

function describeRefusal(estimate: RegimeEstimate, rows: number, minRows: number): string | null {
  if (estimate.ok) return null;
  return estimate.reason === 'too_few_rows'
    ? `too_few_rows: ${rows} of ${minRows} complete monthly rows`
    : estimate.reason;
}

interface MonthlySeries {
  readonly series: RegimeSeries;
  /** Changes with everything that the rows up to the last month end are made of. */
  readonly signature: string;
  readonly proxies: readonly string[];
  readonly warnings: readonly string[];
}

/** The seasonally adjusted index where it has values. */
const pickGrowthKey = (view: View): 'BR_IBC_BR' | 'BR_IBC_BR_NSA' =>
  view.macro('BR_IBC_BR', 'yoy').some(({ value }) => value !== null) ? 'BR_IBC_BR' : 'BR_IBC_BR_NSA';

function readSeries(view: View<CrossAssetParameters>, lastMonth: Month): MonthlySeries {
  const growthKey = pickGrowthKey(view);
  const growth = view.macro(growthKey, 'yoy');
  const inflation = view.macro('BR_IPCA_MOM', 'yoy');
  const { markets, creditProxy, signature } = readMarketSeries(view, lastMonth);
  const isGrowthProxy = growthKey !== 'BR_IBC_BR' && growth.length > 0;
  const warnings = [explainStale(view, growthKey, 'yoy'), explainStale(view, 'BR_IPCA_MOM', 'yoy')];
  return {
    series: {
      growth: layOutPeriods(growth, (value) => value),
      inflation: layOutPeriods(inflation, (value, period) => {
        const target = inflationTarget(yearOfPeriod(period));
        return target === null ? null : value - target;
      }),
      ...markets,
    },
    signature: `${signature} ${growthKey} ${signPoints(growth)} ${signPoints(inflation)}`,
    proxies: [
      ...(isGrowthProxy ? ['SGS 24363 (not seasonally adjusted) for SGS 24364, 12-month growth'] : []),
      ...(creditProxy === null ? [] : [creditProxy]),
    ],
    warnings: warnings.filter((warning) => warning !== null),
  };
}

/** Month-end values up to `lastMonth`: they are the same for every partition until the next month ends. */
function readMarketSeries(view: View<CrossAssetParameters>, lastMonth: Month) {
  const { fxVolSessions, momentumSessions } = view.parameters.macroRegime;
  const end = endOfMonth(`${lastMonth}-01`);
  const past = {
    vix: view.prices('VIX'),
    highYield: view.macro('US_HY_OAS', 'level'),
    highYieldFund: view.prices('HYG_ETF'),
    investmentGradeFund: view.prices('LQD_ETF'),
    fxVol: view.stat('USDBRL_PTAX', 'vol', fxVolSessions),
    equity: view.prices('IBOVESPA'),
  };
  const signature = [lastMonth, ...Object.values(past).map((points) => signPast(points, end))].join(' ');
  return view.memo('regime-markets', signature, () => {
    const upTo = (values: readonly DatedValue[]) =>
      layOutMonths(takeMonthEnds(values.filter(({ date }) => date >= MARKETS_FROM && date <= end)));
    const credit = pickCredit(
      upTo(listDailyValues(past.highYield)),
      upTo(listFundRatio(past.highYieldFund, past.investmentGradeFund)),
    );
    return {
      signature,
      creditProxy: credit.proxy,
      markets: {
        vix: upTo(listPriceValues(past.vix)),
        credit: credit.values,
        fxVol: upTo(past.fxVol.flatMap(({ date, value }) => (value === null ? [] : [{ date, value }]))),
        equityMomentum: upTo(
          listMomentum(
            listPriceValues(past.equity).filter(({ date }) => date >= MARKETS_FROM),
            momentumSessions,
          ),
        ),
      },
    };
  });
}

/** Text that changes with every value from 2004-09 up to `end` that comes, goes or is revised: whatever is new has a later moment. */
function signPast(
  points: readonly { readonly date?: string; readonly periodStart?: string; readonly knownAt: Instant }[],
  end: Day,
): string {
  let first: Day | null = null;
  let count = 0;
  let latest = 0;
  for (const { date, periodStart, knownAt } of points) {
    const day = date ?? periodStart ?? '';
    if (day < MARKETS_FROM) continue;
    if (day > end) break;
    first ??= day;
    count += 1;
    latest = Math.max(latest, knownAt);
  }
  return `${first}:${count}:${latest}`;
}

/** The credit feature: the high yield spread, or the ratio of funds when that has the longer history. */
function pickCredit(
  spread: MonthTable | null,
  ratio: MonthTable | null,
): { values: MonthTable | null; proxy: string | null } {
  if ((ratio?.values.length ?? 0) <= (spread?.values.length ?? 0)) return { values: spread, proxy: null };
  return { values: ratio, proxy: 'ln(LQD/HYG) for FRED BAMLH0A0HYM2 in the monthly regime model' };
}

/** `ln(investment grade/high yield)` of fund prices: up when credit is under stress. */
function listFundRatio(
  highYield: readonly PricePoint[],
  investmentGrade: readonly PricePoint[],
): DatedValue[] {
  const byDate = new Map(investmentGrade.map(({ date, price }) => [date, price]));
  return highYield.flatMap(({ date, price }): DatedValue[] => {
    const other = byDate.get(date);
    return other === undefined || !(other > 0 && price > 0) ? [] : [{ date, value: Math.log(other / price) }];
  });
}

function listMomentum(prices: readonly DatedValue[], sessions: number): DatedValue[] {
  return prices.flatMap(({ date, value }, index): DatedValue[] => {
    const before = prices[index - sessions];
    return before === undefined || !(before.value > 0) ? [] : [{ date, value: value / before.value - 1 }];
  });
}

function layOutPeriods(
  points: readonly MacroPoint[],
  read: (value: number, period: Month) => number | null,
): MonthTable | null {
  return layOutMonths(
    points.map(({ period, value }) => ({ period, value: value === null ? null : read(value, period) })),
  );
}

/** The last month whose last weekday is not after the partition. */
function findLastMonthEnd(view: View): Month {
  const month = monthOf(view.partition);
  const isEnd = weekdayOnOrAfter(addDays(view.partition, 1)) > endOfMonth(view.partition);
  return isEnd ? month : addToMonth(month, -1);
}

function lagOf(feature: RegimeFeature): number {
  if (feature === 'growth') return GROWTH_LAG_MONTHS;
  return feature === 'inflation' ? INFLATION_LAG_MONTHS : 0;
}

/** The last month with a value. */
function lastOf(table: MonthTable | null): Month | null {
  const at = table?.values.findLastIndex((value) => value !== null) ?? -1;
  return table === null || at < 0 ? null : addToMonth(table.first, at);
}

function explainShort(
  keys: readonly string[],
  table: MonthTable | null,
  { zMinMonths }: MacroRegimeParameters,
): string {
  const count = dropMissing(table?.values ?? []).length;
  if (count === 0) return explainMissing(...keys);
  return `${keys.map(describeKey).join(' or ')}: z-score of ${zMinMonths} months not defined with ${count}`;
}
