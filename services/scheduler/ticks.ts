import { sql } from 'drizzle-orm';
import { createRun } from '../../shared/db/backfills.ts';
import type { Database } from '../../shared/db/client.ts';
import { readPause } from '../../shared/db/schedule-pauses.ts';
import type { Logger } from '../../shared/logger.ts';
import { listDueTicks, type CatchUp, type Schedule } from '../../shared/pipeline/schedule.ts';
import { dayInZone, MINUTE, previousWeekday, toIso, type Instant } from '../../shared/time.ts';

/** A tick that starts later than this after it was due is late; one found after a restart is caught up. */
const LATE_AFTER_MS = 5 * MINUTE;
/** `all` has an end too: older ticks are recorded as missed, a backfill makes up for them. */
const MAX_CAUGHT_UP = 30;

/** How many ticks of the past are made up for, the newest ones. */
const CAUGHT_UP: Readonly<Record<CatchUp, number>> = { none: 0, last: 1, all: MAX_CAUGHT_UP };

export type TickOutcome = 'started' | 'late' | 'caught_up' | 'missed';

/** What becomes of each of the ticks that are due and not recorded, given ascending. */
export function judgeTicks(
  due: readonly Instant[],
  now: Instant,
  catchUp: CatchUp,
): { readonly dueAt: Instant; readonly outcome: TickOutcome }[] {
  const judge = (dueAt: Instant, position: number): TickOutcome => {
    if (now - dueAt <= LATE_AFTER_MS) return 'started';
    if (position < due.length - CAUGHT_UP[catchUp]) return 'missed';
    return due.length === 1 ? 'late' : 'caught_up';
  };
  return due.map((dueAt, position) => ({ dueAt, outcome: judge(dueAt, position) }));
}

/**
 * Records every moment that came due since the last one, each exactly once, and plans its run in the same transaction.
 * The first start of a new database counts from now. While the schedule is paused nothing is recorded: what came due then
 * is found when it is resumed, as after a time without a scheduler, and `catchUp` decides about it.
 */
export async function recordDueTicks(
  db: Database,
  schedule: Schedule,
  { now, catchUp, log }: { readonly now: Instant; readonly catchUp: CatchUp; readonly log: Logger },
): Promise<number> {
  const last = await db.execute<{ due_at: string | null }>(
    sql`select max(due_at)::text as due_at from ticks where schedule = ${schedule.name}`,
  );
  const lastDue = last.rows[0]?.due_at ?? null;
  if (lastDue === null) {
    // The anchor: nothing before the first start was ever due.
    await db.execute(sql`
      insert into ticks (schedule, due_at, partition, outcome)
      values (${schedule.name}, ${toIso(now)}, ${previousWeekday(dayInZone(now, schedule.zone))}, 'installed')
      on conflict do nothing`);
    return 0;
  }
  if ((await readPause(db, schedule.name)) !== null) return 0;
  const due = listDueTicks(schedule, new Date(lastDue).getTime(), now);
  for (const { dueAt, outcome } of judgeTicks(due, now, catchUp)) {
    await db.transaction(async (tx) => {
      const partition = previousWeekday(dayInZone(dueAt, schedule.zone));
      const inserted = await tx.execute(sql`
        insert into ticks (schedule, due_at, partition, outcome)
        values (${schedule.name}, ${toIso(dueAt)}, ${partition}, ${outcome}) on conflict do nothing`);
      if (inserted.rowCount !== 1 || outcome === 'missed') return;
      const runId = await createRun(tx, 'scheduled', partition);
      await tx.execute(sql`
        update ticks set run_id = ${runId} where schedule = ${schedule.name} and due_at = ${toIso(dueAt)}`);
      log.info({ dueAt: toIso(dueAt), partition, outcome, runId }, 'tick');
    });
  }
  return due.length;
}
