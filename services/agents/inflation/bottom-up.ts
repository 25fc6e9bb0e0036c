import { IPCA_GROUPS } from '../../../shared/economics/ipca-groups.ts';
import { inflationTarget, targetBand } from '../../../shared/economics/inflation-target.ts';
import { compoundMom } from '../../../shared/numeric/inflation.ts';
import { solveSimplexWeights } from '../../../shared/numeric/nnls.ts';
import { computeMean, dropMissing } from '../../../shared/numeric/series.ts';
import {
  addToMonth,
  calendarMonthOf,
  layOutMonths,
  readMonth,
  yearOfPeriod,
  type Month,
  type MonthTable,
} from '../framework/periods.ts';
import { describeKey } from '../framework/describe-key.ts';
import { explainMissing, explainStale } from '../framework/points.ts';
import {
  describeInput,
  lackData,
  lackFreshData,
  stayBelowThreshold,
  type SignalDraft,
} from '../framework/signal.ts';
import { signPoints, type View } from '../framework/view.ts';
import type { InflationParameters } from '../parameters.ts';

type BottomUpParameters = InflationParameters['bottomUp'];

interface GroupForecast {
  readonly key: string;
  readonly last: Month;
  /** Percent over the twelve months after `last`. */
  readonly forecast: number;
}

interface BottomUp {
  readonly groups: readonly GroupForecast[];
  readonly forecast: number;
  readonly weights: Readonly<Record<string, number>>;
  readonly weightSource: 'nnls' | 'table';
}

/**
 * INFLATION_BR_BOTTOMUP: IPCA of the twelve months after the last observed one as the weighted sum of its groups, each
 * month of a group half its usual rate for that calendar month, half its rate of the last year. A group that is missing
 * or too old is left out and named, the weights of the others are renormalized.
 */
export function assessBottomUp(view: View<InflationParameters>): SignalDraft {
  const parameters = view.parameters.bottomUp;
  const { minMonths, minGroups, horizon, fullConfidenceGap } = parameters;
  const series = IPCA_GROUPS.map(({ key, weight }) => ({ key, weight, points: view.macro(key, 'level') }));
  const headline = view.macro('BR_IPCA_MOM', 'level');
  const known = series.filter(({ points }) => points.some(({ value }) => value !== null));
  if (known.length < minGroups) {
    const missing = series.filter((item) => !known.includes(item)).map(({ key }) => key);
    return lackData(explainMissing(...missing));
  }
  const present = known.filter(({ key }) => explainStale(view, key, 'level') === null);
  const without = series
    .filter((item) => !present.includes(item))
    .map(({ key }) => explainStale(view, key, 'level') ?? describeKey(key))
    .join(', ');
  if (present.length < minGroups) return lackFreshData(without);
  const signature = [
    ...present.map(({ key }) => key),
    ...[headline, ...series.map(({ points }) => points)].map(signPoints),
  ].join('|');
  const result = view.memo('bottom-up', signature, () => {
    return forecastGroups(
      present.map((item) => ({ ...item, table: layOutMonths(item.points)! })),
      layOutMonths(headline),
      parameters,
    );
  });
  const inputs = present.map(({ key, points }) => describeInput(key, points.at(-1)));
  if (result === null) {
    return lackData(`fewer than ${minGroups} groups of IPCA (SGS 1635–1643) have ${minMonths} months`, {
      inputs,
    });
  }
  const last = result.groups
    .map((group) => group.last)
    .toSorted()
    .at(-1)!;
  const year = yearOfPeriod(addToMonth(last, horizon));
  const target = inflationTarget(year);
  const band = targetBand(year);
  if (target === null || band === null) return lackData('no inflation target before 2010', { inputs });
  const gap = result.forecast - target;
  const detail = {
    inputs,
    metadata: {
      gap,
      target,
      groups: Object.fromEntries(result.groups.map(({ key, forecast }) => [key, forecast])),
      weights: result.weights,
      weightSource: result.weightSource,
      lastMonth: last,
      without,
    },
    highlights: ['gap', 'lastMonth', without === '' ? 'weightSource' : 'without'],
  };
  if (result.forecast >= band.lower && result.forecast <= band.upper) {
    return stayBelowThreshold(result.forecast, 'forecast inside the target band', detail);
  }
  return {
    ...detail,
    status: 'OK',
    direction: gap > 0 ? 'LONG' : 'SHORT',
    confidence: Math.min(1, Math.abs(gap) / fullConfidenceGap),
    value: result.forecast,
  };
}

function forecastGroups(
  groups: readonly { readonly key: string; readonly weight: number; readonly table: MonthTable }[],
  headline: MonthTable | null,
  parameters: BottomUpParameters,
): BottomUp | null {
  const forecasts = groups.flatMap(({ key, table }) => forecastGroup(key, table, parameters) ?? []);
  if (forecasts.length < parameters.minGroups) return null;
  const used = groups.filter(({ key }) => forecasts.some((item) => item.key === key));
  const fitted =
    used.length === IPCA_GROUPS.length && headline !== null
      ? fitWeights(used, headline, parameters.weightMonths)
      : null;
  const raw = fitted ?? used.map(({ weight }) => weight);
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  const shares = raw.map((weight) => weight / total);
  return {
    groups: forecasts,
    forecast: forecasts.reduce((sum, { forecast }, i) => sum + shares[i]! * forecast, 0),
    weights: Object.fromEntries(used.map(({ key }, i) => [key, shares[i]!])),
    weightSource: fitted === null ? 'table' : 'nnls',
  };
}

function forecastGroup(
  key: string,
  { first, values }: MonthTable,
  { seasonMonths, minMonths, horizon, seasonShare }: BottomUpParameters,
): GroupForecast | null {
  const lastIndex = values.findLastIndex((value) => value !== null);
  const last = addToMonth(first, lastIndex);
  const start = Math.max(0, lastIndex + 1 - seasonMonths);
  const window = values.slice(start, lastIndex + 1);
  const year = dropMissing(window.slice(-horizon));
  if (dropMissing(window).length < minMonths || year.length === 0) return null;
  const season = Array.from({ length: 12 }, (_, m) => {
    return computeMean(
      dropMissing(window.filter((_value, i) => calendarMonthOf(addToMonth(first, start + i)) === m + 1)),
    );
  });
  const usual = computeMean(dropMissing(season))!;
  const recent = computeMean(year)!;
  const path = Array.from({ length: horizon }, (_, k) => {
    return (
      seasonShare * (season[calendarMonthOf(addToMonth(last, k + 1)) - 1] ?? usual) +
      (1 - seasonShare) * recent
    );
  });
  return { key, last, forecast: compoundMom(path)! };
}

/** Weights that explain the last two years of IPCA by its groups; null when a month of them is missing. */
function fitWeights(
  groups: readonly { readonly table: MonthTable }[],
  headline: MonthTable,
  weightMonths: number,
): number[] | null {
  const lastMonth = addToMonth(headline.first, headline.values.length - 1);
  const months = Array.from({ length: weightMonths }, (_, i) => addToMonth(lastMonth, i + 1 - weightMonths));
  const target = dropMissing(months.map((month) => readMonth(headline, month)));
  const rows = months.map((month) => dropMissing(groups.map(({ table }) => readMonth(table, month))));
  if (target.length < weightMonths || rows.some((row) => row.length < groups.length)) return null;
  return solveSimplexWeights(rows, target);
}
