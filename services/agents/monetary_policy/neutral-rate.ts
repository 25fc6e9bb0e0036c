import { filterNaturalRate, type NaturalRate } from '../../../shared/numeric/natural-rate.ts';
import { cutoffOf, weekdayOnOrAfter, type Day } from '../../../shared/time.ts';
import { addToMonth, layOutMonths, readMonth, type Month } from '../framework/periods.ts';
import { signPoints, type MacroPoint, type View } from '../framework/view.ts';
import type { MonetaryPolicyParameters } from '../parameters.ts';

type NeutralRateParameters = MonetaryPolicyParameters['neutralRate'];

/** r* after each month, and when the real rate of that month became known. */
export interface NeutralRatePath {
  readonly months: readonly (NaturalRate & { readonly period: Month })[];
  /** The real rates behind it, ascending. */
  readonly realRates: readonly MacroPoint[];
}

/** The neutral real rate at some moment, percent. */
export interface NeutralRate {
  readonly value: number;
  /** Percent². */
  readonly variance: number;
  readonly n: number;
  readonly period: Month | null;
  /** The prior of the filter stands in for an estimate. */
  readonly isPrior: boolean;
}

/** Filters r* over all months of the ex-ante real rate, with the activity gap where there is one. */
export function filterNeutralRate(view: View<MonetaryPolicyParameters>): NeutralRatePath {
  const realRates = view.macro('BR_REAL_RATE_EX_ANTE', 'level');
  const gaps = view.macro('BR_ACTIVITY_GAP', 'level');
  return view.memo('neutral-rate', `${signPoints(realRates)}|${signPoints(gaps)}`, () =>
    filterMonths(realRates, gaps, view.parameters.neutralRate),
  );
}

function filterMonths(
  realRates: readonly MacroPoint[],
  gaps: readonly MacroPoint[],
  model: NeutralRateParameters,
): NeutralRatePath {
  const table = layOutMonths(realRates);
  const gapTable = layOutMonths(gaps);
  if (table === null) return { months: [], realRates };
  const months = table.values.map((realRate, i) => ({ period: addToMonth(table.first, i), realRate }));
  const states = filterNaturalRate(
    months.map(({ period, realRate }) => ({ realRate, gap: readMonth(gapTable, period) })),
    model,
  );
  return { months: states.map((state, i) => ({ ...state, period: months[i]!.period })), realRates };
}

/**
 * r* as the partition of `date` knew it: filtered from the real rates and gaps released by its cutoff. A gap that came
 * out later is not in it, as today's gaps of the next months are not in today's r*. Null below 24 months.
 */
export function readNeutralRateAt(view: View<MonetaryPolicyParameters>, date: Day): NeutralRate | null {
  const model = view.parameters.neutralRate;
  const cutoff = cutoffOf(weekdayOnOrAfter(date));
  const listKnown = (key: string): MacroPoint[] =>
    view.macro(key, 'level').filter(({ knownAt }) => knownAt <= cutoff);
  const state = filterMonths(
    listKnown('BR_REAL_RATE_EX_ANTE'),
    listKnown('BR_ACTIVITY_GAP'),
    model,
  ).months.at(-1);
  if (state === undefined || state.n < model.minMonths) return null;
  return { value: state.rStar, variance: state.variance, n: state.n, period: state.period, isPrior: false };
}

/** The latest r*, or the prior of the filter when there are fewer than 24 months. */
export function readNeutralRate(path: NeutralRatePath, model: NeutralRateParameters): NeutralRate {
  const state = path.months.at(-1);
  if (state !== undefined && state.n >= model.minMonths) {
    return { value: state.rStar, variance: state.variance, n: state.n, period: state.period, isPrior: false };
  }
  const { mean, variance } = model;
  return { value: mean, variance, n: state?.n ?? 0, period: null, isPrior: true };
}
