import type { Connector, RejectedRow } from '../../shared/connectors/connector.ts';
import { listReopened } from '../../shared/db/check-overrides.ts';
import { countHeldRows, listHeldDates } from '../../shared/db/checks.ts';
import type { Database, Transaction } from '../../shared/db/client.ts';
import { listCovered, markIngested, readPayloads, type CoveredWindow } from '../../shared/db/coverage.ts';
import { countRowsByPartition, listStoredDates } from '../../shared/db/evidence.ts';
import { ingestRows, lockIngest, type IngestRow } from '../../shared/db/ingest.ts';
import { storeRejectedRows, storeTaskKeys, type HeldRow } from '../../shared/db/task-keys.ts';
import { describeFailure, PermanentError, RetryLaterError } from '../../shared/errors.ts';
import type { BronzeName } from '../../shared/pipeline/graph.ts';
import type { Handler, KeyOutcome, PartitionOutcome, TaskContext } from '../../shared/pipeline/handler.ts';
import { addDays, cutoffOf, FIRST_PARTITION } from '../../shared/time.ts';
import { gateRows } from './gate.ts';
import { judgePartition, type KeyEvidence } from './outcomes.ts';
import { fetchKeys, type FetchedKey } from './windows.ts';

export interface BronzeOptions {
  readonly db: Database;
  readonly asset: BronzeName;
  readonly connector: Connector;
  /** True when PROVIDERS=replay: only then do the replay headers mean anything. */
  readonly isReplay: boolean;
}

/** A key after fetch and parse. */
interface ParsedKey extends FetchedKey {
  readonly items: readonly IngestRow[];
  readonly rejected: readonly RejectedRow[];
  readonly parsedWindows: readonly CoveredWindow[];
}

/** A key whose rows have been checked: the ones that are held back are no items any more. */
interface GatedKey extends ParsedKey {
  readonly held: readonly HeldRow[];
}

/** Days before the first partition whose values the first partitions may still wait for. */
const EVIDENCE_DAYS = 300;

/**
 * A retryable failure ends the attempt before any row is written: what was fetched is archived, and the next attempt
 * asks only for the rest. On the last attempt, and for permanent failures, the outcome is recorded per key.
 */
function throwRetryable(ctx: TaskContext, keys: readonly FetchedKey[]): void {
  const postponed = keys.find((key) => key.error instanceof RetryLaterError);
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
  const items: IngestRow[] = [];
  const rejected: RejectedRow[] = [];
  const parsedWindows: CoveredWindow[] = [];
  let { failure, error } = fetched;
  for (const covered of fetched.covered.filter((window) => !window.isIngested)) {
    await ctx.breathe();
    const payloads = await readPayloads(tx, covered.payloadIds);
    try {
      const result = options.connector.parse(fetched.key, covered.window, payloads);
      const seenAt = seenAtOf(ctx, covered);
      const payloadId = payloads.at(-1)?.id ?? null;
      items.push(...result.rows.map((row) => ({ row, payloadId, seenAt })));
      rejected.push(...result.rejected);
      parsedWindows.push(covered);
    } catch (cause) {
      error = cause;
      failure = describeFailure(cause, !(cause instanceof PermanentError));
    }
  }
  return { ...fetched, failure, error, items, rejected, parsedWindows };
}

/**
 * Reads again, while the ingest is locked, which windows another slice has ingested meanwhile, and adds those that an
 * override has opened again.
 */
async function refreshCoverage(
  tx: Transaction,
  options: BronzeOptions,
  keys: readonly FetchedKey[],
): Promise<FetchedKey[]> {
  const { provider } = options.connector;
  const reopened = await listReopened(
    tx,
    provider,
    options.connector.keys.map(({ key }) => key),
  );
  const windows = keys.flatMap((key) => key.covered.map((covered) => covered.window));
  const known = await listCovered(tx, provider, [...windows, ...reopened]);
  return keys.map((key) => {
    const needed = new Set(key.covered.map(({ window }) => window.id));
    const due = reopened.filter((window) => window.key === key.key.key && !needed.has(window.id));
    return {
      ...key,
      covered: [
        ...key.covered.map((covered) => ({
          ...(known.get(covered.window) ?? covered),
          requests: covered.requests,
        })),
        ...due.flatMap((window) => known.get(window) ?? []),
      ],
    };
  });
}

/** First sight: a scheduled run stands for its cutoff, any other run for the moment of the fetch. */
function seenAtOf(ctx: TaskContext, covered: CoveredWindow): number {
  const last = ctx.partitions.at(-1);
  return ctx.runKind === 'scheduled' && last !== undefined ? cutoffOf(last) : covered.fetchedAt;
}

/** Rows of a key that are held back: by this attempt or, when it had nothing left to parse, by the ones before it. */
function countHeld({ key, held, parsedWindows }: GatedKey, heldBefore: ReadonlyMap<string, number>): number {
  return parsedWindows.length > 0 ? held.length : (heldBefore.get(key.key) ?? 0);
}

function toKeyOutcome(parsed: GatedKey, inserted: ReadonlyMap<string, number>, held: number): KeyOutcome {
  // One file may bring the rows of several keys: all of them count for the key that owns the file.
  const families = new Set([parsed.key.key, ...parsed.items.map((item) => item.row.key)]);
  const hasRows = parsed.items.length > 0 || parsed.covered.some((window) => window.isIngested);
  const isUnrecorded = parsed.covered.length > 0 && parsed.covered.every((window) => window.isUnrecorded);
  const outcome =
    parsed.failure !== null
      ? 'failed'
      : isUnrecorded
        ? 'no_data_expected'
        : held > 0
          ? 'partial'
          : hasRows
            ? 'rows'
            : 'no_data_unexpected';
  return {
    key: parsed.key.key,
    outcome,
    reason: isUnrecorded ? 'not_recorded' : null,
    windows: parsed.covered.length,
    requests: parsed.covered.reduce((sum, window) => sum + window.requests, 0),
    fetched: parsed.items.length + parsed.held.length,
    inserted: [...families].reduce((sum, key) => sum + (inserted.get(key) ?? 0), 0),
    rejected: parsed.rejected.length,
    held,
    error: parsed.failure,
  };
}

/** Whether the replay providers have nothing for a date of a key: its window is unrecorded, or its span ends before. */
function createRecordCheck(parsed: FetchedKey): (date: string) => boolean {
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
  keys: readonly FetchedKey[],
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
  const held = await listHeldDates(
    tx,
    mandatory.map(({ key }) => key.key),
    addDays(first, -EVIDENCE_DAYS),
    last,
  );
  const evidence = mandatory.map((fetched): KeyEvidence => ({
    key: fetched.key,
    stored: stored.get(fetched.key.key) ?? new Set(),
    isUnrecorded: createRecordCheck(fetched),
    failure: fetched.failure?.message ?? null,
    held: held.get(fetched.key.key) ?? new Map(),
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
        const read: ParsedKey[] = [];
        for (const key of await refreshCoverage(tx, options, fetched))
          read.push(await parseKey(ctx, options, tx, key));
        throwRetryable(ctx, read);
        const parsed = await gateRows(
          tx,
          { ...options, taskId: ctx.taskId, breathe: () => ctx.breathe() },
          read,
        );
        const items = parsed.flatMap((key) => key.items);
        const inserted = await ingestRows(tx, options.asset, version, ctx.taskId, items);
        for (const key of parsed) {
          for (const covered of key.parsedWindows)
            await markIngested(tx, options.connector.provider, covered);
        }
        const heldBefore = await countHeldRows(tx, ctx.taskId);
        const keys = parsed.map((key) => toKeyOutcome(key, inserted, countHeld(key, heldBefore)));
        await storeTaskKeys(tx, ctx.taskId, keys);
        const rejected = parsed.flatMap((key) => [...key.rejected, ...key.held]);
        await storeRejectedRows(tx, ctx.taskId, options.connector.provider, rejected);
        const rows = [...inserted.values()].reduce((sum, count) => sum + count, 0);
        return { partitions: await judgePartitions(ctx, options, tx, parsed), rows, keys };
      },
    };
  };
}
