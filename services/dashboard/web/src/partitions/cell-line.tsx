import { useEffect, useState } from 'preact/hooks';
import { useWorkplace } from '../api.ts';
import { State } from '../components/state.tsx';
import { isCell } from '../overview/overview.ts';
import { wordAt, type Grid, type Place } from './grid.ts';
import { Swatch } from './legend.tsx';

/** One has to stay on a cell so long (ms) until it is asked why. */
const REST_MS = 200;

/** The reason of a cell that one stays on, once it is known. Only failures have one that the map does not tell. */
function useReason(grid: Grid, place: Place | null): string | null {
  const { api } = useWorkplace();
  const [known, setKnown] = useState<{ readonly of: Place; readonly reason: string | null } | null>(null);
  const word = place === null ? null : wordAt(grid, place);
  useEffect(() => {
    const day = grid.days[place?.day ?? -1];
    const asset = grid.assets[place?.asset ?? -1]?.asset;
    if (place === null || day === undefined || asset === undefined) return undefined;
    if (word !== 'failed' && word !== 'blocked') return undefined;
    const ask = async (): Promise<void> => {
      const { data } = await api.listPartitions({ query: { from: day, to: day, assets: asset } });
      setKnown({ of: place, reason: data.find(isCell)?.reason ?? null });
    };
    // Whoever wants to know opens the cell, which says what is wrong with asking.
    const timer = setTimeout(() => void ask().catch(() => setKnown(null)), REST_MS);
    return () => clearTimeout(timer);
  }, [place, word, grid]);
  return known !== null && known.of === place ? known.reason : null;
}

/** Tells of the cell under the pointer or the cursor. */
export function CellLine({
  id,
  grid,
  place,
  hint,
}: {
  readonly id: string;
  readonly grid: Grid;
  readonly place: Place | null;
  /** What opening does here. */
  readonly hint: string;
}) {
  const reason = useReason(grid, place);
  const day = place === null ? undefined : grid.days[place.day];
  const asset = place === null ? undefined : grid.assets[place.asset]?.asset;
  return (
    <p id={id} class="cell-line" role="status">
      {place === null || day === undefined || asset === undefined ? (
        <span class="quiet">Point at a cell, or go there with the arrow keys.</span>
      ) : (
        <>
          <Swatch of={wordAt(grid, place)} /> {asset} · {day} · <State of={wordAt(grid, place)} />
          {reason === null ? null : ` ${reason}`} <span class="quiet">{hint}</span>
        </>
      )}
    </p>
  );
}
