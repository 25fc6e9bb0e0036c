import { and, eq, inArray } from 'drizzle-orm';
import type { Provider, RejectedRow } from '../connectors/connector.ts';
import type { KeyOutcome } from '../pipeline/handler.ts';
import { insertRows } from './bulk.ts';
import type { Queryable, Transaction } from './client.ts';
import { rejectedRows, taskKeys, tasks } from './schema.ts';

/**
 * Stores what became of each key in a task; a later attempt replaces it, with its own moment: the newest outcome of a key
 * tells whether it fails.
 */
export async function storeTaskKeys(
  tx: Transaction,
  taskId: string,
  keys: readonly KeyOutcome[],
): Promise<void> {
  const names = keys.map(({ key }) => key);
  await tx.delete(taskKeys).where(and(eq(taskKeys.taskId, taskId), inArray(taskKeys.key, names)));
  await insertRows(
    tx,
    taskKeys,
    keys.map((key) => ({ taskId, ...key })),
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

/** Dates of these keys with rows in quarantine, as `key date`: the provider sent something for them. */
export async function listRejectedDates(
  db: Queryable,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectDistinct({ key: rejectedRows.key, date: rejectedRows.date })
    .from(rejectedRows)
    .where(inArray(rejectedRows.key, [...keys]));
  return new Set(rows.map((row) => `${row.key} ${row.date}`));
}

/** What became of each key in the tasks of a run, by task. */
export async function listTaskKeys(
  db: Queryable,
  runId: string,
): Promise<ReadonlyMap<string, readonly KeyOutcome[]>> {
  const rows = await db
    .select()
    .from(taskKeys)
    .where(inArray(taskKeys.taskId, db.select({ id: tasks.id }).from(tasks).where(eq(tasks.runId, runId))))
    .orderBy(taskKeys.key);
  const toOutcome = (row: (typeof rows)[number]): KeyOutcome => {
    const { taskId: _taskId, recordedAt: _recordedAt, ...key } = row;
    return { ...key, outcome: key.outcome as KeyOutcome['outcome'] };
  };
  return new Map([...Map.groupBy(rows, (row) => row.taskId)].map(([id, keys]) => [id, keys.map(toOutcome)]));
}
