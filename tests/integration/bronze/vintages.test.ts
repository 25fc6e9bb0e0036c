import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BronzeRow, FixingRow, ObservationRow } from '../../../shared/connectors/connector.ts';
import { createConnectors } from '../../../shared/connectors/registry.ts';
import { openDatabase, type DatabaseHandle } from '../../../shared/db/client.ts';
import { unwrapQueryError } from '../../../shared/errors.ts';
import { ingestRows, lockIngest, type IngestCount, type IngestRow } from '../../../shared/db/ingest.ts';
import { readLastVintages } from '../../../shared/db/last-vintages.ts';
import type { BronzeName } from '../../../shared/pipeline/graph.ts';
import { replayHttp } from '../../helpers/replay-http.ts';
import { createWorld, type World } from '../../helpers/world.ts';

let world: World;
let database: DatabaseHandle;
const taskId = randomUUID();
const { fred } = createConnectors({ fredApiKey: 'abcdefghijklmnopqrstuvwxyz012345' });
const SEEN = Date.parse('2026-11-23T12:00:00Z');

beforeAll(async () => {
  world = await createWorld();
  database = openDatabase(world.databaseUrl, { name: 'test', max: 2 });
});

afterAll(async () => {
  await database.close();
  await world.close();
});

beforeEach(async () => {
  await database.db.execute(sql`truncate observations, fixings, bronze_versions`);
});

function toItems(rows: readonly BronzeRow[], seenAt = SEEN): IngestRow[] {
  return rows.map((row) => ({ row, payloadId: null, seenAt, taskId, missedAt: null }));
}

async function ingest(
  asset: BronzeName,
  items: readonly IngestRow[],
): Promise<ReadonlyMap<string, IngestCount>> {
  return database.db.transaction(async (tx) => ingestRows(tx, asset, await lockIngest(tx, asset), items));
}

async function readPayrolls(): Promise<ObservationRow[]> {
  const key = fred.keys.find(({ code }) => code === 'PAYEMS');
  if (key === undefined) throw new Error('no payrolls');
  const window = { key: key.key, id: 'all', from: '1980-01-01', to: '2026-11-23' };
  const { rows } = fred.parse(key, window, await fred.fetch(key, window, replayHttp));
  return rows.filter((row) => row.table === 'observations');
}

async function dump(table: 'observations' | 'fixings'): Promise<string[]> {
  const columns =
    table === 'observations'
      ? sql`key, date::text, vintage_at, value::text, revision, release_time, release_time_basis, task_id`
      : sql`key, date::text, vintage_at, bid::text, ask::text, revision, release_time, release_time_basis, task_id`;
  const result = await database.db.execute(
    sql`select ${columns} from ${sql.identifier(table)} order by key, date, vintage_at`,
  );
  return result.rows.map((row) => JSON.stringify(row));
}

describe('two recorded vintages of the payrolls', () => {
  it('give 222 revisions, in whatever order and number of times they are ingested', async () => {
    const rows = await readPayrolls();
    const [january, august] = ['2026-01-02', '2026-08-06'].map((day) =>
      rows.filter(({ vintageAt }) => new Date(vintageAt ?? 0).toISOString().startsWith(day)),
    );
    await ingest('bronze_fred', toItems(january ?? []));
    await ingest('bronze_fred', toItems(august ?? []));
    const stored = await dump('observations');
    expect(stored.filter((row) => row.includes('"revision":1'))).toHaveLength(222);
    const again = await ingest('bronze_fred', toItems(rows));
    expect([...again.values()]).toEqual([]);
    expect(await dump('observations')).toEqual(stored);
    await database.db.execute(sql`truncate observations, bronze_versions`);
    await ingest('bronze_fred', toItems(august ?? []));
    await ingest('bronze_fred', toItems(january ?? []));
    expect(await dump('observations')).toEqual(stored);
  });

  it('name the last of them as the one to go on from', async () => {
    expect(await readLastVintages(database.db, ['US_NFP_TOTAL'])).toEqual(new Map());
    await ingest('bronze_fred', toItems(await readPayrolls()));
    expect(await readLastVintages(database.db, ['US_NFP_TOTAL', 'US_GDP_REAL'])).toEqual(
      new Map([['US_NFP_TOTAL', '2026-08-06']]),
    );
  });

  it('are stored whole or not at all', async () => {
    const rows = await readPayrolls();
    const broken = { ...rows[0], value: 'no number' } as ObservationRow;
    const failure = await ingest('bronze_fred', toItems([...rows, broken])).catch(unwrapQueryError);
    expect(String(failure)).toContain('invalid input syntax for type numeric');
    expect(await dump('observations')).toEqual([]);
  });

  it('leave the values alone that a shorter pull no longer holds', async () => {
    const rows = await readPayrolls();
    await ingest('bronze_fred', toItems(rows));
    const before = await dump('observations');
    await ingest('bronze_fred', toItems(rows.slice(-12)));
    expect(await dump('observations')).toEqual(before);
  });
});

describe('a bulletin of the PTAX', () => {
  const bulletin: FixingRow = {
    table: 'fixings',
    key: 'USDBRL_PTAX',
    date: '2025-04-23',
    bulletin: 'closing',
    bid: '5.69950',
    ask: '5.70010',
    vintageAt: null,
    releaseTime: Date.parse('2025-04-23T16:05:00.123Z'),
    releaseBasis: 'provider',
  };

  it('that is published again under another clock is the same fixing, a changed one its revision', async () => {
    await ingest('bronze_bcb_ptax', toItems([bulletin]));
    const repeated = { ...bulletin, releaseTime: Date.parse('2025-04-23T16:05:00.150Z') };
    await ingest('bronze_bcb_ptax', toItems([repeated], SEEN + 1_000));
    expect(await dump('fixings')).toHaveLength(1);
    await ingest('bronze_bcb_ptax', toItems([{ ...bulletin, ask: '5.70020' }], SEEN + 2_000));
    const stored = await dump('fixings');
    expect(stored).toHaveLength(2);
    expect(stored[0]).toContain('"ask":"5.70010","revision":0');
    expect(stored[1]).toContain('"ask":"5.70020","revision":1');
    expect(stored.every((row) => row.includes(taskId))).toBe(true);
  });
});
