import { computeDiffusion, computeTrimmedMean } from '../../../shared/numeric/inflation.ts';
import type { Formula, Outcome, View } from './as-of.ts';

/** Share of a sample cut off at each side of a trimmed mean. */
const TRIMMED_SHARE = 0.2;

function readAll(views: readonly View[], place: number): (number | null)[] {
  return views.map((view) => view.at(place));
}

function toOutcome(value: number | null): Outcome | null {
  return value === null ? null : { value };
}

/** `100·#(m > 0)/#(m known)` over the inputs of a month, percent; zero is no rise. */
export const shareRising: Formula = {
  reach: (place) => [place],
  compute: (place, changes) => toOutcome(computeDiffusion(readAll(changes, place))),
};

/** The first input where it has a value (the published index), else the share of the others that rose, percent. */
export const publishedOrShareRising: Formula = {
  reach: (place) => [place],
  compute(place, [published, ...changes]) {
    return toOutcome(published!.at(place) ?? computeDiffusion(readAll(changes, place)));
  },
};

/** Mean of the inputs of a month without `floor(0.2·n)` at each side, their unit; the plain mean of fewer than three. */
export const trimmedMean: Formula = {
  reach: (place) => [place],
  compute: (place, changes) => toOutcome(computeTrimmedMean(readAll(changes, place), TRIMMED_SHARE)),
};
