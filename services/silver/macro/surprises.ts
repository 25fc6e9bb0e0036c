import { forecastSeasonalAr1 } from '../../../shared/numeric/seasonal.ts';
import { computeMean } from '../../../shared/numeric/series.ts';
import { standardizeSurprise, SURPRISE_HISTORY } from '../../../shared/numeric/surprise.ts';
import type { Formula, View } from './as-of.ts';
import { monthOf, placeOf } from './period.ts';

/** Inflation targeting began in June 1999: what came before says nothing about a month of today. */
const FIRST_MONTH = placeOf('1999-07-01', 'M');
const YEAR = 12;
const MIN_SAME_MONTHS = 3;
const BURN_IN = 24;

function readDifference(actual: View, early: View, place: number): number | null {
  const [value, before] = [actual.at(place), early.at(place)];
  return value === null || before === null ? null : value - before;
}

/**
 * Monthly change minus that of the mid-month index of the same month (published two weeks before), without the mean of
 * this difference in the same calendar month of the earlier years (three at least), percentage points.
 *
 * It stands in for the distance to a consensus, which none of the providers publishes.
 */
export const surpriseToMidMonth: Formula = {
  *reach(place, _input, [actual]) {
    for (let at = place; at <= Math.max(place, actual!.last()); at += YEAR) yield at;
  },
  compute(place, [actual, early]) {
    const difference = readDifference(actual!, early!, place);
    if (difference === null) return null;
    const earlier: number[] = [];
    for (let at = place - YEAR; at >= FIRST_MONTH; at -= YEAR) {
      const before = readDifference(actual!, early!, at);
      if (before !== null) earlier.push(before);
    }
    const mean = earlier.length < MIN_SAME_MONTHS ? null : computeMean(earlier);
    return mean === null
      ? { value: null, reason: `${earlier.length} of ${MIN_SAME_MONTHS} earlier years` }
      : { value: difference - mean };
  },
};

/**
 * Monthly change minus the forecast of a seasonal AR(1) estimated on the unbroken run of months before it (24 at least,
 * from July 1999), percentage points: the stand-in where there is no mid-month index.
 */
export const surpriseToSeason: Formula = {
  *reach(place, _input, [actual]) {
    for (let at = place; at <= actual!.last(); at += 1) yield at;
  },
  compute(place, [actual]) {
    const value = actual!.at(place);
    if (value === null) return null;
    const history: number[] = [];
    for (let at = place - 1; at >= FIRST_MONTH; at -= 1) {
      const before = actual!.at(at);
      if (before === null) break;
      history.unshift(before);
    }
    if (history.length < BURN_IN) {
      return { value: null, reason: `${history.length} of ${BURN_IN} consecutive months before` };
    }
    const firstMonth = monthOf(place - history.length);
    const forecast = forecastSeasonalAr1({ firstMonth, values: history }, BURN_IN);
    return forecast === null
      ? { value: null, reason: 'the months before do not vary' }
      : { value: value - forecast };
  },
};

/** A surprise over the sample deviation of the up to 36 before it (24 at least), dimensionless. */
export const surpriseInDeviations: Formula = {
  *reach(place) {
    for (let ahead = 0; ahead <= SURPRISE_HISTORY; ahead += 1) yield place + ahead;
  },
  compute(place, [surprise]) {
    const value = surprise!.at(place);
    if (value === null) return null;
    const window = Array.from({ length: SURPRISE_HISTORY + 1 }, (_, i) =>
      surprise!.at(place - SURPRISE_HISTORY + i),
    );
    const z = standardizeSurprise(window);
    return z === null
      ? { value: null, reason: 'fewer than 24 surprises before, or no spread' }
      : { value: z };
  },
};
