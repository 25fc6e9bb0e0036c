import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFreePort } from '../../infra/local/free-port.ts';
import { locateStackFile } from '../../infra/local/settings.ts';
import { SERVICES, type Stack } from '../../infra/local/stack.ts';
import { createClient, type Client as ApiClient } from '../../shared/client/client.ts';
import { contract } from '../../shared/contract/contract.ts';
import { connectForWorker } from '../../shared/queues/connection.ts';
import { parseRedisUrl } from '../../shared/redis-url.ts';
import { MINUTE } from '../../shared/time.ts';
import { openBrowserSession } from '../helpers/browser-session.ts';
import {
  endDemo,
  makeDemoDir,
  readVariable,
  startDemo,
  waitInDemo,
  type DemoProcess,
} from '../helpers/demo-process.ts';
import {
  collectAnswer,
  collectFiles,
  collectFilesWith,
  collectKeys,
  collectRows,
} from '../helpers/left-behind.ts';
import { describeOwnServers, HAVE_OWN_SERVERS } from '../helpers/e2e-stores.ts';
import { startOtlpReceiver, type OtlpReceiver } from '../helpers/otlp-receiver.ts';
import { waitFor } from '../helpers/pipeline.ts';
import { provoke } from '../helpers/provoke.ts';
import {
  startHttpReceiver,
  startMailReceiver,
  type HttpReceiver,
  type MailReceiver,
} from '../helpers/receivers.ts';
import { findSecrets, listForms, type Place } from '../helpers/secret-search.ts';

const [FROM, TO, NEXT] = ['2021-03-01', '2021-03-02', '2021-03-03'];
/** For what fails at once, where nothing else wants the processor. */
const PATIENCE_MS = 5 * MINUTE;

const invent = (name: string): string => `planted-${name}-${randomBytes(9).toString('hex')}`;

/** Every secret that an installation has, by where it is set. Those of the servers and of FRED come from the running stack. */
const secrets: Record<string, string> = {
  API_KEYS: invent('admin'),
  DASHBOARD_API_KEY: invent('operator'),
  // Characters that are written otherwise in a URL, in JSON and in HTML.
  DASHBOARD_PASSWORD: `${invent('dashboard')} "+/é&`,
  SESSION_SECRET: invent('session'),
  ALERT_SLACK_WEBHOOK_URL: invent('slack'),
  ALERT_WEBHOOK_SECRET: invent('webhook'),
  ALERT_SMTP_URL: invent('smtp'),
  OTEL_EXPORTER_OTLP_HEADERS: invent('otlp'),
  'a wrong key of the API': invent('wrong-key'),
  'a wrong password of the dashboard': invent('wrong-login'),
  'a wrong password of PostgreSQL': invent('wrong-postgres'),
  'a wrong password of Redis': invent('wrong-redis'),
};
const secretOf = (name: string): string => secrets[name] ?? expect.fail(`no secret ${name}`);

/** Stands where anybody may write something, to be found again. */
const CONTROL = `control-${randomBytes(9).toString('hex')}`;

const places: Place[] = [];
const closing: (() => Promise<unknown> | void)[] = [];
let demo: DemoProcess;
let stack: Stack & { readonly replayUrl: string };
let admin: ApiClient;
let database: Client;
let otlp: OtlpReceiver;
let webhook: HttpReceiver;
let mail: MailReceiver;

const authorization = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });

async function start(): Promise<void> {
  otlp = await startOtlpReceiver();
  webhook = await startHttpReceiver();
  webhook.answer(500);
  // Knows another password, and says which one it was given.
  mail = await startMailReceiver('planted', invent('another'));
  closing.push(
    () => otlp.close(),
    () => webhook.close(),
    () => mail.close(),
  );
  const nobody = `http://127.0.0.1:${await findFreePort()}`;
  demo = await startDemo(makeDemoDir(), FROM, TO, {
    LOG_LEVEL: 'trace',
    API_KEYS: `root:admin:${secretOf('API_KEYS')},dash:operator:${secretOf('DASHBOARD_API_KEY')}`,
    DASHBOARD_USER: 'dash',
    DASHBOARD_PASSWORD: secretOf('DASHBOARD_PASSWORD'),
    DASHBOARD_API_KEY: secretOf('DASHBOARD_API_KEY'),
    SESSION_SECRET: secretOf('SESSION_SECRET'),
    ALERT_SLACK_WEBHOOK_URL: `${nobody}/services/${secretOf('ALERT_SLACK_WEBHOOK_URL')}`,
    ALERT_WEBHOOK_URL: webhook.url,
    ALERT_WEBHOOK_SECRET: secretOf('ALERT_WEBHOOK_SECRET'),
    ALERT_SMTP_URL: `smtp://planted:${secretOf('ALERT_SMTP_URL')}@${mail.host}`,
    ALERT_EMAIL_FROM: 'macro@example.org',
    ALERT_EMAIL_TO: 'desk@example.org',
    OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=${secretOf('OTEL_EXPORTER_OTLP_HEADERS')}`,
    RETRY_BASE_MS: '50',
  });
  closing.push(() => endDemo(demo));
  await waitInDemo(demo, () => /\d+ tasks/.exec(demo.output()) ?? undefined);
  stack = JSON.parse(readFileSync(locateStackFile(demo.dataDir), 'utf8')) as typeof stack;
  secrets['MIGRATE_DATABASE_URL'] = new URL(stack.databaseUrl).password;
  secrets['DATABASE_URL'] = new URL(readVariable(demo, 'api', 'DATABASE_URL')).password;
  secrets['REDIS_URL'] = parseRedisUrl(stack.redisUrl).password ?? '';
  secrets['FRED_API_KEY'] = readVariable(demo, 'bronze', 'FRED_API_KEY');
  admin = createClient({ baseUrl: stack.apiUrl, apiKey: secretOf('API_KEYS') });
  database = new Client({ connectionString: stack.databaseUrl });
  await database.connect();
  closing.push(() => database.end());
}

async function count(query: string): Promise<number> {
  const { rows } = await database.query<{ count: string }>(`select count(*) from ${query}`);
  return Number(rows[0]?.count);
}

/** Reads the stream of events until it is told to stop, which it must be before the demo: an API that is killed breaks it off. */
function listen(): () => void {
  const place = { name: 'answer to watchEvents', content: '' };
  places.push(place);
  const stop = new AbortController();
  const decoder = new TextDecoder();
  void fetch(`${stack.apiUrl}/v1/events?after=0-0`, {
    signal: stop.signal,
    ...authorization(secretOf('API_KEYS')),
  })
    .then(async (answer) => {
      for await (const chunk of answer.body ?? []) place.content += decoder.decode(chunk as Uint8Array);
    })
    // Ended by the test; whatever else ends it is an error that nobody handles, and fails the run.
    .catch((error: unknown) => {
      if (!stop.signal.aborted) throw error;
    });
  closing.push(() => stop.abort());
  return () => stop.abort();
}

async function readKeys(): Promise<Place[]> {
  const redis = connectForWorker(stack.redisUrl);
  try {
    return await collectKeys(redis);
  } finally {
    redis.disconnect();
  }
}

/** A run whose providers refuse, repeat what they were asked, answer nonsense, and say nothing. */
async function failRun(): Promise<string> {
  const rules = [
    { host: 'api.stlouisfed.org', kind: 'echo', status: 400, probability: 1 },
    { host: 'api.bcb.gov.br', kind: 'echo', status: 200, probability: 1 },
    // Says nothing: its task is at work, and the run goes on, until the run is cancelled.
    { host: 'home.treasury.gov', kind: 'timeout', probability: 1 },
    { host: '*', kind: 'echo', status: 500, probability: 1 },
  ];
  const answer = await fetch(`${stack.replayUrl}/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(rules),
  });
  expect(answer.status).toBe(200);
  const { id } = await admin.createRun({ body: { partition: NEXT } });
  for (const asset of ['bronze_fred', 'bronze_bcb_sgs'])
    await waitFor(
      `${asset} to fail`,
      async () =>
        (await count(`tasks where run_id = '${id}' and asset = '${asset}' and state = 'failed'`)) === 1,
      PATIENCE_MS,
    );
  await waitFor(
    'a task to be tried again',
    async () =>
      (await count(
        `task_events e join tasks t on t.id = e.task_id where t.run_id = '${id}' and e.kind in ('retrying', 'postponed')`,
      )) > 0,
    PATIENCE_MS,
  );
  // A task ends in the ledger before its job does in the queue, and the circuits open after ten failures.
  const keys = await waitFor(
    'the traces of failures in Redis',
    async () => {
      const found = await readKeys();
      const has = (text: string) => found.some(({ content }) => content.includes(text));
      return has('stacktrace') && has('openings') && found;
    },
    PATIENCE_MS,
  );
  // Before the scheduler removes the jobs of the cancelled run.
  places.push(...keys, ...(await collectPages()));
  await admin.cancelRun({ params: { id }, body: { actor: 'root', reason: CONTROL } });
  return id;
}

/** Messages that no receiver takes. */
async function failDeliveries(): Promise<void> {
  await admin.testAlertChannels({});
  const failed = `alert_deliveries where error is not null`;
  for (const channel of ['slack', 'webhook', 'email'])
    await waitFor(
      `the message to ${channel} to fail`,
      async () => (await count(`${failed} and channel = '${channel}'`)) > 0,
      PATIENCE_MS,
    );
}

/** Requests that are refused, at the API and at the dashboard. */
async function failRequests(): Promise<void> {
  const wrong = secretOf('a wrong key of the API');
  const ask = async (path: string, init?: RequestInit): Promise<void> => {
    places.push(
      await collectAnswer(`refusal of ${path.replaceAll(wrong, '…')}`, `${stack.apiUrl}${path}`, init),
    );
  };
  await ask('/v1/runs', authorization(wrong));
  await ask('/v1/runs', {
    headers: { authorization: `Basic ${Buffer.from(`root:${wrong}`).toString('base64')}` },
  });
  await ask(`/v1/runs?api_key=${wrong}`);
  await ask(`/v1/runs?api_key=${wrong}`, authorization(secretOf('API_KEYS')));
  await ask('/v1/runs', { method: 'POST', body: '{', ...authorization(secretOf('API_KEYS')) });
  await ask('/v1/runs/not-a-run', authorization(secretOf('API_KEYS')));
  const logIn = (credentials: object): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(credentials),
  });
  const password = secretOf('a wrong password of the dashboard');
  for (const credentials of [
    { user: 'dash', password },
    { apiKey: wrong },
    { user: 'dash', password, more: 1 },
  ])
    places.push(
      await collectAnswer('refusal of a login', `${stack.dashboardUrl}/session`, logIn(credentials)),
    );
  expect(
    places
      .filter(({ name }) => name.startsWith('refusal'))
      .filter(({ content }) => /^[23]/.test(String(content))),
  ).toEqual([]);
}

/** Programs that cannot start, or cannot reach what they need. */
async function failPrograms(): Promise<void> {
  const replace = (url: string, password: string, port?: string): string => {
    const other = new URL(url);
    other.password = password;
    if (port !== undefined) other.port = port;
    return other.href;
  };
  const closed = String(await findFreePort());
  const [postgres, redis] = ['a wrong password of PostgreSQL', 'a wrong password of Redis'].map(secretOf) as [
    string,
    string,
  ];
  const good = {
    DATABASE_URL: stack.databaseUrl,
    REDIS_URL: stack.redisUrl,
    API_PORT: '0',
    DASHBOARD_PORT: '0',
  };
  const wrongDatabase = replace(stack.databaseUrl, postgres);
  // The URL of a cluster names several hosts.
  const wrongRedis = stack.redisUrl.replace(secretOf('REDIS_URL'), redis);
  const service = (name: string) => [`services/${name}/main.ts`];
  const programs: Parameters<typeof provoke>[] = [
    // Refused.
    [service('api'), { ...good, DATABASE_URL: `postgres//macro:${postgres}@127.0.0.1/macro` }],
    [service('bronze'), { ...good, REDIS_URL: `http://:${redis}@127.0.0.1` }],
    [service('api'), { ...good, API_KEYS: `root:emperor:${secretOf('a wrong key of the API')}` }],
    [
      service('dashboard'),
      { ...good, DASHBOARD_USER: 'dash', DASHBOARD_PASSWORD: '', SESSION_SECRET: secretOf('SESSION_SECRET') },
    ],
    [
      service('scheduler'),
      { ...good, ALERT_SMTP_URL: `ftp://planted:${secretOf('ALERT_SMTP_URL')}@127.0.0.1` },
    ],
    [
      service('scheduler'),
      { ...good, ALERT_SLACK_WEBHOOK_URL: `http://a:${secretOf('ALERT_SLACK_WEBHOOK_URL')}@127.0.0.1/` },
    ],
    // A password that is not taken.
    [service('migrate'), { ...good, DATABASE_URL: wrongDatabase }],
    [service('scheduler'), { ...good, DATABASE_URL: wrongDatabase }],
    [service('bronze'), { ...good, DATABASE_URL: wrongDatabase }],
    [service('api'), { ...good, REDIS_URL: wrongRedis }],
    [service('dashboard'), { ...good, REDIS_URL: wrongRedis }, /WRONGPASS/],
    [service('scheduler'), { ...good, REDIS_URL: wrongRedis }],
    // Nobody there.
    [service('bronze'), { ...good, DATABASE_URL: replace(stack.databaseUrl, postgres, closed) }],
    [service('api'), { ...good, REDIS_URL: wrongRedis.replace(/@.*/, `@127.0.0.1:${closed}`) }],
    // The command line.
    [['infra/cli/main.ts', 'doctor'], { ...good, DATABASE_URL: wrongDatabase, REDIS_URL: wrongRedis }],
    [
      ['infra/cli/main.ts', 'runs', 'list'],
      { API_URL: stack.apiUrl, API_KEYS: secretOf('a wrong key of the API') },
    ],
    [
      ['infra/local/demo.ts'],
      {
        DATABASE_URL: wrongDatabase,
        REDIS_URL: wrongRedis,
        DATA_DIR: `${demo.dataDir}-other`,
        API_PORT: closed,
      },
    ],
  ];
  closing.push(() => rmSync(`${demo.dataDir}-other`, { force: true, recursive: true }));
  for (const program of programs) places.push(await provoke(...program));
}

/** What stands in the braces of an address, by endpoint. */
async function findParameters(runId: string): Promise<Record<string, Readonly<Record<string, string>>>> {
  const { rows } = await database.query<{ backfill: string; payload: string }>(`
    select (select id from backfills limit 1) as backfill, (select min(id) from payloads) as payload`);
  const [{ backfill, payload }] = rows as [(typeof rows)[number]];
  const [run, series] = [{ id: runId }, { key: 'BR_IPCA_MOM' }];
  const partition = { asset: 'bronze_fred', partition: TO };
  return {
    getBackfill: { id: backfill },
    listBackfillAssets: { id: backfill },
    getRun: run,
    listFlowJobs: run,
    listRunEvents: run,
    getDigest: { partition: TO },
    getSeries: series,
    listObservations: series,
    getSeriesPoints: series,
    listValueOverrides: series,
    listBars: { key: 'IBOVESPA' },
    getReport: { agent: 'agent_inflation' },
    getTrackRecord: { signalId: 'INFLATION_BR_COMPOSITE' },
    getCurve: { id: 'DI_PRE' },
    listCurveTenor: { id: 'DI_PRE', tenor: '1Y' },
    getAsset: { key: 'bronze_fred' },
    listAssetTables: { key: 'bronze_fred' },
    getPartition: partition,
    getLineage: partition,
    getPayload: { id: payload },
    downloadPayload: { id: payload },
    getProblem: { name: 'unauthorized' },
  };
}

const QUERIES: Readonly<Record<string, string>> = {
  getSeriesPoints: '?transform=level',
  listPartitions: `?from=${FROM}&to=${NEXT}`,
  getReport: `?partition=${TO}`,
  searchTaskEvents: '?limit=500',
  listAudit: '?limit=100',
};

/** The answers of every address of the API that is read. */
async function collectAnswers(runId: string): Promise<Place[]> {
  const parameters = await findParameters(runId);
  const answers: Place[] = [];
  for (const [name, endpoint] of Object.entries(contract)) {
    if (endpoint.method !== 'get' || name === 'watchEvents') continue;
    const path = endpoint.path.replaceAll(/\{(\w+)\}/g, (_braces, parameter: string) => {
      const value = parameters[name]?.[parameter];
      if (value === undefined) throw new Error(`The test does not know a ${parameter} for ${name}`);
      return encodeURIComponent(value);
    });
    const url = `${stack.apiUrl}${path}${QUERIES[name] ?? ''}`;
    answers.push(await collectAnswer(`answer to ${name}`, url, authorization(secretOf('API_KEYS'))));
  }
  answers.push(await collectAnswer('answer to /docs', `${stack.apiUrl}/docs`));
  return answers;
}

/** What the dashboard shows to somebody who is logged in. */
async function collectPages(): Promise<Place[]> {
  const session = await openBrowserSession(stack.dashboardUrl, {
    user: 'dash',
    password: secretOf('DASHBOARD_PASSWORD'),
  });
  const pages: Place[] = [];
  const see = async (path: string): Promise<string> => {
    const page = await collectAnswer(`page ${path}`, `${stack.dashboardUrl}${path}`, {
      headers: { cookie: session.cookie },
    });
    pages.push(page);
    return String(page.content);
  };
  for (const path of [
    '/session',
    '/v1/runs',
    '/v1/me',
    '/queues/',
    '/queues/api/queues?activeQueue=bronze&status=failed&page=1',
  ])
    await see(path);
  const index = await see('/');
  for (const [, asset] of index.matchAll(/(?:src|href)="(\/[^"]+)"/g)) await see(String(asset));
  return pages;
}

beforeAll(async () => {
  await start();
  const stopListening = listen();
  const { key } = await admin.createKey({ body: { name: 'temporary', role: 'viewer' } });
  secrets['a key made by the API'] = key;
  await waitInDemo(demo, () => /materialized +[\d,]+ of [\d,]+/.exec(demo.output()) ?? undefined);
  await failRequests();
  const runId = await failRun();
  await failDeliveries();
  await failPrograms();

  places.push(...(await collectAnswers(runId)), ...(await collectPages()), ...(await collectRows(database)));
  for (const [name, url] of Object.entries(stack.metricsUrls))
    places.push(await collectAnswer(`metrics of ${name}`, url));
  places.push(await collectAnswer('requests that the replay server saw', `${stack.replayUrl}/requests`));
  places.push(...(await readKeys()));

  await database.end();
  stopListening();
  demo.child.kill('SIGTERM');
  await demo.ended;
  places.push(
    { name: 'output of the demo', content: demo.output() },
    { name: 'spans', content: otlp.text() },
    { name: 'messages to the webhook', content: JSON.stringify(webhook.received) },
    ...collectFiles(demo.dataDir, ['postgres/data']),
    ...(HAVE_OWN_SERVERS
      ? collectFilesWith(demo.dataDir, 'postgres/data', [
          CONTROL,
          ...Object.values(secrets).flatMap((secret) => [...listForms(secret).values()]),
        ])
      : []),
    ...collectFiles(join(import.meta.dirname, '../../services/dashboard/web/dist')),
  );
});

afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

/** The only files that hold a secret in the clear: for their owner, so that the servers keep their passwords over a restart. */
const OWN_FILES = ['file postgres/password', 'file redis/password'];

const inPlaces = (name: RegExp, text: string): boolean =>
  places.some((place) => name.test(place.name) && place.content.includes(text));

describe('a stack with a planted secret in every setting, after all that can go wrong', () => {
  it('has no secret in any log, output, row, archived body, key, span, answer, page, metric or file', () => {
    const searched = places.filter(({ name }) => !OWN_FILES.includes(name));
    expect(searched.length).toBeGreaterThan(500);
    expect(findSecrets(searched, secrets)).toEqual([]);
  });

  it('looks for secrets that are too long to stand anywhere by chance', () => {
    for (const [name, secret] of Object.entries(secrets)) expect(secret.length, name).toBeGreaterThan(20);
  });

  it.each([
    ...[...SERVICES, 'replay'].map((name): [RegExp, string] => [
      new RegExp(`^file logs/${name}.log$`),
      '"started"',
    ]),
    [/^file logs\/bronze.log$/, 'attempt failed'],
    [/^file logs\/scheduler.log$/, 'Delivering to email'],
    [/^file assets\//, 'unauthorized'],
    [/^output of the demo$/, 'materialized'],
    [/^output of services\/migrate/, 'password authentication failed'],
    [/^output of services\/api/, 'Redis does not answer yet'],
    [/^output of services\/dashboard/, 'WRONGPASS'],
    [/^output of infra\/cli\/main.ts doctor/, 'PostgreSQL'],
    [/^rows of public.audit_log$/, CONTROL],
    [/^rows of public.task_events$/, 'api_key=REDACTED'],
    [/^rows of public.task_keys$/, 'Bad request'],
    [/^rows of public.alert_deliveries$/, 'Delivering to slack'],
    [/^rows of public.api_keys$/, 'temporary'],
    [/^body of payload/, 'api_key=REDACTED'],
    [/^key \{?macro\}?:bronze:/, 'stacktrace'],
    [/^key \{?macro\}?:circuit:/, 'openings'],
    [/^spans$/, 'GET api.stlouisfed.org'],
    [/^messages to the webhook$/, 'Alerts and digests arrive here'],
    [/^answer to listAudit$/, CONTROL],
    [/^answer to getRun$/, 'Bad request'],
    [/^answer to listAlertDeliveries$/, 'Delivering to email'],
    [/^answer to watchEvents$/, 'run.'],
    [/^page \/queues\/api/, 'stacktrace'],
    [/^page \/assets\//, 'function'],
    ...[...SERVICES, 'replay'].map((name): [RegExp, string] => [
      new RegExp(`^metrics of ${name}$`),
      'process_',
    ]),
  ])('has looked into what matches %s, where there is %s', (name, text) => {
    expect(inPlaces(name, text)).toBe(true);
  });

  it('has asked every address of the API that is read, and was answered', () => {
    const answers = places.filter(({ name }) => name.startsWith('answer to '));
    const reads = Object.values(contract).filter(({ method }) => method === 'get');
    expect(answers).toHaveLength(reads.length + 1);
    const refused = answers.filter(
      ({ name, content }) => name !== 'answer to watchEvents' && !String(content).startsWith('200'),
    );
    // The morning digest is made of today's partition, not of a replayed past.
    expect(refused.map(({ name, content }) => `${name}: ${String(content).slice(0, 3)}`)).toEqual([
      'answer to getDigest: 404',
    ]);
  });

  it('has sent the key of FRED, which came back in answers', () => {
    expect(secretOf('FRED_API_KEY')).toMatch(/^[0-9a-f]{32}$/);
    expect(inPlaces(/^body of payload/, 'error_code')).toBe(true);
  });
});

describeOwnServers('the servers of that stack', () => {
  it('keep their passwords in two files of their own, where the search would have found them', () => {
    const own = places.filter(({ name }) => OWN_FILES.includes(name));
    expect(findSecrets(own, secrets)).toEqual([
      `MIGRATE_DATABASE_URL as it is: ${OWN_FILES[0]}`,
      `REDIS_URL as it is: ${OWN_FILES[1]}`,
    ]);
  });

  it.each([
    [/^file logs\/postgres.log$/, 'ready to accept connections'],
    [/^file logs\/redis.log$/, 'Ready to accept connections'],
    [/^file postgres\/data\//, CONTROL],
    [/^file redis\/data\//, 'macro:bronze'],
  ])('were looked into where %s matches, where there is %s', (name, text) => {
    expect(inPlaces(name, text)).toBe(true);
  });
});
