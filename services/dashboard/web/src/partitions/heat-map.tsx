import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { readPalette, useThemeTurn } from '../components/chart.tsx';
import { useWidth } from '../components/use-width.ts';
import { drawCells, drawMarks, prepare, type Selection } from './draw.ts';
import type { Grid, Place, Span } from './grid.ts';
import { layOut, placeAt } from './layout.ts';
import { moveBy } from './move.ts';
import type { View } from './view.ts';

/** Everything between two cells. */
export function selectBetween(from: Place, to: Place): Selection {
  const [top, bottom] = [Math.min(from.asset, to.asset), Math.max(from.asset, to.asset)];
  return {
    first: Math.min(from.day, to.day),
    last: Math.max(from.day, to.day),
    assets: new Set(Array.from({ length: bottom - top + 1 }, (_, index) => top + index)),
  };
}

const isSame = (one: Place | null, other: Place | null): boolean =>
  one?.asset === other?.asset && one?.day === other?.day;

/**
 * Every partition of the view on a canvas. The arrow keys, Home, End and Page Up and Down move from cell to cell, with Shift
 * they choose a range as dragging does; Enter or a click opens the cell.
 */
export function HeatMap({
  grid,
  view,
  span,
  cursor,
  selection,
  label,
  describedBy,
  onCursor,
  onSelect,
  onOpen,
}: {
  readonly grid: Grid;
  readonly view: View;
  readonly span: Span;
  readonly cursor: Place | null;
  readonly selection: Selection | null;
  readonly label: string;
  /** The id of what tells of the cell under the cursor. */
  readonly describedBy: string;
  readonly onCursor: (place: Place | null) => void;
  readonly onSelect: (selection: Selection | null) => void;
  readonly onOpen: (place: Place) => void;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const cells = useRef<HTMLCanvasElement>(null);
  const marks = useRef<HTMLCanvasElement>(null);
  /** Where a range began, by pointer or by keyboard. */
  const anchor = useRef<Place | null>(null);
  const [dragged, setDragged] = useState<Selection | null>(null);
  const width = useWidth(frame);
  const turn = useThemeTurn();
  const layout = useMemo(
    () => layOut(grid, view, span, width),
    [grid, view.text, span.first, span.last, width],
  );
  useEffect(() => {
    const pen = cells.current === null ? null : prepare(cells.current, layout);
    if (pen !== null && layout.width > 0) drawCells(pen, grid, layout, readPalette());
  }, [grid, layout, turn]);
  useEffect(() => {
    const pen = marks.current === null ? null : prepare(marks.current, layout);
    if (pen !== null) drawMarks(pen, layout, readPalette(), { cursor, selection: dragged ?? selection });
  }, [layout, turn, cursor, dragged, selection]);

  const placeOf = (event: PointerEvent): Place | null => {
    const { left, top } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return placeAt(layout, grid, event.clientX - left, event.clientY - top);
  };
  const point = (event: PointerEvent): void => {
    const place = placeOf(event);
    if (!isSame(place, cursor)) onCursor(place);
    if (anchor.current !== null && place !== null && event.buttons === 1)
      setDragged(isSame(place, anchor.current) ? null : selectBetween(anchor.current, place));
  };
  const release = (event: PointerEvent): void => {
    const place = placeOf(event);
    const began = anchor.current;
    anchor.current = null;
    setDragged(null);
    if (dragged !== null) onSelect(dragged);
    else if (place !== null && isSame(place, began)) onOpen(place);
  };
  const press = (event: KeyboardEvent): void => {
    const here = cursor ?? { asset: 0, day: span.first };
    if (event.key === 'Escape') {
      onSelect(null);
      return;
    }
    const next =
      event.key === 'Enter' || event.key === ' ' ? here : moveBy(event.key, here, grid, layout, span);
    if (next === null) return;
    event.preventDefault();
    onCursor(next);
    if (next === here && !event.key.startsWith('Arrow')) return onOpen(here);
    if (!event.shiftKey) anchor.current = null;
    else onSelect(selectBetween((anchor.current ??= here), next));
  };
  return (
    <div
      ref={frame}
      class="heat-map"
      role="application"
      tabIndex={0}
      aria-label={label}
      aria-describedby={describedBy}
      style={{ height: `${layout.height}px` }}
      onFocus={() => (cursor === null ? onCursor({ asset: 0, day: span.first }) : undefined)}
      onKeyDown={press}
      onPointerDown={(event) => {
        anchor.current = event.button === 0 ? placeOf(event) : null;
      }}
      onPointerMove={point}
      onPointerUp={release}
      onPointerCancel={() => {
        anchor.current = null;
        setDragged(null);
      }}
    >
      <canvas ref={cells} aria-hidden="true" />
      <canvas ref={marks} aria-hidden="true" />
    </div>
  );
}
