import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe } from 'vitest';
import { findFreePort } from '../../infra/local/free-port.ts';
import { waitForPort } from '../../infra/local/readiness.ts';
import { superviseProcess } from '../../infra/local/supervisor.ts';
import { inheritEnvironment } from '../../shared/config.ts';
import { SECOND } from '../../shared/time.ts';

/** The program of PgBouncer on this machine, if there is one. */
export function findPgBouncer(): string | undefined {
  const dirs = [...(inheritEnvironment()['PATH'] ?? '').split(delimiter), '/usr/sbin'];
  return dirs.map((dir) => join(dir, 'pgbouncer')).find((file) => existsSync(file));
}

/** A group of tests with PgBouncer, given its program; without it on this machine it says NOT RUN and is skipped. */
export function describeWithPgBouncer(name: string, define: (program: string) => void): void {
  const program = findPgBouncer();
  if (program === undefined) {
    process.stderr.write(`NOT RUN: ${name}: no PgBouncer on this machine (apt-get install pgbouncer)\n`);
    describe.skip(`${name} (NOT RUN: no PgBouncer)`, () => define(''));
    return;
  }
  describe(name, () => define(program));
}

/** A pooler before one database. */
export interface PgBouncer {
  /** Leads to the database of a URL with its user, in transaction mode. */
  through: (url: string) => string;
  /** The same in session mode. */
  throughSessions: (url: string) => string;
  stop: () => Promise<void>;
}

/**
 * Starts PgBouncer before the database of the URLs, with a login for the user of each, and `poolSize` connections for each of
 * them. `more` are further settings.
 */
export async function startPgBouncer(
  program: string,
  urls: readonly string[],
  poolSize: number,
  more: Readonly<Record<string, string>> = {},
): Promise<PgBouncer> {
  const dir = mkdtempSync(join(tmpdir(), 'pgbouncer-'));
  // Root hands it to an account that may only read.
  chmodSync(dir, 0o755);
  const port = await findFreePort();
  const [server = new URL('')] = urls.map((url) => new URL(url));
  const database = server.pathname.slice(1);
  const target = `host=${server.hostname} port=${server.port} dbname=${database}`;
  const users = urls
    .map((url) => new URL(url))
    .map(({ username, password }) => `"${username}" "${decodeURIComponent(password)}"`);
  writeFileSync(join(dir, 'users.txt'), `${users.join('\n')}\n`);
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'scram-sha-256',
    auth_file: join(dir, 'users.txt'),
    pool_mode: 'transaction',
    default_pool_size: poolSize,
    max_client_conn: 500,
    ...more,
  };
  writeFileSync(
    join(dir, 'pgbouncer.ini'),
    [
      '[databases]',
      `${database} = ${target}`,
      `${database}_sessions = ${target} pool_mode=session`,
      '[pgbouncer]',
      ...Object.entries(settings).map((pair) => pair.join(' = ')),
      '',
    ].join('\n'),
  );
  const logFile = join(dir, 'log');
  const pooler = superviseProcess(
    {
      args: [...(process.getuid?.() === 0 ? ['-u', 'nobody'] : []), join(dir, 'pgbouncer.ini')],
      command: program,
      cwd: '/',
      env: { PATH: '/usr/bin:/bin' },
      ipc: false,
      logFile,
      name: 'pgbouncer',
      stopSignal: 'SIGTERM',
    },
    {
      announce: (line) => process.stderr.write(`${line}\n`),
      giveUp: (error) => process.stderr.write(`${error.message}\n`),
    },
  );
  await waitForPort(port, 'PgBouncer', 60 * SECOND, new AbortController().signal);
  const pointTo = (url: string, name: string): string => {
    const changed = new URL(url);
    changed.host = `127.0.0.1:${port}`;
    changed.pathname = `/${name}`;
    return changed.href;
  };
  return {
    through: (url) => pointTo(url, database),
    throughSessions: (url) => pointTo(url, `${database}_sessions`),
    async stop() {
      await pooler.stop(5 * SECOND);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
