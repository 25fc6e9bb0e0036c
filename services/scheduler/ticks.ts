import { sql } from 'drizzle-orm';
import { createRun } from '../../shared/db/backfills.ts';
import type { Database } from '../../shared/db/client.ts';
import type { Logger } from '../../shared/logger.ts';
import { listDueTicks, type Schedule } from '../../shared/pipeline/schedule.ts';
import { dayInZone, MINUTE, previousWeekday, toIso, type Instant } from '../../shared/time.ts';

/** A tick that starts later than this after it was due is late; one found after a restart is caught up. */
const LATE_AFTER_MS = 5 * MINUTE;
/** At most this many missed ticks are caught up; older ones are recorded as missed. */
const MAX_CAUGHT_UP = 30;

function outcomeOf(dueAt: Instant, now: Instant, position: number, count: number): string {
  if (position < count - MAX_CAUGHT_UP) return 'missed';
  if (now - dueAt <= LATE_AFTER_MS) return 'started';
  return count === 1 ? 'late' : 'caught_up';
}

/**
 * Records every moment that came due since the last one, each exactly once, and plans its run in the same transaction.
 * The first start of a new database counts from now.
 */
export async function recordDueTicks(
  db: Database,
  schedule: Schedule,
  now: Instant,
  log: Logger,
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
  const due = listDueTicks(schedule, new Date(lastDue).getTime(), now);
  for (const [position, dueAt] of due.entries()) {
    const outcome = outcomeOf(dueAt, now, position, due.length);
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
