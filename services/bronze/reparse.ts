import type { Connector, KeyDefinition } from '../../shared/connectors/connector.ts';
import type { Database, Transaction } from '../../shared/db/client.ts';
import { listHeldDates } from '../../shared/db/checks.ts';
import type { CoveredWindow } from '../../shared/db/coverage.ts';
import { lockIngest, writeRows, type IngestRow } from '../../shared/db/ingest.ts';
import { storeRejectedRows } from '../../shared/db/task-keys.ts';
import {
  listArchivedReads,
  listChanges,
  listFamilies,
  recordChanges,
  setFactsAside,
  type KeyChange,
} from '../../shared/db/reparse.ts';
import { describeFailure, unwrapQueryError } from '../../shared/errors.ts';
import type { BronzeName } from '../../shared/pipeline/graph.ts';
import type { Day } from '../../shared/time.ts';
import { gateRows } from './gate.ts';
import { parseRead, stampFirstSight, type Read, type ReadRows } from './read.ts';

/** What to parse again. */
export interface ReparseOptions {
  readonly db: Database;
  readonly asset: BronzeName;
  readonly connector: Connector;
  /** Observation dates, both included. */
  readonly from: Day;
  readonly to: Day;
  /** Only tells what would change. */
  readonly isDryRun: boolean;
  /** Who asked for it, for the audit log. */
  readonly actor: string;
}

/** What parsing one key of the registry again came to. */
export interface KeyReparse {
  readonly key: string;
  /** Reads of the archive that were parsed. */
  readonly reads: number;
  /** Rows they gave in the range. */
  readonly rows: number;
  /** Rows among them that a blocking check holds back. */
  readonly held: number;
  /** Reads that could not be parsed, and why; what is stored from them stays. */
  readonly failures: readonly string[];
  /** Differences by key of the rows: none when the parser is the one that wrote them. */
  readonly changes: readonly KeyChange[];
}

/** Thrown to undo a transaction whose result is wanted. */
class UndoError extends Error {
  readonly result: KeyReparse;

  constructor(result: KeyReparse) {
    super('undo');
    this.result = result;
  }
}

interface ParsedRead {
  readonly read: Read;
  readonly rows: ReadRows | null;
  readonly failure: string | null;
}

async function parseArchived(
  tx: Transaction,
  { connector }: ReparseOptions,
  read: Read,
): Promise<ParsedRead> {
  try {
    return { read, rows: await parseRead(tx, connector, read), failure: null };
  } catch (error) {
    if (unwrapQueryError(error) !== error) throw error;
    const { name, message } = describeFailure(error, false);
    return { read, rows: null, failure: `${read.window.id}: ${name}: ${message}` };
  }
}

async function listReads(
  tx: Transaction,
  options: ReparseOptions,
  key: KeyDefinition,
  family: readonly string[],
): Promise<Read[]> {
  const archived = await listArchivedReads(tx, options.connector.provider, key.key, family, options);
  return archived.map((read) => ({
    key,
    window: { key: key.key, id: read.windowId, from: read.from, to: read.to },
    payloadIds: read.payloadIds,
    seenAt: read.seenAt ?? stampFirstSight(read.runKind, read.lastPartition ?? undefined, read.fetchedAt),
    taskId: read.taskId,
  }));
}

/** A read as the window that was covered by it. */
function toCovered({ window, seenAt, payloadIds }: Read): CoveredWindow {
  const replay = { isUnrecorded: false, recorded: null };
  return { window, fetchedAt: seenAt, payloadIds, ...replay, isIngested: false, requests: 0 };
}

/** Rows that go on, after the checks of a task, and those that are held back, which stand in quarantine afterwards. */
async function checkRows(
  tx: Transaction,
  { asset, connector, from, to }: ReparseOptions,
  key: KeyDefinition,
  good: readonly (Pick<ReadRows, 'items'> & { readonly read: Read })[],
): Promise<{ readonly items: readonly IngestRow[]; readonly held: number }> {
  const items = good.flatMap((rows) => rows.items);
  const parsed = { key, items, parsedWindows: good.map(({ read }) => toCovered(read)) };
  const context = { asset, connector, taskId: null, breathe: async () => undefined };
  const [gated = { items, held: [] }] = await gateRows(tx, context, [parsed]);
  const known = await listHeldDates(tx, [...new Set(gated.held.map((row) => row.key))], from, to);
  const fresh = gated.held.filter((row) => known.get(row.key)?.get(row.date ?? '') !== row.check);
  const taskId = good.at(-1)?.read.taskId;
  if (taskId !== undefined) await storeRejectedRows(tx, taskId, connector.provider, fresh);
  return { items: gated.items, held: gated.held.length };
}

async function reparseInside(
  tx: Transaction,
  options: ReparseOptions,
  key: KeyDefinition,
  family: readonly string[],
): Promise<KeyReparse> {
  const { asset, from, to } = options;
  const version = await lockIngest(tx, asset);
  const parsed: ParsedRead[] = [];
  for (const read of await listReads(tx, options, key, family))
    parsed.push(await parseArchived(tx, options, read));
  const failures = parsed.flatMap(({ failure }) => (failure === null ? [] : [failure]));
  // An answer may belong to several reads: what is stored from it is replaced only when all of them can be parsed.
  const kept = new Set(parsed.flatMap(({ read, rows }) => (rows === null ? read.payloadIds : [])));
  const good = parsed.flatMap(({ read, rows }) =>
    rows === null || read.payloadIds.some((id) => kept.has(id))
      ? []
      : [{ read, ...rows, items: rows.items.filter(({ row }) => from <= row.date && row.date <= to) }],
  );
  const payloadIds = good.flatMap(({ payloadId }) => (payloadId === null ? [] : [payloadId]));
  await setFactsAside(tx, payloadIds, family, options);
  const { items, held } = await checkRows(tx, options, key, good);
  const { shiftedFrom } = await writeRows(tx, asset, version, items);
  const changes = await listChanges(tx, version, [
    ...new Set([...family, ...items.map(({ row }) => row.key)]),
  ]);
  const result = { key: key.key, reads: good.length, rows: items.length, held, failures, changes };
  if (options.isDryRun || changes.length === 0) throw new UndoError(result);
  await recordChanges(tx, asset, version, { actor: options.actor, shiftedFrom });
  return result;
}

/**
 * Parses the archive of a provider again, without network, and replaces what is stored from it where the parser now says
 * something else. One transaction per key: the old rows go to the audit log, revisions and release times are derived again
 * from all vintages, and silver derives what changed. Values that the parser reads as before are not touched.
 */
export async function reparse(options: ReparseOptions): Promise<KeyReparse[]> {
  const families = await listFamilies(options.db, options.connector.provider);
  const results: KeyReparse[] = [];
  for (const key of options.connector.keys) {
    const result = await options.db
      .transaction((tx) => reparseInside(tx, options, key, families.get(key.key) ?? [key.key]))
      .catch((error: unknown) => {
        if (error instanceof UndoError) return error.result;
        throw error;
      });
    results.push(result);
  }
  return results;
}
