import { isStrictlyIncreasing, type Knot } from './interpolation.ts';

/**
 * Monotone piecewise cubic (Fritsch–Carlson, as SciPy's PchipInterpolator) through the knots at `x`, unit of `y`: no value
 * between two knots lies outside theirs. Returns null with fewer than three knots, knots that are not strictly increasing, or
 * `x` outside them.
 */
export function interpolatePchip(knots: readonly Knot[], x: number): number | null {
  const n = knots.length;
  if (n < 3 || !isStrictlyIncreasing(knots) || !(x >= knots[0]!.x && x <= knots[n - 1]!.x)) return null;
  const slopes = computeSlopes(knots);
  const i = Math.min(
    n - 2,
    knots.findLastIndex((knot) => knot.x <= x),
  );
  const [left, right] = [knots[i]!, knots[i + 1]!];
  const h = right.x - left.x;
  const t = (x - left.x) / h;
  const u = 1 - t;
  return (
    left.y * (1 + 2 * t) * u * u +
    right.y * t * t * (3 - 2 * t) +
    h * t * u * (slopes[i]! * u - slopes[i + 1]! * t)
  );
}

/** Weighted harmonic mean of the two secants of a knot, 0 at a turning point, a three-point formula at the ends. */
function computeSlopes(knots: readonly Knot[]): number[] {
  const h = knots.slice(1).map(({ x }, i) => x - knots[i]!.x);
  const secants = knots.slice(1).map(({ y }, i) => (y - knots[i]!.y) / h[i]!);
  return knots.map((_, i) => {
    if (i === 0) return computeEndSlope(h[0]!, h[1]!, secants[0]!, secants[1]!);
    if (i === h.length) return computeEndSlope(h.at(-1)!, h.at(-2)!, secants.at(-1)!, secants.at(-2)!);
    const [before, after] = [secants[i - 1]!, secants[i]!];
    if (before * after <= 0) return 0;
    const [first, second] = [2 * h[i]! + h[i - 1]!, h[i]! + 2 * h[i - 1]!];
    return (first + second) / (first / before + second / after);
  });
}

function computeEndSlope(near: number, far: number, secant: number, next: number): number {
  const slope = ((2 * near + far) * secant - near * next) / (near + far);
  if (slope * secant <= 0) return 0;
  return secant * next <= 0 && Math.abs(slope) > 3 * Math.abs(secant) ? 3 * secant : slope;
}
