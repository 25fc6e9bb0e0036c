import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listKeys, type RegisteredKey } from '../../../shared/connectors/registry.ts';
import { openDatabase, type DatabaseHandle } from '../../../shared/db/client.ts';
import { coverage, instruments, series } from '../../../shared/db/schema.ts';
import { registerSeries } from '../../../shared/db/series.ts';
import { ConfigError } from '../../../shared/errors.ts';
import { createWorld, type World } from '../../helpers/world.ts';

let world: World;
let database: DatabaseHandle;

async function forgetSeries(): Promise<void> {
  for (const table of [coverage, instruments, series]) await database.db.delete(table);
}

beforeAll(async () => {
  world = await createWorld();
  database = openDatabase(world.databaseUrl, { name: 'series-test', max: 2 });
});

afterAll(async () => {
  await database.close();
  await world.close();
});

beforeEach(async () => {
  await forgetSeries();
  await registerSeries(database.db);
});

function edit(key: string, change: Partial<RegisteredKey>): RegisteredKey[] {
  return listKeys().map((registered) => (registered.key === key ? { ...registered, ...change } : registered));
}

async function readSeries(key: string) {
  const [row] = await database.db.select().from(series).where(eq(series.key, key));
  return row;
}

describe('registering series', () => {
  it('stores what the registry says of every key, and the same again changes nothing', async () => {
    const first = await database.db.select().from(series).orderBy(series.key);
    expect(first).toHaveLength(listKeys().length);
    expect(await readSeries('BR_M1')).toMatchObject({
      asset: 'bronze_bcb_sgs',
      code: '27791',
      unit: 'brl_thousand',
      scale: 1000,
      revises: true,
      expectedMin: 1e7,
      expectedMax: 5e9,
      jumpBound: 0.4,
      jumpKind: 'relative',
      maxStaleness: 20,
    });
    await registerSeries(database.db);
    expect(await database.db.select().from(series).orderBy(series.key)).toEqual(first);
  });

  it.each([
    ['code', { code: '27788' }, 'code 27791', 'code 27788'],
    ['unit', { unit: 'brl_million' }, 'unit brl_thousand', 'unit brl_million'],
    ['scale', { scale: 1e6 }, 'scale 1000', 'scale 1000000'],
    ['frequency', { frequency: 'D' }, 'frequency M', 'frequency D'],
    ['country', { country: 'US' }, 'country BR', 'country US'],
    ['provider', { provider: 'fred' }, 'asset bronze_bcb_sgs', 'asset bronze_fred'],
  ] as const)(
    'refuses another %s of a key that exists, and writes nothing',
    async (_, change, stored, got) => {
      const keys = edit('BR_M1', { ...change, name: 'Renamed' });
      const error: unknown = await registerSeries(database.db, keys).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ConfigError);
      expect(String(error)).toContain('BR_M1');
      expect(String(error)).toContain(`expected as stored ${stored}`);
      expect(String(error)).toContain(`got ${got}`);
      expect(String(error)).toContain('migration');
      expect((await readSeries('BR_M1'))?.name).toBe('M1, end of period');
    },
  );

  it('lets one of two versions win that start together on an empty ledger', async () => {
    await forgetSeries();
    const started = await Promise.allSettled([
      registerSeries(database.db),
      registerSeries(database.db, edit('BR_M1', { code: '27788' })),
    ]);
    expect(started.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const winner = started[0].status === 'fulfilled' ? '27791' : '27788';
    expect((await readSeries('BR_M1'))?.code).toBe(winner);
  });

  it('takes over what does not change the meaning', async () => {
    await registerSeries(
      database.db,
      edit('BR_M1', {
        name: 'Narrow money',
        feeds: 'silver_macro: agent_fiscal',
        expectedRange: [1, 2],
        jumpBound: { kind: 'absolute', value: 3 },
        maxStaleness: 7,
        revises: false,
        calendar: 'BR_ANBIMA',
        verified: 'by hand',
        disabled: 'for a while',
      }),
    );
    expect(await readSeries('BR_M1')).toMatchObject({
      name: 'Narrow money',
      feeds: 'silver_macro: agent_fiscal',
      expectedMin: 1,
      expectedMax: 2,
      jumpBound: 3,
      jumpKind: 'absolute',
      maxStaleness: 7,
      revises: false,
      calendar: 'BR_ANBIMA',
      verified: 'by hand',
      disabled: 'for a while',
    });
  });

  it('accepts a meaning that a migration has changed in the row', async () => {
    await database.db.update(series).set({ code: '27788' }).where(eq(series.key, 'BR_M1'));
    await registerSeries(database.db, edit('BR_M1', { code: '27788' }));
    expect((await readSeries('BR_M1'))?.code).toBe('27788');
  });

  it('gives a scale to rows of an installation that had none, and holds them to it from then on', async () => {
    // As the migration that added the columns leaves the rows of an older version.
    await database.db
      .update(series)
      .set({ scale: 1, revises: false, maxStaleness: null, jumpBound: null, jumpKind: null });
    await registerSeries(database.db);
    expect(await readSeries('BR_M1')).toMatchObject({ scale: 1000, revises: true, maxStaleness: 20 });
    await expect(registerSeries(database.db, edit('BR_M1', { scale: 1 }))).rejects.toThrow(ConfigError);
  });

  it('lets a disabled key be identified, unless something was ever fetched for it', async () => {
    const identified = edit('BR_PORT_EQUITY', { code: '22926', frequency: 'Q' });
    await database.db.insert(coverage).values({
      provider: 'bcb_sgs',
      key: 'BR_PORT_EQUITY',
      windowId: 'all',
      fromDate: '1990-01-01',
      toDate: '2026-11-23',
      fetchedAt: new Date('2026-11-23T12:00:00Z'),
      payloadIds: [1],
      taskId: randomUUID(),
    });
    await expect(registerSeries(database.db, identified)).rejects.toThrow(/BR_PORT_EQUITY/);
    await database.db.delete(coverage);
    await registerSeries(database.db, identified);
    expect(await readSeries('BR_PORT_EQUITY')).toMatchObject({ code: '22926', frequency: 'Q' });
  });
});
