import type { Connector, RejectedRow } from '../../shared/connectors/connector.ts';
import type { Database, Transaction } from '../../shared/db/client.ts';
import { forgetWindow, listCovered, markIngested, type CoveredWindow } from '../../shared/db/coverage.ts';
import { countRowsByPartition, listStoredDates } from '../../shared/db/evidence.ts';
import { ingestRows, lockIngest, type IngestCount, type IngestRow } from '../../shared/db/ingest.ts';
import { storeRejectedRows, storeTaskKeys, type HeldRow } from '../../shared/db/task-keys.ts';
import {
  describeFailure,
  PermanentError,
  RetryLaterError,
  TransientError,
  unwrapQueryError,
} from '../../shared/errors.ts';
import type { BronzeName } from '../../shared/pipeline/graph.ts';
import type { Handler, KeyOutcome, PartitionOutcome, TaskContext } from '../../shared/pipeline/handler.ts';
import { addDays, FIRST_PARTITION } from '../../shared/time.ts';
import { noteMissedReads } from './missed-reads.ts';
import { explainAbsence, judgePartition, type KeyEvidence } from './outcomes.ts';
import { acceptAll, parseRead, stampFirstSight, type AcceptRows } from './read.ts';
import { fetchKeys, type FetchedKey } from './windows.ts';

export interface BronzeOptions {
  readonly db: Database;
  readonly asset: BronzeName;
  readonly connector: Connector;
  /** True when PROVIDERS=replay: only then do the replay headers mean anything. */
  readonly isReplay: boolean;
  /** Judges the rows of each window between parse and ingest. @default takes all */
  readonly acceptRows?: AcceptRows;
}

/** A key after fetch and parse. */
interface ParsedKey extends FetchedKey {
  readonly items: readonly IngestRow[];
  readonly held: readonly HeldRow[];
  readonly rejected: readonly RejectedRow[];
  readonly parsedWindows: readonly CoveredWindow[];
  readonly payloadId: number | null;
}

/** Days before the first partition whose values the first partitions may still wait for. */
const EVIDENCE_DAYS = 300;

/**
 * A retryable failure ends the attempt before any row is written: what was fetched is archived, and the next attempt
 * asks only for the rest. On the last attempt, and for permanent failures, the outcome is recorded per key.
 */
function throwRetryable(ctx: TaskContext, keys: readonly FetchedKey[]): void {
  // A key that may wait no longer, of a host whose circuit stays open, does not hold the others back for ever.
  const postponed = keys.find((key) => key.error instanceof RetryLaterError && ctx.canPostpone(key.error));
  if (postponed !== undefined) throw postponed.error;
  if (ctx.isLastAttempt) return;
  const retryable = keys.find((key) => key.failure !== null && !(key.error instanceof PermanentError));
  if (retryable !== undefined) throw retryable.error;
}

/** Parses the windows of a key that nobody has ingested yet. Call while the ingest is locked. */
async function parseKey(
  ctx: TaskContext,
  options: BronzeOptions,
  tx: Transaction,
  fetched: FetchedKey,
): Promise<ParsedKey> {
  const { db, connector, acceptRows = acceptAll } = options;
  const { key } = fetched;
  const items: IngestRow[] = [];
  const held: HeldRow[] = [];
  const rejected: RejectedRow[] = [];
  const parsedWindows: CoveredWindow[] = [];
  let payloadId = fetched.covered.flatMap((covered) => covered.payloadIds).at(-1) ?? null;
  const failedWindows = [...fetched.failedWindows];
  let { failure, error } = fetched;
  for (const covered of fetched.covered.filter((window) => !window.isIngested)) {
    await ctx.breathe();
    const { window, payloadIds } = covered;
    const seenAt = stampFirstSight(ctx.runKind, ctx.partitions.at(-1), covered.fetchedAt);
    try {
      const read = { key, window, payloadIds, seenAt, taskId: ctx.taskId };
      const rows = await parseRead(tx, connector, acceptRows, read);
      for (const item of await noteMissedReads(tx, connector.provider, read, rows.items)) items.push(item);
      held.push(...rows.held);
      rejected.push(...rows.rejected);
      ({ payloadId } = rows);
      parsedWindows.push(covered);
    } catch (cause) {
      // A statement that failed has ended the transaction: nothing more can be read in it.
      if (unwrapQueryError(cause) !== cause) throw cause;
      failedWindows.push(window);
      error = cause;
      failure = describeFailure(cause, !(cause instanceof PermanentError));
      // The answer was no data: it stays archived, and the next attempt asks again. Outside of this transaction, which
      // that attempt will not see.
      if (cause instanceof TransientError) await forgetWindow(db, connector.provider, covered);
    }
  }
  return { ...fetched, failure, error, failedWindows, items, held, rejected, parsedWindows, payloadId };
}

/** Reads again, while the ingest is locked, which windows another slice has ingested meanwhile. */
async function refreshCoverage(
  tx: Transaction,
  options: BronzeOptions,
  keys: readonly FetchedKey[],
): Promise<FetchedKey[]> {
  const windows = keys.flatMap((key) => key.covered.map((covered) => covered.window));
  const known = await listCovered(tx, options.connector.provider, windows);
  return keys.map((key) => ({
    ...key,
    covered: key.covered.map((covered) => ({
      ...(known.get(covered.window) ?? covered),
      requests: covered.requests,
    })),
  }));
}

/** True when a window of the key is stored, from this attempt or an earlier one. */
function hasWorked({ covered, parsedWindows }: ParsedKey): boolean {
  return parsedWindows.length > 0 || covered.some((window) => window.isIngested);
}

type Verdict = Pick<KeyOutcome, 'outcome' | 'reason'>;

function judgeKey(ctx: TaskContext, parsed: ParsedKey): Verdict {
  const { key, covered, failure, held, items } = parsed;
  const hasRows = items.length > 0 || covered.some((window) => window.isIngested);
  if (failure !== null) return { outcome: hasWorked(parsed) ? 'partial' : 'failed', reason: null };
  if (held.length > 0) return { outcome: hasRows ? 'partial' : 'failed', reason: null };
  if (covered.length > 0 && covered.every((window) => window.isUnrecorded))
    return { outcome: 'no_data_expected', reason: 'not_recorded' };
  if (hasRows) return { outcome: 'rows', reason: null };
  const reason = explainAbsence(key, ctx.partitions);
  return { outcome: reason === null ? 'no_data_unexpected' : 'no_data_expected', reason };
}

function toKeyOutcome(
  ctx: TaskContext,
  parsed: ParsedKey,
  counts: ReadonlyMap<string, IngestCount>,
): KeyOutcome {
  // One file may bring the rows of several keys: all of them count for the key that owns the file.
  const families = [...new Set([parsed.key.key, ...parsed.items.map((item) => item.row.key)])];
  const sum = (field: keyof IngestCount): number =>
    families.reduce((total, key) => total + (counts.get(key)?.[field] ?? 0), 0);
  const inserted = sum('inserted');
  const days = parsed.needed.flatMap((window) => [window.from, window.to]).toSorted();
  return {
    key: parsed.key.key,
    ...judgeKey(ctx, parsed),
    fromDate: days[0] ?? null,
    toDate: days.at(-1) ?? null,
    windows: parsed.covered.length,
    requests: parsed.covered.reduce((total, window) => total + window.requests, 0),
    fetched: parsed.items.length + parsed.held.length,
    inserted,
    revised: sum('revised'),
    unchanged: parsed.items.length - inserted,
    rejected: parsed.rejected.length,
    held: parsed.held.length,
    payloadId: parsed.payloadId,
    error: parsed.failure,
  };
}

/** Whether the replay providers have nothing for a date of a key: its window is unrecorded, or its span ends before. */
function createRecordCheck(parsed: ParsedKey): (date: string) => boolean {
  return (date) =>
    parsed.covered.some(
      (covered) =>
        covered.window.from <= date &&
        date <= covered.window.to &&
        (covered.isUnrecorded ||
          (covered.recorded !== null && (date < covered.recorded.from || date > covered.recorded.to))),
    );
}

/** Judges every partition by what is stored and what could be fetched of the mandatory keys. */
async function judgePartitions(
  ctx: TaskContext,
  options: BronzeOptions,
  tx: Transaction,
  keys: readonly ParsedKey[],
): Promise<PartitionOutcome[]> {
  const mandatory = keys.filter(({ key }) => key.mandatory);
  const first = ctx.partitions[0] ?? FIRST_PARTITION;
  const last = ctx.partitions.at(-1) ?? first;
  const stored = await listStoredDates(
    tx,
    mandatory.map(({ key }) => key.key),
    addDays(first, -EVIDENCE_DAYS),
    last,
  );
  const counts = await countRowsByPartition(tx, options.asset, ctx.partitions);
  const evidence = mandatory.map((fetched): KeyEvidence => ({
    key: fetched.key,
    stored: stored.get(fetched.key.key) ?? new Set(),
    isUnrecorded: createRecordCheck(fetched),
    failure: fetched.failure?.message ?? null,
    failedWindows: fetched.failedWindows,
  }));
  return ctx.partitions.map((day) => judgePartition(evidence, day, counts.get(day) ?? 0));
}

/**
 * The handler of a bronze asset: ensure coverage, then, one task of the asset after the other, parse what is not
 * ingested yet, store it and judge each partition.
 */
export function createBronzeHandler(options: BronzeOptions): Handler {
  return async (ctx) => {
    const fetched = await fetchKeys(ctx, options.db, options.connector, options.isReplay);
    throwRetryable(ctx, fetched);
    return {
      async commit(tx) {
        const version = await lockIngest(tx, options.asset);
        const parsed: ParsedKey[] = [];
        for (const key of await refreshCoverage(tx, options, fetched))
          parsed.push(await parseKey(ctx, options, tx, key));
        throwRetryable(ctx, parsed);
        const items = parsed.flatMap((key) => key.items).toSorted((a, b) => a.seenAt - b.seenAt);
        const counts = await ingestRows(tx, options.asset, version, items);
        for (const key of parsed) {
          for (const covered of key.parsedWindows)
            await markIngested(tx, options.connector.provider, covered);
        }
        const keys = parsed.map((key) => toKeyOutcome(ctx, key, counts));
        await storeTaskKeys(tx, ctx.taskId, keys);
        const rejected = parsed.flatMap((key) => [...key.rejected, ...key.held]);
        await storeRejectedRows(tx, ctx.taskId, options.connector.provider, rejected);
        const rows = [...counts.values()].reduce((sum, count) => sum + count.inserted, 0);
        return { partitions: await judgePartitions(ctx, options, tx, parsed), rows, keys };
      },
    };
  };
}
