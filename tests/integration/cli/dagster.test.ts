import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diffSeries, isSame } from '../../../infra/cli/dagster/diff.ts';
import { importSeries, type ImportedSeries } from '../../../infra/cli/dagster/import.ts';
import { readOldAsset } from '../../../infra/cli/dagster/old-deployment.ts';
import { REFUSALS } from '../../../infra/cli/dagster/old-tables.ts';
import { inheritEnvironment } from '../../../shared/config.ts';
import { listObservations as contract } from '../../../shared/contract/series.ts';
import { createConnectors } from '../../../shared/connectors/registry.ts';
import { findSeries, listObservations } from '../../../shared/db/series-view.ts';
import { ingestRows, lockIngest } from '../../../shared/db/ingest.ts';
import type { BronzeName } from '../../../shared/pipeline/graph.ts';
import { createBronzeWorld, keepKeys, runBronze, type BronzeWorld } from '../../helpers/bronze.ts';
import {
  dropDatabase,
  inventDatabaseName,
  pointToDatabase,
  withClient,
} from '../../helpers/template-database.ts';

const MAIN = join(import.meta.dirname, '../../../infra/cli/main.ts');
const connectors = createConnectors({ fredApiKey: '0'.repeat(32) });

/** The tables of the Dagster deployment that are read, with the columns of its migrations. */
const OLD_TABLES = `
  create table data_sources (id serial primary key, name varchar(100) not null unique);
  create table series_metadata (id serial primary key, source_id int not null references data_sources(id),
    series_code varchar(100) not null, name varchar(300) not null, frequency varchar(20) not null default 'D',
    unit varchar(50) not null default 'index', unique (source_id, series_code));
  create table macro_series (id bigserial, series_id int not null references series_metadata(id), observation_date date not null,
    value float8, release_time timestamptz not null, revision_number smallint not null default 0, source varchar(50),
    primary key (id, observation_date), unique (series_id, observation_date, revision_number));
  create table instruments (id serial primary key, ticker varchar(50) not null unique, name varchar(200) not null);
  create table market_data (id bigserial primary key, instrument_id int not null references instruments(id),
    timestamp timestamptz not null, frequency varchar(20) not null default 'daily', open float8, high float8, low float8, close float8,
    volume float8, adjusted_close float8, unique (instrument_id, timestamp, frequency));
  insert into data_sources (name) values ('BCB_SGS'), ('FRED');`;

const SERIES = `
  insert into series_metadata (source_id, series_code, name)
  select d.id, given.code, given.code from (values ('BCB_SGS', '433'), ('BCB_SGS', '432'), ('BCB_SGS', '189'),
    ('BCB_SGS', '99999'), ('FRED', 'DGS10'), ('FRED', 'WTREGEN')) given(source, code)
  join data_sources d on d.name = given.source`;

/** Code, date, value and release_time of the old rows. */
const ROWS = `('433', '2009-05-01', 0.47, '2024-01-02T12:00:00Z'),
  ('433', '2009-06-01', 500, '2024-01-02T12:00:00Z'),
  ('433', '2009-07-01', 'NaN', '2024-01-02T12:00:00Z'),
  ('433', '2021-12-01', 0.73, '2024-01-02T12:00:00Z'),
  ('433', '2021-11-01', 0.96, '2024-01-02T12:00:00Z'),
  ('189', '2021-12-01', 0.87, '2024-01-02T12:00:00Z'),
  ('99999', '2021-12-01', 1, '2024-01-02T12:00:00Z'),
  ('DGS10', '2021-12-25', 1.5, '2024-01-02T05:00:00Z'),
  ('WTREGEN', '2021-12-22', 140.5, '2024-01-02T05:00:00Z')`;

let world: BronzeWorld;
let oldUrl: string;
let oldName: string;

async function fillOldDatabase(): Promise<void> {
  await withClient(oldUrl, async (client) => {
    await client.query(OLD_TABLES);
    await client.query(SERIES);
    const codes = REFUSALS.filter(({ why }) => why === 'mislabelled').map(({ code }) => code);
    await client.query(
      `insert into series_metadata (source_id, series_code, name)
       select d.id, code, code from unnest($1::text[]) code
       join data_sources d on d.name = case when code ~ '^[0-9]+$' then 'BCB_SGS' else 'FRED' end`,
      [codes],
    );
    await client.query(`
      insert into macro_series (series_id, observation_date, value, release_time)
      select s.id, given.date::date, given.value, given.stamp::timestamptz
      from (values ${ROWS}) given(code, date, value, stamp) join series_metadata s on s.series_code = given.code`);
    await client.query(
      `insert into macro_series (series_id, observation_date, value, release_time)
       select id, '2021-12-01', 7, '2024-01-02T12:00:00Z' from series_metadata where series_code = any($1::text[])`,
      [codes],
    );
    await client.query(`
      insert into instruments (ticker, name) values ('IBOVESPA', 'Ibovespa'), ('EWZ', 'EWZ');
      insert into market_data (instrument_id, timestamp, close)
      select id, '2022-06-20T00:00:00Z', 100 from instruments`);
  });
}

beforeAll(async () => {
  world = await createBronzeWorld();
  oldName = inventDatabaseName('test_dagster');
  oldUrl = pointToDatabase(world.databaseUrl, oldName);
  await withClient(world.databaseUrl, (client) => client.query(`create database ${oldName}`));
  await fillOldDatabase();
  const sgs = keepKeys(connectors.bcb_sgs, ['BR_IPCA_MOM', 'BR_SELIC_TARGET']);
  await runBronze(world, { connector: sgs, partition: '2022-06-24' });
  const fred = keepKeys(connectors.fred, ['US_UST_10Y', 'US_FED_FUNDS', 'US_UST_2Y']);
  await runBronze(world, { connector: fred, partition: '2022-06-24' });
  const yahoo = keepKeys(connectors.yahoo, ['IBOVESPA', 'SP500', 'VIX']);
  await runBronze(world, { connector: yahoo, partition: '2022-06-24' });
});

afterAll(async () => {
  await dropDatabase(world.databaseUrl, oldName);
  await world.close();
});

async function runImport(asset: BronzeName, isDryRun = false): Promise<ImportedSeries[]> {
  const old = await readOldAsset(oldUrl, asset);
  return importSeries({ db: world.db, asset, old, isDryRun, actor: 'tester' });
}

/** Every observation, byte for byte. */
async function dump(where = sql`true`): Promise<unknown[]> {
  const { rows } = await world.db.execute(
    sql`select to_jsonb(o)::text as row from observations o where ${where} order by 1`,
  );
  return rows;
}

const NOT_IMPORTED = sql`vintage_basis <> 'imported'`;

async function listImported(): Promise<unknown[]> {
  const { rows } = await world.db.execute(sql`
    select key, date::text, value::text, revision, to_char(release_time at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as known,
      release_time_basis as basis, rule_release_time as rule
    from observations where vintage_basis = 'imported' order by key`);
  return rows;
}

const IPCA = {
  code: '433',
  key: 'BR_IPCA_MOM',
  refused: null,
  rows: 5,
  imported: 1,
  provided: 2,
  unasked: 0,
  held: 1,
  repeated: 1,
};

describe('an import from the Dagster deployment', () => {
  it('tells in a dry run what it would store, and stores nothing', async () => {
    const before = await dump();
    expect(await runImport('bronze_bcb_sgs', true)).toContainEqual(IPCA);
    expect(await dump()).toEqual(before);
    expect((await world.db.execute(sql`select from audit_log`)).rowCount).toBe(0);
  });

  it('refuses all 27 mislabelled series by name and reason, and a code that it does not know', async () => {
    const series = await runImport('bronze_bcb_sgs', true);
    const mislabelled = series.filter(({ refused }) => refused?.includes('mislabelled'));
    expect(mislabelled).toHaveLength(27);
    expect(mislabelled.find(({ code }) => code === '1')?.refused).toBe(
      'BR_PTAX_BUY, mislabelled: the code is the selling rate; the series of that name is 10813',
    );
    expect(series.find(({ code }) => code === '99999')?.refused).toBe('no key of the registry has this code');
    const yahoo = await runImport('bronze_yahoo', true);
    expect(yahoo.map(({ code, refused }) => [code, refused])).toEqual([
      ['EWZ', expect.stringContaining('dividends')],
      ['IBOVESPA', 'market_data does not say when a row was stored'],
    ]);
  });

  it('stores what no provider gave, known from the moment the old deployment had it, and touches no other value', async () => {
    const before = await dump(NOT_IMPORTED);
    const series = [...(await runImport('bronze_bcb_sgs')), ...(await runImport('bronze_fred'))];
    expect(series).toContainEqual(IPCA);
    expect(series.find(({ code }) => code === '189')).toMatchObject({ imported: 0, unasked: 1 });
    expect(await listImported()).toEqual([
      {
        key: 'BR_IPCA_MOM',
        date: '2009-05-01',
        value: '0.47',
        revision: 0,
        known: '2024-01-02 12:00',
        basis: 'first_seen',
        rule: null,
      },
      {
        key: 'US_UST_10Y',
        date: '2021-12-25',
        value: '1.5',
        revision: 0,
        // Its stamp is the midnight that began the day of the fetch.
        known: '2024-01-03 07:00',
        basis: 'first_seen',
        rule: null,
      },
    ]);
    expect(await dump(NOT_IMPORTED)).toEqual(before);
  });

  it('is in the audit log, and has silver derive what it feeds', async () => {
    const audit = await world.db.execute(
      sql`select actor, action, subject, detail from audit_log order by subject`,
    );
    expect(audit.rows).toMatchObject([
      {
        actor: 'tester',
        action: 'dagster.import',
        subject: 'BR_IPCA_MOM',
        detail: { imported: 1, code: '433' },
      },
      { subject: 'US_UST_10Y' },
    ]);
    const newest = await world.db.execute(sql`
      select bool_and(ingest_version = version) as newest from observations
      join bronze_versions on asset = 'bronze_bcb_sgs' where vintage_basis = 'imported' and key = 'BR_IPCA_MOM'`);
    expect(newest.rows).toEqual([{ newest: true }]);
  });

  it('is told apart in the answers of the API, which their contract allows', async () => {
    const view = await findSeries(world.db, 'BR_IPCA_MOM');
    const asOf = Date.parse('2024-01-02T12:00:00Z');
    const range = { from: '2009-05-01', to: '2009-05-01', everyVintage: false, limit: 9 };
    expect(await listObservations(world.db, view!, { ...range, asOf: asOf - 1 })).toEqual([]);
    const data = await listObservations(world.db, view!, { ...range, asOf });
    expect(data).toMatchObject([{ value: '0.47', vintageBasis: 'imported' }]);
    const answer = { data, nextCursor: null };
    expect(contract.answers[200].parse(answer)).toEqual(answer);
  });

  it('changes nothing the second time', async () => {
    const before = await dump();
    const series = await runImport('bronze_bcb_sgs');
    expect(series.find(({ code }) => code === '433')).toEqual({ ...IPCA, imported: 0, repeated: 2 });
    expect(await dump()).toEqual(before);
  });

  it('gives way to what the provider says later, as a revision', async () => {
    await world.db.transaction(async (tx) => {
      const version = await lockIngest(tx, 'bronze_bcb_sgs');
      await ingestRows(tx, 'bronze_bcb_sgs', version, [
        {
          row: {
            table: 'observations',
            key: 'BR_IPCA_MOM',
            date: '2009-05-01',
            value: '0.48',
            vintageAt: null,
            releaseTime: Date.parse('2009-06-10T12:00:00Z'),
            releaseBasis: 'lag_rule',
          },
          payloadId: null,
          seenAt: Date.parse('2026-11-20T12:00:00Z'),
          taskId: '00000000-0000-4000-8000-000000000000',
          missedAt: null,
        },
      ]);
    });
    const { rows } = await world.db.execute(sql`
      select value::text, revision, vintage_basis as basis, release_time_basis as "releaseBasis" from observations
      where key = 'BR_IPCA_MOM' and date = '2009-05-01' order by vintage_at`);
    expect(rows).toEqual([
      { value: '0.47', revision: 0, basis: 'imported', releaseBasis: 'first_seen' },
      { value: '0.48', revision: 1, basis: 'first_seen', releaseBasis: 'first_seen' },
    ]);
  });
});

async function diff(asset: BronzeName, from = '2021-11-01', to = '2021-12-31') {
  const old = await readOldAsset(oldUrl, asset);
  return diffSeries({ db: world.db, asset, old, from, to, asOf: Date.now() });
}

describe('a comparison with the Dagster deployment', () => {
  it('counts by series what is equal, different and on one side only, and names the largest difference', async () => {
    const series = await diff('bronze_bcb_sgs');
    const of = (code: string) => series.find((row) => row.code === code);
    expect(of('433')).toEqual({
      key: 'BR_IPCA_MOM',
      code: '433',
      refused: null,
      onlyThere: 0,
      onlyHere: 0,
      equal: 1,
      different: 1,
      largest: { date: '2021-11-01', there: 0.96, here: 0.95, difference: expect.closeTo(-0.01, 10) },
    });
    expect(of('189')).toMatchObject({ onlyThere: 1, onlyHere: 0, equal: 0 });
    expect(of('432')).toMatchObject({ key: 'BR_SELIC_TARGET', onlyThere: 0, onlyHere: 61 });
    expect(of('1')?.refused).toContain('BR_PTAX_BUY');
    expect(isSame(series)).toBe(false);
  });

  it('does not compare an imported value with itself', async () => {
    const series = await diff('bronze_fred', '2021-12-25', '2021-12-25');
    expect(series.find(({ code }) => code === 'DGS10')).toMatchObject({ onlyThere: 1, equal: 0 });
  });

  it('compares closes with those of the old instruments', async () => {
    const series = await diff('bronze_yahoo', '2022-06-20', '2022-06-20');
    expect(series.find(({ code }) => code === 'IBOVESPA')).toMatchObject({
      key: 'IBOVESPA',
      different: 1,
      largest: { there: 100 },
    });
  });

  it('is the same only when something was compared', () => {
    const empty = {
      key: 'BR_IPCA_MOM',
      code: '433',
      refused: null,
      onlyThere: 0,
      different: 0,
      largest: null,
    };
    expect(isSame([{ ...empty, equal: 0, onlyHere: 3 }])).toBe(false);
    expect(isSame([{ ...empty, equal: 1, onlyHere: 3 }])).toBe(true);
  });
});

interface Output {
  readonly code: number;
  readonly text: string;
}

function runMacro(...args: string[]): Promise<Output> {
  const env = { ...inheritEnvironment(), DATABASE_URL: world.databaseUrl };
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), text: stdout + stderr }),
    );
  });
}

describe('the command line', () => {
  const range = ['--asset', 'bronze_bcb_sgs', '--from-date', '2021-12-01', '--to-date', '2021-12-01'];

  it('ends with 1 when the systems differ, and says in which series', async () => {
    const { code, text } = await runMacro('dagster', 'diff', '--from', oldUrl, ...range);
    expect(text).toContain('NOT THE SAME');
    expect(text).toMatch(/BR_IGP_M_MOM +1 +0/);
    expect(code).toBe(1);
  });

  it('prints an import as JSON', async () => {
    const { code, text } = await runMacro('--json', 'dagster', 'import', '--dry-run', '--from', oldUrl);
    expect(code).toBe(0);
    expect((JSON.parse(text) as unknown[]).length).toBeGreaterThan(30);
  });

  it('never shows the password of the address', async () => {
    const address = new URL(oldUrl);
    address.password = 'hunter2%2F';
    address.pathname = '/nowhere';
    const { code, text } = await runMacro('dagster', 'diff', '--from', address.href, ...range);
    expect(code).toBe(1);
    expect(text).toMatch(/the old deployment at .*\/nowhere failed/);
    expect(text).not.toContain('hunter2');
    for (const url of ['hunter2', 'mysql://u:hunter2@host/db', 'postgres://u:hunter2@127.0.0.1:1/db']) {
      const error: unknown = await readOldAsset(url, 'bronze_fred').catch((thrown: unknown) => thrown);
      expect(String(error)).toMatch(/the old deployment.* failed/);
      expect(inspect(error, { depth: 9 })).not.toContain('hunter2');
    }
  });

  it('writes nothing into the old deployment', async () => {
    const { rows } = await withClient(oldUrl, (client) =>
      client.query('select count(*)::int as count from macro_series'),
    );
    expect(rows).toEqual([{ count: 38 }]);
  });
});
