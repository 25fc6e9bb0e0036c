import pLimit from 'p-limit';
import type {
  Connector,
  FetchWindow,
  KeyDefinition,
  WindowRequest,
} from '../../shared/connectors/connector.ts';
import { LOOK_BACK_DAYS } from '../../shared/connectors/look-back.ts';
import { ensureWindow, listCovered, type CoveredWindow } from '../../shared/db/coverage.ts';
import type { Database } from '../../shared/db/client.ts';
import { readLastVintages } from '../../shared/db/last-vintages.ts';
import { describeFailure, RetryLaterError, type StoredFailure } from '../../shared/errors.ts';
import type { TaskContext } from '../../shared/pipeline/handler.ts';
import { addDays, dayInZone, SAO_PAULO, type Day } from '../../shared/time.ts';
import { openWindowClient } from './window-client.ts';

/** Windows of one provider that are fetched at the same time; the request budget bounds their rate. */
const CONCURRENT_WINDOWS = 4;

/** What came of fetching one key. */
export interface FetchedKey {
  readonly key: KeyDefinition;
  /** Windows that the task needs. */
  readonly needed: readonly FetchWindow[];
  /** Those of them that are covered now. */
  readonly covered: readonly CoveredWindow[];
  /** Those of them that could not be fetched, and why the first of them could not. */
  readonly failedWindows: readonly FetchWindow[];
  readonly failure: StoredFailure | null;
  readonly error: unknown;
  /** Windows of earlier slices of the same backfill that are covered now: those slices answer for them. */
  readonly earlier: readonly CoveredWindow[];
  /** Why the first of those could not be fetched; null when all could. */
  readonly earlierError: unknown;
}

interface NeededWindow {
  readonly window: FetchWindow;
  /** A fetch at or after this moment is good enough. */
  readonly notBefore: number;
}

function createRequest(ctx: TaskContext, lastVintage: Day | undefined) {
  const from = ctx.partitions[0];
  const to = ctx.partitions.at(-1);
  if (from === undefined || to === undefined) return null;
  const today = dayInZone(ctx.now(), SAO_PAULO);
  return { from, to, today, lastVintage };
}

/**
 * Windows that a task needs of a key. A backfill fetches history once since it was requested. A daily run takes any
 * history it finds, and reads the look-back of its provider again.
 */
function listNeeded(
  ctx: TaskContext,
  connector: Connector,
  key: KeyDefinition,
  lastVintage: Day | undefined,
): NeededWindow[] {
  const base = createRequest(ctx, lastVintage);
  if (base === null) return [];
  const request = (mode: WindowRequest['mode']): WindowRequest => ({ ...base, mode });
  const history = connector.windows(key, request('history'));
  if (ctx.runKind === 'backfill') return history.map((window) => ({ window, notBefore: ctx.requestedAt }));
  const needed = [
    ...history.map((window) => ({ window, notBefore: 0 })),
    ...connector.windows(key, request('recent')).map((window) => ({ window, notBefore: ctx.requestedAt })),
  ];
  // A window that both ask for is one window, which has to be as new as the look-back wants it.
  return [...new Map(needed.map((item) => [item.window.id, item])).values()];
}

/**
 * Windows of the backfill before this slice that its models look back on. Slices run side by side and in either order:
 * without them, what a report says would depend on which other slice was faster. A fetch of any time will do, so that
 * none is made twice.
 */
function listEarlier(
  ctx: TaskContext,
  connector: Connector,
  key: KeyDefinition,
  own: readonly NeededWindow[],
): NeededWindow[] {
  const base = createRequest(ctx, undefined);
  if (base === null || ctx.historyFrom >= base.from) return [];
  const furthest = addDays(base.from, -LOOK_BACK_DAYS);
  const from = ctx.historyFrom < furthest ? furthest : ctx.historyFrom;
  const known = new Set(own.map(({ window }) => window.id));
  return connector
    .windows(key, { ...base, from, mode: 'history' })
    .filter(({ id }) => !known.has(id))
    .map((window) => ({ window, notBefore: 0 }));
}

/**
 * Makes sure that every window of every enabled key is covered. A key that fails does not stop the others; what was
 * fetched stays archived, so a retry asks only for the rest.
 */
export async function fetchKeys(
  ctx: TaskContext,
  db: Database,
  connector: Connector,
  isReplay: boolean,
): Promise<FetchedKey[]> {
  const keys = connector.keys.filter((key) => key.disabled === undefined);
  const vintaged = keys.filter(({ vintageMode }) => vintageMode === 'alfred').map(({ key }) => key);
  const lastVintages = await readLastVintages(db, vintaged);
  const needs = keys.map((key) => {
    const needed = listNeeded(ctx, connector, key, lastVintages.get(key.key));
    return { key, needed, before: listEarlier(ctx, connector, key, needed) };
  });
  const known = await listCovered(
    db,
    connector.provider,
    needs.flatMap(({ needed, before }) => [...before, ...needed].map(({ window }) => window)),
  );
  const limit = pLimit(CONCURRENT_WINDOWS);
  const coverWindow = async (
    key: KeyDefinition,
    { window, notBefore }: NeededWindow,
  ): Promise<CoveredWindow> => {
    const covered = known.get(window);
    if (covered !== undefined && covered.fetchedAt >= notBefore) return covered;
    return limit(async () => {
      ctx.signal.throwIfAborted();
      const { provider } = connector;
      const place = { provider, key: window.key, windowId: window.id, taskId: ctx.taskId };
      return ensureWindow(db, {
        provider,
        window,
        taskId: ctx.taskId,
        notBefore,
        isReplay,
        now: ctx.now,
        async fetch(connection) {
          const client = openWindowClient(connection, ctx.http, place);
          const payloads = await connector.fetch(key, window, client.http);
          return { payloads, payloadIds: payloads.map(client.idOf), requests: client.count() };
        },
      });
    });
  };
  const coverKey = async ({ key, needed, before }: (typeof needs)[number]): Promise<FetchedKey> => {
    const settle = (items: readonly NeededWindow[]) =>
      Promise.allSettled(items.map((item) => coverWindow(key, item)));
    const [earlierResults, results] = await Promise.all([settle(before), settle(needed)]);
    const windows = needed.map(({ window }) => window);
    const covered = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const earlier = earlierResults.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const earlierError: unknown =
      earlierResults.find((result) => result.status === 'rejected')?.reason ?? null;
    const failedWindows = windows.filter((_, index) => results[index]?.status === 'rejected');
    const fetched = { key, needed: windows, covered, failedWindows, earlier, earlierError };
    const rejected = results.find((result) => result.status === 'rejected');
    if (rejected === undefined) return { ...fetched, failure: null, error: null };
    const error: unknown = rejected.reason;
    return { ...fetched, failure: describeFailure(error, !(error instanceof RetryLaterError)), error };
  };
  return Promise.all(needs.map(coverKey));
}
