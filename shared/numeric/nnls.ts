import { Matrix, QrDecomposition } from 'ml-matrix';

const TOLERANCE = 1e-10;
const MAX_STEPS_PER_COLUMN = 10;

/**
 * Non-negative least squares (Lawson–Hanson active set): `w ≥ 0` that minimizes `|A·w − b|²`.
 *
 * Returns null when `rows` and `target` differ in length, are empty, hold a value that is not finite, or the active
 * set does not settle.
 */
export function solveNnls(rows: readonly (readonly number[])[], target: readonly number[]): number[] | null {
  const k = rows[0]?.length ?? 0;
  if (k === 0 || rows.length !== target.length) return null;
  if (!target.every(Number.isFinite) || !rows.every((row) => row.every(Number.isFinite))) return null;
  let weights = Array.from({ length: k }, (): number => 0);
  const active = new Set<number>();
  const scale =
    Math.max(...rows.flatMap((row) => row.map(Math.abs))) * Math.max(...target.map(Math.abs)) || 1;
  for (let step = 0; step < MAX_STEPS_PER_COLUMN * k; step++) {
    const gradient = computeGradient(rows, target, weights);
    const entering = findEntering(gradient, active, TOLERANCE * scale * rows.length);
    if (entering === null) return weights;
    active.add(entering);
    const settled = settle(rows, target, weights, active);
    if (settled === null) return null;
    weights = settled;
  }
  return null;
}

/**
 * As `solveNnls` with `Σw = 1`. On that plane `A·w − b = (A − b·1')·w`, so the answer is the nearest point to the origin
 * of a convex hull, found exactly by one more equation `Σu = 1` and dividing by the sum.
 */
export function solveSimplexWeights(
  rows: readonly (readonly number[])[],
  target: readonly number[],
): number[] | null {
  const k = rows[0]?.length ?? 0;
  if (k === 0 || rows.length !== target.length) return null;
  const shifted = rows.map((row, i) => row.map((value) => value - target[i]!));
  const squares = shifted.reduce(
    (sum, row) => sum + row.reduce((inner, value) => inner + value * value, 0),
    0,
  );
  const unit = Math.sqrt(squares / k) || 1;
  const weights = solveNnls(
    [...shifted, Array.from({ length: k }, (): number => unit)],
    [...shifted.map(() => 0), unit],
  );
  const total = weights?.reduce((sum, weight) => sum + weight, 0) ?? 0;
  return weights && total > 0 ? weights.map((weight) => weight / total) : null;
}

function computeGradient(
  rows: readonly (readonly number[])[],
  target: readonly number[],
  weights: readonly number[],
): number[] {
  const residuals = rows.map(
    (row, i) => target[i]! - row.reduce((sum, value, j) => sum + value * weights[j]!, 0),
  );
  return weights.map((_, j) => rows.reduce((sum, row, i) => sum + row[j]! * residuals[i]!, 0));
}

function findEntering(
  gradient: readonly number[],
  active: ReadonlySet<number>,
  floor: number,
): number | null {
  let best: number | null = null;
  for (const [j, value] of gradient.entries()) {
    if (!active.has(j) && value > floor && (best === null || value > gradient[best]!)) best = j;
  }
  return best;
}

/** Least squares on the active columns, dropping those that would turn negative on the way there. */
function settle(
  rows: readonly (readonly number[])[],
  target: readonly number[],
  start: readonly number[],
  active: Set<number>,
): number[] | null {
  let weights = [...start];
  while (active.size > 0) {
    const columns = [...active].sort((a, b) => a - b);
    const solution = solveColumns(rows, target, columns);
    if (solution === null) return null;
    const goal = weights.map((_, j) => (active.has(j) ? solution[columns.indexOf(j)]! : 0));
    const blocked = columns.filter((j) => goal[j]! <= 0);
    if (blocked.length === 0) return goal;
    const share = Math.min(...blocked.map((j) => weights[j]! / (weights[j]! - goal[j]!)));
    weights = weights.map((value, j) => value + share * (goal[j]! - value));
    for (const j of blocked) {
      if (weights[j]! > TOLERANCE) continue;
      weights[j] = 0;
      active.delete(j);
    }
  }
  return weights;
}

function solveColumns(
  rows: readonly (readonly number[])[],
  target: readonly number[],
  columns: readonly number[],
): number[] | null {
  if (columns.length > rows.length) return null;
  const qr = new QrDecomposition(new Matrix(rows.map((row) => columns.map((j) => row[j]!))));
  if (!qr.isFullRank()) return null;
  return qr.solve(Matrix.columnVector([...target])).to1DArray();
}
