import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startReplay, type ReplayServer } from '../../../services/replay/server.ts';
import { createBronzeHandler } from '../../../services/bronze/handler.ts';
import { sgsConnector } from '../../../shared/connectors/bcb_sgs/connector.ts';
import { openDatabase, type DatabaseHandle } from '../../../shared/db/client.ts';
import { createHttpClient, type TaskHttpClient } from '../../../shared/http.ts';
import { createLogger } from '../../../shared/logger.ts';
import type { TaskContext } from '../../../shared/pipeline/handler.ts';
import { waitFor } from '../../helpers/pipeline.ts';
import { createWorld, type World } from '../../helpers/world.ts';

let world: World;
let database: DatabaseHandle;
let replay: ReplayServer;

beforeAll(async () => {
  world = await createWorld();
  replay = await startReplay({ port: 0, host: '127.0.0.1', dataFolder: 'data/replay' });
  database = openDatabase(world.databaseUrl, { name: 'test', max: 8 });
});

afterAll(async () => {
  await database.close();
  await replay.close();
  await world.close();
});

/** The replayed providers at a distance, and how many answers were awaited at once. */
function watchHttp(): { readonly http: TaskHttpClient; readonly seen: { most: number; all: number } } {
  const seen = { most: 0, all: 0 };
  let awaited = 0;
  const http = createHttpClient({
    replayUrl: replay.url,
    async acquire() {
      awaited += 1;
      seen.all += 1;
      seen.most = Math.max(seen.most, awaited);
      // Until others have come as far, however slow the machine is; then for those that should not.
      await waitFor('three at once', async () => seen.most >= 3);
      await sleep(20);
    },
    async onOutcome() {
      awaited -= 1;
    },
    log: createLogger('test', 'silent'),
    signal: new AbortController().signal,
    now: Date.now,
    maxBodyBytes: 64 << 20,
  });
  return { http, seen };
}

it('asks for several keys at once, each window once, and for none of them again in the next attempt', async () => {
  const { http, seen } = watchHttp();
  const now = Date.now();
  const ctx: TaskContext = {
    asset: 'bronze_bcb_sgs',
    taskId: randomUUID(),
    runId: randomUUID(),
    runKind: 'backfill',
    isLastAttempt: false,
    canPostpone: () => true,
    requestedAt: now,
    historyFrom: '2021-01-04',
    partitions: ['2021-01-04', '2021-01-05'],
    read: {} as TaskContext['read'],
    http,
    log: createLogger('test', 'silent'),
    signal: new AbortController().signal,
    now: () => Date.now(),
    breathe: () => Promise.resolve(),
  };
  const handler = createBronzeHandler({
    db: database.db,
    asset: 'bronze_bcb_sgs',
    connector: sgsConnector,
    isReplay: true,
  });
  await handler(ctx);
  const windows = sgsConnector.keys
    .filter(({ disabled }) => disabled === undefined)
    .flatMap((key) =>
      sgsConnector.windows(key, {
        from: '2021-01-04',
        to: '2021-01-05',
        mode: 'history',
        today: '2026-11-26',
      }),
    );
  expect(seen.all).toBe(windows.length);
  expect(seen.most).toBeGreaterThanOrEqual(3);
  expect(seen.most).toBeLessThanOrEqual(4);
  await handler({ ...ctx, taskId: randomUUID() });
  expect(seen.all).toBe(windows.length);
});
