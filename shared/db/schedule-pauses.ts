import { sql } from 'drizzle-orm';
import type { ChangeOrigin } from '../pipeline/changes.ts';
import { recordAudit } from './audit-log.ts';
import type { Database, Queryable } from './client.ts';
import { isoText } from './iso-text.ts';

/** A pause of a schedule that lasts. */
export interface SchedulePause {
  readonly by: string;
  /** UTC ISO 8601. */
  readonly since: string;
  readonly reason: string | null;
}

/** The pause of a schedule, or null when it is not paused. */
export async function readPause(db: Queryable, schedule: string): Promise<SchedulePause | null> {
  const result = await db.execute<SchedulePause & Record<string, unknown>>(sql`
    select paused_by as by, ${isoText(sql`paused_at`)} as since, reason from schedule_pauses
    where schedule = ${schedule} and resumed_at is null`);
  return result.rows[0] ?? null;
}

/** Pauses a schedule. Does nothing when it is paused. */
export async function pauseSchedule(db: Database, schedule: string, origin: ChangeOrigin): Promise<void> {
  const { actor, reason } = origin;
  await db.transaction(async (tx) => {
    const paused = await tx.execute(sql`
      insert into schedule_pauses (schedule, paused_by, reason) values (${schedule}, ${actor}, ${reason})
      on conflict (schedule) where resumed_at is null do nothing`);
    if (paused.rowCount !== 1) return;
    await recordAudit(tx, origin, { action: 'schedule_pause', subject: schedule });
  });
}

/** Ends the pause of a schedule. Does nothing when there is none. */
export async function resumeSchedule(db: Database, schedule: string, origin: ChangeOrigin): Promise<void> {
  await db.transaction(async (tx) => {
    const resumed = await tx.execute(sql`
      update schedule_pauses set resumed_at = now(), resumed_by = ${origin.actor}
      where schedule = ${schedule} and resumed_at is null`);
    if (resumed.rowCount !== 1) return;
    await recordAudit(tx, origin, { action: 'schedule_resume', subject: schedule });
  });
}
