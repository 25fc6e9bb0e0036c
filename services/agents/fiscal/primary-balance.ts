import { addToMonth, layOutMonths, type MonthTable } from '../framework/periods.ts';
import { takeLast } from '../framework/points.ts';
import type { View } from '../framework/view.ts';

const YEAR = 12;

/** Primary balance of the public sector over twelve months, percent of GDP, positive = surplus. */
export interface PrimaryBalance {
  readonly table: MonthTable;
  readonly latest: number;
  readonly lastPeriod: string;
  readonly months: number;
  /** Change over twelve months at each month, pp; null where an end point is missing. */
  readonly changes: readonly (number | null)[];
}

/** Reads the primary balance. SGS 5793 is a borrowing requirement (positive = deficit), hence the minus. */
export function readPrimaryBalance(view: View): PrimaryBalance | null {
  const points = view.macro('BR_PRIMARY_BALANCE', 'level');
  const borrowing = layOutMonths(points);
  const last = takeLast(points);
  if (borrowing === null || last === null) return null;
  const values = borrowing.values.map((value) => (value === null ? null : 0 - value));
  const changes = values.map((value, i) => {
    const before = values[i - YEAR] ?? null;
    return value === null || before === null ? null : value - before;
  });
  return {
    table: { first: borrowing.first, values },
    latest: 0 - last.value,
    lastPeriod: last.period,
    months: values.filter((value) => value !== null).length,
    changes,
  };
}

/** The latest twelve-month change, pp; null without one for the last month. */
export function readYearlyChange(balance: PrimaryBalance | null): number | null {
  if (balance === null) return null;
  const { first, values } = balance.table;
  const lastIndex = values.length - 1;
  return addToMonth(first, lastIndex) === balance.lastPeriod ? (balance.changes[lastIndex] ?? null) : null;
}
