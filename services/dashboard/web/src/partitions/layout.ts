import type { Grid, Place, Span } from './grid.ts';
import type { View } from './view.ts';

/** Days side by side, with all assets below each other. */
export interface Band extends Span {
  /** What stands before it: a year, or nothing where the names of the assets do. */
  readonly label: string;
  /** CSS pixels from the top of the map. */
  readonly top: number;
}

/** Where everything is on the map, in CSS pixels. */
export interface Layout {
  readonly level: View['level'];
  readonly width: number;
  readonly height: number;
  /** Where the cells begin. */
  readonly left: number;
  readonly cellWidth: number;
  readonly rowHeight: number;
  /** Room between two cells. */
  readonly gap: number;
  readonly bands: readonly Band[];
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Measure {
  readonly left: number;
  readonly top: number;
  readonly rowHeight: number;
  readonly between: number;
  readonly gap: number;
}

const MEASURES: Readonly<Record<View['level'], Measure>> = {
  all: { left: 40, top: 18, rowHeight: 3, between: 7, gap: 0 },
  year: { left: 156, top: 18, rowHeight: 17, between: 26, gap: 1 },
  month: { left: 156, top: 18, rowHeight: 24, between: 0, gap: 2 },
};

/** Under this width a cell cannot be hit. */
const NARROWEST = 3.5;
const WIDEST = 44;
const WEEKDAYS_PER_MONTH = 22;
const MOST_WEEKDAYS = { 1: 23, 3: 66, 6: 132, 12: 262 } as const;

type Months = keyof typeof MOST_WEEKDAYS;

/** How many months stand side by side: as many as can be hit. */
function monthsPerBand(level: View['level'], room: number): Months {
  if (level === 'all') return 12;
  if (level === 'month') return 1;
  return ([12, 6, 3] as const).find((months) => room / MOST_WEEKDAYS[months] >= NARROWEST) ?? 3;
}

function cutIntoBands(grid: Grid, { first, last }: Span, months: Months): Span[] {
  const cuts = new Map<string, Span>();
  for (let day = first; day <= last; day += 1) {
    const text = grid.days[day] ?? '';
    const name = `${text.slice(0, 4)} ${Math.floor((Number(text.slice(5, 7)) - 1) / months)}`;
    const known = cuts.get(name);
    cuts.set(name, { first: known?.first ?? day, last: day });
  }
  return [...cuts.values()];
}

/** Lays the days of a view out on a map of a given width. */
export function layOut(grid: Grid, view: View, span: Span, width: number): Layout {
  const { left, top, rowHeight, between, gap } = MEASURES[view.level];
  const room = Math.max(width - left, WEEKDAYS_PER_MONTH);
  const months = monthsPerBand(view.level, room);
  const bandHeight = grid.assets.length * rowHeight + between;
  const bands = cutIntoBands(grid, span, months).map((band, index) => ({
    ...band,
    label: view.level === 'all' ? (grid.days[band.first] ?? '').slice(0, 4) : '',
    top: top + index * bandHeight,
  }));
  return {
    level: view.level,
    width,
    height: top + bands.length * bandHeight - between,
    left,
    cellWidth: Math.min(room / MOST_WEEKDAYS[months], WIDEST),
    rowHeight,
    gap,
    bands,
  };
}

const bandOf = ({ bands }: Layout, day: number): Band | undefined =>
  bands.find(({ first, last }) => first <= day && day <= last);

/** Where a day begins. */
export const xOf = ({ left, cellWidth }: Layout, { first }: Span, day: number): number =>
  left + Math.round((day - first) * cellWidth);

/** The box of a cell; null when it is not on the map. */
export function boxOf(layout: Layout, { asset, day }: Place): Box | null {
  const band = bandOf(layout, day);
  if (band === undefined) return null;
  const x = xOf(layout, band, day);
  const { rowHeight, gap } = layout;
  return {
    x,
    y: band.top + asset * rowHeight,
    width: Math.max(1, xOf(layout, band, day + 1) - x - gap),
    height: rowHeight - gap,
  };
}

/** The cell at a point; null when there is none. */
export function placeAt(layout: Layout, grid: Grid, x: number, y: number): Place | null {
  const band = layout.bands.find(({ top }) => y >= top && y < top + grid.assets.length * layout.rowHeight);
  if (band === undefined) return null;
  const day = band.first + Math.floor((x - layout.left) / layout.cellWidth);
  const asset = Math.floor((y - band.top) / layout.rowHeight);
  return day < band.first || day > band.last ? null : { asset, day };
}

/** The same column so many bands further; the place itself where there is none. */
export function moveBands(layout: Layout, place: Place, step: number): Place {
  const index = layout.bands.findIndex(({ first, last }) => first <= place.day && place.day <= last);
  const from = layout.bands[index];
  const to = layout.bands[index + step];
  if (from === undefined || to === undefined) return place;
  return { ...place, day: Math.min(to.first + place.day - from.first, to.last) };
}
