/** A point of a curve: `x` in any one unit of time, `y` a rate. Knots are strictly increasing in `x`. */
export type Knot = { x: number; y: number };

/** How an interpolated point came about; `flat` marks a point beyond the ends, at most 20 % below or 10 % above. */
export type InterpolationMethod = 'linear' | 'flat_forward' | 'flat';

export type InterpolatedPoint = { y: number; method: InterpolationMethod };

const LOWER_REACH = 0.8;
const UPPER_REACH = 1.1;
const BUSINESS_YEAR = 252;

/**
 * Piecewise linear interpolation in rate. Between the last knot and `1.1·max` (first knot and `0.8·min`) the end
 * rate is held and flagged `flat`; further out, or without knots in strictly increasing order, null.
 */
export function interpolateLinear(knots: readonly Knot[], x: number): InterpolatedPoint | null {
  return interpolate(knots, x, 'linear', (left, right) => {
    return left.y + ((right.y - left.y) * (x - left.x)) / (right.x - left.x);
  });
}

/**
 * Flat-forward interpolation of Brazilian zero rates: between knots `F = F1·(F2/F1)^{(d−d1)/(d2−d1)}` with
 * `F(d) = (1 + r)^{d/252}`, result `F^{252/d} − 1`. `x` in business days, rates decimal a year.
 * Same reach and null policy as `interpolateLinear`; null also when a rate is −100 % or less.
 */
export function interpolateFlatForward(
  knots: readonly Knot[],
  businessDays: number,
): InterpolatedPoint | null {
  if (!(businessDays > 0) || knots.some(({ y }) => !(y > -1))) return null;
  return interpolate(knots, businessDays, 'flat_forward', (left, right) => {
    const weight = (businessDays - left.x) / (right.x - left.x);
    const logLeft = (left.x / BUSINESS_YEAR) * Math.log1p(left.y);
    const logRight = (right.x / BUSINESS_YEAR) * Math.log1p(right.y);
    return Math.expm1(((logLeft + weight * (logRight - logLeft)) * BUSINESS_YEAR) / businessDays);
  });
}

function interpolate(
  knots: readonly Knot[],
  x: number,
  method: InterpolationMethod,
  between: (left: Knot, right: Knot) => number,
): InterpolatedPoint | null {
  const first = knots[0];
  const last = knots.at(-1);
  if (first === undefined || last === undefined || !isStrictlyIncreasing(knots)) return null;
  if (!isWithinReach(knots, x)) return null;
  if (x < first.x) return { y: first.y, method: 'flat' };
  if (x > last.x) return { y: last.y, method: 'flat' };
  const at = knots.findIndex((knot) => knot.x >= x);
  const right = knots[at]!;
  if (right.x === x) return { y: right.y, method };
  return { y: between(knots[at - 1]!, right), method };
}

/** Whether `x` lies within 0.8 of the first to 1.1 of the last knot; further out nothing is known. */
export function isWithinReach(knots: readonly Knot[], x: number): boolean {
  const [first, last] = [knots[0], knots.at(-1)];
  return first !== undefined && last !== undefined && x >= LOWER_REACH * first.x && x <= UPPER_REACH * last.x;
}

/** Whether the knots are finite and strictly increasing in `x`. */
export function isStrictlyIncreasing(knots: readonly Knot[]): boolean {
  return knots.every(
    ({ x, y }, i) => Number.isFinite(x) && Number.isFinite(y) && (i === 0 || x > knots[i - 1]!.x),
  );
}
