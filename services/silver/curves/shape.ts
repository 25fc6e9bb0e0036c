import { computeCarryRoll } from '../../../shared/numeric/carry.ts';
import type { Knot } from '../../../shared/numeric/interpolation.ts';
import {
  computeBelly,
  computeButterfly,
  computeForwardAnnual,
  computeSlope,
} from '../../../shared/numeric/rates.ts';
import type { CurveId } from '../../../shared/silver/curve-conventions.ts';
import { measure, type Measure, type Point } from './curve-set.ts';

const CALENDAR_YEAR = 365;
const CARRY_TENORS = [2, 5, 10];
const FACE_VALUE = 100;

/** Start and end of a forward, years. */
type Span = readonly [start: number, end: number];

const FORWARDS: readonly Span[] = [
  [1, 2],
  [2, 3],
  [5, 10],
];

/** Value of a tenor of a curve, null when it is absent or null. */
export type Lookup = (tenor: string) => number | null;

/** Looks up the values of one curve by tenor label: the standard ones where there are such, else those observed. */
export function lookUp(points: readonly Point[], curveId: CurveId): Lookup {
  const own = points.filter((point) => point.curveId === curveId);
  return (tenor) => {
    const found = own.filter((point) => point.tenor === tenor);
    return (found.find(({ method }) => method !== 'observed') ?? found[0])?.value ?? null;
  };
}

/** Slope between ten years and `short`, belly, butterfly and long premium, decimal. */
export function measureShape(curveId: CurveId, at: Lookup, short: '1Y' | '2Y'): Measure[] {
  const describe = (metric: string, value: number | null, legs: readonly string[]): Measure => {
    const missing = legs.filter((leg) => at(leg) === null);
    return measure(curveId, metric, value, 'decimal', `missing ${missing.join(', ')}`);
  };
  return [
    describe('slope', computeSlope(at('10Y'), at(short)), ['10Y', short]),
    describe('belly', computeBelly(at('1Y'), at('2Y'), at('5Y')), ['1Y', '2Y', '5Y']),
    describe('butterfly', computeButterfly(at('2Y'), at('5Y'), at('10Y')), ['2Y', '5Y', '10Y']),
    describe('long_premium', computeSlope(at('10Y'), at('5Y')), ['10Y', '5Y']),
  ];
}

/**
 * Carry and roll-down over 21 calendar days of 2, 5 and 10 years, basis points; `knots` in calendar days. With continuous
 * rates the total is the excess log return of the zero exactly.
 */
export function measureCarry(curveId: CurveId, knots: readonly Knot[]): Measure[] {
  return CARRY_TENORS.flatMap((years) => {
    const carry = computeCarryRoll(knots, years * CALENDAR_YEAR);
    const describe = (metric: string, value: number | undefined): Measure =>
      measure(curveId, `${metric}_${years}y`, value ?? null, 'bps', 'tenor outside the curve');
    return [
      describe('carry', carry?.carryBp),
      describe('roll_yield', carry?.rollYieldBp),
      describe('roll', carry?.rollReturnBp),
      describe('carry_roll', carry?.totalReturnBp),
      describe('breakeven_move', carry?.breakevenMoveBp),
    ];
  });
}

/** Forward rates between whole years, annual compounding, decimal; `toAnnual` converts the curve's own rates. */
export function measureForwards(
  curveId: CurveId,
  at: Lookup,
  toAnnual: (rate: number) => number | null = (rate) => rate,
  spans: readonly Span[] = FORWARDS,
): Measure[] {
  return spans.map(([start, end]) => {
    const [near, far] = [start, end].map((years) => {
      const rate = at(`${years}Y`);
      return rate === null ? null : toAnnual(rate);
    });
    const value = near == null || far == null ? null : computeForwardAnnual(near, start, far, end);
    return measure(curveId, `fwd_${start}y${end - start}y`, value, 'decimal', `missing ${start}Y or ${end}Y`);
  });
}

/** The forward over the second five of ten years, the usual one of inflation and real rates. */
export const FIVE_YEAR_FORWARD: readonly Span[] = [[5, 10]];

/** Price change of a zero of 100 for one basis point; `computeDv01` is that of the compounding of the curve. */
export function measureDv01(
  curveId: CurveId,
  at: Lookup,
  tenors: readonly number[],
  computeDv01: (notional: number, years: number, rate: number) => number | null,
): Measure[] {
  return tenors.map((years) => {
    const rate = at(`${years}Y`);
    const value = rate === null ? null : computeDv01(FACE_VALUE, years, rate);
    return measure(curveId, `dv01_${years}y`, value, 'per_100', `missing ${years}Y`);
  });
}
