import { MAP_WORDS, type MapLetter, type MapWord } from '../../../../../shared/contract/partition-map.ts';
import type { Palette } from '../components/chart.tsx';
import type { Grid, Place, Span } from './grid.ts';
import { boxOf, xOf, type Band, type Box, type Layout } from './layout.ts';

/** A rectangle of assets × days. */
export interface Selection extends Span {
  /** Numbers of the assets. */
  readonly assets: ReadonlySet<number>;
}

/** What is written into a cell that is large enough, and into the legend. */
export const SIGNS: Readonly<Record<MapWord, string>> = {
  fresh: '',
  holiday: 'h',
  not_released: 'n',
  not_recorded: 'r',
  degraded: 'd',
  stale: 's',
  blocked: 'b',
  failed: '×',
  missing: '',
};

const LETTERS = Object.entries(MAP_WORDS) as [MapLetter, MapWord][];

/** States in which no data is expected are told from others by their height, too. */
const LOW: readonly MapWord[] = ['holiday', 'not_released', 'not_recorded'];
const SMALLEST_SIGN = 11;
const FONT = '11px system-ui, "Liberation Sans", sans-serif';

/** Makes a canvas as sharp as the screen, empties it, and gives its pen in CSS pixels. */
export function prepare(
  canvas: HTMLCanvasElement,
  { width, height }: Layout,
): CanvasRenderingContext2D | null {
  const ratio = devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const pen = canvas.getContext('2d');
  pen?.scale(ratio, ratio);
  return pen;
}

function drawLabels(pen: CanvasRenderingContext2D, grid: Grid, layout: Layout, palette: Palette): void {
  pen.font = FONT;
  pen.fillStyle = palette('quiet');
  pen.textBaseline = 'middle';
  const rows = layout.rowHeight * grid.assets.length;
  for (const [index, band] of layout.bands.entries()) {
    if (layout.level === 'all') pen.fillText(band.label, 0, band.top + rows / 2);
    else
      for (const [row, { asset }] of grid.assets.entries())
        pen.fillText(asset, 0, band.top + (row + 0.5) * layout.rowHeight, layout.left - 8);
    if (layout.level !== 'all' || index === 0) drawDates(pen, grid, layout, band);
  }
}

/** Above a band: its months, or the days of a month. */
function drawDates(pen: CanvasRenderingContext2D, grid: Grid, layout: Layout, band: Band): void {
  let month = '';
  for (let day = band.first; day <= band.last; day += 1) {
    const text = grid.days[day] ?? '';
    if (layout.level !== 'month' && text.slice(0, 7) === month) continue;
    month = text.slice(0, 7);
    const label = layout.level === 'month' ? text.slice(8) : text.slice(5, 7);
    if (layout.cellWidth >= 10 || layout.level !== 'month' || (day - band.first) % 5 === 0)
      pen.fillText(label, xOf(layout, band, day), band.top - 9);
  }
}

function drawCell(pen: CanvasRenderingContext2D, word: MapWord, box: Box): void {
  const height = LOW.includes(word) ? Math.max(1, Math.round(box.height * 0.45)) : box.height;
  pen.fillRect(box.x, box.y + box.height - height, box.width, height);
  if (word === 'missing' && box.width >= SMALLEST_SIGN)
    pen.strokeRect(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1);
}

/** Calls `visit` with the box of every cell in one state. */
function visitCells(grid: Grid, layout: Layout, letter: MapLetter, visit: (box: Box) => void): void {
  for (const [asset, { states }] of grid.assets.entries())
    for (const { first, last } of layout.bands)
      for (let day = first; day <= last; day += 1) {
        const box = states[day] === letter ? boxOf(layout, { asset, day }) : null;
        if (box !== null) visit(box);
      }
}

function drawSigns(pen: CanvasRenderingContext2D, grid: Grid, layout: Layout, palette: Palette): void {
  pen.fillStyle = palette('map-sign');
  pen.textAlign = 'center';
  for (const [letter, word] of LETTERS)
    visitCells(grid, layout, letter, ({ x, y, width, height }) =>
      pen.fillText(SIGNS[word], x + width / 2, y + height / 2),
    );
  pen.textAlign = 'start';
}

/** Draws every cell of the map with its labels, one state after the other. */
export function drawCells(pen: CanvasRenderingContext2D, grid: Grid, layout: Layout, palette: Palette): void {
  drawLabels(pen, grid, layout, palette);
  pen.strokeStyle = palette('none');
  for (const [letter, word] of LETTERS) {
    pen.fillStyle = palette(`map-${word.replaceAll('_', '-')}`);
    visitCells(grid, layout, letter, (box) => drawCell(pen, word, box));
  }
  if (layout.level === 'month' && layout.cellWidth >= SMALLEST_SIGN) drawSigns(pen, grid, layout, palette);
}

/** Draws what is chosen and where one is. */
export function drawMarks(
  pen: CanvasRenderingContext2D,
  layout: Layout,
  palette: Palette,
  { cursor, selection }: { readonly cursor: Place | null; readonly selection: Selection | null },
): void {
  if (selection !== null) {
    pen.fillStyle = palette('accent');
    pen.globalAlpha = 0.3;
    for (const band of layout.bands) {
      const first = Math.max(band.first, selection.first);
      const last = Math.min(band.last, selection.last);
      if (first > last) continue;
      const x = xOf(layout, band, first);
      for (const asset of selection.assets)
        pen.fillRect(
          x,
          band.top + asset * layout.rowHeight,
          xOf(layout, band, last + 1) - x,
          layout.rowHeight,
        );
    }
    pen.globalAlpha = 1;
  }
  const box = cursor === null ? null : boxOf(layout, cursor);
  if (box === null) return;
  pen.strokeStyle = palette('ink');
  pen.lineWidth = 2;
  pen.strokeRect(box.x - 1.5, box.y - 1.5, box.width + 3, box.height + 3);
}
