import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { startPostgres } from '../../infra/local/postgres.ts';
import { startRedis } from '../../infra/local/redis.ts';
import { readLocalSettings } from '../../infra/local/settings.ts';
import type { SupervisionHooks } from '../../infra/local/supervisor.ts';
import { inheritEnvironment } from '../../shared/config.ts';

const SETTINGS = readLocalSettings(inheritEnvironment());
const DATA_DIR = SETTINGS.dataDir;
const TESTS_DIR = join(DATA_DIR, 'tests');

/** The servers of a test run. */
export interface TestServers {
  databaseUrl: string;
  redisUrl: string;
  /** True when the Redis is ours: 256 databases and nobody else in them. */
  redisIsPrivate: boolean;
  stop: () => Promise<void>;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Removes the files of a test run, those outside `dataDir` (see `placeServerHome`) included. */
function removeServerFiles(dataDir: string): void {
  for (const name of existsSync(dataDir) ? readdirSync(dataDir) : []) {
    if (name.endsWith('.location')) {
      rmSync(readFileSync(join(dataDir, name), 'utf8').trim(), { force: true, recursive: true });
    }
  }
  rmSync(dataDir, { force: true, recursive: true });
}

function removeLeftovers(): void {
  for (const name of existsSync(TESTS_DIR) ? readdirSync(TESTS_DIR) : []) {
    if (!isAlive(Number(name))) removeServerFiles(join(TESTS_DIR, name));
  }
}

/**
 * Starts one PostgreSQL and one Redis for a test run, or uses those of `DATABASE_URL` and `REDIS_URL`.
 *
 * @throws RedisMissingError and the other errors of `startPostgres` and `startRedis`.
 */
export async function startTestServers(): Promise<TestServers> {
  removeLeftovers();
  const dataDir = join(TESTS_DIR, String(process.pid));
  mkdirSync(dataDir, { recursive: true });
  const hooks: SupervisionHooks = {
    announce: (line) => process.stderr.write(`${line}\n`),
    giveUp: (error) => process.stderr.write(`${error.message}\n`),
  };
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(stops.map((each) => each()));
    removeServerFiles(dataDir);
  };
  try {
    let databaseUrl = SETTINGS.databaseUrl;
    if (!databaseUrl) {
      const postgres = await startPostgres({
        dataDir,
        hooks,
        logFile: join(dataDir, 'postgres.log'),
        volatile: true,
      });
      stops.push(postgres.stop);
      databaseUrl = postgres.url;
    }
    let redisUrl = SETTINGS.redisUrl;
    const redisIsPrivate = !redisUrl;
    if (!redisUrl) {
      const logFile = join(dataDir, 'redis.log');
      const redis = await startRedis({ binDir: DATA_DIR, dataDir, hooks, logFile, volatile: true });
      stops.push(redis.stop);
      redisUrl = redis.url;
    }
    return { databaseUrl, redisIsPrivate, redisUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
