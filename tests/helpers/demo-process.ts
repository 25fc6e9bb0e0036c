import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { findFreePort } from '../../infra/local/free-port.ts';
import { locateStackFile, PROJECT_DIR } from '../../infra/local/settings.ts';
import type { Stack } from '../../infra/local/stack.ts';
import { inheritEnvironment } from '../../shared/config.ts';
import { DAY_MS, MINUTE } from '../../shared/time.ts';
import { closeStores, openStores } from './e2e-stores.ts';

/** A demo with servers, ports and data of its own. */
export interface DemoProcess {
  dataDir: string;
  child: ChildProcess;
  /** What it has printed so far. */
  output: () => string;
  /** Resolves with the exit code. */
  ended: Promise<number | null>;
}

/** For all that a demo does until it serves, on a machine that does ten other things: it is an end for what hangs. */
const WORK_LIMIT_MS = 15 * MINUTE;

/** A schedule that is due half a year from now: the ordinary one would run today's partition in a test of a weekday at six. */
function writeFarCron(): string {
  const then = new Date(Date.now() + 182 * DAY_MS);
  return `0 6 ${then.getUTCDate()} ${then.getUTCMonth() + 1} *`;
}

/** Makes an empty data directory for demos. */
export function makeDemoDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'demo-'));
  // Open to the account that root hands the servers to, so that their files and command lines carry this name.
  chmodSync(dir, 0o755);
  return dir;
}

/**
 * Starts `infra/local/demo.ts` for a range, as `make demo` does; with `E2E_STORES=clustered`, here or in the environment of the
 * tests, on the stores of `openStores`. No tick of its schedule comes due, unless the environment says another. End it with `endDemo`.
 */
export async function startDemo(dataDir: string, from: string, to: string, env: NodeJS.ProcessEnv = {}) {
  const stores = await openStores(dataDir, { E2E_STORES: inheritEnvironment()['E2E_STORES'], ...env });
  const child = spawn(process.execPath, ['infra/local/demo.ts'], {
    cwd: PROJECT_DIR,
    env: {
      ...inheritEnvironment(),
      API_PORT: String(await findFreePort()),
      DASHBOARD_PORT: String(await findFreePort()),
      DATABASE_URL: '',
      DATA_DIR: dataDir,
      DEMO_FROM: from,
      DEMO_TO: to,
      REDIS_URL: '',
      SCHEDULE_CRON: writeFarCron(),
      ...stores,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  return { child, dataDir, ended, output: () => text } satisfies DemoProcess;
}

/** Ends a demo, unless it has ended, with the stores that were started for it, and removes its files. */
export async function endDemo({ child, dataDir, ended }: DemoProcess): Promise<void> {
  if (child.exitCode === null) child.kill('SIGTERM');
  await ended;
  await closeStores(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
}

/** Waits until `find` finds something. @throws Error with the output of the demo when it ends before, or never gets there */
export async function waitInDemo<Found>(
  demo: DemoProcess,
  find: () => Found | Promise<Found | undefined> | undefined,
): Promise<Found> {
  const deadlineMs = Date.now() + WORK_LIMIT_MS;
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    if (demo.child.exitCode !== null || Date.now() > deadlineMs)
      throw new Error(`waited in vain:\n${demo.output()}`);
    await sleep(100);
  }
}

/** The addresses of a running demo. */
export function readStack(demo: DemoProcess): Stack {
  return JSON.parse(readFileSync(locateStackFile(demo.dataDir), 'utf8')) as Stack;
}

/** What the replay providers of a demo were asked: requests, and those among them that repeat another. */
export async function readRequests(
  demo: DemoProcess,
): Promise<{ readonly total: number; readonly duplicates: readonly unknown[] }> {
  const log = readFileSync(join(demo.dataDir, 'logs', 'replay.log'), 'utf8');
  const [, url] = /"url":"([^"]+)"/.exec(log) ?? [];
  const response = await fetch(`${url}/requests`);
  return (await response.json()) as { total: number; duplicates: unknown[] };
}

function readProcess(pid: string, file: 'cmdline' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

function readWorkingDirectory(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

/** Ids and command lines of the living processes that belong to a data directory, by command, environment or place. */
export function listProcesses(dataDir: string): { pid: number; command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => ({ command: readProcess(pid, 'cmdline'), pid }))
    .filter(
      ({ command, pid }) =>
        command.includes(dataDir) ||
        readProcess(pid, 'environ').includes(`DATA_DIR=${dataDir} `) ||
        readWorkingDirectory(pid).startsWith(dataDir),
    )
    .map(({ command, pid }) => ({ command, pid: Number(pid) }));
}

/** A variable that the launcher gave to a service of a running demo. */
export function readVariable(demo: DemoProcess, service: string, name: string): string {
  const found = listProcesses(demo.dataDir).find(({ command }) => command.includes(`services/${service}/`));
  const environment = readFileSync(`/proc/${found?.pid}/environ`, 'utf8').split('\0');
  return String(environment.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1));
}
