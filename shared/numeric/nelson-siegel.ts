/** Parameters of a Nelson–Siegel curve. Rates in any one unit; `l1` in years. */
export type NelsonSiegel = { b0: number; b1: number; b2: number; l1: number };

/** A curve with or without the second hump; without it `b3` and `l2` are absent or null. */
export type NelsonSiegelCurve = NelsonSiegel & { b3?: number | null; l2?: number | null };

/** Below this `x`, `(1 − e^{−x})/x` is replaced by its series, whose next term is under 1e-17. */
const SERIES_LIMIT = 1e-8;

/**
 * Slope loading `(1 − e^{−x})/x` and curvature loading `(1 − e^{−x})/x − e^{−x}` at `x = τ/λ` (1 and 0 at x = 0),
 * dimensionless. `expm1` keeps all digits for short tenors, and one call serves both.
 */
export function computeLoadings(x: number): { slope: number; curvature: number } {
  const decay = Math.expm1(-x);
  const slope = x < SERIES_LIMIT ? 1 - x / 2 : -decay / x;
  return { slope, curvature: slope - 1 - decay };
}

/** Yield at tenor `tau` (years), in the unit of the betas: `β0 + β1·L1 + β2·L2 [+ β3·L2(τ/λ2)]`. */
export function evaluateYield(curve: NelsonSiegelCurve, tau: number): number {
  const { slope, curvature } = computeLoadings(tau / curve.l1);
  const base = curve.b0 + curve.b1 * slope + curve.b2 * curvature;
  if (curve.b3 == null || curve.l2 == null) return base;
  return base + curve.b3 * computeLoadings(tau / curve.l2).curvature;
}

/** Instantaneous forward at `tau` (years), unit of the betas: `β0 + β1e^{−x} + β2·x·e^{−x} [+ β3·x2·e^{−x2}]`. */
export function evaluateForward(curve: NelsonSiegelCurve, tau: number): number {
  const x = tau / curve.l1;
  const base = curve.b0 + (curve.b1 + curve.b2 * x) * Math.exp(-x);
  if (curve.b3 == null || curve.l2 == null) return base;
  const x2 = tau / curve.l2;
  return base + curve.b3 * x2 * Math.exp(-x2);
}
