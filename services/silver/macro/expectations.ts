import { inflationTarget } from '../../../shared/economics/inflation-target.ts';
import type { Formula } from './as-of.ts';
import { yearOf } from './period.ts';

const TARGET_WEIGHT = 0.5;

/** Half the target of the month's year, half the 12-month IPCA, percent. */
export const blendTargetAndInflation: Formula = {
  reach: (place) => [place],
  compute(place, [inflation]) {
    const yoy = inflation!.at(place);
    const target = inflationTarget(yearOf(place, 'M'));
    if (yoy === null) return null;
    if (target === null) return { value: null, reason: 'no inflation target before 2010' };
    return { value: TARGET_WEIGHT * target + (1 - TARGET_WEIGHT) * yoy };
  },
};

/** Policy rate at month end minus expected inflation, percentage points. */
export const rateMinusExpected: Formula = {
  reach: (place) => [place],
  compute(place, [rate, expected]) {
    const inflation = expected!.at(place);
    if (inflation === null) return null;
    const policy = rate!.at(place);
    return policy === null
      ? { value: null, reason: 'no policy rate in the month' }
      : { value: policy - inflation };
  },
};

/** `((1 + rate/100)/(1 + expected/100) − 1)·100`, percent: the same by the Fisher equation. */
export const rateDeflated: Formula = {
  reach: (place) => [place],
  compute(place, [rate, expected]) {
    const inflation = expected!.at(place);
    if (inflation === null) return null;
    const policy = rate!.at(place);
    if (policy === null) return { value: null, reason: 'no policy rate in the month' };
    const growth = 1 + inflation / 100;
    return growth > 0
      ? { value: ((1 + policy / 100) / growth - 1) * 100 }
      : { value: null, reason: 'not defined for expected inflation of −100 % or less' };
  },
};
