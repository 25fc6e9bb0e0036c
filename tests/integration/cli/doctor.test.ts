import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { examine, type Diagnosis } from '../../../infra/cli/doctor/examine.ts';
import { findFreePort } from '../../../infra/local/free-port.ts';
import type { LocalServer } from '../../../infra/local/postgres.ts';
import { startRedis } from '../../../infra/local/redis.ts';
import { locateStackFile, readLocalSettings } from '../../../infra/local/settings.ts';
import type { Stack } from '../../../infra/local/stack.ts';
import { inheritEnvironment } from '../../../shared/config.ts';
import { createLogin } from '../../helpers/login.ts';
import { MACRO } from '../../helpers/macro.ts';
import { createPipeline, handlersWith, type TestPipeline } from '../../helpers/pipeline.ts';
import {
  dropDatabase,
  inventDatabaseName,
  pointToDatabase,
  withClient,
} from '../../helpers/template-database.ts';
import { startApi, type RunningApi } from '../api/running-api.ts';

const KEY = 'a-key-of-nobody-else';

let api: RunningApi;
let pipeline: TestPipeline;
let redis: LocalServer;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  api = await startApi({ keys: [`ana:operator:${KEY}`] });
  pipeline = createPipeline(api.world);
  await pipeline.startScheduler();
  await pipeline.startWorkers(handlersWith());
  const { dataDir } = readLocalSettings(inheritEnvironment());
  redis = await startRedis({
    dataDir: folder,
    binDir: dataDir,
    logFile: join(folder, 'redis.log'),
    hooks: { announce: () => undefined, giveUp: () => undefined },
  });
});
afterAll(async () => {
  await redis.stop();
  await pipeline.close();
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

type Environment = Readonly<Record<string, string | undefined>>;

const environmentOf = (overrides: Environment = {}): Environment => ({
  DATABASE_URL: api.world.databaseUrl,
  REDIS_URL: api.world.redisUrl,
  QUEUE_PREFIX: api.world.redisPrefix,
  PROVIDERS: 'replay',
  DATA_DIR: folder,
  ...overrides,
});

interface Wanted {
  readonly environment?: Environment;
  readonly apiUrl?: string;
  readonly apiKey?: string;
}

/** Everything that the doctor finds, by the name of the check. */
async function findAll(wanted: Wanted = {}): Promise<Readonly<Record<string, Diagnosis>>> {
  const diagnoses = await examine({
    environment: environmentOf(wanted.environment),
    apiUrl: wanted.apiUrl ?? api.url,
    apiKey: wanted.apiKey ?? KEY,
    now: Date.now,
  });
  return Object.fromEntries(diagnoses.map((diagnosis) => [diagnosis.name, diagnosis]));
}

const namesOf = (verdict: Diagnosis['verdict'], found: Readonly<Record<string, Diagnosis>>): string[] =>
  Object.values(found)
    .filter((diagnosis) => diagnosis.verdict === verdict)
    .map(({ name }) => name);

describe('the doctor', () => {
  it('finds nothing wrong with a healthy installation', async () => {
    // The scheduler leads with its first round, and workers show themselves once they are connected.
    await expect.poll(async () => namesOf('wrong', await findAll()), { timeout: 60_000 }).toEqual([]);
    const found = await findAll();
    expect(namesOf('wrong', found)).toEqual([]);
    expect(namesOf('skipped', found)).toEqual([]);
    expect(found['API key']?.detail).toBe('ana, role operator');
    expect(found['scheduler']?.detail).toMatch(/^one leads, its last round was \d/);
    expect(found['connections']?.detail).toBe('to PostgreSQL itself');
    expect(found['workers']?.detail).toBe('bronze 1, silver 1, agents 1, runs 1');
  });

  it('names every variable that is wrong, and looks no further', async () => {
    const found = await findAll({ environment: { API_PORT: 'x', SCHEDULE_TZ: 'Mars' } });
    expect(Object.keys(found)).toEqual(['Node.js', 'configuration']);
    expect(found['configuration']).toMatchObject({
      verdict: 'wrong',
      detail: expect.stringMatching(/API_PORT: [^]*SCHEDULE_TZ: /) as string,
      mend: expect.stringContaining('.env.example') as string,
    });
  });

  it('says that PostgreSQL is down, and asks nothing that needs it', async () => {
    const port = await findFreePort();
    const found = await findAll({ environment: { DATABASE_URL: `postgres://x:y@127.0.0.1:${port}/x` } });
    expect(found['PostgreSQL']).toMatchObject({
      verdict: 'wrong',
      detail: expect.stringContaining('ECONNREFUSED') as string,
      mend: expect.stringContaining('DATABASE_URL') as string,
    });
    expect(namesOf('skipped', found)).toEqual([
      'connections',
      'migrations',
      'rights',
      'clock',
      'scheduler',
      'schedule',
      'failures',
    ]);
    expect(found['Redis']?.verdict).not.toBe('wrong');
  });

  it('tells a database that is not migrated, and that no scheduler leads in it', async () => {
    const server = inject('databaseUrl');
    const name = inventDatabaseName('test');
    await withClient(server, (client) => client.query(`create database ${name}`));
    try {
      const found = await findAll({ environment: { DATABASE_URL: pointToDatabase(server, name) } });
      expect(found['migrations']).toMatchObject({
        verdict: 'wrong',
        detail: expect.stringMatching(/^(\d+) of \1 migrations are missing$/) as string,
      });
      expect(found['scheduler']).toMatchObject({
        verdict: 'wrong',
        detail: 'no scheduler leads: nothing is started',
      });
      expect(found['failures']).toEqual({ name: 'failures', verdict: 'skipped', detail: 'needs migrations' });
    } finally {
      await dropDatabase(server, name);
    }
  });

  it('warns of services that own their tables, and is content with a writer', async () => {
    const owner = await findAll();
    expect(owner['rights']).toMatchObject({
      verdict: 'warning',
      detail: expect.stringContaining('owns the tables') as string,
      mend: expect.stringContaining('MIGRATE_DATABASE_URL') as string,
    });
    const login = await createLogin(api.world.databaseUrl, 'in role macro_writer');
    const member = await createLogin(api.world.databaseUrl, 'in role macro_migrator');
    try {
      const asWriter = await findAll({ environment: { DATABASE_URL: login.url } });
      expect(asWriter['rights']).toEqual({
        name: 'rights',
        verdict: 'ok',
        detail: `${login.name} adds to history, and cannot change or remove it`,
      });
      expect(asWriter['migrations']?.verdict).toBe('ok');
      const asMember = await findAll({ environment: { DATABASE_URL: member.url } });
      expect(asMember['rights']?.verdict).toBe('warning');
    } finally {
      await login.drop();
      await member.drop();
    }
  });

  it('looks at the database of the local stack as its services do, and not as its owner', async () => {
    const login = await createLogin(api.world.databaseUrl, 'in role macro_writer');
    const dataDir = mkdtempSync(join(tmpdir(), 'doctor-stack-'));
    const { databaseUrl, redisUrl, redisPrefix } = api.world;
    const stack: Stack = {
      apiUrl: api.url,
      dashboardUrl: '',
      databaseUrl,
      servicesUrl: login.url,
      servicesDirectUrl: null,
      redisUrl,
      queuePrefix: redisPrefix,
      metricsUrls: {},
    };
    writeFileSync(locateStackFile(dataDir), JSON.stringify(stack));
    try {
      const found = await findAll({ environment: { DATA_DIR: dataDir, DATABASE_URL: undefined } });
      expect(found['rights']?.detail).toMatch(new RegExp(`^${login.name} adds to history`));
      expect(found['migrations']?.verdict).toBe('ok');
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
      await login.drop();
    }
  });

  it('refuses a Redis that throws jobs away, and says that nobody takes the jobs of another one', async () => {
    const environment = { REDIS_URL: redis.url };
    const found = await findAll({ environment });
    expect(found['Redis']).toMatchObject({
      verdict: 'ok',
      detail: expect.stringMatching(/^version \d.*, noeviction, append-only file$/) as string,
    });
    expect(found['workers']).toMatchObject({
      verdict: 'wrong',
      detail: 'bronze 0, silver 0, agents 0, runs 0: nobody takes the jobs of some',
      mend: expect.stringContaining('start bronze, silver, agents, scheduler') as string,
    });
    const client = new Redis(redis.url);
    await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
    client.disconnect();
    expect((await findAll({ environment }))['Redis']).toMatchObject({
      verdict: 'wrong',
      detail: expect.stringContaining('maxmemory-policy is allkeys-lru') as string,
      mend: expect.stringMatching(
        /config set maxmemory-policy noeviction as a user that may do it.*restart/,
      ) as string,
    });
  });

  it('says that Redis is down', async () => {
    const port = await findFreePort();
    const found = await findAll({ environment: { REDIS_URL: `redis://127.0.0.1:${port}` } });
    expect(found['Redis']).toMatchObject({
      verdict: 'wrong',
      mend: expect.stringContaining('REDIS_URL') as string,
    });
    expect(found['workers']?.verdict).toBe('skipped');
  });

  it('tells a key that the API does not know from an API that is not there', async () => {
    const refused = await findAll({ apiKey: 'another' });
    expect(refused['API']?.verdict).toBe('ok');
    expect(refused['API key']).toMatchObject({
      verdict: 'wrong',
      detail: expect.stringContaining('401') as string,
    });
    expect(refused['providers']?.verdict).toBe('skipped');
    const url = `http://127.0.0.1:${await findFreePort()}`;
    expect((await findAll({ apiUrl: url }))['API']).toMatchObject({
      verdict: 'wrong',
      detail: expect.stringContaining(`no API at ${url}`) as string,
    });
  });

  it('asks for the key of FRED where the providers are live', async () => {
    const found = await findAll({ environment: { PROVIDERS: 'live' } });
    expect(found['FRED key']).toMatchObject({ verdict: 'wrong', detail: 'FRED_API_KEY is not set' });
    const set = await findAll({ environment: { PROVIDERS: 'live', FRED_API_KEY: 'a'.repeat(32) } });
    expect(set['FRED key']?.verdict).toBe('ok');
  });

  it('ends with code 1 when something is wrong, and 0 when there are warnings only', async () => {
    const ask = (key: string) =>
      promisify(execFile)(MACRO, ['--api', api.url, '--api-key', key, '--json', 'doctor'], {
        env: { ...inheritEnvironment(), ...environmentOf() },
      });
    const { stdout } = await ask(KEY);
    const diagnoses = JSON.parse(stdout) as Diagnosis[];
    expect(diagnoses).toContainEqual({
      name: 'API key',
      verdict: 'ok',
      detail: 'ana, role operator',
    });
    expect(diagnoses).toContainEqual(expect.objectContaining({ name: 'alert channels', verdict: 'warning' }));
    await expect(ask('another')).rejects.toMatchObject({ code: 1 });
  });
});
