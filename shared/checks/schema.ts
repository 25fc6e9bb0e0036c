import type { BarRow, BronzeRow, FixingRow } from '../connectors/connector.ts';
import { isDecimalText } from '../connectors/json-body.ts';
import { isDay } from '../time.ts';
import type { CheckTest, Failure } from './check.ts';

const NUMBERS = ['value', 'open', 'high', 'low', 'close', 'adjustedClose', 'volume'] as const;
const MORE_NUMBERS = ['amount', 'bid', 'ask', 'rate', 'price'] as const;

function findBarFault({ high, low }: BarRow): string | null {
  return high !== null && low !== null && Number(high) < Number(low) ? `high ${high} below low ${low}` : null;
}

function findFixingFault({ bid, ask }: FixingRow): string | null {
  if (!(Number(bid) > 0)) return `bid ${bid}`;
  return Number(ask) < Number(bid) ? `ask ${ask} below bid ${bid}` : null;
}

function findFault(row: BronzeRow): string | null {
  if (!isDay(row.date)) return `date ${row.date}`;
  const fields = row as unknown as Readonly<Record<string, string | null | undefined>>;
  const unreadable = [...NUMBERS, ...MORE_NUMBERS].find((name) => {
    const text = fields[name];
    return text !== null && text !== undefined && !isDecimalText(text);
  });
  if (unreadable !== undefined) return `${unreadable} ${String(fields[unreadable])}`;
  if (row.table === 'bars') return findBarFault(row);
  if (row.table === 'fixings') return findFixingFault(row);
  if (row.table !== 'curve_points') return null;
  if (!(row.calendarDays > 0)) return `${row.vertex}: ${row.calendarDays} calendar days`;
  return row.rate === null && row.price === null ? `${row.vertex}: neither rate nor price` : null;
}

/** Rows whose fields cannot be what they say: a number that is none, a high below the low, an ask below the bid. */
export const testSchema: CheckTest = ({ candidates }) => ({
  tested: candidates.length,
  expected: 'dates, decimal numbers, low ≤ high, 0 < bid ≤ ask, vertices with days and a rate or price',
  failures: candidates.flatMap((candidate): Failure[] => {
    const observed = findFault(candidate.row);
    return observed === null ? [] : [{ date: candidate.row.date, candidate, observed }];
  }),
});
