/** Everything in percent; `inertia` is the policy rate minus its level three meetings earlier. */
export type TaylorInput = {
  rStar: number;
  expected: number;
  target: number;
  gap: number;
  inertia?: number;
  /** Response to expected inflation above target. @default 1.5 */
  alpha?: number;
};

const MIN_POLICY_GAP = 1;
const LARGE_POLICY_GAP = 1.5;

/** Taylor (1993) policy rate in percent, `2 + π + 0.5(π − 2) + 0.5·gap`. */
export function computeTaylor1993(inflation: number, gap: number): number {
  return 2 + inflation + 0.5 * (inflation - 2) + 0.5 * gap;
}

/** Brazilian rule in percent, `i* = r* + E + α(E − π*) + 0.5·gap + 0.5·inertia`. */
export function computeTaylorBr({
  rStar,
  expected,
  target,
  gap,
  inertia = 0,
  alpha = 1.5,
}: TaylorInput): number {
  return rStar + expected + alpha * (expected - target) + 0.5 * gap + 0.5 * inertia;
}

/** Confidence of a policy gap (pp) before the r* factor: null under 1.0, 0.60 to 1.5, 0.85 from there. */
export function scorePolicyGap(policyGap: number): number | null {
  const size = Math.abs(policyGap);
  if (size < MIN_POLICY_GAP) return null;
  return size < LARGE_POLICY_GAP ? 0.6 : 0.85;
}

/** Factor for the uncertainty of r*, `max(0.3, 1 − √P/2)`; `variance` in percent². */
export function computeRStarFactor(variance: number): number {
  return Math.max(0.3, 1 - Math.sqrt(variance) / 2);
}

/**
 * Average policy rate of the next year in percent when it closes a fifth of the distance to `iStar` at each of eight
 * meetings: `s_k = 0.8·s_{k−1} + 0.2·i*`, `(∏(1 + s_k/100)^{1/8} − 1)·100`. Null when a rate falls to −100 % or below.
 */
export function computeExpectedPath(
  selic: number,
  iStar: number,
  meetings = 8,
  persistence = 0.8,
): number | null {
  let rate = selic;
  let logGrowth = 0;
  for (let k = 0; k < meetings; k++) {
    rate = persistence * rate + (1 - persistence) * iStar;
    if (!(rate > -100)) return null;
    logGrowth += Math.log1p(rate / 100);
  }
  return meetings > 0 ? Math.expm1(logGrowth / meetings) * 100 : null;
}

/** Real rate of a nominal one, `((1 + i/100)/(1 + E/100) − 1)·100`, percent. Null when E ≤ −100. */
export function computeRealRatePct(nominalPct: number, expectedPct: number): number | null {
  return expectedPct > -100 ? ((1 + nominalPct / 100) / (1 + expectedPct / 100) - 1) * 100 : null;
}

/**
 * Term premium in percentage points of a long yield over `r*` compounded with long-run inflation:
 * `y − ((1 + r* /100)(1 + π_L/100) − 1)·100`.
 */
export function computeTermPremium(yieldPct: number, rStarPct: number, longInflationPct: number): number {
  return yieldPct - ((1 + rStarPct / 100) * (1 + longInflationPct / 100) - 1) * 100;
}
