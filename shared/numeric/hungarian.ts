const MAX_SIZE = 8;

/** Costs closer than this are a tie. */
const TIE = 1e-12;

/**
 * Least-cost one-to-one assignment: element i of the result is the column of row i. All permutations are tried in
 * lexicographic order, which makes ties go to the earlier columns for the earlier rows; square matrices up to 8 × 8.
 *
 * @throws RangeError for a larger or non-square matrix.
 */
export function assignLeastCost(cost: readonly (readonly number[])[]): number[] {
  const n = cost.length;
  if (n > MAX_SIZE || cost.some((row) => row.length !== n)) {
    throw new RangeError(
      `assigning rows to columns: expected a square matrix up to ${MAX_SIZE}, got ${n} rows`,
    );
  }
  let best: { total: number; columns: number[] } = { total: Infinity, columns: [] };
  const visit = (columns: number[], total: number): void => {
    if (columns.length === n) {
      if (total < best.total - TIE) best = { total, columns };
      return;
    }
    for (let column = 0; column < n; column++) {
      if (!columns.includes(column)) visit([...columns, column], total + cost[columns.length]![column]!);
    }
  };
  visit([], 0);
  return best.columns;
}
