import { Matrix, solve } from 'ml-matrix';
import { isStrictlyIncreasing, type Knot } from './interpolation.ts';

/** `natural`: no curvature at the ends. `not-a-knot`: the first and last two pieces are one cubic. */
export type SplineEnds = 'natural' | 'not-a-knot';

/**
 * Cubic spline through the knots at `x`, unit of `y`. Returns null with fewer than four knots, knots that are not
 * strictly increasing, or `x` outside them: a cubic says nothing beyond its ends.
 */
export function interpolateSpline(knots: readonly Knot[], x: number, ends: SplineEnds): number | null {
  const n = knots.length;
  if (n < 4 || !isStrictlyIncreasing(knots) || !(x >= knots[0]!.x && x <= knots[n - 1]!.x)) return null;
  const curvature = solveCurvature(knots, ends);
  const i = Math.min(
    n - 2,
    knots.findLastIndex((knot) => knot.x <= x),
  );
  const left = knots[i]!;
  const right = knots[i + 1]!;
  const h = right.x - left.x;
  const a = (right.x - x) / h;
  const b = (x - left.x) / h;
  const bend = ((a ** 3 - a) * curvature[i]! + (b ** 3 - b) * curvature[i + 1]!) * (h * h);
  return a * left.y + b * right.y + bend / 6;
}

function solveCurvature(knots: readonly Knot[], ends: SplineEnds): number[] {
  const n = knots.length;
  const h = knots.slice(1).map(({ x }, i) => x - knots[i]!.x);
  const slope = knots.slice(1).map(({ y }, i) => (y - knots[i]!.y) / h[i]!);
  const system = Matrix.zeros(n, n);
  const target = Matrix.zeros(n, 1);
  for (let i = 1; i < n - 1; i++) {
    system.set(i, i - 1, h[i - 1]!);
    system.set(i, i, 2 * (h[i - 1]! + h[i]!));
    system.set(i, i + 1, h[i]!);
    target.set(i, 0, 6 * (slope[i]! - slope[i - 1]!));
  }
  for (const [row, a, b] of [
    [0, 0, 1],
    [n - 1, n - 3, n - 2],
  ] as const) {
    if (ends === 'natural') {
      system.set(row, row, 1);
    } else {
      system.set(row, a, h[b]!);
      system.set(row, a + 1, -(h[a]! + h[b]!));
      system.set(row, a + 2, h[a]!);
    }
  }
  return solve(system, target).to1DArray();
}
