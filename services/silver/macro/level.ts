import type { Frequency } from '../../../shared/connectors/connector.ts';
import type { StoredObservation } from '../../../shared/db/reader.ts';
import type { MacroRecord } from '../../../shared/silver/rows.ts';
import type { Revision } from './as-of.ts';
import { isPeriodic, labelOf, placeOf, type PeriodFrequency } from './period.ts';

/** Reason of a level that its provider took back. */
const WITHDRAWN = 'withdrawn by the provider';

/** What an observation date says at each moment, in the order of the moments; equal values in a row count once. */
function* listChanges(revisions: readonly StoredObservation[]): Generator<StoredObservation> {
  const sorted = [...revisions].sort((a, b) => a.releaseTime - b.releaseTime);
  let inForce: number | null | undefined;
  for (const [i, revision] of sorted.entries()) {
    if (sorted[i + 1]?.releaseTime === revision.releaseTime) continue;
    const isFirstAndEmpty = inForce === undefined && revision.value === null;
    if (revision.value === inForce || isFirstAndEmpty) continue;
    inForce = revision.value;
    yield revision;
  }
}

/**
 * Level rows of one series from all its stored revisions (grouped by date), in the series' unit: one row wherever the
 * value of a date changes. Daily and weekly values keep the provider's date as their period.
 */
export function deriveLevels(
  observations: readonly StoredObservation[],
  { unit, frequency }: { readonly unit: string; readonly frequency: Frequency },
): MacroRecord[] {
  const rows: MacroRecord[] = [];
  for (let start = 0; start < observations.length;) {
    const { key, date } = observations[start]!;
    let end = start + 1;
    while (observations[end]?.date === date) end += 1;
    const period = isPeriodic(frequency) ? labelOf(placeOf(date, frequency), frequency) : date;
    for (const { value, releaseTime } of listChanges(observations.slice(start, end))) {
      const reason = value === null ? WITHDRAWN : null;
      rows.push({
        seriesKey: key,
        transform: 'level',
        period,
        periodStart: date,
        knownAt: releaseTime,
        value,
        unit,
        reason,
        inputs: '',
      });
    }
    start = end;
  }
  return rows;
}

/** Level rows as revisions of their periods. */
export function toRevisions(rows: readonly MacroRecord[], frequency: PeriodFrequency): Revision[] {
  return rows.map(({ periodStart, value, knownAt }) => ({
    place: placeOf(periodStart, frequency),
    value,
    knownAt,
  }));
}

/** The last value of each month of a daily series, as it becomes known during the month. */
export function toMonthEnds(rows: readonly MacroRecord[]): Revision[] {
  const lastDay = new Map<number, string>();
  const monthEnds: Revision[] = [];
  for (const row of [...rows].sort((a, b) => a.knownAt - b.knownAt)) {
    const place = placeOf(row.periodStart, 'M');
    const last = lastDay.get(place);
    if (row.value === null || (last !== undefined && row.periodStart < last)) continue;
    lastDay.set(place, row.periodStart);
    monthEnds.push({ place, value: row.value, knownAt: row.knownAt });
  }
  return monthEnds;
}
