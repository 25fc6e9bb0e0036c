import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inheritEnvironment } from '../../../shared/config.ts';
import { createConnectors } from '../../../shared/connectors/registry.ts';
import { prune, type PruneOptions } from '../../../shared/db/prune.ts';
import { DAY_MS } from '../../../shared/time.ts';
import { createBronzeWorld, keepKeys, runBronze, type BronzeWorld } from '../../helpers/bronze.ts';
import { createLogin } from '../../helpers/login.ts';

const NOW = Date.parse('2030-01-01T00:00:00Z');
/** Everything that the runs of this file wrote is older. */
const BEFORE = NOW - 400 * DAY_MS;
const MAIN = join(import.meta.dirname, '../../../infra/cli/main.ts');

let world: BronzeWorld;

beforeAll(async () => {
  world = await createBronzeWorld();
  const connector = keepKeys(createConnectors({ fredApiKey: '0'.repeat(32) }).bcb_sgs, [
    'BR_IPCA_MOM',
    'BR_SELIC_TARGET',
  ]);
  for (let read = 0; read < 3; read += 1) await runBronze(world, { connector, partition: '2022-06-24' });
  await world.db.execute(sql`
    insert into alerts (id, rule, subject, severity, message, resolved_at)
    values (101, 'r', 'open', 'warning', 'm', null), (102, 'r', 'over', 'warning', 'm', '2026-01-01')`);
  await world.db.execute(sql`
    insert into alert_deliveries (alert_id, kind, channel, outcome, delivered_at)
    values (101, 'raised', 'slack', 'delivered', '2026-01-01'), (102, 'raised', 'slack', 'delivered', '2026-01-01'),
      (102, 'raised', 'mail', 'failed', null), (102, 'resolved', 'slack', 'delivered', '2029-12-31')`);
  // The rows above have told of themselves. Of the old ones the newest stays: it marks how far back a listener may resume.
  await world.db.execute(sql`delete from events`);
  await world.db.execute(sql`
    insert into events (kind, subject, data, at)
    select 'test', n::text, '{}', case when n <= 26 then '2026-01-01' else '2029-12-31' end::timestamptz
    from generate_series(1, 31) n`);
});
afterAll(() => world.close());

function run(options: Partial<PruneOptions> = {}) {
  return prune({
    db: world.db,
    before: BEFORE,
    retentionDays: 0,
    now: NOW,
    isDryRun: false,
    actor: 'tester',
    ...options,
  });
}

/** Rows of every table but the audit log. */
async function countRows(): Promise<Record<string, number>> {
  const tables = await world.db.execute<{ name: string }>(
    sql`select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> 'audit_log'`,
  );
  const counts: Record<string, number> = {};
  for (const { name } of tables.rows) {
    const { rows } = await world.db.execute<{ count: number }>(
      sql`select count(*)::int as count from ${sql.identifier(name)}`,
    );
    counts[name] = rows[0]?.count ?? 0;
  }
  return counts;
}

const count = async (query: ReturnType<typeof sql>): Promise<number> =>
  (await world.db.execute(query)).rowCount ?? 0;

describe('pruning', () => {
  it('says in a dry run what would go, and removes nothing', async () => {
    const before = await countRows();
    const tables = await run({ isDryRun: true, retentionDays: 30 });
    const rows = Object.fromEntries(tables.map((table) => [table.table, table.rows]));
    expect(rows).toMatchObject({
      provider_requests: before['provider_requests'],
      events: 25,
      alert_deliveries: 1,
    });
    expect(rows['check_results']).toBeGreaterThan(0);
    expect(tables.find(({ table }) => table === 'events')?.bytes).toBeGreaterThan(25 * 50);
    expect(await countRows()).toEqual(before);
    expect(await count(sql`select from audit_log`)).toBe(0);
  });

  it('removes what the dry run named, in batches that the audit log counts, and no row of another table', async () => {
    const before = await countRows();
    const named = await run({ isDryRun: true });
    const newest = sql`select distinct key, check_name from check_results`;
    const checks = await count(newest);
    const gone = await run({ rowsPerBatch: 10 });
    const listRows = (tables: typeof gone) => tables.map(({ table, rows }) => [table, rows]);
    expect(listRows(gone)).toEqual(listRows(named));
    const after = await countRows();
    for (const [table, rows] of Object.entries(before)) {
      const removed = gone.find((pruned) => pruned.table === table)?.rows ?? 0;
      expect([table, after[table]]).toEqual([table, rows - removed]);
    }
    expect(await count(newest)).toBe(checks);
    expect(await count(sql`select from alert_deliveries where alert_id = 101`)).toBe(1);
    expect(await count(sql`select from alert_deliveries where outcome = 'failed'`)).toBe(1);
    const { rows } = await world.db.execute<{ subject: string; rows: number; largest: number }>(sql`
      select subject, sum((detail ->> 'rows')::int)::int as rows, max((detail ->> 'rows')::int) as largest from audit_log
      where actor = 'tester' and action = 'prune' group by subject`);
    expect(rows).toContainEqual({ subject: 'events', rows: 25, largest: 10 });
    expect(rows.map(({ subject }) => subject).toSorted()).toEqual(
      gone.flatMap((table) => (table.rows > 0 ? [table.table] : [])).toSorted(),
    );
  });

  it('has nothing to do the second time', async () => {
    expect((await run()).every(({ rows }) => rows === 0)).toBe(true);
  });

  it('keeps checks that failed', async () => {
    await world.db.execute(
      sql`update check_results set status = 'failed' where id = (select min(id) from check_results)`,
    );
    await world.db.execute(sql`
      insert into check_results (asset, key, check_name, severity, status, from_date, to_date, tested, dates, expected, observed)
      select asset, key, check_name, severity, 'passed', from_date, to_date, tested, dates, expected, observed
      from check_results where status = 'failed'`);
    expect((await run()).find(({ table }) => table === 'check_results')?.rows).toBe(0);
  });

  it('keeps archived answers for ever, or as long as PAYLOAD_RETENTION_DAYS says, and those that something refers to', async () => {
    await world.db.execute(sql`
      insert into payload_bodies (sha256, body_gzip, stored_at) values ('orphan', 'x', '2028-01-01')`);
    const bodies = async (retentionDays: number) =>
      (await run({ retentionDays })).find(({ table }) => table === 'payload_bodies');
    expect(await bodies(0)).toMatchObject({ rows: 0, kept: expect.stringContaining('for ever') as string });
    expect(await bodies(1000)).toMatchObject({ rows: 0, kept: null });
    const before = await count(sql`select from payload_bodies`);
    expect(before).toBeGreaterThan(1);
    expect(await bodies(500)).toMatchObject({ rows: 1, kept: null });
    expect(await count(sql`select from payload_bodies`)).toBe(before - 1);
  });
});

describe('macro prune', () => {
  const macroAs = (environment: NodeJS.ProcessEnv, ...words: string[]) =>
    promisify(execFile)(process.execPath, [MAIN, 'prune', ...words], {
      env: { ...inheritEnvironment(), ...environment },
    });
  const macro = (...words: string[]) => macroAs({ DATABASE_URL: world.databaseUrl }, ...words);

  it('prints a table of what would go', async () => {
    const { stdout } = await macro('--older-than', '30d', '--dry-run');
    expect(stdout).toMatch(/^payload_bodies +0 +0\.0 MiB +PAYLOAD_RETENTION_DAYS=0/m);
    expect(stdout).toMatch(/^provider_requests +0 /m);
  });

  it('works as the owner of the tables, and says so to a login of the services', async () => {
    const writer = await createLogin(world.databaseUrl, 'in role macro_writer');
    const pruned = ['--older-than', '400d'];
    await expect(macroAs({ DATABASE_URL: writer.url }, ...pruned)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^error: PostgreSQL: permission denied for table \w+: .*MIGRATE_DATABASE_URL/,
      ) as string,
    });
    const both = { DATABASE_URL: writer.url, MIGRATE_DATABASE_URL: world.databaseUrl };
    expect((await macroAs(both, ...pruned)).stdout).toMatch(/^provider_requests +0 /m);
    await writer.drop();
  });

  it('refuses an age under a month', async () => {
    await expect(macro('--older-than', '29d')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('at least 30d') as string,
    });
  });
});
