import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordDueTicks } from '../../../services/scheduler/ticks.ts';
import { openDatabase, type DatabaseHandle } from '../../../shared/db/client.ts';
import { pauseSchedule, readPause, resumeSchedule } from '../../../shared/db/schedule-pauses.ts';
import { createLogger } from '../../../shared/logger.ts';
import type { CatchUp } from '../../../shared/pipeline/schedule.ts';
import { createWorld, type World } from '../../helpers/world.ts';

const SCHEDULE = { name: 'weekday', cron: '0 6 * * 1-5', zone: 'America/Sao_Paulo' };
const ORIGIN = { actor: 'ana', reason: 'maintenance' };

let world: World;
let database: DatabaseHandle;

beforeAll(async () => {
  world = await createWorld();
  database = openDatabase(world.databaseUrl, { name: 'test', max: 4 });
});

afterAll(async () => {
  await database.close();
  await world.close();
});

const tickAt = (moment: string, catchUp: CatchUp = 'all') =>
  recordDueTicks(database.db, SCHEDULE, {
    now: Date.parse(moment),
    catchUp,
    log: createLogger('test', 'silent'),
  });

async function readTicks() {
  const result = await database.db.execute<{ partition: string; outcome: string; planned: boolean }>(sql`
    select partition::text, outcome, run_id is not null as planned from ticks
    where outcome <> 'installed' order by due_at`);
  return result.rows.map(({ partition, outcome, planned }) => [partition, outcome, planned]);
}

// One story with a clock: each step stands on those before it.
it('records nothing while it is paused and makes up for it when it is resumed', async () => {
  const { db } = database;
  await tickAt('2022-06-27T08:00:00Z');
  await tickAt('2022-06-27T09:00:01Z');
  expect(await readTicks()).toEqual([['2022-06-24', 'started', true]]);

  await Promise.all(Array.from({ length: 20 }, () => pauseSchedule(db, 'weekday', ORIGIN)));
  await pauseSchedule(db, 'weekday', { actor: 'bob', reason: null });
  expect(await readPause(db, 'weekday')).toMatchObject({ by: 'ana', reason: 'maintenance' });
  for (const day of ['28', '29', '30']) expect(await tickAt(`2022-06-${day}T09:00:01Z`)).toBe(0);
  expect(await readTicks()).toHaveLength(1);

  await resumeSchedule(db, 'weekday', { actor: 'bob', reason: null });
  await resumeSchedule(db, 'weekday', { actor: 'cid', reason: null });
  expect(await readPause(db, 'weekday')).toBeNull();
  await tickAt('2022-06-30T15:00:00Z');
  await tickAt('2022-06-30T15:00:01Z');
  expect(await readTicks(), 'one row for every due weekday').toEqual([
    ['2022-06-24', 'started', true],
    ['2022-06-27', 'caught_up', true],
    ['2022-06-28', 'caught_up', true],
    ['2022-06-29', 'caught_up', true],
  ]);

  await pauseSchedule(db, 'weekday', ORIGIN);
  await resumeSchedule(db, 'weekday', ORIGIN);
  await tickAt('2022-07-05T12:00:00Z', 'none');
  expect((await readTicks()).slice(4), 'without catching up they are rows all the same').toEqual([
    ['2022-06-30', 'missed', false],
    ['2022-07-01', 'missed', false],
    ['2022-07-04', 'missed', false],
  ]);

  const audit = await db.execute(sql`select actor, action, subject, detail from audit_log order by id`);
  expect(audit.rows).toEqual([
    { actor: 'ana', action: 'schedule_pause', subject: 'weekday', detail: { reason: 'maintenance' } },
    { actor: 'bob', action: 'schedule_resume', subject: 'weekday', detail: { reason: null } },
    { actor: 'ana', action: 'schedule_pause', subject: 'weekday', detail: { reason: 'maintenance' } },
    { actor: 'ana', action: 'schedule_resume', subject: 'weekday', detail: { reason: 'maintenance' } },
  ]);
});
