import {
  inflationTarget,
  listTargetYears,
  targetKnownAt,
} from '../../../shared/economics/inflation-target.ts';
import type { StoredObservation } from '../../../shared/db/reader.ts';
import type { Instant } from '../../../shared/time.ts';

/** Key of the inflation target: served from the table until its provider has given a year. */
export const TARGET_KEY = 'BR_INFLATION_TARGET';

/**
 * Stored targets, completed with those of the table, in the order of their years. A target of the table stands until the
 * provider's own was released: what was known before does not depend on what the provider said later.
 */
export function completeTargets(stored: readonly StoredObservation[]): StoredObservation[] {
  const firstReleases = new Map<number, Instant>();
  for (const { date, releaseTime } of stored) {
    const year = Number(date.slice(0, 4));
    firstReleases.set(year, Math.min(releaseTime, firstReleases.get(year) ?? Infinity));
  }
  const added = listTargetYears()
    .filter((year) => targetKnownAt(year) < (firstReleases.get(year) ?? Infinity))
    .map((year) => ({
      key: TARGET_KEY,
      date: `${year}-01-01`,
      value: inflationTarget(year),
      revision: 0,
      releaseTime: targetKnownAt(year),
    }));
  return [...stored, ...added].sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
}
