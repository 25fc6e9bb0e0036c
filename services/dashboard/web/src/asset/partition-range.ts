import type { Client } from '../../../../../shared/client/client.ts';
import type { AssetName } from '../../../../../shared/pipeline/graph.ts';
import { addDays, FIRST_PARTITION, isDay, weekdayOnOrAfter, type Day } from '../../../../../shared/time.ts';
import { findNewestRun } from '../newest-partition.ts';
import { isCell, type Cell } from '../overview/overview.ts';

/** Twelve weeks: sixty weekdays. */
const SPAN_DAYS = 12 * 7;

/** The window of partitions that a page shows. */
export interface PartitionWindow {
  readonly from: Day;
  readonly to: Day;
  /** Of the asset, ascending. */
  readonly cells: readonly Cell[];
  /** Of all assets, for the last partition of the window. */
  readonly last: readonly Cell[];
}

const startOf = (to: Day): Day => {
  const start = weekdayOnOrAfter(addDays(to, 1 - SPAN_DAYS));
  return start < FIRST_PARTITION ? FIRST_PARTITION : start;
};

/** The day so many windows before or after another one. */
export const moveWindow = (to: Day, windows: number): Day =>
  weekdayOnOrAfter(addDays(to, windows * SPAN_DAYS));

/** Asks for the twelve weeks up to `to`, by default those up to the newest partition; `window` is null while nothing has run. */
export async function loadWindow(
  api: Client,
  asset: AssetName,
  to: string | undefined,
): Promise<{ readonly window: PartitionWindow | null }> {
  const end = to !== undefined && isDay(to) ? to : (await findNewestRun(api))?.to;
  if (end === undefined) return { window: null };
  const from = startOf(end);
  const [cells, last] = await Promise.all([
    api.listPartitions({ query: { from, to: end, assets: asset } }),
    api.listPartitions({ query: { from: end, to: end } }),
  ]);
  return {
    window: { from, to: end, cells: cells.data.filter(isCell), last: last.data.filter(isCell) },
  };
}
