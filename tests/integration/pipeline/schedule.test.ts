import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recordDueTicks } from '../../../services/scheduler/ticks.ts';
import { openDatabase, type DatabaseHandle } from '../../../shared/db/client.ts';
import { pauseSchedule, readPause, resumeSchedule } from '../../../shared/db/schedule-pauses.ts';
import { listTicks } from '../../../shared/db/tick-list.ts';
import { createLogger } from '../../../shared/logger.ts';
import type { CatchUp, Schedule } from '../../../shared/pipeline/schedule.ts';
import { listWeekdays } from '../../../shared/time.ts';
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

describe('a schedule', () => {
  beforeEach(() => database.db.execute(sql`truncate ticks, runs, schedule_pauses, audit_log cascade`));

  const recordWith = (change: Partial<Schedule>, moment: string) =>
    recordDueTicks(
      database.db,
      { ...SCHEDULE, ...change },
      { now: Date.parse(moment), catchUp: 'all', log: createLogger('test', 'silent') },
    );

  it('makes up for the newest thirty ticks after weeks without a scheduler, and records the others as missed', async () => {
    await tickAt('2022-03-01T08:00:00Z');
    await tickAt('2022-05-02T12:00:00Z');
    const recorded = await readTicks();
    const partitions = listWeekdays('2022-02-28', '2022-04-29');
    expect(recorded).toEqual(
      partitions.map((partition, index) =>
        index < partitions.length - 30 ? [partition, 'missed', false] : [partition, 'caught_up', true],
      ),
    );
    await tickAt('2022-05-03T09:00:00Z');
    expect((await readTicks()).slice(recorded.length)).toEqual([['2022-05-02', 'started', true]]);
  });

  it('says whether nobody recorded a tick or the schedule was paused', async () => {
    await tickAt('2022-06-27T08:00:00Z');
    await database.db.execute(sql`
      insert into schedule_pauses (schedule, paused_by, paused_at, resumed_at)
      values ('weekday', 'ana', '2022-06-28T08:00:00Z', '2022-06-29T09:00:00Z')`);
    await tickAt('2022-06-30T09:00:00Z', 'last');
    const ticks = await listTicks(database.db, { limit: 10 });
    expect(ticks.map(({ dueAt, outcome, reason }) => [dueAt.slice(0, 10), outcome, reason])).toEqual([
      ['2022-06-30', 'started', null],
      ['2022-06-29', 'missed', 'no_scheduler'],
      ['2022-06-28', 'missed', 'paused'],
      ['2022-06-27', 'missed', 'no_scheduler'],
    ]);
  });

  it('records nothing twice when the clock goes back, and goes on from there', async () => {
    await tickAt('2022-06-27T08:00:00Z');
    await tickAt('2022-06-28T09:00:01Z');
    for (const moment of ['2022-06-28T08:59:59Z', '2022-06-27T08:30:00Z', '2022-06-27T12:00:00Z'])
      expect(await tickAt(moment), moment).toBe(0);
    await tickAt('2022-06-28T09:00:02Z');
    await tickAt('2022-06-29T09:00:00Z');
    expect((await readTicks()).map(([partition]) => partition)).toEqual([
      '2022-06-24',
      '2022-06-27',
      '2022-06-28',
    ]);
  });

  it('does not stand still until a time that a wrong clock once showed', async () => {
    await tickAt('2032-06-28T08:00:00Z');
    await tickAt('2022-06-27T08:00:00Z');
    await tickAt('2022-06-27T09:00:00Z');
    expect(await readTicks()).toEqual([['2022-06-24', 'started', true]]);
  });

  it.each([
    ['earlier', { cron: '30 5 * * 1-5' }],
    ['later', { cron: '0 7 * * 1-5' }],
    ['in the evening', { cron: '0 20 * * 1-5' }],
    ['in New York', { zone: 'America/New_York' }],
    ['in Kolkata', { zone: 'Asia/Kolkata' }],
    ['in Auckland', { zone: 'Pacific/Auckland' }],
    ['in Honolulu', { zone: 'Pacific/Honolulu' }],
  ])('has one tick for each weekday when it is changed between two starts: due %s', async (_, change) => {
    await tickAt('2022-06-27T08:00:00Z');
    await tickAt('2022-06-28T09:00:01Z');
    for (const day of ['28', '29', '30'])
      for (const clock of ['10:00', '16:00', '22:00', '23:59'])
        await recordWith(change, `2022-06-${day}T${clock}:00Z`);
    await recordWith(change, '2022-07-01T23:59:00Z');
    for (const clock of ['00:30', '12:00', '23:59']) await tickAt(`2022-07-04T${clock}:00Z`);
    const partitions = (await readTicks()).map(([partition]) => partition);
    expect(partitions).toEqual(listWeekdays('2022-06-24', '2022-07-01'));
  });

  it('has the tick of a day that the new zone is past already', async () => {
    const evening = { cron: '0 20 * * 1-5', zone: 'America/New_York' };
    await recordWith(evening, '2022-06-27T12:00:00Z');
    await recordWith(evening, '2022-06-28T00:00:00Z');
    await recordWith({ zone: 'Asia/Tokyo' }, '2022-06-28T00:01:00Z');
    const expected = [
      ['2022-06-27', 'late', true],
      ['2022-06-24', 'started', true],
    ];
    expect(await readTicks()).toEqual(expected);
    expect(await recordWith({ zone: 'Asia/Tokyo' }, '2022-06-28T00:02:00Z'), 'and only once').toBe(0);
  });
});

// One story with a clock: each step stands on those before it.
it('records nothing while it is paused and makes up for it when it is resumed', async () => {
  const { db } = database;
  await db.execute(sql`truncate ticks, runs, schedule_pauses, audit_log cascade`);
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
