import { sql } from 'drizzle-orm';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createRetention } from '../../../services/scheduler/retention.ts';
import { openDatabase } from '../../../shared/db/client.ts';
import { FACT_TABLES } from '../../../shared/db/facts.ts';
import { migrate } from '../../../shared/db/migrate.ts';
import { createLogger } from '../../../shared/logger.ts';
import { createLogin, type Login } from '../../helpers/login.ts';
import {
  dropDatabase,
  inventDatabaseName,
  pointToDatabase,
  withClient,
} from '../../helpers/template-database.ts';
import { createWorld, type World } from '../../helpers/world.ts';

let world: World;
let writer: Login;
let reader: Login;

beforeAll(async () => {
  world = await createWorld();
  writer = await createLogin(world.databaseUrl, 'in role macro_writer');
  reader = await createLogin(world.databaseUrl, 'in role macro_reader');
});
afterAll(async () => {
  await writer.drop();
  await reader.drop();
  await world.close();
});

async function list<Row extends object>(text: string, url = world.databaseUrl): Promise<Row[]> {
  return withClient(url, async (client) => (await client.query<Row & Record<string, unknown>>(text)).rows);
}

/** Tries statements one by one; those that are refused are rolled back. Returns each with what came. */
async function attempt(url: string, statements: readonly string[]): Promise<[string, string][]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const results: [string, string][] = [];
  for (const statement of statements) {
    await client.query('begin');
    const result = await client.query(statement).then(
      () => 'done',
      (error: Error) => error.message,
    );
    await client.query('rollback');
    results.push([statement, result]);
  }
  await client.end();
  return results;
}

/** Those of the statements that were not refused for want of a right. */
async function listAllowed(login: Login, statements: readonly string[]): Promise<[string, string][]> {
  return (await attempt(login.url, statements)).filter(
    ([, result]) => !/permission denied|must be owner|must have/i.test(result),
  );
}

const TABLES = `select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1`;

describe('the role macro_migrator', () => {
  it('owns every schema, table, view and function of the pipeline', async () => {
    const owners = await list<{ owner: string; count: number }>(`
      select owner, count(*)::int from (
        select relowner::regrole::text as owner from pg_class
        where relkind in ('r', 'v', 'S') and relnamespace::regnamespace::text in ('public', 'research', 'drizzle')
        union all select nspowner::regrole::text from pg_namespace where nspname in ('research', 'drizzle')
        union all select proowner::regrole::text from pg_proc where pronamespace = 'research'::regnamespace or proname like 'tell\\_%'
      ) owned group by 1`);
    expect(owners.map(({ owner }) => owner)).toEqual(['macro_migrator']);
    expect(owners[0]?.count).toBeGreaterThan(60);
  });
});

describe('the role macro_writer', () => {
  it('reads every table, and does something to each', async () => {
    const lacking = await list(`
      select name from (${TABLES}) tables
      where not has_table_privilege('macro_writer', format('public.%I', name), 'select')
        or not has_any_column_privilege('macro_writer', format('public.%I', name), 'insert')`);
    expect(lacking).toEqual([]);
    expect((await list(TABLES)).length).toBeGreaterThan(35);
  });

  it('has the sequences of all tables', async () => {
    const lacking = await list(`
      select relname from pg_class where case when relkind = 'S' and relnamespace = 'public'::regnamespace
        then not has_sequence_privilege('macro_writer', oid, 'usage') else false end`);
    expect(lacking).toEqual([]);
  });

  it('changes and removes no value, answer, report, event of a task or entry of the audit log', async () => {
    const facts = Object.entries(FACT_TABLES).flatMap(([table, { values }]) =>
      [...values, 'vintage_at', 'payload_id'].map((column) => `update ${table} set ${column} = null`),
    );
    const history = [
      ...Object.keys(FACT_TABLES),
      'signals',
      'agent_reports',
      'payloads',
      'provider_requests',
      'task_events',
      'audit_log',
      'check_overrides',
      'value_overrides',
      'rejected_rows',
      'digests',
    ];
    const allowed = await listAllowed(writer, [
      ...facts,
      ...history.map((table) => `delete from ${table}`),
      ...history.map((table) => `truncate ${table}`),
      `update signals set direction = 'LONG'`,
      `update agent_reports set narrative = ''`,
      `update payloads set sha256 = ''`,
      `update payload_bodies set body_gzip = ''`,
      `update audit_log set actor = 'nobody'`,
      `update task_events set detail = null`,
      `update alerts set rule = ''`,
      `update ticks set outcome = 'started'`,
      'delete from runs',
      'delete from tasks',
      'delete from backfills',
      'delete from api_keys',
    ]);
    expect(allowed).toEqual([]);
  });

  it('keeps the retention of events and of archived answers', async () => {
    const { db, close } = openDatabase(writer.url, { name: 'test', max: 1 });
    const keepRetention = createRetention(db, 1, createLogger('test', 'silent'));
    await expect(keepRetention(Date.now())).resolves.toBeUndefined();
    await close();
  });

  it('makes, alters and drops nothing, and is no one else', async () => {
    const allowed = await listAllowed(writer, [
      'create table mine (a int)',
      'create schema mine',
      'create table research.mine (a int)',
      'alter table signals add column a int',
      'alter table signals disable trigger all',
      'drop table signals',
      'drop function tell_run() cascade',
      'create or replace view research.agent_versions as select 1',
      'create role mine',
      `alter role ${reader.name} password 'x'`,
      'grant macro_migrator to current_user',
      'set role macro_migrator',
      `set role ${reader.name}`,
      'select rolpassword from pg_authid',
      `update drizzle.__drizzle_migrations set hash = ''`,
    ]);
    expect(allowed).toEqual([]);
  });
});

describe('the role macro_reader', () => {
  it('reads the schema research, and neither keys nor anything else', async () => {
    expect(await attempt(reader.url, ['select count(*) from research.observation_vintages'])).toEqual([
      ['select count(*) from research.observation_vintages', 'done'],
    ]);
    const allowed = await listAllowed(reader, [
      'select key_hash from api_keys',
      'select * from audit_log',
      'insert into alert_rules (name) values (null)',
      'delete from research.report_vintages',
    ]);
    expect(allowed).toEqual([]);
  });
});

describe('an account that migrates without being a superuser', () => {
  async function inNewDatabase(rights: string, test: (account: Login) => Promise<void>): Promise<void> {
    const server = inject('databaseUrl');
    const name = inventDatabaseName('test');
    const account = await createLogin(server, rights);
    await withClient(server, (client) => client.query(`create database ${name} owner ${account.name}`));
    try {
      await test({ ...account, url: pointToDatabase(account.url, name) });
    } finally {
      await dropDatabase(server, name);
      await account.drop();
    }
  }

  const countOwned = async (account: Login): Promise<number> =>
    (await list(`select from pg_class where relkind = 'r' and relowner = current_user::regrole`, account.url))
      .length;

  it('goes on as the owner of everything when it may not act for the roles, and says what to do', async () => {
    await inNewDatabase('', async (account) => {
      expect(await migrate(account.url)).toEqual([
        expect.stringMatching(/^this account keeps its tables: .*grant macro_migrator to/) as string,
      ]);
      expect(await countOwned(account)).toBeGreaterThan(35);
      const { db, close } = openDatabase(account.url, { name: 'test', max: 1 });
      expect((await db.execute(sql`insert into bronze_versions (asset) values ('a')`)).rowCount).toBe(1);
      await close();
      expect(await migrate(account.url)).toHaveLength(1);
    });
  });

  it('fails for a login of the services that is missing and that it may not make, and says what to do', async () => {
    await inNewDatabase('', async (account) => {
      const services = new URL(account.url);
      services.username = 'nobody_yet';
      services.password = 'hunter2';
      const failure = await migrate(account.url, services.href).then(
        () => 'migrated',
        (error: unknown) => String(error),
      );
      expect(failure).toContain('The login nobody_yet of DATABASE_URL is missing');
      expect(failure).toContain('create role "nobody_yet" login');
      expect(failure).not.toContain('hunter2');
    });
  });

  it('warns for a login of the services that it may not give the rights of a writer', async () => {
    await inNewDatabase('', async (account) => {
      const services = await createLogin(inject('databaseUrl'), '');
      const warnings = await migrate(account.url, pointToDatabase(services.url, 'any'));
      expect(warnings.at(-1)).toContain(`grant macro_writer to "${services.name}";`);
      await services.drop();
    });
  });

  it('gives up its tables as a member of macro_migrator, and works with them and migrates as before', async () => {
    await inNewDatabase('in role macro_migrator', async (account) => {
      expect(await migrate(account.url)).toEqual([]);
      expect(await countOwned(account)).toBe(0);
      const { db, close } = openDatabase(account.url, { name: 'test', max: 1 });
      expect((await db.execute(sql`delete from series`)).rowCount).toBe(0);
      await close();
      expect(await migrate(account.url)).toEqual([]);
    });
  });
});

describe('the login of the services', () => {
  it('is made by the migration, with the password of its URL and the rights of a writer, and kept', async () => {
    const url = new URL(world.databaseUrl);
    url.username = inventDatabaseName('services');
    url.password = 'p%C3%A1ss:w%25rd';
    expect(await migrate(world.databaseUrl, url.href)).toEqual([]);
    const asked = `select current_user as name, pg_has_role('macro_writer', 'usage') as writes,
      pg_has_role('macro_migrator', 'member') as owns`;
    const expected = [{ name: url.username, writes: true, owns: false }];
    expect(await list(asked, url.href)).toEqual(expected);
    const rotated = new URL(url);
    rotated.password = 'another';
    expect(await migrate(world.databaseUrl, rotated.href)).toEqual([]);
    expect(await list(asked, url.href)).toEqual(expected);
    await list(`drop role ${url.username}`);
  });

  it('is nobody whom a URL without a user could name', async () => {
    const url = new URL(world.databaseUrl);
    url.username = '';
    url.password = '';
    expect(await migrate(world.databaseUrl, url.href)).toEqual([]);
  });
});

it('gives rights of its own making back: what was granted beside them is gone after the next migration', async () => {
  await list('grant delete on audit_log to macro_writer; grant update (actor) on audit_log to macro_writer');
  await migrate(world.databaseUrl);
  expect(await listAllowed(writer, ['delete from audit_log', `update audit_log set actor = ''`])).toEqual([]);
});
