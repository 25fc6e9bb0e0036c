import { computeMean, computeStd, dropMissing, type Series } from './series.ts';
import { hasSpread } from './standing.ts';

/** Surprises before the current ones whose deviation is the yardstick. */
export const SURPRISE_HISTORY = 36;
const MIN_HISTORY = 24;

/** Surprises in the mean, at most so many before them in the yardstick, and the least. */
export type SurpriseWindow = { recent: number; history: number; minHistory: number };

/**
 * How unusual the last n surprises are: `mean_n/(std/√n)` with the sample deviation of the surprises before them, against
 * a mean of zero. Dimensionless.
 *
 * Returns null when one of the last n is missing, too few come before them, or those do not vary.
 */
export function computeSurpriseZ(surprises: Series, window: SurpriseWindow): number | null {
  const recent = dropMissing(surprises.slice(-window.recent));
  const history = dropMissing(surprises.slice(0, -window.recent)).slice(-window.history);
  const mean = computeMean(recent);
  const std = computeStd(history);
  if (recent.length < window.recent || history.length < window.minHistory || mean === null || std === null)
    return null;
  return hasSpread(std, history) ? mean / (std / Math.sqrt(window.recent)) : null;
}

/**
 * The last surprise over the sample deviation of the up to 36 before it, dimensionless: its mean is not taken off, the
 * forecast already is. Null without a last surprise, with fewer than 24 before it, or when those do not vary.
 */
export function standardizeSurprise(surprises: Series): number | null {
  const last = surprises.at(-1) ?? null;
  const history = dropMissing(surprises.slice(0, -1)).slice(-SURPRISE_HISTORY);
  const std = computeStd(history);
  if (last === null || std === null || history.length < MIN_HISTORY) return null;
  return hasSpread(std, history) ? last / std : null;
}
