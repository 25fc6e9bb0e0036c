import { computeCarryRoll } from '../../../shared/numeric/carry.ts';
import type { Knot } from '../../../shared/numeric/interpolation.ts';
import {
  computeBelly,
  computeButterfly,
  computeForwardAnnual,
  computeSlope,
} from '../../../shared/numeric/rates.ts';
import { measure, type Metric, type Point } from './curve-set.ts';

const CALENDAR_YEAR = 365;
const CARRY_TENORS = [2, 5, 10];
const FORWARDS = [
  [1, 2],
  [2, 3],
  [5, 10],
] as const;

/** Value of a tenor of a curve, null when it is absent or null. */
type Lookup = (tenor: string) => number | null;

/** Looks up the values of one curve by tenor label: the standard ones where there are such, else those observed. */
export function lookUp(points: readonly Point[], curveId: string): Lookup {
  const own = points.filter((point) => point.curveId === curveId);
  return (tenor) => {
    const found = own.filter((point) => point.tenor === tenor);
    return (found.find(({ method }) => method !== 'observed') ?? found[0])?.value ?? null;
  };
}

/** Slope between ten years and `short`, belly, butterfly and long premium, decimal. */
export function measureShape(curveId: string, at: Lookup, short: '1Y' | '2Y'): Metric[] {
  const describe = (metric: string, value: number | null, legs: readonly string[]): Metric => {
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

/** Carry and roll-down over 21 calendar days of 2, 5 and 10 years, basis points; `knots` in calendar days. */
export function measureCarry(curveId: string, knots: readonly Knot[]): Metric[] {
  return CARRY_TENORS.flatMap((years) => {
    const carry = computeCarryRoll(knots, years * CALENDAR_YEAR);
    const describe = (metric: string, value: number | undefined): Metric =>
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
  curveId: string,
  at: Lookup,
  toAnnual: (rate: number) => number | null,
): Metric[] {
  return FORWARDS.map(([start, end]) => {
    const [near, far] = [start, end].map((years) => {
      const rate = at(`${years}Y`);
      return rate === null ? null : toAnnual(rate);
    });
    const value = near == null || far == null ? null : computeForwardAnnual(near, start, far, end);
    return measure(curveId, `fwd_${start}y${end - start}y`, value, 'decimal', `missing ${start}Y or ${end}Y`);
  });
}
