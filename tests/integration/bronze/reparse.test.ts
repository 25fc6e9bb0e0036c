import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reparse } from '../../../services/bronze/reparse.ts';
import type { BronzeRow, Connector } from '../../../shared/connectors/connector.ts';
import { createConnectors } from '../../../shared/connectors/registry.ts';
import { assetOf } from '../../../shared/pipeline/providers.ts';
import { createBronzeWorld, keepKeys, runBronze, type BronzeWorld } from '../../helpers/bronze.ts';
import { waitFor } from '../../helpers/pipeline.ts';

const connectors = createConnectors({ fredApiKey: '0'.repeat(32) });

/** The connector with a bug: some rows are not what the provider sent. */
function breakParser(connector: Connector, spoil: (row: BronzeRow) => BronzeRow[]): Connector {
  return {
    ...connector,
    parse(...args: Parameters<Connector['parse']>) {
      const parsed = connector.parse(...args);
      return { ...parsed, rows: parsed.rows.flatMap(spoil) };
    },
  };
}

const WIDE = { from: '1900-01-01', to: '2100-01-01' };
const TABLES = ['observations', 'bars', 'corporate_actions', 'fixings', 'curve_points'];

function run(world: BronzeWorld, connector: Connector, isDryRun = false, range = WIDE) {
  return reparse({
    db: world.db,
    asset: assetOf(connector.provider),
    connector,
    ...range,
    isDryRun,
    actor: 'tester',
  });
}

/** Every row of bronze, byte for byte. */
async function dump(world: BronzeWorld): Promise<unknown[]> {
  const dumps = await Promise.all(
    TABLES.map((table) =>
      world.db.execute(sql`select to_jsonb(t)::text as row from ${sql.identifier(table)} t order by 1`),
    ),
  );
  return dumps.flatMap(({ rows }) => rows);
}

/** What the values and their release are, whoever wrote them. */
async function dumpContent(world: BronzeWorld): Promise<unknown[]> {
  const { rows } = await world.db.execute(sql`
    select key, date::text, value::text, revision, release_time_basis,
      case when release_time_basis = 'first_seen' then null else release_time end as release_time
    from observations order by key, date, vintage_at`);
  return rows;
}

const ipca = keepKeys(connectors.bcb_sgs, ['BR_IPCA_MOM', 'BR_SELIC_TARGET']);
const wrong = breakParser(ipca, (row) => {
  if (row.table !== 'observations' || row.key !== 'BR_IPCA_MOM') return [row];
  if (row.date === '2021-05-01') return [];
  if (row.date === '2021-06-01') return [{ ...row, value: '1.99' }];
  if (row.date === '2021-07-01') return [row, { ...row, date: '2021-07-02' }];
  return [row];
});

describe('a parser that was wrong', () => {
  let world: BronzeWorld;
  let right: BronzeWorld;
  beforeAll(async () => {
    world = await createBronzeWorld();
    right = await createBronzeWorld();
    await runBronze(world, { connector: wrong, partition: '2022-06-24' });
    // Versions are counted by asset: rows of another one bear the same numbers.
    for (const partition of ['2023-02-02', '2025-02-03'])
      await runBronze(world, { connector: keepKeys(connectors.b3, ['DI1']), partition });
    await runBronze(right, { connector: ipca, partition: '2022-06-24' });
  });
  afterAll(async () => {
    await world.close();
    await right.close();
  });

  const expected = [{ key: 'BR_IPCA_MOM', added: 1, changed: 1, removed: 1 }];
  const readVersion = async () => {
    const { rows } = await world.db.execute(
      sql`select version::int from bronze_versions where asset = 'bronze_bcb_sgs'`,
    );
    return rows[0]?.['version'];
  };

  it('is told apart without a change by a dry run', async () => {
    const before = await dump(world);
    const keys = await run(world, ipca, true);
    expect(keys.flatMap(({ changes }) => changes)).toMatchObject(expected);
    expect(keys[0]?.changes[0]?.examples[0]).toMatchObject({ before: null, after: { date: '2021-05-01' } });
    expect(await dump(world)).toEqual(before);
    expect((await world.db.execute(sql`select from audit_log`)).rowCount).toBe(0);
  });

  it('touches only the dates that are asked for', async () => {
    const keys = await run(world, ipca, true, { from: '2021-06-01', to: '2021-06-30' });
    expect(keys.flatMap(({ changes }) => changes)).toMatchObject([
      { key: 'BR_IPCA_MOM', added: 0, changed: 1, removed: 0 },
    ]);
  });

  it('is mended from the archive: the values, the audit log and the version for silver', async () => {
    const version = await readVersion();
    await world.db.execute(
      sql`insert into silver_versions values ('silver_macro', 'bronze_bcb_sgs', 1, '1')`,
    );
    await fetch(`${world.replay.url}/requests`, { method: 'DELETE' });
    const keys = await run(world, ipca);
    expect(keys.flatMap(({ changes }) => changes)).toMatchObject(expected);
    const sent = (await (await fetch(`${world.replay.url}/requests`)).json()) as { total: number };
    expect(sent.total).toBe(0);
    expect(await dumpContent(world)).toEqual(await dumpContent(right));
    expect(await readVersion()).toBe((version as number) + 1);
    const silver = await world.db.execute(sql`select model_version from silver_versions`);
    expect(silver.rows, 'a value went: everything is derived again').toEqual([
      { model_version: 'values were removed' },
    ]);
    const audit = await world.db.execute<{ detail: { changes: { before: { value: number } | null }[] } }>(
      sql`select actor, action, subject, detail from audit_log`,
    );
    expect(audit.rows).toMatchObject([{ actor: 'tester', action: 'bronze.reparse', subject: 'BR_IPCA_MOM' }]);
    expect(audit.rows[0]?.detail.changes.map(({ before }) => before?.value ?? null)).toContain(1.99);
    const fresh = await world.db.execute(
      sql`select date::text from observations where ingest_version = ${(version as number) + 1} order by 1`,
    );
    expect(fresh.rows.map(({ date }) => date)).toEqual(['2021-05-01', '2021-06-01']);
  });

  it('leaves nothing to do the second time', async () => {
    const before = await dump(world);
    const keys = await run(world, ipca);
    expect(keys.flatMap(({ changes }) => changes)).toEqual([]);
    expect(keys.reduce((total, { rows }) => total + rows, 0)).toBeGreaterThan(500);
    expect(await dump(world)).toEqual(before);
  });

  it('keeps what is stored from an answer that it cannot read any more', async () => {
    const before = await dump(world);
    const broken: Connector = {
      ...ipca,
      parse: () => {
        throw new Error('cannot read');
      },
    };
    const keys = await run(world, broken);
    expect(keys[0]?.failures[0]).toContain('cannot read');
    expect(keys.flatMap(({ changes }) => changes)).toEqual([]);
    expect(await dump(world)).toEqual(before);
  });
});

describe('two windows of one task', () => {
  it('are read again in the order of the task, whichever was answered first', async () => {
    const world = await createBronzeWorld();
    const connector = keepKeys(connectors.bcb_sgs, ['BR_IPCA_MOM']);
    const slow: Connector = {
      ...connector,
      async fetch(key, window, http) {
        // The look-back is answered before the history that is asked for before it.
        if (!window.id.startsWith('recent'))
          await waitFor(
            'the look-back',
            async () => (await world.db.execute(sql`select from coverage`)).rowCount === 1,
          );
        return connector.fetch(key, window, http);
      },
    };
    await runBronze(world, { connector: slow, partition: '2022-06-24' });
    const reads = await world.db.execute<{ window_id: string; ingested_at: Date }>(
      sql`select window_id, ingested_at from coverage order by fetched_at`,
    );
    expect(reads.rows).toHaveLength(2);
    expect(reads.rows[0]?.window_id).toContain('recent');
    const before = await dump(world);
    const [key] = await run(world, connector);
    expect(key?.rows).toBeGreaterThan(100);
    expect(key?.changes).toEqual([]);
    expect(await dump(world)).toEqual(before);
    await world.close();
  });
});

describe('a parser that did not change', () => {
  const names = ['fred', 'treasury', 'bcb_ptax', 'yahoo', 'b3'] as const;
  it.each(names)('changes no byte of %s, after several reads', async (name) => {
    const keys = ['US_NFP_TOTAL', 'UST_10Y', 'UST_NOM', 'USDBRL_PTAX', 'VALE3', 'IBOVESPA', 'DI1'];
    const connector = keepKeys(connectors[name], keys);
    expect(connector.keys.length).toBeGreaterThan(0);
    const world = await createBronzeWorld();
    const partition = name === 'b3' ? '2023-02-02' : '2022-06-24';
    await runBronze(world, { connector, partition, kind: 'scheduled' });
    await runBronze(world, { connector, partition });
    await runBronze(world, { connector, partition });
    const before = await dump(world);
    expect(before.length).toBeGreaterThan(10);
    const report = await run(world, connector);
    expect(report.flatMap(({ failures }) => failures)).toEqual([]);
    expect(report.flatMap(({ changes }) => changes)).toEqual([]);
    expect(report.reduce((total, key) => total + key.reads, 0)).toBeGreaterThan(1);
    expect(await dump(world)).toEqual(before);
    await world.close();
  });
});
