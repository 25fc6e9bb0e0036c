import type { Frequency } from '../../../shared/connectors/connector.ts';
import type { StoredObservation } from '../../../shared/db/reader.ts';
import type { MacroRecord } from '../../../shared/silver/rows.ts';
import type { Day } from '../../../shared/time.ts';
import { formatInputs } from '../lineage.ts';
import type { Revision } from './as-of.ts';
import { isPeriodic, labelOf, placeOf, type PeriodFrequency } from './period.ts';

/** A level row with the revision of the observation it comes from. */
export type MacroLevel = MacroRecord & { readonly revision: number };

/** Reason of a level that its provider took back. */
const WITHDRAWN = 'withdrawn by the provider';

/**
 * What an observation date says at each moment, in the order of the moments: of several at one moment the newest revision,
 * and equal values in a row count once.
 */
function* listChanges(revisions: readonly StoredObservation[]): Generator<StoredObservation> {
  const sorted = [...revisions].sort((a, b) => a.releaseTime - b.releaseTime || a.revision - b.revision);
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
 * Level rows of one series from all its stored revisions, in whatever order, in the series' unit: one row wherever the
 * value of a date changes. Daily and weekly values keep the provider's date as their period.
 */
export function deriveLevels(
  stored: readonly StoredObservation[],
  { unit, frequency }: { readonly unit: string; readonly frequency: Frequency },
): MacroLevel[] {
  const observations = [...stored].sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
  const rows: MacroLevel[] = [];
  for (let start = 0; start < observations.length;) {
    const { key, date } = observations[start]!;
    let end = start + 1;
    while (observations[end]?.date === date) end += 1;
    const period = isPeriodic(frequency) ? labelOf(placeOf(date, frequency), frequency) : date;
    for (const { value, revision, releaseTime } of listChanges(observations.slice(start, end))) {
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
        inputs: formatInputs([{ key, first: period, last: period, revision }]),
        revision,
      });
    }
    start = end;
  }
  return rows;
}

/** Level rows as revisions of their periods. */
export function toRevisions(rows: readonly MacroLevel[], frequency: PeriodFrequency): Revision[] {
  return rows.map(({ periodStart, value, revision, knownAt }) => ({
    place: placeOf(periodStart, frequency),
    value,
    revision,
    knownAt,
  }));
}

/** The last value of each month of a daily series, as it becomes known during the month. */
export function toMonthEnds(rows: readonly MacroLevel[]): Revision[] {
  const months = new Map<number, Map<Day, MacroLevel>>();
  const monthEnds: Revision[] = [];
  const inOrder = [...rows].sort((a, b) => a.knownAt - b.knownAt || (a.periodStart < b.periodStart ? -1 : 1));
  for (const row of inOrder) {
    const place = placeOf(row.periodStart, 'M');
    const days = months.get(place) ?? new Map<Day, MacroLevel>();
    months.set(place, days);
    if (row.value === null) days.delete(row.periodStart);
    else days.set(row.periodStart, row);
    // A day that is taken back leaves the month to the day before it.
    const last = [...days.values()].reduce<MacroLevel | null>(
      (latest, day) => (latest === null || day.periodStart > latest.periodStart ? day : latest),
      null,
    );
    const { knownAt } = row;
    const before = monthEnds.at(-1);
    // Days of one month that became known at one moment say one thing.
    if (before?.place === place && before.knownAt === knownAt) monthEnds.pop();
    monthEnds.push({ place, value: last?.value ?? null, revision: last?.revision ?? row.revision, knownAt });
  }
  return monthEnds;
}
