import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { inheritEnvironment } from '../../shared/config.ts';

/*
 * A copy of this checkout as a compose project with a name and ports of its own: how the proof runs commands in it, asks it for
 * work, reads its ledger, and counts what holds.
 */

export const SECOND = 1_000;
const ROOT = resolve(import.meta.dirname, '../..');
export const PROJECT = `macroproof${randomBytes(3).toString('hex')}`;
const ASSETS = 14;
const SIGNALS = 23;
export const SERVICES = ['api', 'dashboard', 'postgres', 'redis', 'replay', 'scheduler'] as const;
export const WORKERS = ['worker-agents', 'worker-bronze', 'worker-silver'] as const;

export const run = promisify(execFile);
export const work = mkdtempSync(join(tmpdir(), `${PROJECT}-`));
export const figures: string[] = [];
export let passed = 0;
export let failed = 0;

export interface Answer {
  readonly code: number;
  readonly text: string;
}

export interface Inspected {
  readonly Name: string;
  readonly State: {
    readonly Pid: number;
    readonly Status: string;
    readonly Health?: { readonly Status: string };
  };
  readonly RestartCount: number;
  readonly Config: { readonly Labels: Readonly<Record<string, string>>; readonly User: string };
  readonly HostConfig: {
    readonly ReadonlyRootfs: boolean;
    readonly CapDrop: string[] | null;
    readonly CapAdd: string[] | null;
    readonly SecurityOpt: string[] | null;
    readonly Memory: number;
    readonly NanoCpus: number;
    readonly LogConfig: { readonly Config: Readonly<Record<string, string>> };
    readonly RestartPolicy: { readonly Name: string };
    readonly PortBindings: Readonly<Record<string, readonly { readonly HostIp: string }[]>> | null;
  };
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function check(what: string, holds: boolean, got: unknown = ''): void {
  if (holds) passed += 1;
  else failed += 1;
  const detail = got === '' ? '' : `: ${typeof got === 'string' ? got : JSON.stringify(got)}`;
  say(`${holds ? 'ok    ' : 'FAILED'}  ${what}${detail}`);
}

export function note(name: string, value: string): void {
  figures.push(`${name.padEnd(44)}${value}`);
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((ready) => server.once('listening', ready));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === 'string') throw new Error('expected a TCP port');
  return address.port;
}

export const ports = { api: await findFreePort(), dashboard: await findFreePort() };
const inherited = inheritEnvironment();
const env: Record<string, string> = {
  PATH: inherited['PATH'] ?? '',
  HOME: inherited['HOME'] ?? '/',
  COMPOSE_PROJECT_NAME: PROJECT,
  API_PORT: String(ports.api),
  DASHBOARD_PORT: String(ports.dashboard),
  IMAGE_TAG: PROJECT,
  PROVIDERS: 'replay',
  SCHEDULE_ENABLED: 'false',
  RETRY_BASE_MS: '1000',
};

export async function attempt(
  command: string,
  args: readonly string[],
  extra: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  try {
    const { stdout, stderr } = await run(command, args, {
      cwd: work,
      env: { ...env, ...extra },
      maxBuffer: 64 << 20,
    });
    return { code: 0, text: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: number; stdout?: string; stderr?: string };
    return { code: typeof code === 'number' ? code : 1, text: `${stdout ?? ''}${stderr ?? ''}` };
  }
}

export async function must(command: string, ...args: string[]): Promise<string> {
  const { code, text } = await attempt(command, args);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${text}`);
  return text.trim();
}

export const compose = (...args: string[]) =>
  must('docker', 'compose', '--profile', 'pipeline', '--profile', 'replay', ...args);

export async function listContainers(): Promise<Inspected[]> {
  const ids = (
    await must('docker', 'ps', '-aq', '--filter', `label=com.docker.compose.project=${PROJECT}`)
  ).split('\n');
  if (ids[0] === '') return [];
  return JSON.parse(await must('docker', 'inspect', ...ids)) as Inspected[];
}

export const serviceOf = (container: Inspected) =>
  container.Config.Labels['com.docker.compose.service'] ?? '';

export async function listRunning(): Promise<Inspected[]> {
  return (await listContainers()).filter((container) => serviceOf(container) !== 'migrate');
}

/** Seconds until every container of `count` is healthy. */
export async function waitUntilHealthy(count: number, withinMs: number): Promise<number> {
  const startMs = performance.now();
  for (;;) {
    const containers = await listRunning();
    const unhealthy = containers.filter(({ State }) => State.Health?.Status !== 'healthy');
    if (containers.length === count && unhealthy.length === 0) return (performance.now() - startMs) / SECOND;
    if (performance.now() - startMs > withinMs) {
      const states = unhealthy.map(
        (one) => `${serviceOf(one)} ${one.State.Status} ${one.State.Health?.Status}`,
      );
      throw new Error(`${containers.length} of ${count} containers, not healthy: ${states.join(', ')}`);
    }
    await sleep(500);
  }
}

export async function query(text: string): Promise<string> {
  const args = ['psql', '--username=macro', '--dbname=macro', '-XAtq', '-c', text];
  return compose('exec', '-T', 'postgres', ...args);
}

export function readEnvFile(name: string): string {
  return new RegExp(`^${name}=(.*)$`, 'm').exec(readFileSync(join(work, '.env'), 'utf8'))?.[1] ?? '';
}

export async function ask(
  path: string,
  init: RequestInit = {},
  port = ports.api,
): Promise<{ status: number; body: string; cookies: string[] }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    ...init,
    signal: AbortSignal.timeout(30 * SECOND),
  });
  const { status, headers } = response;
  return { status, body: await response.text(), cookies: headers.getSetCookie() };
}

export const withKey = () => ({
  authorization: `Bearer ${readEnvFile('API_KEYS')}`,
  'content-type': 'application/json',
});

export async function requestBackfill(from: string, to: string): Promise<{ id: string; partitions: number }> {
  const { status, body } = await ask('/v1/backfills', {
    method: 'POST',
    headers: withKey(),
    body: JSON.stringify({ from, to }),
  });
  if (status !== 202) throw new Error(`POST /v1/backfills answered ${status}: ${body}`);
  return JSON.parse(body) as { id: string; partitions: number };
}

interface Backfill {
  readonly state: string;
  readonly partitions: { readonly done: number; readonly total: number };
}

/** The backfill, or null while the API is away. */
export async function readBackfill(id: string): Promise<Backfill | null> {
  try {
    const { status, body } = await ask(`/v1/backfills/${id}`, { headers: withKey() });
    return status === 200 ? (JSON.parse(body) as Backfill) : null;
  } catch {
    return null;
  }
}

export const hasEnded = (backfill: Backfill | null) =>
  backfill !== null && ['succeeded', 'partially_failed', 'failed', 'cancelled'].includes(backfill.state);

export const isHalfDone = (backfill: Backfill | null) =>
  backfill !== null && backfill.partitions.done > backfill.partitions.total / 2;

/** Waits until something of a backfill is done; it may be over by then. */
export async function waitUntilUnderWay(id: string): Promise<void> {
  const deadline = performance.now() + 300 * SECOND;
  while (((await readBackfill(id))?.partitions.done ?? 0) === 0) {
    if (performance.now() > deadline) throw new Error(`backfill ${id} has not begun`);
    await sleep(300);
  }
}

export async function followBackfill(id: string, withinMs: number): Promise<Backfill> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const backfill = await readBackfill(id);
    if (backfill !== null && hasEnded(backfill)) return backfill;
    if (performance.now() > deadline)
      throw new Error(`backfill ${id} has not ended: ${JSON.stringify(backfill)}`);
    await sleep(SECOND);
  }
}

function countWeekdays(from: string, to: string): number {
  let count = 0;
  for (let day = Date.parse(from); day <= Date.parse(to); day += 86_400 * SECOND)
    if (![0, 6].includes(new Date(day).getUTCDay())) count += 1;
  return count;
}

/** Checks that a range is complete in the ledger, and that nothing of it was written twice. */
export async function checkRange(what: string, from: string, to: string): Promise<void> {
  const days = countWeekdays(from, to);
  const range = `partition between '${from}' and '${to}'`;
  const done = Number(
    await query(
      `select count(*) from materializations where ${range} and state in ('fresh', 'no_data_expected')`,
    ),
  );
  check(`${what}: nothing is lost`, done === days * ASSETS, `${done} of ${days * ASSETS} materialized`);
  const [signals, reports, revised, twice] = await Promise.all([
    query(`select count(*) from signals where ${range}`),
    query(`select count(*) from agent_reports where ${range}`),
    query(`select count(*) from signals where ${range} and revision > 0`),
    query(
      `select count(*) from (select from task_events where kind = 'succeeded' group by task_id having count(*) > 1) t`,
    ),
  ]);
  check(
    `${what}: nothing is done twice`,
    Number(signals) === days * SIGNALS && Number(reports) === days * 5 && revised === '0' && twice === '0',
    `${signals} signals, ${reports} reports, ${revised} revised, ${twice} tasks twice`,
  );
}

/**
 * A digest of everything that a backup must bring back. Alerts are raised and seen again by every start; events tell of that,
 * and those of a server whose transactions were counted otherwise are dropped.
 */
export async function digestDatabase(): Promise<string> {
  const tables = (
    await query(
      `select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not in ('alerts', 'events') order by 1`,
    )
  ).split('\n');
  const hash = createHash('sha256');
  for (const table of tables)
    hash.update(
      `${table} ${await query(`select count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) from "${table}" t`)}\n`,
    );
  return `${tables.length} tables, sha256 ${hash.digest('hex').slice(0, 16)}`;
}

export async function copyCheckout(): Promise<void> {
  const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    maxBuffer: 64 << 20,
  });
  for (const file of stdout.split('\0').filter((name) => name !== '')) {
    mkdirSync(dirname(join(work, file)), { recursive: true });
    cpSync(join(ROOT, file), join(work, file));
  }
}
