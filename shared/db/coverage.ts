import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { FetchWindow, Payload, Provider } from '../connectors/connector.ts';
import type { Day, Instant } from '../time.ts';
import type { Database, Queryable, Transaction } from './client.ts';
import { coverage, payloadBodies, payloads } from './schema.ts';

/** What is known of a window that has been fetched. */
export interface CoveredWindow {
  readonly window: FetchWindow;
  readonly fetchedAt: Instant;
  readonly payloadIds: readonly number[];
  /** The replay providers hold nothing of this window. */
  readonly isUnrecorded: boolean;
  /** First and last recorded date of the key, when the replay providers said so. */
  readonly recorded: { readonly from: Day; readonly to: Day } | null;
  readonly isIngested: boolean;
  /** Requests that were sent now; 0 when the window was covered already. */
  readonly requests: number;
}

/** An archived answer with the number of its row. */
export interface ArchivedPayload extends Payload {
  readonly id: number;
}

function parseSpan(text: string | null): { from: Day; to: Day } | null {
  const [from, to] = text?.split('/') ?? [];
  return from === undefined || to === undefined ? null : { from, to };
}

async function archivePayload(
  tx: Transaction,
  provider: Provider,
  window: FetchWindow,
  payload: Payload,
  taskId: string,
): Promise<number> {
  const sha256 = createHash('sha256').update(payload.body).digest('hex');
  await tx
    .insert(payloadBodies)
    .values({ sha256, bodyGzip: gzipSync(payload.body) })
    .onConflictDoNothing();
  const [row] = await tx
    .insert(payloads)
    .values({
      provider,
      key: window.key,
      windowId: window.id,
      part: payload.part,
      url: payload.url,
      status: payload.status,
      contentType: payload.contentType,
      sha256,
      bytes: payload.body.length,
      replayOutcome: payload.replay?.outcome ?? null,
      replayRecorded: payload.replay?.recorded ?? null,
      replayMarked: payload.replay?.marked ?? null,
      fetchedAt: new Date(payload.fetchedAt),
      taskId,
    })
    .returning({ id: payloads.id });
  if (row === undefined) throw new Error('A payload was not written');
  return row.id;
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
  readonly fetch: () => Promise<{ readonly payloads: readonly Payload[]; readonly requests: number }>;
}

/**
 * Fetches a window unless it is covered, and commits its payloads and coverage at once: append-only, and under a lock
 * per provider, key and window, so that parallel slices fetch it once.
 */
export async function ensureWindow(db: Database, request: WindowFetch): Promise<CoveredWindow> {
  const { provider, window } = request;
  return db.transaction(async (tx) => {
    // Longer than any request may take; the default of the pool is meant for transactions that do not fetch.
    await tx.execute(sql`set local idle_in_transaction_session_timeout = '180s'`);
    await tx.execute(
      sql`select pg_advisory_xact_lock(hashtext(${`${provider}:${window.key}:${window.id}`}))`,
    );
    const known = await findCoverage(tx, provider, window);
    if (known !== null && known.fetchedAt >= request.notBefore) return known;
    const answer = await request.fetch();
    const ids: number[] = [];
    for (const payload of answer.payloads)
      ids.push(await archivePayload(tx, provider, window, payload, request.taskId));
    const fetchedAt = request.now();
    const replay = request.isReplay ? answer.payloads.map((payload) => payload.replay) : [];
    const row = {
      provider,
      key: window.key,
      windowId: window.id,
      fromDate: window.from,
      toDate: window.to,
      fetchedAt: new Date(fetchedAt),
      payloadIds: ids,
      replayOutcome: replay.find((headers) => headers?.outcome !== undefined)?.outcome ?? null,
      replayRecorded: replay.find((headers) => headers?.recorded !== undefined)?.recorded ?? null,
      ingestedAt: null,
      requests: answer.requests,
      taskId: request.taskId,
    };
    await tx
      .insert(coverage)
      .values(row)
      .onConflictDoUpdate({ target: [coverage.provider, coverage.key, coverage.windowId], set: row });
    await tx.execute(
      sql`update tasks set requests = requests + ${answer.requests} where id = ${request.taskId}`,
    );
    return {
      window,
      fetchedAt,
      payloadIds: ids,
      isUnrecorded: row.replayOutcome === 'not-recorded',
      recorded: parseSpan(row.replayRecorded),
      isIngested: false,
      requests: answer.requests,
    };
  });
}

function toCovered(window: FetchWindow, row: typeof coverage.$inferSelect): CoveredWindow {
  return {
    window,
    fetchedAt: row.fetchedAt.getTime(),
    payloadIds: row.payloadIds,
    isUnrecorded: row.replayOutcome === 'not-recorded',
    recorded: parseSpan(row.replayRecorded),
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

/** The archived answers of a window, in the order in which they came. */
export async function readPayloads(db: Queryable, ids: readonly number[]): Promise<ArchivedPayload[]> {
  const rows = await db
    .select()
    .from(payloads)
    .innerJoin(payloadBodies, eq(payloads.sha256, payloadBodies.sha256))
    .where(inArray(payloads.id, [...ids]))
    .orderBy(payloads.id);
  return rows.map(({ payloads: row, payload_bodies: { bodyGzip } }) => ({
    id: row.id,
    part: row.part,
    url: row.url,
    status: row.status,
    contentType: row.contentType,
    body: new Uint8Array(gunzipSync(bodyGzip)),
    fetchedAt: row.fetchedAt.getTime(),
    replay: {
      outcome: row.replayOutcome ?? undefined,
      recorded: row.replayRecorded ?? undefined,
      marked: row.replayMarked ?? undefined,
    },
  }));
}

/** Notes that the rows of a window are stored. Call in the transaction that stores them. */
export async function markIngested(
  tx: Transaction,
  provider: Provider,
  covered: CoveredWindow,
): Promise<void> {
  await tx
    .update(coverage)
    .set({ ingestedAt: sql`clock_timestamp()` })
    .where(
      and(
        eq(coverage.provider, provider),
        eq(coverage.key, covered.window.key),
        eq(coverage.windowId, covered.window.id),
        eq(coverage.fetchedAt, new Date(covered.fetchedAt)),
      ),
    );
}
