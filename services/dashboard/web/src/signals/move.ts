/** The place of a cell of a heat map: its column and its row. */
export type CellPlace = readonly [x: number, y: number, ...rest: readonly unknown[]];

type Axis = 0 | 1;

/** Of each key: along which axis it leads, and how far; the ends of a row are as far as anything is. */
const STEPS: Readonly<Record<string, readonly [axis: Axis, step: number]>> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [1, -1],
  ArrowDown: [1, 1],
  Home: [0, -Infinity],
  End: [0, Infinity],
};

/** Numbers of the cells in the line through one of them along an axis, in order. */
function lineThrough(cells: readonly CellPlace[], from: number, axis: Axis): number[] {
  const across = axis === 0 ? 1 : 0;
  return [...cells.keys()]
    .filter((index) => cells[index]?.[across] === cells[from]?.[across])
    .toSorted((a, b) => (cells[a]?.[axis] ?? 0) - (cells[b]?.[axis] ?? 0));
}

/** The number of the cell to which a key leads from another one, over holes; null for a key that leads nowhere. */
export function moveOver(cells: readonly CellPlace[], from: number, key: string): number | null {
  const [axis, step] = STEPS[key] ?? [];
  if (axis === undefined || step === undefined) return null;
  const line = lineThrough(cells, from, axis);
  const place = line.indexOf(from) + step;
  return line[Math.min(Math.max(place, 0), line.length - 1)] ?? null;
}

/** The number of the cell where one begins: the uppermost of the last column; null without cells. */
export function firstOf(cells: readonly CellPlace[]): number | null {
  const order = [...cells.keys()].toSorted((a, b) => {
    const [one, other] = [cells[a], cells[b]];
    return (other?.[0] ?? 0) - (one?.[0] ?? 0) || (one?.[1] ?? 0) - (other?.[1] ?? 0);
  });
  return order[0] ?? null;
}
