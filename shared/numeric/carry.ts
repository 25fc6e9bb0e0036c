import { interpolateLinear, type Knot } from './interpolation.ts';

/**
 * What holding a point of an unchanged curve earns. All in basis points: `carry`, `rollReturn` and `totalReturn` are
 * returns over the horizon, `rollYield` is the change of yield, `breakevenMove` the rise in yield that eats it up.
 */
export type CarryRoll = {
  carryBp: number;
  rollYieldBp: number;
  rollReturnBp: number;
  totalReturnBp: number;
  breakevenMoveBp: number;
};

const CALENDAR_YEAR = 365;

/**
 * Carry and roll-down of the point at `tenorDays` (calendar days) over `horizonDays`, funded at the shortest tenor:
 * `carry = (y_T − y_short)·h/365`, `rollYield = y_T − y_{T−h}`, `rollReturn = rollYield·(T−h)/365`.
 * `curve`: `x` calendar days, `y` decimal. Yields between knots are linear.
 *
 * Returns null when T ≤ h or one of the two points lies outside the curve.
 */
export function computeCarryRoll(
  curve: readonly Knot[],
  tenorDays: number,
  horizonDays = 21,
): CarryRoll | null {
  if (!(tenorDays > horizonDays && horizonDays > 0)) return null;
  const held = interpolateLinear(curve, tenorDays);
  const rolled = interpolateLinear(curve, tenorDays - horizonDays);
  const funding = curve[0];
  if (held === null || rolled === null || funding === undefined) return null;
  const remainingYears = (tenorDays - horizonDays) / CALENDAR_YEAR;
  const carryBp = ((held.y - funding.y) * 1e4 * horizonDays) / CALENDAR_YEAR;
  const rollYieldBp = (held.y - rolled.y) * 1e4;
  const rollReturnBp = rollYieldBp * remainingYears;
  const totalReturnBp = carryBp + rollReturnBp;
  return {
    carryBp,
    rollYieldBp,
    rollReturnBp,
    totalReturnBp,
    breakevenMoveBp: totalReturnBp / remainingYears,
  };
}
