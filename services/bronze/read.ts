import type {
  Connector,
  FetchWindow,
  KeyDefinition,
  RejectedRow,
} from '../../shared/connectors/connector.ts';
import { readPayloads } from '../../shared/db/archive.ts';
import type { Transaction } from '../../shared/db/client.ts';
import type { IngestRow } from '../../shared/db/ingest.ts';
import type { RunKind } from '../../shared/pipeline/handler.ts';
import { cutoffOf, HOUR, type Day, type Instant } from '../../shared/time.ts';

/** One read of a window: the archived answers it is made of, and what its values are stamped with. */
export interface Read {
  readonly key: KeyDefinition;
  readonly window: FetchWindow;
  readonly payloadIds: readonly number[];
  /** First sight of the values of a provider that keeps no vintages. */
  readonly seenAt: Instant;
  readonly taskId: string;
}

/** What a read came to. */
export interface ReadRows {
  readonly items: readonly IngestRow[];
  readonly rejected: readonly RejectedRow[];
  /** Number of the last answer. */
  readonly payloadId: number | null;
}

/** A fetch this long after a cutoff still stands for it: the run waits for budgets and retries. */
const PUNCTUAL_MS = 3 * HOUR;

/**
 * First sight: a scheduled run that comes in time stands for the cutoff of its last partition. One that is made up for later,
 * and any other run, stands for the moment of the fetch: what it sees now it did not know then.
 */
export function stampFirstSight(kind: RunKind, last: Day | undefined, fetchedAt: Instant): Instant {
  if (kind !== 'scheduled' || last === undefined) return fetchedAt;
  const cutoff = cutoffOf(last);
  return fetchedAt <= cutoff + PUNCTUAL_MS ? cutoff : fetchedAt;
}

/**
 * Parses a read from the archive: the one way from archived bytes to rows, which `gateRows` checks before they are stored.
 *
 * @throws what the connector's `parse` throws
 */
export async function parseRead(tx: Transaction, connector: Connector, read: Read): Promise<ReadRows> {
  const payloads = await readPayloads(tx, read.payloadIds);
  const { key, window, seenAt, taskId } = read;
  const parsed = connector.parse(key, window, payloads);
  const payloadId = payloads.at(-1)?.id ?? null;
  return {
    items: parsed.rows.map((row) => ({ row, payloadId, seenAt, taskId, missedAt: null })),
    rejected: parsed.rejected,
    payloadId,
  };
}
