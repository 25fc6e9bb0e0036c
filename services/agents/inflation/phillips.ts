import { inflationTarget } from '../../../shared/economics/inflation-target.ts';
import { computeYoyFromIndex } from '../../../shared/numeric/inflation.ts';
import {
  computeStandardizedCondition,
  fitOls,
  predictOls,
  type OlsFit,
} from '../../../shared/numeric/ols.ts';
import { computeMean, computeStd } from '../../../shared/numeric/series.ts';
import { describeKey } from '../framework/describe-key.ts';
import {
  addToMonth,
  layOutMonths,
  readMonth,
  takeMonthEnds,
  yearOfPeriod,
  type Month,
  type MonthTable,
} from '../framework/periods.ts';
import { explainMissing, explainStale, takeLast } from '../framework/points.ts';
import { countSessionsSince, STALE_SESSIONS } from '../framework/quality.ts';
import {
  describeInput,
  lackData,
  lackFreshData,
  stayBelowThreshold,
  type SignalDraft,
} from '../framework/signal.ts';
import { signPoints, type View } from '../framework/view.ts';
import type { InflationParameters } from '../parameters.ts';
import { explainMissingCores, type CoreMonth } from './core.ts';
import { CORES } from './series.ts';

type PhillipsParameters = InflationParameters['phillips'];

type Regressor = 'expected' | 'gap' | 'usdbrl' | 'commodity';
type Columns = Readonly<Record<Regressor, MonthTable | null>>;

interface PhillipsFit {
  readonly forecast: number;
  /** Month of the regressors; the forecast is for twelve months later. */
  readonly from: Month;
  readonly regressors: readonly Regressor[];
  readonly fit: OlsFit;
  readonly condition: number;
}

/**
 * INFLATION_BR_PHILLIPS: core IPCA twelve months ahead by OLS on expected inflation, activity gap, USDBRL and commodity
 * inflation of today. A direct forecast: the core of month t + 12 on what month t says, incomplete months dropped.
 * Commodities that are missing or too old leave the regression, as does what makes it ill-conditioned; both are named.
 */
export function assessPhillips(view: View<InflationParameters>, core: readonly CoreMonth[]): SignalDraft {
  const parameters = view.parameters.phillips;
  const { horizon, minGap, fullConfidenceGap } = parameters;
  if (core.length === 0) return lackData(explainMissing(...CORES));
  const expected = view.macro('BR_INFLATION_EXPECTATION_BLEND', 'level');
  const gap = view.macro('BR_ACTIVITY_GAP', 'level');
  const isCommodityFresh = explainStale(view, 'BR_ICBR_USD', 'level') === null;
  const commodity = isCommodityFresh ? view.macro('BR_ICBR_USD', 'level') : [];
  const usdbrl = listMonthEndChanges(view, parameters.sessionsPerYear);
  const required = [
    ...(takeLast(expected) === null ? ['BR_INFLATION_EXPECTATION_BLEND'] : []),
    ...(takeLast(gap) === null ? ['BR_ACTIVITY_GAP'] : []),
    ...(usdbrl.length === 0 ? ['USDBRL_PTAX'] : []),
  ];
  if (required.length > 0) return lackData(explainMissing(...required));

  const inputs = [
    ...CORES.map((key) => ({ key, last: takeLast(view.macro(key, 'yoy')) }))
      .filter(({ last }) => last !== null)
      .map(({ key, last }) => describeInput(key, last ?? undefined)),
    describeInput('BR_INFLATION_EXPECTATION_BLEND', expected.at(-1)),
    describeInput('BR_ACTIVITY_GAP', gap.at(-1)),
    describeInput('USDBRL_PTAX', view.prices('USDBRL_PTAX').at(-1)),
    ...(commodity.length === 0 ? [] : [describeInput('BR_ICBR_USD', commodity.at(-1))]),
  ];
  const stale = explainOld(view);
  if (stale !== null) return lackFreshData(stale, { inputs });

  const coreText = core.map(({ period, yoy }) => `${period}:${yoy}`).join(' ');
  const signature = [coreText, ...[expected, gap, commodity, usdbrl].map(signPoints)].join('|');
  const result = view.memo('phillips', signature, () =>
    fitPhillips(
      layOutMonths(core.map(({ period, yoy }) => ({ period, value: yoy })))!,
      {
        expected: layOutMonths(expected),
        gap: layOutMonths(gap),
        usdbrl: layOutMonths(usdbrl),
        commodity: computeYearlyChange(layOutMonths(commodity)),
      },
      parameters,
    ),
  );
  if (typeof result === 'string') return lackData(result, { inputs });

  const { forecast, from, fit, regressors, condition } = result;
  const target = inflationTarget(yearOfPeriod(addToMonth(from, horizon)));
  if (target === null) return lackData('no inflation target before 2010', { inputs });
  const distance = forecast - target;
  const without = [
    ...explainMissingCores(view),
    ...(regressors.includes('commodity') ? [] : [describeKey('BR_ICBR_USD')]),
    ...(regressors.includes('usdbrl') ? [] : ['USDBRL_PTAX']),
  ].join(', ');
  const detail = {
    inputs,
    metadata: {
      gap: distance,
      r2: fit.r2,
      adjR2: fit.adjR2,
      n: fit.n,
      from,
      target,
      regressors,
      coefficients: fit.coefficients,
      hacSe: fit.hacSe,
      condition,
      without,
    },
    highlights: ['gap', 'adjR2', without === '' ? 'n' : 'without'],
  };
  if (Math.abs(distance) <= minGap) {
    return stayBelowThreshold(forecast, `forecast within ${minGap} pp of the target`, detail);
  }
  return {
    ...detail,
    status: 'OK',
    direction: distance > 0 ? 'LONG' : 'SHORT',
    confidence: Math.min(1, Math.abs(distance) / fullConfidenceGap) * Math.max(0, fit.adjR2),
    value: forecast,
  };
}

/** Why the regressors are too old to forecast from, or null: cores, expectation, gap and USDBRL are all needed. */
function explainOld(view: View): string | null {
  const missingCores = explainMissingCores(view);
  const fixing = view.prices('USDBRL_PTAX').at(-1)!;
  const age = countSessionsSince('USDBRL_PTAX', fixing.date, view.partition);
  const reasons = [
    missingCores.length === CORES.length ? missingCores.join(', ') : null,
    explainStale(view, 'BR_INFLATION_EXPECTATION_BLEND', 'level'),
    explainStale(view, 'BR_ACTIVITY_GAP', 'level'),
    age > STALE_SESSIONS ? `USDBRL_PTAX: stale, ${fixing.date} is ${age} sessions old` : null,
  ];
  return reasons.find((reason) => typeof reason === 'string') ?? null;
}

/** USDBRL change over a year of sessions at the last session of each finished month, percent. */
function listMonthEndChanges(view: View, sessionsPerYear: number): { period: Month; value: number | null }[] {
  const prices = view.prices('USDBRL_PTAX');
  const current = view.partition.slice(0, 7);
  const changes = prices.map(({ date, price }, i) => {
    const before = prices[i - sessionsPerYear];
    return {
      date,
      value: before === undefined || before.price <= 0 ? null : (price / before.price - 1) * 100,
    };
  });
  return takeMonthEnds(changes.slice(sessionsPerYear))
    .filter(({ period }) => period < current)
    .map(({ period, value }) => ({ period, value }));
}

function computeYearlyChange(table: MonthTable | null): MonthTable | null {
  return table === null ? null : { first: table.first, values: computeYoyFromIndex(table.values) };
}

function fitPhillips(
  core: MonthTable,
  columns: Columns,
  { horizon, maxRows, minRows, maxCondition }: PhillipsParameters,
): PhillipsFit | string {
  const sets: Regressor[][] = [
    ['expected', 'gap', 'usdbrl', 'commodity'],
    ['expected', 'gap', 'usdbrl'],
    ['expected', 'gap'],
  ];
  const usable = sets.filter((names) => names.every((name) => columns[name] !== null));
  let shortest = 0;
  for (const names of usable) {
    const rows = listRows(core, columns, names, horizon);
    const training = rows.flatMap(({ x, y }) => (y === null ? [] : [{ x, y }])).slice(-maxRows);
    shortest = training.length;
    const newest = rows.at(-1);
    if (training.length < minRows || newest === undefined) continue;
    const scales = names.map((_, j) => describeScale(training.map(({ x }) => x[j]!)));
    if (scales.some((scale) => scale === null)) continue;
    const standardize = (x: readonly number[]) =>
      x.map((value, j) => (value - scales[j]!.mean) / scales[j]!.std);
    const design = training.map(({ x }) => standardize(x));
    const condition = computeStandardizedCondition(design);
    if (condition > maxCondition && names.length > 2) continue;
    const fit = fitOls(
      design,
      training.map(({ y }) => y),
      { hacLags: horizon },
    );
    if (fit === null) continue;
    return {
      forecast: predictOls(fit, standardize(newest.x)),
      from: newest.month,
      regressors: names,
      fit,
      condition,
    };
  }
  return shortest < minRows
    ? `${shortest} complete months twelve months apart, ${minRows} needed`
    : 'the regressors of the Phillips curve do not vary or depend on each other';
}

function listRows(core: MonthTable, columns: Columns, names: readonly Regressor[], horizon: number) {
  const anchor = columns[names[0]!]!;
  return anchor.values.flatMap((_, i) => {
    const month = addToMonth(anchor.first, i);
    const x = names.map((name) => readMonth(columns[name], month));
    if (x.some((value) => value === null)) return [];
    return [{ month, x: x as number[], y: readMonth(core, addToMonth(month, horizon)) }];
  });
}

function describeScale(values: readonly number[]): { mean: number; std: number } | null {
  const mean = computeMean(values);
  const std = computeStd(values);
  return mean === null || std === null || !(std > 0) ? null : { mean, std };
}
