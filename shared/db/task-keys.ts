import type { Provider, RejectedRow } from '../connectors/connector.ts';
import type { KeyOutcome } from '../pipeline/handler.ts';
import { insertRows } from './bulk.ts';
import type { Transaction } from './client.ts';
import { rejectedRows, taskKeys } from './schema.ts';

/** Stores what became of each key in a task; a later attempt replaces it. */
export async function storeTaskKeys(
  tx: Transaction,
  taskId: string,
  keys: readonly KeyOutcome[],
): Promise<void> {
  await insertRows(
    tx,
    taskKeys,
    keys.map((key) => ({ taskId, ...key })),
    {
      keys: ['task_id', 'key'],
      update: [
        'outcome',
        'reason',
        'windows',
        'requests',
        'fetched',
        'inserted',
        'rejected',
        'held',
        'error',
      ],
    },
  );
}

/** A row that could be read and that a blocking check does not let through. */
export interface HeldRow extends RejectedRow {
  /** Name of the check. */
  readonly check: string;
}

/** Puts rows that were not taken into quarantine, with the reason: those that could not be read and those held back. */
export async function storeRejectedRows(
  tx: Transaction,
  taskId: string,
  provider: Provider,
  rows: readonly (RejectedRow | HeldRow)[],
): Promise<void> {
  await insertRows(
    tx,
    rejectedRows,
    rows.map((row) => ({ taskId, provider, check: null, ...row })),
  );
}
