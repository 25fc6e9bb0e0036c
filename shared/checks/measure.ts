import type { BronzeRow } from '../connectors/connector.ts';
import type { Day, Instant } from '../time.ts';
import type { Candidate } from './check.ts';

/** A candidate with its number, and the time series that the number belongs to. */
export interface Measure {
  readonly candidate: Candidate;
  /** The key, for a curve with the vertex too. */
  readonly series: string;
  readonly date: Day;
  readonly vintage: Instant;
  readonly value: number;
}

/** The number that stands for a row: value, close, ask, or the rate (else the price) of a vertex; null without one. */
export function valueOf(row: BronzeRow): number | null {
  const text = textOf(row);
  return text === null ? null : Number(text);
}

/** The term of a vertex in calendar days; undefined for anything else. */
export function calendarDaysOf(row: BronzeRow): number | undefined {
  return row.table === 'curve_points' ? row.calendarDays : undefined;
}

function textOf(row: BronzeRow): string | null {
  if (row.table === 'observations') return row.value;
  if (row.table === 'bars') return row.close;
  if (row.table === 'fixings') return row.ask;
  return row.table === 'curve_points' ? (row.rate ?? row.price) : null;
}

function seriesOf(row: BronzeRow): string {
  return row.table === 'curve_points' ? `${row.curveId} ${row.vertex}` : row.key;
}

/** When a candidate became a version of its value: the provider's vintage, else first sight. */
export function vintageOf({ row, seenAt }: Candidate): Instant {
  return row.vintageAt ?? seenAt;
}

/** The candidates that have a number, by series. Each list keeps their order. */
export function listSeries(candidates: readonly Candidate[]): ReadonlyMap<string, Measure[]> {
  const measures = candidates.flatMap((candidate): Measure[] => {
    const value = valueOf(candidate.row);
    if (value === null || !Number.isFinite(value)) return [];
    const { date } = candidate.row;
    return [{ candidate, series: seriesOf(candidate.row), date, vintage: vintageOf(candidate), value }];
  });
  return Map.groupBy(measures, (measure) => measure.series);
}

/** The newest vintage of each date of a series, ascending. */
export function pickLatest(measures: readonly Measure[]): Measure[] {
  const latest = new Map<Day, Measure>();
  for (const measure of measures) {
    const known = latest.get(measure.date);
    if (known === undefined || known.vintage <= measure.vintage) latest.set(measure.date, measure);
  }
  return [...latest.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
}

/** Puts candidates in the order in which checks expect them. */
export function sortCandidates(candidates: readonly Candidate[]): Candidate[] {
  return candidates.toSorted((a, b) => {
    if (a.row.date !== b.row.date) return a.row.date < b.row.date ? -1 : 1;
    return vintageOf(a) - vintageOf(b) || (a.payloadId ?? 0) - (b.payloadId ?? 0);
  });
}
