import { computeHamiltonGap, type HamiltonSteps } from '../../../shared/numeric/hamilton.ts';
import { computeGapPct, computeHpTrend } from '../../../shared/numeric/hp.ts';
import { averageWeighted } from '../../../shared/numeric/scores.ts';
import { computeMonthEffects } from '../../../shared/numeric/seasonal.ts';
import { computeMean } from '../../../shared/numeric/series.ts';
import type { Formula, Outcome, View } from './as-of.ts';
import { monthOf } from './period.ts';

/** Fewer observations than this have no trend. */
const MIN_OBSERVATIONS = 24;
const YEAR = 12;

/** All periods from the changed one to the last known: a one-sided filter looks back only. */
function* reachOnward(place: number, _input: number, [view]: readonly View[]): Generator<number> {
  for (let at = place; at <= view!.last(); at += 1) yield at;
}

/** The unbroken run of values that ends at a period, oldest first. */
function listRun(view: View, place: number): number[] {
  const run: number[] = [];
  for (let at = place; ; at -= 1) {
    const value = view.at(at);
    if (value === null) return run.reverse();
    run.push(value);
  }
}

function tooShort(run: readonly number[], minimum = MIN_OBSERVATIONS): Outcome {
  return { value: null, reason: `${run.length} of ${minimum} consecutive observations` };
}

/** Gap of a level to its one-sided Hodrick–Prescott trend, percent: only data up to the period, as known then. */
export function gapToHpTrend(lambda: number): Formula {
  return {
    reach: reachOnward,
    compute(place, [level]) {
      const run = listRun(level!, place);
      if (run.length === 0) return null;
      if (run.length < MIN_OBSERVATIONS) return tooShort(run);
      const gap = computeGapPct(run.at(-1)!, computeHpTrend(run, lambda)?.at(-1) ?? null);
      return gap === null ? { value: null, reason: 'no trend' } : { value: gap };
    },
  };
}

/** Hamilton gap of an index, percent: the residual of the last point of `100·ln y` on data up to it. */
export function gapToHamilton({ horizon, lags }: HamiltonSteps): Formula {
  // As many rows again as the regression has coefficients.
  const minimum = horizon + lags - 1 + 2 * (lags + 1);
  return {
    reach: reachOnward,
    compute(place, [level]) {
      const run = listRun(level!, place);
      if (run.length === 0) return null;
      if (run.length < minimum) return tooShort(run, minimum);
      if (run.some((value) => !(value > 0)))
        return { value: null, reason: 'not defined for a value that is not positive' };
      const logs = run.map((value) => 100 * Math.log(value));
      const gap = computeHamiltonGap(logs, { horizon, lags })?.at(-1) ?? null;
      return gap === null ? { value: null, reason: 'regression has no solution' } : { value: gap };
    },
  };
}

/**
 * A rate without its month effects, from the data given only: minus the mean by calendar month of its distance to the
 * centered 12-month average (five years of them), else the 12-month average itself.
 */
function removeSeason(run: readonly number[], lastPlace: number): number[] {
  const firstPlace = lastPlace - run.length + 1;
  const effects = computeMonthEffects({ firstMonth: monthOf(firstPlace), values: run });
  if (effects !== null) return run.map((value, i) => value - effects[monthOf(firstPlace + i) - 1]!);
  return run.slice(YEAR - 1).map((_, i) => computeMean(run.slice(i, i + YEAR))!);
}

/** Distance of a seasonal monthly rate to its one-sided trend, percentage points; `sign` −1 = trend minus rate. */
export function distanceToTrend(lambda: number, sign: 1 | -1): Formula {
  return {
    reach: reachOnward,
    compute(place, [rate]) {
      const run = listRun(rate!, place);
      if (run.length === 0) return null;
      if (run.length < MIN_OBSERVATIONS) return tooShort(run);
      const adjusted = removeSeason(run, place);
      const trend = computeHpTrend(adjusted, lambda)?.at(-1) ?? null;
      return trend === null
        ? { value: null, reason: 'no trend' }
        : { value: sign * (adjusted.at(-1)! - trend) };
    },
  };
}

/** Weighted mean of the inputs known for the period, weights renormalized. */
export function averageOver(weights: readonly number[]): Formula {
  return {
    reach: (place) => [place],
    compute(place, views) {
      const parts = views.map((view, i) => ({ value: view.at(place), weight: weights[i]! }));
      const average = averageWeighted(parts);
      return average === null ? null : { value: average.value };
    },
  };
}

/** `(actual/potential − 1)·100` where both are known; a missing potential is named. */
export const gapToPotential: Formula = {
  reach: (place) => [place],
  compute(place, [actual, potential]) {
    const level = actual!.at(place);
    if (level === null) return null;
    const gap = computeGapPct(level, potential!.at(place));
    return gap === null ? { value: null, reason: 'no potential for the period' } : { value: gap };
  },
};

const MONTHS_PER_QUARTER = 3;

/** Quarterly natural rate minus a monthly rate, percentage points (positive = tight). */
export const naturalMinusActual: Formula = {
  *reach(place, input) {
    if (input === 0) yield place;
    else for (let month = 0; month < MONTHS_PER_QUARTER; month += 1) yield place * MONTHS_PER_QUARTER + month;
  },
  compute(place, [actual, natural]) {
    const rate = actual!.at(place);
    if (rate === null) return null;
    const quarter = natural!.at(Math.floor(place / MONTHS_PER_QUARTER));
    return quarter === null
      ? { value: null, reason: 'no natural rate for the quarter' }
      : { value: quarter - rate };
  },
};
