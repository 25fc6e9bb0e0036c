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

/** What scores 0 and 100 (`from` may be the larger). */
export type ScoreRange = { from: number; to: number };

/** How a score is made of its parts. */
export type ScoreModel<Part extends string> = {
  ranges: Record<Part, ScoreRange>;
  weights: Record<Part, number>;
  /** Parts without which there is no score. */
  minPresent: number;
};

/** Market sentiment 0–100 (100 = greed), its parts, and the share of weight present; null below `minPresent` parts. */
export function scoreSentiment(
  input: SentimentInput,
  { ranges, weights, minPresent }: ScoreModel<keyof SentimentInput>,
): (WeightedScore & { parts: Record<keyof SentimentInput, number | null> }) | null {
  const parts = {
    vix: scoreWithin(input.vix, ranges.vix),
    hyBp: scoreWithin(input.hyBp, ranges.hyBp),
    dxy: scoreWithin(input.dxy, ranges.dxy),
    cftcZ: scoreWithin(input.cftcZ, ranges.cftcZ),
    flowZ: scoreWithin(input.flowZ, ranges.flowZ),
    creditBp: scoreWithin(input.creditBp, ranges.creditBp),
  };
  const score = averageWeighted(
    [
      { value: parts.vix, weight: weights.vix },
      { value: parts.hyBp, weight: weights.hyBp },
      { value: parts.dxy, weight: weights.dxy },
      { value: parts.cftcZ, weight: weights.cftcZ },
      { value: parts.flowZ, weight: weights.flowZ },
      { value: parts.creditBp, weight: weights.creditBp },
    ],
    minPresent,
  );
  return score && { ...score, parts };
}

function scoreWithin(value: number | null, { from, to }: ScoreRange): number | null {
  return scoreLinear(value, from, to);
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

/** Fiscal dominance 0–100, its parts and the share of weight present; null below `minPresent` parts. */
export function scoreDominance(
  input: DominanceInput,
  { ranges, weights, minPresent }: ScoreModel<keyof DominanceInput>,
): (WeightedScore & { parts: Record<keyof DominanceInput, number | null> }) | null {
  const parts = {
    debt: scoreWithin(input.debt, ranges.debt),
    rMinusG: scoreWithin(input.rMinusG, ranges.rMinusG),
    primaryChange: scoreWithin(input.primaryChange, ranges.primaryChange),
    deviation: input.deviation === null ? null : scoreWithin(Math.max(0, input.deviation), ranges.deviation),
  };
  const score = averageWeighted(
    [
      { value: parts.debt, weight: weights.debt },
      { value: parts.rMinusG, weight: weights.rMinusG },
      { value: parts.primaryChange, weight: weights.primaryChange },
      { value: parts.deviation, weight: weights.deviation },
    ],
    minPresent,
  );
  return score && { ...score, parts };
}
