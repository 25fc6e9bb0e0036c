import {
  inflationTarget,
  listTargetYears,
  targetKnownAt,
} from '../../../shared/economics/inflation-target.ts';
import type { StoredObservation } from '../../../shared/db/reader.ts';

/** Key of the inflation target: served from the table for the years its provider has not given. */
export const TARGET_KEY = 'BR_INFLATION_TARGET';

/** Stored targets, completed with those of the table, in the order of their years. */
export function completeTargets(stored: readonly StoredObservation[]): StoredObservation[] {
  const years = new Set(stored.map((observation) => Number(observation.date.slice(0, 4))));
  const added = listTargetYears()
    .filter((year) => !years.has(year))
    .map((year) => ({
      key: TARGET_KEY,
      date: `${year}-01-01`,
      value: inflationTarget(year),
      revision: 0,
      releaseTime: targetKnownAt(year),
    }));
  return [...stored, ...added].sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
}
