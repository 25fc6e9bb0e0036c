import type { Connector, RejectedRow } from '../../shared/connectors/connector.ts';
import { listReopened } from '../../shared/db/check-overrides.ts';
import { countHeldRows, listHeldDates } from '../../shared/db/checks.ts';
import type { Database, Transaction } from '../../shared/db/client.ts';
import {
  forgetWindow,
  isRecorded,
  listCovered,
  markIngested,
  type CoveredWindow,
} from '../../shared/db/coverage.ts';
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
import { gateRows } from './gate.ts';
import { noteMissedReads } from './missed-reads.ts';
import { explainAbsence, judgePartition, type KeyEvidence } from './outcomes.ts';
import { parseRead, stampFirstSight } from './read.ts';
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
  readonly payloadId: number | null;
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
  // A key that may wait no longer, of a host whose circuit stays open, does not hold the others back for ever.
  const postponed = keys
    .flatMap(({ error, earlierError }) => [error, earlierError])
    .find((error): error is RetryLaterError => error instanceof RetryLaterError && ctx.canPostpone(error));
  if (postponed !== undefined) throw postponed;
  if (ctx.isLastAttempt) return;
  const retryable = keys.find((key) => key.failure !== null && !(key.error instanceof PermanentError));
  if (retryable !== undefined) throw retryable.error;
  // What an earlier slice could not get for good is its own failure.
  const earlier = keys.find(
    ({ earlierError }) => earlierError !== null && !(earlierError instanceof PermanentError),
  );
  if (earlier !== undefined) throw earlier.earlierError;
}

/** Parses the windows of a key that nobody has ingested yet. Call while the ingest is locked. */
async function parseKey(
  ctx: TaskContext,
  options: BronzeOptions,
  tx: Transaction,
  fetched: FetchedKey,
): Promise<ParsedKey> {
  const { db, connector } = options;
  const { key } = fetched;
  const items: IngestRow[] = [];
  const rejected: RejectedRow[] = [];
  const parsedWindows: CoveredWindow[] = [];
  let payloadId = fetched.covered.flatMap((covered) => covered.payloadIds).at(-1) ?? null;
  const failedWindows = [...fetched.failedWindows];
  let { failure, error } = fetched;
  const own = new Set(fetched.covered.map(({ window }) => window.id));
  for (const covered of [...fetched.earlier, ...fetched.covered].filter((window) => !window.isIngested)) {
    await ctx.breathe();
    const { window, payloadIds } = covered;
    const seenAt = stampFirstSight(ctx.runKind, ctx.partitions.at(-1), covered.fetchedAt);
    try {
      const read = { key, window, payloadIds, seenAt, taskId: ctx.taskId };
      const rows = await parseRead(tx, connector, read);
      for (const item of await noteMissedReads(tx, connector.provider, read, rows.items)) items.push(item);
      rejected.push(...rows.rejected);
      ({ payloadId } = rows);
      parsedWindows.push(covered);
    } catch (cause) {
      // A statement that failed has ended the transaction: nothing more can be read in it.
      if (unwrapQueryError(cause) !== cause) throw cause;
      if (own.has(window.id)) {
        failedWindows.push(window);
        error = cause;
        failure = describeFailure(cause, !(cause instanceof PermanentError));
      }
      // The answer was no data: it stays archived, and the next attempt asks again. Outside of this transaction, which
      // that attempt will not see.
      if (cause instanceof TransientError) await forgetWindow(db, connector.provider, covered);
    }
  }
  return { ...fetched, failure, error, failedWindows, items, rejected, parsedWindows, payloadId };
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
  const windows = keys.flatMap((key) => [...key.earlier, ...key.covered].map(({ window }) => window));
  const known = await listCovered(tx, provider, [...windows, ...reopened]);
  return keys.map((key) => {
    const needed = new Set(key.covered.map(({ window }) => window.id));
    const earlier = new Set(key.earlier.map(({ window }) => window.id));
    const due = reopened.filter(
      (window) => window.key === key.key.key && !needed.has(window.id) && !earlier.has(window.id),
    );
    const refresh = (covered: CoveredWindow): CoveredWindow => ({
      ...(known.get(covered.window) ?? covered),
      requests: covered.requests,
    });
    return {
      ...key,
      earlier: key.earlier.map(refresh),
      covered: [...key.covered.map(refresh), ...due.flatMap((window) => known.get(window) ?? [])],
    };
  });
}

/** True when a window of the key is stored, from this attempt or an earlier one. */
function hasWorked({ covered, parsedWindows }: ParsedKey): boolean {
  const parsedIds = new Set(parsedWindows.map(({ window }) => window.id));
  return covered.some(({ isIngested, window }) => isIngested || parsedIds.has(window.id));
}

/** Rows of a key that are held back: by this attempt or, when it had nothing left to parse, by the ones before it. */
function countHeld({ key, held, parsedWindows }: GatedKey, heldBefore: ReadonlyMap<string, number>): number {
  return parsedWindows.length > 0 ? held.length : (heldBefore.get(key.key) ?? 0);
}

type Verdict = Pick<KeyOutcome, 'outcome' | 'reason'>;

function judgeKey(ctx: TaskContext, parsed: GatedKey, held: number): Verdict {
  const { key, covered, failure, items } = parsed;
  const own = new Set(covered.flatMap(({ payloadIds }) => payloadIds));
  const hasRows =
    items.some(({ payloadId }) => payloadId !== null && own.has(payloadId)) ||
    covered.some((window) => window.isIngested);
  if (failure !== null) return { outcome: hasWorked(parsed) ? 'partial' : 'failed', reason: null };
  if (held > 0) return { outcome: hasRows ? 'partial' : 'failed', reason: null };
  if (covered.length > 0 && covered.every((window) => window.isUnrecorded))
    return { outcome: 'no_data_expected', reason: 'not_recorded' };
  if (hasRows) return { outcome: 'rows', reason: null };
  const reason = explainAbsence(key, ctx.partitions);
  return { outcome: reason === null ? 'no_data_unexpected' : 'no_data_expected', reason };
}

/**
 * A key with the rows that are its own: one file may bring the rows of several keys. One that has no windows was asked for
 * with those of its file, whose requests count once.
 */
function pickOwnRows(parsed: GatedKey, all: readonly GatedKey[]): GatedKey {
  const { key } = parsed;
  const owner = all.find((candidate) => candidate.key.key === key.fileOf) ?? parsed;
  return {
    ...owner,
    key,
    covered: owner === parsed ? parsed.covered : owner.covered.map((window) => ({ ...window, requests: 0 })),
    earlier: owner === parsed ? parsed.earlier : [],
    items: owner.items.filter(({ row }) => row.key === key.key),
    held: owner.held.filter((row) => row.key === key.key),
    rejected: owner.rejected.filter((row) => row.key === key.key),
  };
}

function toKeyOutcome(
  ctx: TaskContext,
  parsed: GatedKey,
  counts: ReadonlyMap<string, IngestCount>,
  held: number,
): KeyOutcome {
  const { inserted, revised } = counts.get(parsed.key.key) ?? { inserted: 0, revised: 0 };
  const days = parsed.needed.flatMap((window) => [window.from, window.to]).toSorted();
  return {
    key: parsed.key.key,
    ...judgeKey(ctx, parsed, held),
    fromDate: days[0] ?? null,
    toDate: days.at(-1) ?? null,
    windows: parsed.covered.length,
    requests: [...parsed.earlier, ...parsed.covered].reduce((total, window) => total + window.requests, 0),
    fetched: parsed.items.length + parsed.held.length,
    inserted,
    revised,
    unchanged: parsed.items.length - inserted,
    rejected: parsed.rejected.length,
    held,
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
        (covered.isUnrecorded || !isRecorded(covered, date)),
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
    failedWindows: fetched.failedWindows,
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
        const items = parsed.flatMap((key) => key.items).toSorted((a, b) => a.seenAt - b.seenAt);
        const counts = await ingestRows(tx, options.asset, version, items);
        const windows = parsed.flatMap((key) => key.parsedWindows);
        await markIngested(tx, options.connector.provider, windows);
        const heldBefore = await countHeldRows(tx, ctx.taskId);
        const keys = parsed
          .map((key) => pickOwnRows(key, parsed))
          .map((key) => toKeyOutcome(ctx, key, counts, countHeld(key, heldBefore)));
        await storeTaskKeys(tx, ctx.taskId, keys);
        const rejected = parsed.flatMap((key) => [...key.rejected, ...key.held]);
        await storeRejectedRows(tx, ctx.taskId, options.connector.provider, rejected);
        const rows = [...counts.values()].reduce((sum, count) => sum + count.inserted, 0);
        return { partitions: await judgePartitions(ctx, options, tx, parsed), rows, keys };
      },
    };
  };
}
