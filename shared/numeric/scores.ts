/** A part of a score, 0–100 (or any one unit), with its weight; a null value did not run. */
export type Component = { value: number | null; weight: number };

/** Weighted mean of the parts that are present; `coverage` is their share of the total weight. */
export type WeightedScore = { value: number; coverage: number; present: number };

/** Holds a value within [low, high]. */
export function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}

/** Linear score 0–100 with `from` → 0 and `to` → 100 (`from` may be the larger), clamped; null without a value. */
export function scoreLinear(value: number | null, from: number, to: number): number | null {
  if (value === null || !Number.isFinite(value) || from === to) return null;
  return clamp(((value - from) / (to - from)) * 100, 0, 100);
}

/** Weighted mean renormalized over the parts present; null with fewer than `minPresent` of them or no weight. */
export function averageWeighted(components: readonly Component[], minPresent = 1): WeightedScore | null {
  const present = components.filter(({ value }) => value !== null && Number.isFinite(value));
  const weight = present.reduce((sum, part) => sum + part.weight, 0);
  const total = components.reduce((sum, part) => sum + part.weight, 0);
  if (present.length < Math.max(1, minPresent) || !(weight > 0)) return null;
  const value = present.reduce((sum, part) => sum + part.value! * part.weight, 0) / weight;
  return { value, coverage: weight / total, present: present.length };
}

/** Confidence of a 0–100 score by its distance to the middle, `|s − 50|/50`. */
export function scoreDistanceToMiddle(score: number): number {
  return clamp(Math.abs(score - 50) / 50, 0, 1);
}

/** VIX in points, spreads in basis points, DXY in index points, the others z-scores; null = missing. */
export type SentimentInput = {
  vix: number | null;
  hyBp: number | null;
  dxy: number | null;
  cftcZ: number | null;
  flowZ: number | null;
  creditBp: number | null;
};

export type SentimentOptions = {
  /** Brazil–US spread that scores 100 and 0, basis points. @default [100, 600] */
  creditRangeBp?: readonly [number, number];
  /** @default 3 */
  minPresent?: number;
};

/** Market sentiment 0–100 (100 = greed), its parts, and the share of weight present; null below `minPresent` parts. */
export function scoreSentiment(
  input: SentimentInput,
  { creditRangeBp = [100, 600], minPresent = 3 }: SentimentOptions = {},
): (WeightedScore & { parts: Record<keyof SentimentInput, number | null> }) | null {
  const parts = {
    vix: scoreLinear(input.vix, 40, 10),
    hyBp: scoreLinear(input.hyBp, 1000, 300),
    dxy: scoreLinear(input.dxy, 115, 90),
    cftcZ: scoreLinear(input.cftcZ, -2, 2),
    flowZ: scoreLinear(input.flowZ, -2, 2),
    creditBp: scoreLinear(input.creditBp, creditRangeBp[1], creditRangeBp[0]),
  };
  const score = averageWeighted(
    [
      { value: parts.vix, weight: 0.25 },
      { value: parts.hyBp, weight: 0.2 },
      { value: parts.dxy, weight: 0.15 },
      { value: parts.cftcZ, weight: 0.15 },
      { value: parts.flowZ, weight: 0.15 },
      { value: parts.creditBp, weight: 0.1 },
    ],
    minPresent,
  );
  return score && { ...score, parts };
}

/**
 * Debt in percent of GDP, r − g in percent, twelve-month change of the primary balance in pp (positive = tightening),
 * expected inflation above target in pp; null = missing.
 */
export type DominanceInput = {
  debt: number | null;
  rMinusG: number | null;
  primaryChange: number | null;
  deviation: number | null;
};

/** Fiscal dominance 0–100, its parts and the share of weight present; null with three or more parts missing. */
export function scoreDominance(
  input: DominanceInput,
): (WeightedScore & { parts: Record<keyof DominanceInput, number | null> }) | null {
  const parts = {
    debt: scoreLinear(input.debt, 30, 90),
    rMinusG: scoreLinear(input.rMinusG, -5, 5),
    primaryChange: scoreLinear(input.primaryChange, 1, -1),
    deviation: input.deviation === null ? null : scoreLinear(Math.max(0, input.deviation), 0, 3),
  };
  const score = averageWeighted(
    [
      { value: parts.debt, weight: 0.35 },
      { value: parts.rMinusG, weight: 0.3 },
      { value: parts.primaryChange, weight: 0.2 },
      { value: parts.deviation, weight: 0.15 },
    ],
    2,
  );
  return score && { ...score, parts };
}
