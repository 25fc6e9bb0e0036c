import { computeMean, computeStd, dropMissing, type Series } from './series.ts';
import { hasSpread } from './standing.ts';

const RECENT = 3;
/** Surprises before the current ones whose deviation is the yardstick. */
export const SURPRISE_HISTORY = 36;
const MIN_HISTORY = 24;

/**
 * How unusual the last three surprises are: `mean3/(std/√3)` with the sample deviation of the up to 36 surprises before
 * them, against a mean of zero. Dimensionless.
 *
 * Returns null when one of the last three is missing, fewer than 24 come before them, or those do not vary.
 */
export function computeSurpriseZ(surprises: Series): number | null {
  const recent = dropMissing(surprises.slice(-RECENT));
  const history = dropMissing(surprises.slice(0, -RECENT)).slice(-SURPRISE_HISTORY);
  const mean = computeMean(recent);
  const std = computeStd(history);
  if (recent.length < RECENT || history.length < MIN_HISTORY || mean === null || std === null) return null;
  return hasSpread(std, history) ? mean / (std / Math.sqrt(RECENT)) : null;
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
