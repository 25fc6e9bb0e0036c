import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Redis } from 'ioredis';

import { askRedis, connectRedis } from '../../shared/health.ts';
import { connectForCommands } from '../../shared/queues/connection.ts';
import { hashSecret } from '../../shared/secret.ts';
import { findFreePort } from './free-port.ts';
import type { LocalServer } from './postgres.ts';
import { findRedisBinary, type RedisRung } from './redis-binary.ts';
import { placeServerHome } from './server-home.ts';
import { PROJECT_DIR } from './settings.ts';
import { type ProcessGaveUpError, superviseProcess, type SupervisionHooks } from './supervisor.ts';

const SECOND = 1_000;

/** What a private Redis needs. */
export interface RedisOptions {
  /** Its files go to `<dataDir>/redis`, or to the place named in `<dataDir>/redis.location`. */
  dataDir: string;
  /** Where an unpacked program is kept, in `<binDir>/redis-bin`. Defaults to `dataDir`. */
  binDir?: string;
  /** Port on 127.0.0.1. Defaults to a free one. */
  port?: number;
  logFile: string;
  /** Keeps nothing on disk and has 256 databases, for tests. Defaults to false. */
  volatile?: boolean;
  /** Only the users of `infra/redis/users.conf` may log in, bound to keys with this prefix. Unset: one user who may do all. */
  prefix?: string;
  hooks: SupervisionHooks;
}

/** The user of the services in `infra/redis/users.conf`. */
const SERVICE_USER = 'macro';

/** The users of `infra/redis/users.conf`, for the password of the services and the prefix of their keys. */
export function renderUsers(password: string, prefix: string): string {
  return readFileSync(join(PROJECT_DIR, 'infra/redis/users.conf'), 'utf8')
    .replaceAll('PASSWORD_SHA256', hashSecret(password))
    .replaceAll('~PREFIX:', `~${prefix}:`);
}

function readPassword(file: string): string {
  if (!existsSync(file)) writeFileSync(file, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

function formatConfig(settings: Record<string, string>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} ${value}\n`)
    .join('');
}

/** Runs one command on a connection of its own; `undefined` when the server does not answer. */
async function askOnce<Answer>(
  url: string,
  ask: (client: Redis) => Promise<Answer>,
): Promise<Answer | undefined> {
  const client = new Redis(url, { connectTimeout: 2 * SECOND, lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await ask(client);
  } catch {
    return undefined;
  } finally {
    client.disconnect();
  }
}

/**
 * The highest memory use since its start, in bytes (`used_memory_peak`), of the server that holds the keys of a prefix;
 * `undefined` when it does not answer.
 */
export async function readRedisPeak(url: string, prefix: string): Promise<number | undefined> {
  const redis = connectForCommands(url);
  try {
    await connectRedis(redis);
    const info = await askRedis(redis, { prefix, section: 'memory' });
    const bytes = /^used_memory_peak:(\d+)/m.exec(info)?.[1];
    return bytes === undefined ? undefined : Number(bytes);
  } catch {
    return undefined;
  } finally {
    redis.disconnect();
  }
}

/**
 * Starts a private Redis (or Valkey) on 127.0.0.1 with a random password and waits until it answers: append-only file synced
 * every second, `noeviction`. Data of an earlier start is used again. A crashed server is started again on the same port.
 *
 * @throws RedisMissingError if there is no program; ProcessGaveUpError if it keeps ending; Error if it stays silent for 60 s.
 */
export async function startRedis(options: RedisOptions): Promise<LocalServer & { rung: RedisRung }> {
  const home = placeServerHome(options.dataDir, 'redis');
  const binary = findRedisBinary(options.binDir ?? options.dataDir, options.hooks.announce);
  const password = readPassword(join(home.dir, 'password'));
  const port = options.port ?? (await findFreePort());
  const configFile = join(home.dir, 'redis.conf');
  const data = join(home.dir, 'data');
  mkdirSync(data, { recursive: true });
  writeFileSync(
    configFile,
    formatConfig({
      appendfsync: 'everysec',
      appendonly: options.volatile ? 'no' : 'yes',
      bind: '127.0.0.1',
      daemonize: 'no',
      databases: options.volatile ? '256' : '16',
      dir: `"${data}"`,
      'maxmemory-policy': 'noeviction',
      port: String(port),
      'protected-mode': 'yes',
      save: '""',
    }) + (options.prefix === undefined ? `requirepass ${password}\n` : renderUsers(password, options.prefix)),
    { mode: 0o600 },
  );
  if (home.uid !== undefined && home.gid !== undefined) {
    for (const path of [configFile, data]) chownSync(path, home.uid, home.gid);
  }

  const failure: { error?: ProcessGaveUpError } = {};
  let ready = false;
  const server = superviseProcess(
    {
      args: [configFile],
      command: binary.command,
      cwd: data,
      env: { LC_ALL: 'C', PATH: '/usr/bin:/bin', ...binary.env },
      gid: home.gid,
      ipc: false,
      logFile: options.logFile,
      name: 'redis',
      stopSignal: 'SIGTERM',
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
  const user = options.prefix === undefined ? '' : SERVICE_USER;
  const url = `redis://${user}:${password}@127.0.0.1:${port}`;

  const deadlineMs = Date.now() + 60 * SECOND;
  for (;;) {
    if ((await askOnce(url, (client) => client.ping())) === 'PONG') {
      ready = true;
      return { dir: home.dir, rung: binary.rung, stop, url, version: binary.version };
    }
    if (failure.error) throw failure.error;
    if (Date.now() > deadlineMs) {
      await stop();
      throw new Error(`Redis did not answer within 60 s: see ${options.logFile}`);
    }
    await sleep(25);
  }
}
