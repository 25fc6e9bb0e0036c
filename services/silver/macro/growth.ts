import {
  annualize3m,
  annualize3mFromIndex,
  compoundMom,
  computeMomFromIndex,
} from '../../../shared/numeric/inflation.ts';
import type { Formula, Outcome } from './as-of.ts';
import { labelOf, type PeriodFrequency } from './period.ts';

const NAMED_PERIODS = 3;

function missing(places: readonly number[], frequency: PeriodFrequency): Outcome {
  const named = places.slice(-NAMED_PERIODS).map((place) => labelOf(place, frequency));
  const others = places.length - named.length;
  return { value: null, reason: `missing ${others === 0 ? '' : `${others} earlier, `}${named.join(', ')}` };
}

function settle(value: number | null): Outcome {
  return value === null ? { value: null, reason: 'not defined for a value that is not positive' } : { value };
}

/** Growth of an index over `lag` periods, by period key: needs the two end points only. */
function growOver(
  lag: number,
  frequency: PeriodFrequency,
  describe: (then: number, now: number) => number | null,
): Formula {
  return {
    reach: (place) => [place, place + lag],
    compute(place, [index]) {
      const now = index!.at(place);
      const then = index!.at(place - lag);
      if (now === null) return null;
      if (then === null) return missing([place - lag], frequency);
      return settle(describe(then, now));
    },
  };
}

const changePct = (then: number, now: number): number | null => computeMomFromIndex([then, now])[1] ?? null;

/** `(I_t/I_{t−lag} − 1)·100`. */
export function growIndex(lag: number, frequency: PeriodFrequency): Formula {
  return growOver(lag, frequency, changePct);
}

/** `((I_t/I_{t−3})^4 − 1)·100` of a monthly index. */
export const growIndex3mAnnualized: Formula = growOver(
  3,
  'M',
  (then, now) => annualize3mFromIndex([then, null, null, now])[3] ?? null,
);

/** `x_t − x_{t−lag}` of a monthly series, its unit (percentage points for a percent). */
export function changeOver(lag: number): Formula {
  return growOver(lag, 'M', (then, now) => now - then);
}

/** Compounds monthly percent changes over the last `months`; a missing month is never compressed away. */
function compoundOver(months: number, describe: (moms: readonly number[]) => number | null): Formula {
  return {
    *reach(place) {
      for (let ahead = 0; ahead < months; ahead += 1) yield place + ahead;
    },
    compute(place, [moms]) {
      if (moms!.at(place) === null) return null;
      const places = Array.from({ length: months }, (_, i) => place - months + 1 + i);
      const values = places.map((month) => moms!.at(month));
      const present = values.filter((value) => value !== null);
      if (present.length === months) return settle(describe(present));
      return missing(
        places.filter((_, i) => values[i] === null),
        'M',
      );
    },
  };
}

/** Twelve-month change in percent from monthly changes in percent. */
export const compoundYear: Formula = compoundOver(12, (moms) => compoundMom(moms));

/** Last three monthly changes in percent, as an annual percent. */
export const compound3mAnnualized: Formula = compoundOver(3, (moms) => annualize3m(moms));
