import type { BronzeRow, Provider } from '../../shared/connectors/connector.ts';
import type { Transaction } from '../../shared/db/client.ts';
import { listPastReads, type PastRead } from '../../shared/db/coverage.ts';
import type { IngestRow } from '../../shared/db/ingest.ts';
import { listRejectedDates } from '../../shared/db/task-keys.ts';
import type { Instant } from '../../shared/time.ts';
import type { Read } from './read.ts';

function findMissed(row: BronzeRow, seenAt: Instant, reads: readonly PastRead[]): Instant | null {
  const { releaseTime } = row;
  if (releaseTime === null || row.vintageAt !== null) return null;
  const missed = reads
    .filter(
      ({ from, to, readAt }) =>
        from <= row.date && row.date <= to && releaseTime <= readAt && readAt < seenAt,
    )
    .map(({ readAt }) => readAt);
  return missed.length === 0 ? null : Math.max(...missed);
}

/**
 * Notes with each row the last read that should have brought it and did not: made after the time its rule gives, over a
 * window that covers its date. A row that was put in quarantine then was not missing.
 */
export async function noteMissedReads(
  tx: Transaction,
  provider: Provider,
  read: Read,
  items: readonly IngestRow[],
): Promise<readonly IngestRow[]> {
  const reads = await listPastReads(tx, provider, read.window);
  const missed = items.map(({ row, seenAt }) => findMissed(row, seenAt, reads));
  if (missed.every((at) => at === null)) return items;
  const rejected = await listRejectedDates(tx, [...new Set(items.map(({ row }) => row.key))]);
  return items.map((item, index) => {
    const isQuarantined = rejected.has(`${item.row.key} ${item.row.date}`);
    return { ...item, missedAt: isQuarantined ? null : (missed[index] ?? null) };
  });
}
