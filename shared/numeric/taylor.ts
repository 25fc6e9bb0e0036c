/** Everything in percent; `inertia` is the policy rate minus its level three meetings earlier. */
export type TaylorInput = {
  rStar: number;
  expected: number;
  target: number;
  gap: number;
  inertia?: number;
};

/** Responses of the rule: `alpha` to expected inflation above target, the others to the gap and to inertia. */
export type TaylorWeights = { alpha: number; gapWeight: number; inertiaWeight: number };

/** Confidence of a policy gap by its size: none under `minGap`, `confidence` to `largeGap`, then `largeConfidence`. */
export type PolicyGapScale = {
  minGap: number;
  largeGap: number;
  confidence: number;
  largeConfidence: number;
};

/** Taylor (1993) policy rate in percent, `2 + π + 0.5(π − 2) + 0.5·gap`. */
export function computeTaylor1993(inflation: number, gap: number): number {
  return 2 + inflation + 0.5 * (inflation - 2) + 0.5 * gap;
}

/** Brazilian rule in percent, `i* = r* + E + α(E − π*) + a·gap + b·inertia`. */
export function computeTaylorBr(
  { rStar, expected, target, gap, inertia = 0 }: TaylorInput,
  { alpha, gapWeight, inertiaWeight }: TaylorWeights,
): number {
  return rStar + expected + alpha * (expected - target) + gapWeight * gap + inertiaWeight * inertia;
}

/** Confidence of a policy gap (pp) before the r* factor; null when it is too small to mean anything. */
export function scorePolicyGap(policyGap: number, scale: PolicyGapScale): number | null {
  const size = Math.abs(policyGap);
  if (size < scale.minGap) return null;
  return size < scale.largeGap ? scale.confidence : scale.largeConfidence;
}

/** Factor for the uncertainty of r*, `max(least, 1 − √P/2)`; `variance` in percent². */
export function computeRStarFactor(variance: number, least: number): number {
  return Math.max(least, 1 - Math.sqrt(variance) / 2);
}

/**
 * Average policy rate over n meetings in percent when each closes a share of 1 − ρ of the distance to `iStar`:
 * `s_k = ρ·s_{k−1} + (1 − ρ)·i*`, `(∏(1 + s_k/100)^{1/n} − 1)·100`. Null when a rate falls to −100 % or below.
 */
export function computeExpectedPath(
  selic: number,
  iStar: number,
  { meetings, persistence }: { readonly meetings: number; readonly persistence: number },
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
