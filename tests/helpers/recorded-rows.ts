import type { BronzeRow } from '../../shared/connectors/connector.ts';
import { createConnectors } from '../../shared/connectors/registry.ts';
import type { StoredBar, StoredFixing, StoredObservation } from '../../shared/db/reader.ts';
import type { Day } from '../../shared/time.ts';
import { AFTERWARDS } from './recorded-payload.ts';
import { replayHttp } from './replay-http.ts';

/** The connectors of all providers. */
export const connectors = createConnectors({ fredApiKey: 'a'.repeat(32) });
const TODAY: Day = '2026-11-23';

/** Rows of a key between two dates as its connector parses them from the recordings; none for an unknown key. */
export async function collectRows(keyName: string, from: Day, to: Day): Promise<BronzeRow[]> {
  const connector = Object.values(connectors).find(({ keys }) => keys.some(({ key }) => key === keyName));
  const key = connector?.keys.find((candidate) => candidate.key === keyName);
  if (connector === undefined || key === undefined) return [];
  const rows: BronzeRow[] = [];
  for (const window of connector.windows(key, { from, to, mode: 'history', today: TODAY })) {
    rows.push(...connector.parse(key, window, await connector.fetch(key, window, replayHttp)).rows);
  }
  return rows;
}

/** A decimal text as the store reads it. */
export const numberOrNull = (text: string | null): number | null => (text === null ? null : Number(text));

/** Lineage of the only vintage of a row; one without a release rule was first seen after the recordings. */
export const lineageOf = ({ releaseTime }: BronzeRow) => ({
  revision: 0,
  releaseTime: releaseTime ?? AFTERWARDS,
});

/** Bars as the store would hold them. */
export function toStoredBars(rows: readonly BronzeRow[]): StoredBar[] {
  return rows.flatMap((row): StoredBar[] => {
    if (row.table !== 'bars') return [];
    const { key, date, close, adjustedClose } = row;
    return [
      { key, date, close: Number(close), adjustedClose: numberOrNull(adjustedClose), ...lineageOf(row) },
    ];
  });
}

/** Fixings as the store would hold them. */
export function toStoredFixings(rows: readonly BronzeRow[]): StoredFixing[] {
  return rows.flatMap((row): StoredFixing[] => {
    if (row.table !== 'fixings') return [];
    const { key, date, bid, ask } = row;
    return [{ key, date, bid: Number(bid), ask: Number(ask), ...lineageOf(row) }];
  });
}

/** Observations as the store would hold them, by date. */
export function toStoredObservations(rows: readonly BronzeRow[]): StoredObservation[] {
  return rows
    .flatMap((row): StoredObservation[] =>
      row.table !== 'observations'
        ? []
        : [{ key: row.key, date: row.date, value: numberOrNull(row.value), ...lineageOf(row) }],
    )
    .toSorted((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : a.releaseTime - b.releaseTime));
}
