import type { Day, Instant } from '../../../shared/time.ts';

/** A row that waits for the moment it becomes visible. `order` sorts rows and names what a revision replaces. */
export interface TimelineEntry<Row> {
  readonly visibleAt: Instant;
  readonly knownAt: Instant;
  readonly date: Day;
  readonly order: string;
  readonly row: Row;
}

/** Rows in the order of their dates, as known at a moving moment. */
export interface Timeline<Row> {
  /**
   * Lets in the rows visible by `cutoff`, drops those dated before `floor`, and returns what remains. Both only move
   * forward. The array is never changed later; the same one is returned while nothing changes.
   */
  advance(cutoff: Instant, floor: Day): readonly Row[];
}

/** Builds the timeline of one key: a row with the same `order` and a later `knownAt` replaces the earlier one. */
export function createTimeline<Row>(entries: readonly TimelineEntry<Row>[]): Timeline<Row> {
  const waiting = entries.toSorted((a, b) => a.visibleAt - b.visibleAt || a.knownAt - b.knownAt);
  const visible: TimelineEntry<Row>[] = [];
  let next = 0;
  let start = 0;
  let current: readonly Row[] = [];
  return {
    advance(cutoff, floor) {
      let isChanged = false;
      for (
        let entry = waiting[next];
        entry !== undefined && entry.visibleAt <= cutoff;
        entry = waiting[next]
      ) {
        place(visible, entry);
        isChanged = true;
        next += 1;
      }
      const from = findFirst(visible, (entry) => entry.date >= floor);
      if (isChanged || from !== start) {
        start = from;
        current = visible.slice(start).map((entry) => entry.row);
      }
      return current;
    },
  };
}

function place<Row>(visible: TimelineEntry<Row>[], entry: TimelineEntry<Row>): void {
  const last = visible.at(-1);
  if (last === undefined || last.order < entry.order) {
    visible.push(entry);
    return;
  }
  const at = findFirst(visible, (other) => other.order >= entry.order);
  const stored = visible[at];
  if (stored === undefined || stored.order !== entry.order) visible.splice(at, 0, entry);
  else if (entry.knownAt >= stored.knownAt) visible[at] = entry;
}

/** Index of the first entry that passes; `passes` is false up to some place and true from there. */
function findFirst<Row>(entries: readonly Row[], passes: (entry: Row) => boolean): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (passes(entries[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}
