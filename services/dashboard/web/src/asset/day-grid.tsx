import { weekdayOf } from '../../../../../shared/time.ts';
import type { Cell } from '../overview/overview.ts';

/** The word for what there is of a partition, flags before the state. */
export function wordOf({ state, degraded, stale, blocked }: Cell): string {
  if (blocked) return 'blocked';
  if (degraded) return 'degraded';
  return stale ? 'stale' : state;
}

/** The partitions of one asset, a column a week; each leads to its line in the table. */
export const DayGrid = ({ cells, label }: { readonly cells: readonly Cell[]; readonly label: string }) => (
  <div class="scroll" tabIndex={0} role="region" aria-label={label}>
    <ol class="days">
      {cells.map((cell) => {
        const text = `${cell.partition}: ${wordOf(cell).replaceAll('_', ' ')}`;
        return (
          <li key={cell.partition} style={{ gridRow: weekdayOf(cell.partition) }}>
            <a class={wordOf(cell)} href={`#p${cell.partition}`} aria-label={text} title={text} />
          </li>
        );
      })}
    </ol>
  </div>
);
