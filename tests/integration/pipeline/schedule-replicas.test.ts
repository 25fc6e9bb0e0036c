import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { claimLeadership, type Leadership } from '../../../services/scheduler/leader.ts';
import { startLoop } from '../../../services/scheduler/loop.ts';
import { recordDueTicks } from '../../../services/scheduler/ticks.ts';
import { inheritEnvironment } from '../../../shared/config.ts';
import { openDatabase, type DatabaseHandle } from '../../../shared/db/client.ts';
import { createLogger } from '../../../shared/logger.ts';
import type { Closable } from '../../../shared/process.ts';
import { addDays, listWeekdays, MINUTE, previousWeekday, type Instant } from '../../../shared/time.ts';
import { startBreakableProxy, type BreakableProxy } from '../../helpers/breakable-proxy.ts';
import { waitFor } from '../../helpers/pipeline.ts';
import { createWorld, type World } from '../../helpers/world.ts';

const SCHEDULE = { name: 'weekday', cron: '0 6 * * 1-5', zone: 'America/New_York' };
const log = createLogger('test', 'silent');

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

const forgetTicks = () => database.db.execute(sql`truncate ticks, runs cascade`);

/** Backends that hold an advisory lock as leader do: at most one. */
async function findLeader(): Promise<number | null> {
  const found = await database.db.execute<{ pid: number }>(sql`
    select pid from pg_locks
    where locktype = 'advisory' and granted and objid = 725002
      and database = (select oid from pg_database where datname = current_database())`);
  return found.rows[0]?.pid ?? null;
}

/** The partitions that have a tick, ascending; each with one run, or it throws. */
async function readPartitions(): Promise<string[]> {
  const { rows } = await database.db.execute<{ partition: string; runs: number }>(sql`
    select ticks.partition::text,
      (select count(*)::int from runs where kind = 'scheduled' and from_partition = ticks.partition) as runs
    from ticks where outcome <> 'installed' order by due_at`);
  expect(rows.filter(({ runs }) => runs !== 1)).toEqual([]);
  return rows.map(({ partition }) => partition);
}

interface Replica extends Closable {
  /** Ticks that this one recorded. */
  count(): number;
}

/** One replica as the scheduler is wired, with the given clock. */
function startReplica(clock: () => Instant): Replica {
  const own = openDatabase(world.databaseUrl, { name: 'replica', max: 2 });
  const leadership = claimLeadership(own.sessions, log);
  let recorded = 0;
  const loop = startLoop({
    intervalMs: 5,
    log,
    async work() {
      if (!(await leadership.isLeader())) return;
      recorded += await recordDueTicks(own.db, SCHEDULE, { now: clock(), catchUp: 'all', log });
    },
  });
  return {
    count: () => recorded,
    async close() {
      await loop.close();
      await leadership.close();
      await own.close();
    },
  };
}

describe('five replicas', () => {
  it('record each due moment once and plan one run for it, while leadership changes hands', async () => {
    await forgetTicks();
    let now = Date.parse('2026-03-02T10:00:00Z');
    const replicas = Array.from({ length: 5 }, () => startReplica(() => now));
    await waitFor(
      'the anchor',
      async () => (await database.db.execute(sql`select from ticks`)).rowCount === 1,
    );
    const days = listWeekdays('2026-03-02', '2026-03-27');
    for (const [index, day] of days.entries()) {
      // In the middle of what is due, the connection of the leader ends, and with it its lock.
      const leader = index % 4 === 1 ? await findLeader() : null;
      now = Date.parse(`${day}T12:00:00Z`);
      if (leader !== null) await database.db.execute(sql`select pg_terminate_backend(${leader})`);
      await waitFor(`the tick of ${day}`, async () => (await readPartitions()).length === index + 1);
    }
    const counts = replicas.map((replica) => replica.count());
    for (const replica of replicas) await replica.close();
    expect(await readPartitions()).toEqual(days.map((day) => previousWeekday(day)));
    expect(counts.filter((count) => count > 0).length, String(counts)).toBeGreaterThan(1);
  });

  it('that all believe they lead record each due moment once all the same', async () => {
    await forgetTicks();
    const replicas = Array.from({ length: 5 }, () =>
      openDatabase(world.databaseUrl, { name: 'replica', max: 2 }),
    );
    const recordAt = (day: string) =>
      Promise.all(
        replicas.map(({ db }) =>
          recordDueTicks(db, SCHEDULE, { now: Date.parse(`${day}T12:00:00Z`), catchUp: 'all', log }),
        ),
      );
    await recordAt('2026-10-25');
    // Several at a time: each has been away since the last.
    for (const day of ['2026-10-26', '2026-10-30', '2026-11-06', '2026-11-09']) await recordAt(day);
    for (const replica of replicas) await replica.close();
    const due = listWeekdays('2026-10-26', '2026-11-09');
    expect(await readPartitions()).toEqual(due.map((day) => previousWeekday(day)));
  });

  it('whose clocks are ten minutes apart record each due moment once', async () => {
    await forgetTicks();
    const at = (day: string, clock: string, minutes: number) =>
      recordDueTicks(database.db, SCHEDULE, {
        now: Date.parse(`${day}T${clock}:00Z`) + minutes * MINUTE,
        catchUp: 'all',
        log,
      });
    await at('2026-06-01', '08:00', 0);
    for (let count = 0; count < 4; count += 1) {
      const day = addDays('2026-06-01', count);
      for (const clock of ['09:55', '10:00', '10:05'])
        for (const minutes of [10, -10, 0, 10, -10]) await at(day, clock, minutes);
    }
    expect(await readPartitions()).toEqual(['2026-05-29', '2026-06-01', '2026-06-02', '2026-06-03']);
  });
});

describe('a leader', () => {
  let proxy: BreakableProxy;
  let leading: DatabaseHandle;
  let leadership: Leadership;

  beforeEach(async () => {
    proxy = await startBreakableProxy(world.databaseUrl);
    leading = openDatabase(proxy.url, { name: 'leading', max: 2 });
    leadership = claimLeadership(leading.sessions, log);
    await waitFor('it to lead', () => leadership.isLeader());
  });
  afterEach(async () => {
    proxy.cut();
    await leadership.close();
    await leading.close();
    await proxy.close();
  });

  /** Another replica, on a way of its own, which leads as soon as it can. */
  async function takeOver(): Promise<void> {
    const other = openDatabase(world.databaseUrl, { name: 'other', max: 1 });
    const claim = claimLeadership(other.sessions, log);
    await waitFor('the other to lead', () => claim.isLeader());
    await claim.close();
    await other.close();
  }

  /** When the server heard last from a connection, and how long ago that is (s); null when it has ended. */
  async function readLife(pid: number | null): Promise<{ heardAt: string; silence: number } | null> {
    const { rows } = await database.db.execute<{ heardAt: string; silence: number }>(sql`
      select state_change::text as "heardAt", extract(epoch from clock_timestamp() - state_change)::float8 as silence
      from pg_stat_activity where pid = ${pid}`);
    return rows[0] ?? null;
  }

  it('whose connection falls silent says that it does not lead before the server gives its lock away', async () => {
    const pid = await findLeader();
    proxy.freeze();
    const question = leadership.isLeader().catch((error: unknown) => String(error));
    const silences: number[] = [];
    await waitFor('it to lead no more', async () => {
      // Read first: what it says afterwards is about a silence that is longer still.
      const life = await readLife(pid);
      if (!leadership.wasLeader()) return true;
      silences.push(life?.silence ?? Infinity);
      return false;
    });
    // The keepalives of its session: after this much silence another one may lead.
    expect(Math.max(...silences)).toBeLessThan(11);
    expect(await question, 'the round that waits for it is let go').toMatch(/timeout|did not answer/);
    proxy.cut();
    await takeOver();
    expect(leadership.wasLeader()).toBe(false);
    proxy.thaw();
    await waitFor('the first to lead again', () => leadership.isLeader().catch(() => false));
  });

  it('goes on leading through a round that takes long, and tells the server that it is there', async () => {
    const pid = await findLeader();
    const readHeardAt = async () => (await readLife(pid))?.heardAt;
    // Nobody asks it whether it leads meanwhile.
    for (let beat = 0; beat < 2; beat += 1)
      await expect.poll(readHeardAt, { timeout: 60_000 }).not.toBe(await readHeardAt());
    expect(leadership.wasLeader()).toBe(true);
    expect(await findLeader()).toBe(pid);
  });

  it('whose connection the server ends says so at once, and can lead again', async () => {
    await database.db.execute(sql`select pg_terminate_backend(${await findLeader()})`);
    await expect.poll(() => leadership.wasLeader()).toBe(false);
    await waitFor('it to lead again', () => leadership.isLeader());
  });
});

describe('two scheduler processes', () => {
  const start = (): ChildProcess =>
    fork(new URL('../../../services/scheduler/main.ts', import.meta.url), {
      env: {
        ...inheritEnvironment(),
        DATABASE_URL: world.databaseUrl,
        REDIS_URL: world.redisUrl,
        QUEUE_PREFIX: world.redisPrefix,
        LOG_LEVEL: 'silent',
        SCHEDULE_ENABLED: 'true',
        SCHEDULE_CRON: '* * * * * *',
        RECONCILE_INTERVAL_MS: '1000',
      },
      stdio: 'ignore',
    });

  const readSeconds = async (): Promise<number[]> => {
    const { rows } = await database.db.execute<{ second: string; runs: number }>(sql`
      select extract(epoch from due_at)::bigint as second, (select count(*)::int from runs where id = run_id) as runs
      from ticks where outcome <> 'installed' order by due_at`);
    expect(rows.filter(({ runs }) => runs !== 1)).toEqual([]);
    return rows.map(({ second }) => Number(second));
  };

  it('have one leader; when it is killed the other leads, and every tick is there once', async () => {
    await forgetTicks();
    // The server notices a moment later that those of the other tests are gone.
    await waitFor('nobody to lead', async () => (await findLeader()) === null);
    const first = start();
    const started = once(first, 'message');
    const leader = await waitFor('a leader', findLeader);
    await started;
    const second = start();
    try {
      await once(second, 'message');
      await waitFor('two ticks', async () => (await readSeconds()).length >= 2);
      expect(await findLeader(), 'the second waits').toBe(leader);
      first.kill('SIGKILL');
      await once(first, 'exit');
      await waitFor('the other to lead', async () => {
        const now = await findLeader();
        return now !== null && now !== leader;
      });
      const before = (await readSeconds()).length;
      await waitFor('ticks of the other', async () => (await readSeconds()).length >= before + 2);
      const seconds = await readSeconds();
      expect(seconds).toEqual(seconds.map((_, index) => (seconds[0] ?? 0) + index));
    } finally {
      first.kill('SIGKILL');
      second.kill('SIGKILL');
      if (second.exitCode === null && second.signalCode === null) await once(second, 'exit');
    }
  }, 240_000);
});
