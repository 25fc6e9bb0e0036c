import type { BronzeRow, Connector, KeyDefinition, ParseResult } from '../../shared/connectors/connector.ts';
import { getCalendar } from '../../shared/calendars/calendars.ts';
import { addDays, DAY_MS, isDay } from '../../shared/time.ts';

const DECIMAL = /^-?\d+(\.\d+)?$/;

/** What makes two rows the same value of the same thing. */
export function identifyRow(row: BronzeRow): string {
  const parts: unknown[] = [row.table, row.key, row.date, row.vintageAt];
  if (row.table === 'curve_points') parts.push(row.curveId, row.vertex);
  if (row.table === 'corporate_actions') parts.push(row.kind);
  if (row.table === 'fixings') parts.push(row.bulletin);
  return parts.join(' ');
}

function listNumbers(row: BronzeRow): (string | null)[] {
  switch (row.table) {
    case 'observations':
      return [row.value];
    case 'bars':
      return [row.open, row.high, row.low, row.close, row.adjustedClose, row.volume];
    case 'corporate_actions':
      return [row.amount];
    case 'fixings':
      return [row.bid, row.ask];
    case 'curve_points':
      return [row.rate, row.price];
  }
}

/** Why a row must not be stored; empty for a good one. */
export function listRowFaults(row: BronzeRow, connector: Connector, asked: KeyDefinition): string[] {
  const faults: string[] = [];
  const key = connector.keys.find((candidate) => candidate.key === row.key);
  if (key === undefined) return [`unknown key ${row.key}`];
  if (!isDay(row.date)) faults.push(`date ${row.date}`);
  for (const number of listNumbers(row)) {
    if (number !== null && !DECIMAL.test(number)) faults.push(`number ${number}`);
  }
  if (row.vintageAt !== null && !Number.isFinite(row.vintageAt)) faults.push('vintage is no moment');
  if (row.releaseBasis !== 'first_seen' && !Number.isFinite(row.releaseTime)) faults.push('no release time');
  if (row.table === 'curve_points') {
    if (row.rate === null && row.price === null) faults.push('neither rate nor price');
    if (!(row.calendarDays > 0)) faults.push(`${row.calendarDays} calendar days`);
    if (row.maturity !== null && row.maturity !== addDays(row.date, row.calendarDays))
      faults.push('maturity and days differ');
  }
  if (row.table === 'bars' && !getCalendar(asked.calendar).isSession(row.date)) faults.push('no session');
  if (key.frequency === 'D' && row.releaseTime !== null && row.table !== 'observations') {
    if (row.releaseTime < Date.parse(row.date)) faults.push('released before its date');
    if (row.releaseTime > Date.parse(row.date) + 10 * DAY_MS) faults.push('released long after its date');
  }
  return faults;
}

/** Faults of all rows of a result, and rows that are there twice. */
export function listFaults(result: ParseResult, connector: Connector, asked: KeyDefinition): string[] {
  const seen = new Set<string>();
  return result.rows.flatMap((row) => {
    const id = identifyRow(row);
    const faults = listRowFaults(row, connector, asked);
    if (seen.has(id)) faults.push('twice');
    seen.add(id);
    return faults.map((fault) => `${id}: ${fault}`);
  });
}

/** Rows as sorted text, to compare results whatever their order. */
export function sortRows(rows: readonly BronzeRow[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}
