import pLimit from 'p-limit';
import type {
  Connector,
  FetchWindow,
  KeyDefinition,
  WindowRequest,
} from '../../shared/connectors/connector.ts';
import { ensureWindow, listCovered, type CoveredWindow } from '../../shared/db/coverage.ts';
import type { Database } from '../../shared/db/client.ts';
import { readLastVintages } from '../../shared/db/last-vintages.ts';
import { describeFailure, RetryLaterError, type StoredFailure } from '../../shared/errors.ts';
import type { HttpClient } from '../../shared/http.ts';
import type { TaskContext } from '../../shared/pipeline/handler.ts';
import { dayInZone, SAO_PAULO, type Day } from '../../shared/time.ts';

/** Windows of one provider that are fetched at the same time; the request budget bounds their rate. */
const CONCURRENT_WINDOWS = 4;

/** What came of fetching one key. */
export interface FetchedKey {
  readonly key: KeyDefinition;
  readonly covered: readonly CoveredWindow[];
  readonly failure: StoredFailure | null;
  readonly error: unknown;
}

/** A client that counts what passes through it. */
function countRequests(http: HttpClient): { readonly http: HttpClient; count(): number } {
  let requests = 0;
  return {
    http: {
      get(request) {
        requests += 1;
        return http.get(request);
      },
      fetch(input, init) {
        requests += 1;
        return http.fetch(input, init);
      },
    },
    count: () => requests,
  };
}

interface NeededWindow {
  readonly window: FetchWindow;
  /** A fetch at or after this moment is good enough. */
  readonly notBefore: number;
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
  const from = ctx.partitions[0];
  const to = ctx.partitions.at(-1);
  if (from === undefined || to === undefined) return [];
  const request = (mode: WindowRequest['mode']): WindowRequest => ({
    from,
    to,
    mode,
    today: dayInZone(ctx.now(), SAO_PAULO),
    lastVintage,
  });
  const history = connector.windows(key, request('history'));
  if (ctx.runKind === 'backfill') return history.map((window) => ({ window, notBefore: ctx.requestedAt }));
  return [
    ...history.map((window) => ({ window, notBefore: 0 })),
    ...connector.windows(key, request('recent')).map((window) => ({ window, notBefore: ctx.requestedAt })),
  ];
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
  const needs = keys.map((key) => ({
    key,
    needed: listNeeded(ctx, connector, key, lastVintages.get(key.key)),
  }));
  const known = await listCovered(
    db,
    connector.provider,
    needs.flatMap(({ needed }) => needed.map(({ window }) => window)),
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
      const counted = countRequests(ctx.http);
      return ensureWindow(db, {
        provider: connector.provider,
        window,
        taskId: ctx.taskId,
        notBefore,
        isReplay,
        now: ctx.now,
        fetch: async () => {
          const payloads = await connector.fetch(key, window, counted.http);
          return { payloads, requests: counted.count() };
        },
      });
    });
  };
  const coverKey = async ({ key, needed }: (typeof needs)[number]): Promise<FetchedKey> => {
    const results = await Promise.allSettled(needed.map((item) => coverWindow(key, item)));
    const covered = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const rejected = results.find((result) => result.status === 'rejected');
    if (rejected === undefined) return { key, covered, failure: null, error: null };
    const error: unknown = rejected.reason;
    return { key, covered, failure: describeFailure(error, !(error instanceof RetryLaterError)), error };
  };
  return Promise.all(needs.map(coverKey));
}
