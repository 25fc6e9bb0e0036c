import { and, eq, gte, inArray, isNotNull, isNull, lte, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { FetchWindow, Payload, Provider } from '../connectors/connector.ts';
import { SECOND, toIso, type Day, type Instant } from '../time.ts';
import { connectSession, type Database, type Queryable, type Transaction } from './client.ts';
import * as schema from './schema.ts';
import { coverage } from './schema.ts';

/** First and last date of a piece of recorded history. */
export interface RecordedSpan {
  readonly from: Day;
  readonly to: Day;
}

/** What is known of a window that has been fetched. */
export interface CoveredWindow {
  readonly window: FetchWindow;
  readonly fetchedAt: Instant;
  readonly payloadIds: readonly number[];
  /** The replay providers hold nothing of this window. */
  readonly isUnrecorded: boolean;
  /** The recorded dates of the key around the window, when the replay providers said so. */
  readonly recorded: readonly RecordedSpan[] | null;
  readonly isIngested: boolean;
  /** Requests that were sent now; 0 when the window was covered already. */
  readonly requests: number;
}

/** True for a date inside what is recorded; always, when the replay providers did not say what that is. */
export function isRecorded({ recorded }: Pick<CoveredWindow, 'recorded'>, date: Day): boolean {
  return recorded === null || recorded.some(({ from, to }) => from <= date && date <= to);
}

function parseSpans(text: string | null): RecordedSpan[] | null {
  const spans = (text ?? '').split(',').flatMap((span): RecordedSpan[] => {
    const [from, to] = span.split('/');
    return from === undefined || to === undefined ? [] : [{ from, to }];
  });
  return spans.length === 0 ? null : spans;
}

/** What a window came to: the answers the connector gave back, and the numbers they have in the archive. */
export interface WindowAnswer {
  readonly payloads: readonly Payload[];
  readonly payloadIds: readonly number[];
  readonly requests: number;
}

export interface WindowFetch {
  readonly provider: Provider;
  readonly window: FetchWindow;
  readonly taskId: string;
  /** A window fetched at or after this moment needs no fetching. */
  readonly notBefore: Instant;
  /** Replay headers count only when the providers are replayed. */
  readonly isReplay: boolean;
  /** Our own clock: a provider's may lag, and a window that looks older than its request would be fetched again. */
  readonly now: () => Instant;
  /** Asks the provider; whatever it answers is archived through the given connection, each answer at once. */
  readonly fetch: (connection: Database) => Promise<WindowAnswer>;
}

/** Longer than any request and any wait for the budget may take. */
const SILENCE_MS = 180 * SECOND;

/**
 * Works on a connection of its own under a lock per provider, key and window. The lock belongs to the session and not to
 * a transaction: what the work writes is committed statement by statement. The server ends a session that was silent for
 * three minutes, so that the lock does not outlive a paused process.
 */
async function withWindowLock<Result>(
  db: Database,
  name: string,
  work: (connection: Database) => Promise<Result>,
): Promise<Result> {
  const client = await connectSession(db);
  const connection = drizzle(client, { schema });
  let isClean = false;
  try {
    await client.query(`set idle_session_timeout = ${SILENCE_MS}`);
    await client.query('select pg_advisory_lock(hashtext($1))', [name]);
    try {
      return await work(connection);
    } finally {
      await client.query('select pg_advisory_unlock(hashtext($1))', [name]);
      await client.query('reset idle_session_timeout');
      isClean = true;
    }
  } finally {
    // A connection that may still hold the lock is ended, and the lock with it.
    client.release(!isClean);
  }
}

/**
 * Fetches a window unless it is covered, and commits its coverage at once: append-only, and under a lock per provider,
 * key and window, so that parallel slices fetch it once. A window whose answers are the archived ones of the last time
 * stays ingested.
 */
export async function ensureWindow(db: Database, request: WindowFetch): Promise<CoveredWindow> {
  const { provider, window } = request;
  return withWindowLock(db, `${provider}:${window.key}:${window.id}`, async (connection) => {
    const known = await findCoverage(connection, provider, window);
    if (known !== null && known.fetchedAt >= request.notBefore) return known;
    const answer = await request.fetch(connection);
    const replay = request.isReplay ? answer.payloads.map((payload) => payload.replay) : [];
    const row = {
      provider,
      key: window.key,
      windowId: window.id,
      fromDate: window.from,
      toDate: window.to,
      fetchedAt: new Date(request.now()),
      payloadIds: [...answer.payloadIds],
      replayOutcome: replay.find((headers) => headers?.outcome !== undefined)?.outcome ?? null,
      replayRecorded: replay.find((headers) => headers?.recorded !== undefined)?.recorded ?? null,
      ingestedAt: null,
      requests: answer.requests,
      taskId: request.taskId,
    };
    const isSame = sql`coverage.payload_ids = excluded.payload_ids and coverage.from_date <= excluded.from_date`;
    const [stored] = await connection
      .insert(coverage)
      .values(row)
      .onConflictDoUpdate({
        target: [coverage.provider, coverage.key, coverage.windowId],
        set: { ...row, ingestedAt: sql`case when ${isSame} then coverage.ingested_at end` },
      })
      .returning();
    if (stored === undefined) throw new Error('A window was not written');
    return { ...toCovered(window, stored), requests: answer.requests };
  });
}

/** Forgets a window whose answers turned out to be no data at all, so that the next attempt asks again. */
export async function forgetWindow(db: Queryable, provider: Provider, covered: CoveredWindow): Promise<void> {
  await db.delete(coverage).where(isRead(provider, covered));
}

function toCovered(window: FetchWindow, row: typeof coverage.$inferSelect): CoveredWindow {
  return {
    window,
    fetchedAt: row.fetchedAt.getTime(),
    payloadIds: row.payloadIds,
    isUnrecorded: row.replayOutcome === 'not-recorded',
    recorded: parseSpans(row.replayRecorded),
    isIngested: row.ingestedAt !== null,
    requests: 0,
  };
}

async function findCoverage(
  db: Queryable,
  provider: Provider,
  window: FetchWindow,
): Promise<CoveredWindow | null> {
  const [row] = await db
    .select()
    .from(coverage)
    .where(
      and(eq(coverage.provider, provider), eq(coverage.key, window.key), eq(coverage.windowId, window.id)),
    );
  return row === undefined ? null : toCovered(window, row);
}

/** What is known of each of the windows that have ever been fetched. */
export async function listCovered(
  db: Queryable,
  provider: Provider,
  windows: readonly FetchWindow[],
): Promise<ReadonlyMap<FetchWindow, CoveredWindow>> {
  const keys = [...new Set(windows.map((window) => window.key))];
  if (keys.length === 0) return new Map();
  const rows = await db
    .select()
    .from(coverage)
    .where(and(eq(coverage.provider, provider), inArray(coverage.key, keys)));
  const byId = new Map(rows.map((row) => [`${row.key} ${row.windowId}`, row]));
  return new Map(
    windows.flatMap((window) => {
      const row = byId.get(`${window.key} ${window.id}`);
      return row === undefined ? [] : [[window, toCovered(window, row)] as const];
    }),
  );
}

function isRead(provider: Provider, covered: CoveredWindow) {
  return and(
    eq(coverage.provider, provider),
    eq(coverage.key, covered.window.key),
    eq(coverage.windowId, covered.window.id),
    eq(coverage.fetchedAt, new Date(covered.fetchedAt)),
  );
}

/** A read of a window whose rows are stored. */
export interface PastRead {
  readonly from: Day;
  readonly to: Day;
  readonly readAt: Instant;
}

/** Ingested reads of a key that overlap a window, without those for which the replay providers have no recordings. */
export async function listPastReads(
  db: Queryable,
  provider: Provider,
  window: FetchWindow,
): Promise<PastRead[]> {
  const rows = await db
    .select({ from: coverage.fromDate, to: coverage.toDate, readAt: coverage.fetchedAt })
    .from(coverage)
    .where(
      and(
        eq(coverage.provider, provider),
        eq(coverage.key, window.key),
        lte(coverage.fromDate, window.to),
        gte(coverage.toDate, window.from),
        isNotNull(coverage.ingestedAt),
        isNull(coverage.replayOutcome),
      ),
    );
  return rows.map((row) => ({ ...row, readAt: row.readAt.getTime() }));
}

/**
 * Notes that the rows of some windows are stored, all at one moment: they are one ingest. Call in the transaction that
 * stores them, while the ingest is locked.
 */
export async function markIngested(
  tx: Transaction,
  provider: Provider,
  windows: readonly CoveredWindow[],
): Promise<void> {
  const keys = windows.map(({ window }) => window.key);
  const ids = windows.map(({ window }) => window.id);
  const moments = windows.map(({ fetchedAt }) => toIso(fetchedAt));
  await tx.execute(sql`
    update coverage set ingested_at = statement_timestamp()
    from unnest(${sql.param(keys)}::text[], ${sql.param(ids)}::text[], ${sql.param(moments)}::timestamptz[])
      as read (key, window_id, fetched_at)
    where coverage.provider = ${provider} and coverage.key = read.key and coverage.window_id = read.window_id
      and coverage.fetched_at = read.fetched_at`);
}
