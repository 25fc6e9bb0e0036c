import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recordDueTicks } from '../../../services/scheduler/ticks.ts';
import { openDatabase, type DatabaseHandle } from '../../../shared/db/client.ts';
import { listMissedTicks, listTicks } from '../../../shared/db/tick-list.ts';
import { createLogger } from '../../../shared/logger.ts';
import type { CatchUp } from '../../../shared/pipeline/schedule.ts';
import { dispatchRun } from '../../../shared/pipeline/runs.ts';
import { MINUTE } from '../../../shared/time.ts';
import { createWorld, type World } from '../../helpers/world.ts';

const SCHEDULE = { name: 'weekday', cron: '0 6 * * 1-5', zone: 'America/Sao_Paulo' };

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

beforeEach(async () => {
  await database.db.execute(sql`truncate ticks, schedule_pauses, runs cascade`);
  await recordAt('2022-06-27T08:00:00Z');
});

const recordAt = (moment: string, catchUp: CatchUp = 'all') =>
  recordDueTicks(database.db, SCHEDULE, {
    now: Date.parse(moment),
    catchUp,
    log: createLogger('test', 'silent'),
  });

/** Starts the run of the newest tick, as the dispatch does. */
async function startNewestRun(): Promise<void> {
  const [tick] = await listTicks(database.db, { limit: 1 });
  const runId = tick?.runId;
  if (runId === null || runId === undefined) throw new Error('The newest tick has no run');
  await database.db.transaction((tx) => dispatchRun(tx, runId));
}

async function listMissedAt(moment: string): Promise<string[]> {
  const missed = await listMissedTicks(database.db, SCHEDULE, Date.parse(moment), 5 * MINUTE);
  return missed.map(({ partition, state }) => `${partition} ${state}`);
}

describe('a tick that has not started', () => {
  it('is missed five minutes after it was due, when no scheduler records it', async () => {
    expect(await listMissedAt('2022-06-27T09:04:59Z')).toEqual([]);
    expect(await listMissedAt('2022-06-27T09:05:00Z')).toEqual(['2022-06-24 unrecorded']);
    expect(await listMissedAt('2022-06-28T09:05:00Z')).toEqual([
      '2022-06-24 unrecorded',
      '2022-06-27 unrecorded',
    ]);
  });

  it('is missed while its run waits, and no longer once it runs', async () => {
    await recordAt('2022-06-27T09:00:01Z');
    expect(await listMissedAt('2022-06-27T09:04:59Z')).toEqual([]);
    expect(await listMissedAt('2022-06-27T09:05:00Z')).toEqual(['2022-06-24 waiting']);
    await startNewestRun();
    expect(await listMissedAt('2022-06-27T09:05:00Z')).toEqual([]);
  });

  it.each([
    ['all', 'caught_up'],
    ['none', 'missed'],
  ] as const)('is told of until a newer one starts in time: catching up %s', async (catchUp, state) => {
    await recordAt('2022-06-28T12:00:00Z', catchUp);
    expect(await listMissedAt('2022-06-28T12:00:15Z')).toEqual([
      `2022-06-24 ${state}`,
      `2022-06-27 ${state}`,
    ]);
    await recordAt('2022-06-29T09:00:01Z', catchUp);
    expect(await listMissedAt('2022-06-29T09:00:15Z'), 'its run still waits').toHaveLength(2);
    await startNewestRun();
    expect(await listMissedAt('2022-06-29T09:00:15Z')).toEqual([]);
  });

  it('is late when a scheduler comes back after more than five minutes', async () => {
    await recordAt('2022-06-27T09:05:01Z');
    expect(await listMissedAt('2022-06-27T09:05:15Z')).toEqual(['2022-06-24 late']);
  });

  it('is missed by nobody while the schedule is paused, nor when that is over', async () => {
    await database.db.execute(sql`
      insert into schedule_pauses (schedule, paused_by, paused_at) values ('weekday', 'ana', '2022-06-27T08:30:00Z')`);
    expect(await listMissedAt('2022-06-28T12:00:00Z')).toEqual([]);
    await database.db.execute(sql`update schedule_pauses set resumed_at = '2022-06-28T12:00:00Z'`);
    await recordAt('2022-06-28T12:00:01Z');
    expect(await listMissedAt('2022-06-28T12:00:15Z')).toEqual([]);
    const ticks = await listTicks(database.db, { limit: 10 });
    expect(ticks.map(({ outcome, reason, runState }) => [outcome, reason, runState])).toEqual([
      ['caught_up', 'paused', 'planned'],
      ['caught_up', 'paused', 'planned'],
    ]);
  });

  it('is none on a database that no scheduler has started on', async () => {
    await database.db.execute(sql`truncate ticks`);
    expect(await listMissedAt('2022-06-28T12:00:00Z')).toEqual([]);
  });
});
