import { sql } from 'drizzle-orm';
import { LEADER_LOCK } from '../../../services/scheduler/leader.ts';
import { readClock } from '../../../shared/db/clock.ts';
import { listMissedTicks, listTicks } from '../../../shared/db/tick-list.ts';
import { MINUTE } from '../../../shared/time.ts';
import { formatDuration } from '../format-number.ts';
import { ok, warn, wrong, type Check } from './check.ts';
import { migrations, postgres } from './postgres.ts';

/** Its rounds take seconds at most; it asks for its lock in each of them. */
const LONGEST_ROUND_MS = MINUTE;
/** A tick that has not started by then is missed for whoever watches. */
const TICK_PATIENCE_MS = 5 * MINUTE;
const RESTART = 'docker compose restart scheduler, or make dev again; its log says why';

export const scheduler: Check = {
  name: 'scheduler',
  needs: [postgres.name],
  mend: 'the user of DATABASE_URL must be the one of the services',
  async check({ db }) {
    const result = await db.execute<{ silence: number | null }>(sql`
      select (extract(epoch from clock_timestamp() - activity.state_change) * 1000)::float8 as silence
      from pg_locks join pg_stat_activity activity using (pid)
      where locktype = 'advisory' and granted and classid = 0 and objid = ${LEADER_LOCK}
        and database = (select oid from pg_database where datname = current_database())`);
    const [leader] = result.rows;
    if (leader === undefined) return wrong('no scheduler leads: nothing is started', `start one: ${RESTART}`);
    const silenceMs = Math.max(0, leader.silence ?? 0);
    const detail = `one leads, its last round was ${formatDuration(silenceMs)} ago`;
    return silenceMs > LONGEST_ROUND_MS ? wrong(`${detail}: it hangs`, RESTART) : ok(detail);
  },
};

export const ticks: Check = {
  name: 'schedule',
  needs: [migrations.name],
  mend: 'ask again',
  async check({ db, config }) {
    if (!config.SCHEDULE_ENABLED)
      return warn('switched off: no run starts by itself', 'SCHEDULE_ENABLED=true');
    const schedule = { name: 'weekday', cron: config.SCHEDULE_CRON, zone: config.SCHEDULE_TZ };
    const missed = await listMissedTicks(db, schedule, await readClock(db), TICK_PATIENCE_MS);
    const [newest] = await listTicks(db, { limit: 1 });
    const last = newest === undefined ? 'no tick yet' : `last tick ${newest.dueAt} ${newest.outcome}`;
    if (missed.length === 0) return ok(last);
    const partitions = missed.map(({ partition }) => partition);
    return warn(
      `${last}; ${missed.length} not in time, partitions ${partitions[0]}…${partitions.at(-1)}`,
      `macro schedule; macro backfill create --from ${partitions[0]} --to ${partitions.at(-1)} takes what is missing`,
    );
  },
};
