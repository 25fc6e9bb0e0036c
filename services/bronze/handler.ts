import type { Connector } from '../../shared/connectors/connector.ts';
import type { Database } from '../../shared/db/client.ts';
import { markIngested, readPayloads, type CoveredWindow } from '../../shared/db/coverage.ts';
import { countRowsByPartition, listStoredDates } from '../../shared/db/evidence.ts';
import { ingestRows, type IngestRow } from '../../shared/db/ingest.ts';
import { storeRejectedRows, storeTaskKeys } from '../../shared/db/task-keys.ts';
import { PermanentError, describeFailure } from '../../shared/errors.ts';
import type { BronzeName } from '../../shared/pipeline/graph.ts';
import type { Handler, KeyOutcome, TaskContext } from '../../shared/pipeline/handler.ts';
import { cutoffOf, addDays } from '../../shared/time.ts';
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
  readonly rejected: readonly { readonly key: string; readonly date: string | null; readonly reason: string; readonly raw: string }[];
  readonly parsedWindows: readonly CoveredWindow[];
}

/** Days before the first partition whose values the first partitions may still wait for. */
const EVIDENCE_DAYS = 300;

/**
 * A retryable failure ends the attempt before anything is written: what was fetched is archived, and the next attempt
 * asks only for the rest. On the last attempt, and for permanent failures, the outcome is recorded per key.
 */
function throwRetryable(ctx: TaskContext, keys: readonly FetchedKey[]): void {
  if (ctx.isLastAttempt) return;
  const retryable = keys.find((key) => key.failure !== null && !(key.error instanceof PermanentError));
  if (retryable !== undefined) throw retryable.error;
}

async function parseKey(ctx: TaskContext, options: BronzeOptions, fetched: FetchedKey): Promise<ParsedKey> {
  const items: IngestRow[] = [];
  const rejected: ParsedKey['rejected'][number][] = [];
  const parsedWindows: CoveredWindow[] = [];
  let { failure, error } = fetched;
  for (const covered of fetched.covered.filter((window) => !window.isIngested)) {
    await ctx.breathe();
    const payloads = await readPayloads(options.db, covered.payloadIds);
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

/** First sight: a scheduled run stands for its cutoff, any other run for the moment of the fetch. */
function seenAtOf(ctx: TaskContext, covered: CoveredWindow): number {
  const last = ctx.partitions.at(-1);
  return ctx.runKind === 'scheduled' && last !== undefined ? cutoffOf(last) : covered.fetchedAt;
}

function toKeyOutcome(parsed: ParsedKey, inserted: ReadonlyMap<string, number>): KeyOutcome {
  // One file may bring the rows of several keys: all of them count for the key that owns the file.
  const families = new Set([parsed.key.key, ...parsed.items.map((item) => item.row.key)]);
  const hasRows = parsed.items.length > 0 || parsed.covered.some((window) => window.isIngested);
  const isUnrecorded = parsed.covered.length > 0 && parsed.covered.every((window) => window.isUnrecorded);
  const outcome =
    parsed.failure !== null ? 'failed' : isUnrecorded ? 'no_data_expected' : hasRows ? 'rows' : 'no_data_unexpected';
  return {
    key: parsed.key.key,
    outcome,
    reason: isUnrecorded ? 'not_recorded' : null,
    windows: parsed.covered.length,
    requests: parsed.covered.reduce((sum, window) => sum + window.requests, 0),
    fetched: parsed.items.length,
    inserted: [...families].reduce((sum, key) => sum + (inserted.get(key) ?? 0), 0),
    rejected: parsed.rejected.length,
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

/** The handler of a bronze asset: ensure coverage → parse what is not ingested yet → store, judge each partition. */
export function createBronzeHandler(options: BronzeOptions): Handler {
  return async (ctx) => {
    const fetched = await fetchKeys(ctx, options.db, options.connector, options.isReplay);
    throwRetryable(ctx, fetched);
    const parsed: ParsedKey[] = [];
    for (const key of fetched) parsed.push(await parseKey(ctx, options, key));
    throwRetryable(ctx, parsed);
    return {
      async commit(tx) {
        const inserted = await ingestRows(
          tx,
          options.asset,
          ctx.taskId,
          parsed.flatMap((key) => key.items),
        );
        for (const covered of parsed.flatMap((key) => key.parsedWindows)) {
          await markIngested(tx, options.connector.provider, covered);
        }
        const keys = parsed.map((key) => toKeyOutcome(key, inserted));
        await storeTaskKeys(tx, ctx.taskId, keys);
        await storeRejectedRows(tx, ctx.taskId, options.connector.provider, parsed.flatMap((key) => key.rejected));
        const first = ctx.partitions[0] ?? '';
        const last = ctx.partitions.at(-1) ?? '';
        const mandatory = parsed.filter((key) => key.key.mandatory);
        const stored = await listStoredDates(tx, mandatory.map((key) => key.key.key), addDays(first, -EVIDENCE_DAYS), last);
        const counts = await countRowsByPartition(tx, options.asset, ctx.partitions);
        const evidence = mandatory.map(
          (key): KeyEvidence => ({
            key: key.key,
            stored: stored.get(key.key.key) ?? new Set(),
            isUnrecorded: createRecordCheck(key),
            failure: key.failure?.message ?? null,
          }),
        );
        const partitions = ctx.partitions.map((day) => judgePartition(evidence, day, counts.get(day) ?? 0));
        const rows = [...inserted.values()].reduce((sum, count) => sum + count, 0);
        return { partitions, rows, keys };
      },
    };
  };
}
