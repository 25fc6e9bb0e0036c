import { interpolateLinear, isStrictlyIncreasing, type Knot } from './interpolation.ts';

/** A zero point: `tenor` in years, `discount` a price, `zeroBey` and `zeroContinuous` decimal a year. */
export type ZeroPoint = { tenor: number; discount: number; zeroBey: number; zeroContinuous: number };

export type BootstrapOptions = {
  /** Hold the first par rate flat down to half a year when the curve starts later (real curve from 5 years). @default false */
  flatShortEnd?: boolean;
};

const HALF_YEAR = 0.5;

/**
 * Zero curve of semi-annual par yields (`x` years, `y` decimal bond equivalent), on the input bills below half a
 * year and then every half year up to the longest tenor:
 * `D_k = (1 − c_k/2·Σ_{j<k} D_j)/(1 + c_k/2)`, `zeroBey = 2(D^{−1/(2t)} − 1)`, `zeroContinuous = −ln D/t`.
 * Par rates are interpolated linearly to the half-year grid first; bills are simple interest.
 *
 * Returns null when the tenors are not strictly increasing, start after half a year (unless `flatShortEnd`),
 * a coupon is −200 % or less, or a discount factor is not positive.
 */
export function bootstrapPar(
  par: readonly Knot[],
  { flatShortEnd = false }: BootstrapOptions = {},
): ZeroPoint[] | null {
  const first = par[0];
  const last = par.at(-1);
  if (first === undefined || last === undefined || !isStrictlyIncreasing(par) || !(first.x > 0)) return null;
  if (par.some(({ y }) => !(y > -2))) return null;
  if (first.x > HALF_YEAR && !flatShortEnd) return null;
  const knots = first.x > HALF_YEAR ? [{ x: HALF_YEAR, y: first.y }, ...par] : par;
  const points = knots
    .filter(({ x }) => x < HALF_YEAR)
    .map(({ x, y }): ZeroPoint | null => describeZero(x, 1 / (1 + y * x)));
  let annuity = 0;
  for (let k = 1; k * HALF_YEAR <= last.x + 1e-9; k++) {
    const tenor = k * HALF_YEAR;
    const coupon = interpolateLinear(knots, Math.min(tenor, last.x))?.y;
    if (coupon === undefined) return null;
    const discount = (1 - (coupon / 2) * annuity) / (1 + coupon / 2);
    points.push(describeZero(tenor, discount));
    annuity += discount;
  }
  return points.every((point) => point !== null) ? points : null;
}

function describeZero(tenor: number, discount: number): ZeroPoint | null {
  if (!(discount > 0) || !Number.isFinite(discount)) return null;
  const zeroContinuous = -Math.log(discount) / tenor;
  return { tenor, discount, zeroBey: 2 * Math.expm1(zeroContinuous / 2), zeroContinuous };
}
