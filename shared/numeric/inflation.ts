import { computeMean, dropMissing, type Series } from './series.ts';

const MONTHS_PER_YEAR = 12;
const QUARTER_MONTHS = 3;

/**
 * Percent over the last `months` from monthly changes in percent, `(∏(1 + m/100) − 1)·100`. Elements are consecutive
 * months (null = missing); null when one of the last `months` is missing, so a gap is never compressed away.
 */
export function compoundMom(moms: Series, months = MONTHS_PER_YEAR): number | null {
  const window = moms.slice(-months);
  const present = dropMissing(window);
  if (months < 1 || present.length < months) return null;
  return (multiplyGrowth(present) - 1) * 100;
}

/** Twelve-month change in percent at every month, from monthly changes in percent; null as in `compoundMom`. */
export function computeYoyFromMom(moms: Series): (number | null)[] {
  return moms.map((_, i) => compoundMom(moms.slice(Math.max(0, i + 1 - MONTHS_PER_YEAR), i + 1)));
}

/** `(I_t/I_{t−12} − 1)·100` at every month; needs the two end points only. */
export function computeYoyFromIndex(index: Series): (number | null)[] {
  return changeOver(index, MONTHS_PER_YEAR, (ratio) => (ratio - 1) * 100);
}

/** `(I_t/I_{t−1} − 1)·100` at every month; null when an end point is missing. */
export function computeMomFromIndex(index: Series): (number | null)[] {
  return changeOver(index, 1, (ratio) => (ratio - 1) * 100);
}

/** Last three monthly changes as an annual percent, `(∏(1 + m/100)^4 − 1)·100`; null when one is missing. */
export function annualize3m(moms: Series): number | null {
  const present = dropMissing(moms.slice(-QUARTER_MONTHS));
  return present.length < QUARTER_MONTHS ? null : (multiplyGrowth(present) ** 4 - 1) * 100;
}

/** Three-month change as an annual percent at every month, `((I_t/I_{t−3})^4 − 1)·100`. */
export function annualize3mFromIndex(index: Series): (number | null)[] {
  return changeOver(index, QUARTER_MONTHS, (ratio) => (ratio ** 4 - 1) * 100);
}

/** Index chained from monthly changes in percent, `I_t = I_{t−1}(1 + m/100)`; null from the first missing month on. */
export function chainIndex(moms: Series, base = 100): (number | null)[] {
  let level: number | null = base;
  return moms.map((mom) => {
    level = level === null || mom === null ? null : level * (1 + mom / 100);
    return level;
  });
}

/** Percent of the present components that rose (zero is not a rise); null without components. */
export function computeDiffusion(changes: Series): number | null {
  const present = dropMissing(changes);
  if (present.length === 0) return null;
  return (100 * present.filter((change) => change > 0).length) / present.length;
}

/** Mean after dropping `floor(share·n)` values at each side; plain mean below three values, null without. */
export function computeTrimmedMean(values: Series, share = 0.2): number | null {
  const sorted = dropMissing(values).sort((a, b) => a - b);
  if (sorted.length < 3) return computeMean(sorted);
  const cut = Math.floor(share * sorted.length);
  return computeMean(sorted.slice(cut, sorted.length - cut));
}

function multiplyGrowth(moms: readonly number[]): number {
  return moms.reduce((product, mom) => product * (1 + mom / 100), 1);
}

function changeOver(index: Series, lag: number, describe: (ratio: number) => number): (number | null)[] {
  return index.map((now, i) => {
    const then = i < lag ? null : index[i - lag]!;
    if (now === null || then === null || !(then > 0) || !(now > 0)) return null;
    return describe(now / then);
  });
}
