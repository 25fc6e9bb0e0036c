import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createOverride, listReopened } from '../../../shared/db/check-overrides.ts';
import { openDatabase, type DatabaseHandle } from '../../../shared/db/client.ts';
import { countHeldRows } from '../../../shared/db/checks.ts';
import { coverage } from '../../../shared/db/schema.ts';
import { storeRejectedRows } from '../../../shared/db/task-keys.ts';
import { createWorld, type World } from '../../helpers/world.ts';

let world: World;
let database: DatabaseHandle;

beforeAll(async () => {
  world = await createWorld();
  database = openDatabase(world.databaseUrl, { name: 'test', max: 2 });
});

afterAll(async () => {
  await database.close();
  await world.close();
});

const KEYS = ['DI1', 'PRE', 'DIC', 'DOC', 'TESOURO'];

/** Files of two sessions, all ingested but the last one, which a task has just fetched. */
async function coverSessions(): Promise<void> {
  const at = new Date('2021-01-05T00:00:00Z');
  const rows = ['2021-01-04', '2021-01-05'].flatMap((day) =>
    ['DI1', 'PRE'].map((key) => ({
      provider: 'b3',
      key,
      windowId: day,
      fromDate: day,
      toDate: day,
      fetchedAt: at,
      payloadIds: [],
      ingestedAt: key === 'DI1' && day === '2021-01-05' ? null : at,
      taskId: randomUUID(),
    })),
  );
  await database.db.insert(coverage).values(rows);
}

const override = {
  provider: 'b3',
  check: 'range',
  from: '2021-01-04',
  to: '2021-01-04',
  actor: 'maria',
  reason: 'confirmed',
} as const;

it('opens the window of the key, whatever is in flight beside it', async () => {
  const { db } = database;
  await coverSessions();
  expect(await listReopened(db, 'b3', KEYS)).toEqual([]);
  const { windows } = await createOverride(db, { ...override, key: 'PRE' });
  expect(windows).toEqual([{ key: 'PRE', id: '2021-01-04', from: '2021-01-04', to: '2021-01-04' }]);
  expect(await listReopened(db, 'b3', KEYS)).toEqual(windows);
  expect(await listReopened(db, 'treasury', ['UST_NOM'])).toEqual([]);
});

it('is over when the window has been parsed, or fetched again', async () => {
  const { db } = database;
  await db.execute(sql`update coverage set ingested_at = clock_timestamp() where key = 'PRE'`);
  expect(await listReopened(db, 'b3', KEYS)).toEqual([]);
  await db.execute(
    sql`update coverage set ingested_at = null, fetched_at = clock_timestamp() where key = 'PRE'`,
  );
  expect(await listReopened(db, 'b3', KEYS)).toEqual([]);
});

it('opens every file of the date for a key that arrives in the file of another', async () => {
  const { db } = database;
  await db.execute(sql`truncate coverage, check_overrides`);
  await coverSessions();
  const { windows } = await createOverride(db, { ...override, key: 'DOC' });
  expect(windows.map(({ key, id }) => [key, id])).toEqual([
    ['DI1', '2021-01-04'],
    ['PRE', '2021-01-04'],
  ]);
  expect(await listReopened(db, 'b3', KEYS)).toEqual(windows);
});

it('ends the hold for the task that held the row back, and for no other row of it', async () => {
  const { db } = database;
  const taskId = randomUUID();
  const held = { key: 'TESOURO', reason: 'range', check: 'range', raw: '{}' };
  await db.transaction((tx) =>
    storeRejectedRows(tx, taskId, 'b3', [
      { ...held, date: '2021-01-04' },
      { ...held, date: '2021-01-05' },
      { ...held, date: '2021-01-04', check: 'jump' },
    ]),
  );
  expect(await countHeldRows(db, taskId)).toEqual(new Map([['TESOURO', 3]]));
  await createOverride(db, { ...override, key: 'TESOURO' });
  expect(await countHeldRows(db, taskId)).toEqual(new Map([['TESOURO', 2]]));
});
