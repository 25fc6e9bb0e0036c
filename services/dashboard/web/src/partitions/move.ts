import type { Grid, Place, Span } from './grid.ts';
import { moveBands, type Layout } from './layout.ts';

/** Where a key leads from a cell; null for a key that leads nowhere. */
export function moveBy(key: string, from: Place, grid: Grid, layout: Layout, span: Span): Place | null {
  const band = layout.bands.find(({ first, last }) => first <= from.day && from.day <= last) ?? span;
  const goTo = (day: number, asset = from.asset): Place => ({
    day: Math.min(Math.max(day, span.first), span.last),
    asset: Math.min(Math.max(asset, 0), grid.assets.length - 1),
  });
  switch (key) {
    case 'ArrowLeft':
      return goTo(from.day - 1);
    case 'ArrowRight':
      return goTo(from.day + 1);
    case 'ArrowUp':
      return goTo(from.day, from.asset - 1);
    case 'ArrowDown':
      return goTo(from.day, from.asset + 1);
    case 'Home':
      return goTo(band.first);
    case 'End':
      return goTo(band.last);
    case 'PageUp':
      return moveBands(layout, from, -1);
    case 'PageDown':
      return moveBands(layout, from, 1);
    default:
      return null;
  }
}
