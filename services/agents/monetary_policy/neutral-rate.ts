import {
  filterNaturalRate,
  NATURAL_RATE_MODEL,
  type NaturalRate,
} from '../../../shared/numeric/natural-rate.ts';
import { cutoffOf, weekdayOnOrAfter, type Day } from '../../../shared/time.ts';
import { addToMonth, layOutMonths, readMonth, type Month } from '../framework/periods.ts';
import { signPoints, type MacroPoint, type View } from '../framework/view.ts';

/** Months with an observation before r* counts as estimated. */
export const MIN_RATE_MONTHS = 24;

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
export function filterNeutralRate(view: View): NeutralRatePath {
  const realRates = view.macro('BR_REAL_RATE_EX_ANTE', 'level');
  const gaps = view.macro('BR_ACTIVITY_GAP', 'level');
  return view.memo('neutral-rate', `${signPoints(realRates)}|${signPoints(gaps)}`, () => {
    const table = layOutMonths(realRates);
    const gapTable = layOutMonths(gaps);
    if (table === null) return { months: [], realRates };
    const months = table.values.map((realRate, i) => ({ period: addToMonth(table.first, i), realRate }));
    const states = filterNaturalRate(
      months.map(({ period, realRate }) => ({ realRate, gap: readMonth(gapTable, period) })),
    );
    return { months: states.map((state, i) => ({ ...state, period: months[i]!.period })), realRates };
  });
}

/** r* after the last month whose real rate was known for the partition of `date`; null below 24 months. */
export function readNeutralRateAt(path: NeutralRatePath, date: Day): NeutralRate | null {
  const cutoff = cutoffOf(weekdayOnOrAfter(date));
  const known = path.realRates.findLast(({ knownAt, value }) => value !== null && knownAt <= cutoff);
  const state = known && path.months.find(({ period }) => period === known.period);
  if (state === undefined || state.n < MIN_RATE_MONTHS) return null;
  return { value: state.rStar, variance: state.variance, n: state.n, period: state.period, isPrior: false };
}

/** The latest r*, or the prior of the filter when there are fewer than 24 months. */
export function readNeutralRate(path: NeutralRatePath): NeutralRate {
  const state = path.months.at(-1);
  if (state !== undefined && state.n >= MIN_RATE_MONTHS) {
    return { value: state.rStar, variance: state.variance, n: state.n, period: state.period, isPrior: false };
  }
  const { mean, variance } = NATURAL_RATE_MODEL;
  return { value: mean, variance, n: state?.n ?? 0, period: null, isPrior: true };
}
