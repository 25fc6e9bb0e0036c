import type { BronzeRow, KeyDefinition } from '../connectors/connector.ts';
import type { Day } from '../time.ts';

/** A key that may say from when on, and from which term on, its bounds hold. */
type BoundedKey = KeyDefinition & { readonly boundsFrom?: Day; readonly boundsFromDays?: number };

/** True when the registered range and jump bound of a key speak of a row. */
export function areBoundsDue(key: BoundedKey, row: BronzeRow): boolean {
  if (row.date < (key.boundsFrom ?? row.date)) return false;
  return row.table !== 'curve_points' || row.calendarDays >= (key.boundsFromDays ?? 0);
}
