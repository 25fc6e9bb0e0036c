import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createBronzeHandler } from '../../services/bronze/handler.ts';
import { startReplay, type ReplayServer } from '../../services/replay/server.ts';
import type { Connector } from '../../shared/connectors/connector.ts';
import { openDatabase, type Database } from '../../shared/db/client.ts';
import { registerSeries } from '../../shared/db/series.ts';
import { createRun } from '../../shared/db/backfills.ts';
import { createHttpClient } from '../../shared/http.ts';
import { createLogger } from '../../shared/logger.ts';
import type { BronzeName } from '../../shared/pipeline/graph.ts';
import { materialize } from '../../shared/pipeline/materialize.ts';
import { dispatchRun } from '../../shared/pipeline/runs.ts';
import { assetOf } from '../../shared/pipeline/providers.ts';
import type { Day, Instant } from '../../shared/time.ts';
import { watchNothing } from './pipeline.ts';
import { createWorld } from './world.ts';

/** A replay server and a database in which bronze tasks can be run without a queue. */
export interface BronzeWorld {
  readonly db: Database;
  readonly databaseUrl: string;
  readonly replay: ReplayServer;
  close(): Promise<void>;
}

/** One bronze task to run. */
export interface BronzeTask {
  readonly connector: Connector;
  readonly partition: Day;
  /** The clock of the task. @default the real one */
  readonly now?: () => Instant;
  readonly kind?: 'scheduled' | 'manual';
  readonly maxBodyBytes?: number;
  /** A planned run with a task of the asset. @default a new run of the partition */
  readonly runId?: string;
}

/** A dispatched task. Each attempt throws what the queue would be told. */
export interface DispatchedTask {
  readonly taskId: string;
  readonly runId: string;
  attempt(isLastAttempt: boolean): Promise<void>;
}

const RECORDINGS = join(import.meta.dirname, '..', '..', 'data', 'replay');

/** Makes a world with the registry in its database; `dataFolder` are the recordings. */
export async function createBronzeWorld(dataFolder = RECORDINGS): Promise<BronzeWorld> {
  const world = await createWorld();
  const database = openDatabase(world.databaseUrl, { name: 'test', max: 8 });
  await registerSeries(database.db);
  const replay = await startReplay({ port: 0, host: '127.0.0.1', dataFolder });
  return {
    db: database.db,
    databaseUrl: world.databaseUrl,
    replay,
    async close() {
      await replay.close();
      await database.close();
      await world.close();
    },
  };
}

/** Plans and dispatches a run of one bronze asset. */
export async function dispatchBronze(world: BronzeWorld, task: BronzeTask): Promise<DispatchedTask> {
  const { db, replay } = world;
  const { connector, partition, now = Date.now, kind = 'manual', maxBodyBytes = 64 * 1024 * 1024 } = task;
  const asset: BronzeName = assetOf(connector.provider);
  const runId = task.runId ?? (await createRun(db, kind, partition, [asset]));
  const dispatched = await db.transaction((tx) => dispatchRun(tx, runId));
  const [row] = dispatched?.tasks ?? [];
  if (row === undefined) throw new Error('nothing was dispatched');
  const job = { runId, taskId: row.taskId, dispatch: row.dispatch, asset };
  const log = createLogger('test', 'silent');
  return {
    runId,
    taskId: row.taskId,
    attempt: (isLastAttempt) =>
      materialize(
        {
          db,
          log,
          worker: randomUUID(),
          watch: watchNothing,
          now,
          handlers: { [asset]: createBronzeHandler({ db, asset, connector, isReplay: true }) },
          createHttp: (_task, taskLog, signal) =>
            createHttpClient({
              replayUrl: replay.url,
              acquire: async () => undefined,
              log: taskLog,
              signal,
              now,
              maxBodyBytes,
            }),
        },
        { job, isLastAttempt, signal: new AbortController().signal },
      ),
  };
}

/** Runs one bronze task to its end, in one attempt. */
export async function runBronze(world: BronzeWorld, task: BronzeTask): Promise<DispatchedTask> {
  const dispatched = await dispatchBronze(world, task);
  await dispatched.attempt(true);
  return dispatched;
}

/** The connector with only some of its keys. */
export function keepKeys(connector: Connector, keys: readonly string[]): Connector {
  return { ...connector, keys: connector.keys.filter(({ key }) => keys.includes(key)) };
}
