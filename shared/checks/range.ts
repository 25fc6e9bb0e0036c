import { areBoundsDue, isInRange } from '../connectors/bounds.ts';
import type { BronzeRow, KeyDefinition } from '../connectors/connector.ts';
import type { CheckTest, Failure } from './check.ts';
import { findBounds } from './curve-bounds.ts';
import { calendarDaysOf, valueOf } from './measure.ts';

/** Numbers of a row that the range of its key speaks of. */
function listNumbers(row: BronzeRow): string[] {
  if (row.table === 'bars') return [row.low, row.high, row.close].filter((text) => text !== null);
  if (row.table === 'fixings') return [row.bid, row.ask];
  return row.table === 'observations' && row.value !== null ? [row.value] : [];
}

function findOutside(key: KeyDefinition, row: BronzeRow): string | null {
  const isExpected = (value: number): boolean =>
    !areBoundsDue(key, row.date, calendarDaysOf(row)) || isInRange(key, value);
  if (row.table !== 'curve_points') return listNumbers(row).find((text) => !isExpected(Number(text))) ?? null;
  const { above, below } = findBounds(row);
  const value = valueOf(row) ?? Number.NaN;
  return value > above && value < below && isExpected(value) ? null : `${row.vertex} ${value}`;
}

/** Values that the key cannot have: outside its registered range, for curves outside the bounds of the curve. */
export const testRange: CheckTest = ({ key, candidates }) => {
  const isCurve = candidates.some(({ row }) => row.table === 'curve_points');
  const range = key.expectedRange;
  if (range === undefined && !isCurve) return null;
  const tested = candidates.filter(({ row }) => valueOf(row) !== null);
  return {
    tested: tested.length,
    expected: isCurve ? 'rates within the bounds of the curve' : `${range?.join(' … ')} ${key.unit}`,
    failures: tested.flatMap((candidate): Failure[] => {
      const observed = findOutside(key, candidate.row);
      return observed === null ? [] : [{ date: candidate.row.date, candidate, observed }];
    }),
  };
};
