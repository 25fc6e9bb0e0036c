import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inheritEnvironment } from '../../shared/config.ts';
import {
  endDemo,
  makeDemoDir,
  readStack,
  startDemo,
  waitInDemo,
  type DemoProcess,
} from '../helpers/demo-process.ts';
import { countWritten, listArchivedTwice, listLateInputs, writtenOnce } from '../helpers/demo-results.ts';
import { createLogin, type Login } from '../helpers/login.ts';
import { MACRO } from '../helpers/macro.ts';
import { describeWithPgBouncer, startPgBouncer, type PgBouncer } from '../helpers/pgbouncer.ts';
import { createWorld, type World } from '../helpers/world.ts';

const FIRST = '2022-06-13';
const LAST = '2022-06-17';
const PARTITIONS = 5;
/** The pools of the services together are five times as large. */
const POOL_SIZE = 20;

describeWithPgBouncer('the demo through PgBouncer in transaction mode, as a writer', (program) => {
  const dataDir = makeDemoDir();
  let world: World;
  let writer: Login;
  let pooler: PgBouncer;
  let demo: DemoProcess;
  let client: Client;
  let environment: NodeJS.ProcessEnv;

  const list = async <Row extends object>(text: string): Promise<Row[]> =>
    (await client.query<Row & Record<string, unknown>>(text)).rows;

  beforeAll(async () => {
    world = await createWorld();
    writer = await createLogin(world.databaseUrl, 'in role macro_writer');
    pooler = await startPgBouncer(program, [writer.url], POOL_SIZE);
    client = new Client({ connectionString: world.databaseUrl });
    await client.connect();
    environment = {
      DATABASE_URL: pooler.through(writer.url),
      DATABASE_DIRECT_URL: writer.url,
      MIGRATE_DATABASE_URL: world.databaseUrl,
      REDIS_URL: world.redisUrl,
      QUEUE_PREFIX: world.redisPrefix,
    };
    demo = await startDemo(dataDir, FIRST, LAST, environment);
    await waitInDemo(demo, () => /materialized +[\d,]+ of [\d,]+/.exec(demo.output()) ?? undefined);
  });

  afterAll(async () => {
    if (demo !== undefined) await endDemo(demo);
    await client?.end();
    await pooler?.stop();
    await writer?.drop();
    await world?.close();
  });

  it('ends complete, with nothing written twice and nothing known too early', async () => {
    expect(demo.output()).toContain('70 of 70: complete');
    expect(await list(`select state from backfills`)).toEqual([{ state: 'succeeded' }]);
    expect(await countWritten(list)).toEqual(writtenOnce(PARTITIONS));
    expect(await listArchivedTwice(list)).toEqual([]);
    expect(await listLateInputs(list)).toEqual([]);
  });

  it('works through the pooler as the writer, and directly only for locks and listening', async () => {
    const listClients = () =>
      list<{ login: string; name: string; direct: boolean }>(`
      select usename as login, application_name as name, application_name ~ '-(sessions|task-watch|events)$' as direct
      from pg_stat_activity
      where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`);
    // One that was lost is there again a moment later.
    await expect
      .poll(async () => (await listClients()).filter(({ direct }) => direct).map(({ name }) => name))
      .toEqual(expect.arrayContaining(['macro-api-events', 'macro-scheduler-sessions', 'macro-task-watch']));
    const found = await listClients();
    expect(new Set(found.map(({ login }) => login))).toEqual(new Set([writer.name]));
    const pooled = found.filter(({ direct }) => !direct).length;
    expect(pooled).toBeGreaterThan(0);
    expect(pooled).toBeLessThanOrEqual(POOL_SIZE);
  });

  it('is in order for the doctor, who sees where both URLs lead', async () => {
    const { stdout } = await promisify(execFile)(
      MACRO,
      ['--api', readStack(demo).apiUrl, '--json', 'doctor'],
      { env: { ...inheritEnvironment(), ...environment, PROVIDERS: 'replay', DATA_DIR: dataDir } },
    );
    const found = JSON.parse(stdout) as { name: string; verdict: string; detail: string }[];
    expect(found.filter(({ verdict }) => verdict === 'wrong' || verdict === 'skipped')).toEqual([]);
    expect(found.find(({ name }) => name === 'connections')?.detail).toBe(
      'to a pooler in transaction mode, for locks and listening to PostgreSQL itself',
    );
  });
});
