import { State } from '../components/state.tsx';
import { formatCount } from '../format.ts';

/** Counts by state: `3 running`. */
export function StateCounts({ of }: { readonly of: Readonly<Record<string, number | undefined>> }) {
  const entries = Object.entries(of).filter(([, count]) => (count ?? 0) > 0);
  if (entries.length === 0) return <span class="quiet">none</span>;
  return (
    <ul class="inline">
      {entries.map(([state, count]) => (
        <li key={state}>
          <span class="number">{formatCount(count ?? 0)}</span> <State of={state} />
        </li>
      ))}
    </ul>
  );
}
