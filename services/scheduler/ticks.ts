import { sql } from 'drizzle-orm';
import { createRun } from '../../shared/db/backfills.ts';
import type { Database, Queryable } from '../../shared/db/client.ts';
import { readPause } from '../../shared/db/schedule-pauses.ts';
import { listUnrecordedTicks, type TickDelay } from '../../shared/db/tick-list.ts';
import type { Logger } from '../../shared/logger.ts';
import {
  MAX_CAUGHT_UP,
  nextTick,
  partitionOfTick,
  type CatchUp,
  type Schedule,
} from '../../shared/pipeline/schedule.ts';
import { cutoffOf, MINUTE, toIso, type Day, type Instant } from '../../shared/time.ts';
import { inSpan, TICK_SPAN } from '../../shared/tracing.ts';

/** A tick that starts later than this after it was due is late; one found after a restart is caught up. */
export const LATE_AFTER_MS = 5 * MINUTE;
export type TickOutcome = 'started' | 'late' | 'caught_up' | 'missed';

/** What becomes of each of the ticks that are due and not recorded, given ascending. */
export function judgeTicks(
  due: readonly Instant[],
  now: Instant,
  catchUp: CatchUp,
): { readonly dueAt: Instant; readonly outcome: TickOutcome }[] {
  const judge = (dueAt: Instant, position: number): TickOutcome => {
    if (now - dueAt <= LATE_AFTER_MS) return 'started';
    if (position < due.length - MAX_CAUGHT_UP[catchUp]) return 'missed';
    return due.length === 1 ? 'late' : 'caught_up';
  };
  return due.map((dueAt, position) => ({ dueAt, outcome: judge(dueAt, position) }));
}

interface JudgedTick {
  readonly dueAt: Instant;
  readonly partition: Day;
  readonly outcome: TickOutcome;
}

/** Writes a tick unless there is a row for its moment, with the reason for which it was not recorded in time. */
async function insertTick(tx: Queryable, schedule: Schedule, tick: JudgedTick): Promise<boolean> {
  const { dueAt, partition, outcome } = tick;
  const reason = sql`
    case when ${outcome} = 'started' then null
      when exists (
        select from schedule_pauses where schedule = ${schedule.name} and paused_at <= ${toIso(dueAt)}
          and (resumed_at is null or resumed_at > ${toIso(dueAt)}))
      then ${'paused' satisfies TickDelay} else ${'no_scheduler' satisfies TickDelay} end`;
  const inserted = await tx.execute(sql`
    insert into ticks (schedule, due_at, partition, outcome, reason)
    values (${schedule.name}, ${toIso(dueAt)}, ${partition}, ${outcome}, ${reason}) on conflict do nothing`);
  return inserted.rowCount === 1;
}

/**
 * Records every moment that came due since the last one, each exactly once, and plans its run in the same transaction.
 * The first start of a new database counts from now. While the schedule is paused nothing is recorded: what came due then
 * is found when it is resumed, as after a time without a scheduler, and `catchUp` decides about it.
 *
 * @returns how many moments were due
 */
export async function recordDueTicks(
  db: Database,
  schedule: Schedule,
  { now, catchUp, log }: { readonly now: Instant; readonly catchUp: CatchUp; readonly log: Logger },
): Promise<number> {
  const due = await listUnrecordedTicks(db, schedule, now);
  if (due === null) {
    // The anchor: nothing before the first start was ever due.
    await db.execute(sql`
      insert into ticks (schedule, due_at, partition, outcome)
      values (${schedule.name}, ${toIso(now)}, ${partitionOfTick(schedule, now)}, 'installed')
      on conflict do nothing`);
    return 0;
  }
  if (due.length === 0 || (await readPause(db, schedule.name)) !== null) return 0;
  for (const judged of judgeTicks(due, now, catchUp)) {
    const { dueAt, outcome } = judged;
    const partition = partitionOfTick(schedule, dueAt);
    await inSpan(TICK_SPAN, { partition, outcome }, () =>
      db.transaction(async (tx) => {
        if (!(await insertTick(tx, schedule, { dueAt, partition, outcome })) || outcome === 'missed') return;
        const runId = await createRun(tx, 'scheduled', partition);
        await tx.execute(sql`
        update ticks set run_id = ${runId} where schedule = ${schedule.name} and due_at = ${toIso(dueAt)}`);
        log.info({ dueAt: toIso(dueAt), partition, outcome, runId }, 'tick');
      }),
    );
  }
  return due.length;
}

/** Says so when the next tick is due before all is out that its partition is to know. */
export function warnBeforeCutoff(schedule: Schedule, now: Instant, log: Logger): void {
  const dueAt = nextTick(schedule, now);
  const partition = partitionOfTick(schedule, dueAt);
  const cutoff = cutoffOf(partition);
  if (dueAt >= cutoff) return;
  log.warn(
    {
      schedule: schedule.name,
      cron: schedule.cron,
      zone: schedule.zone,
      dueAt: toIso(dueAt),
      partition,
      cutoff: toIso(cutoff),
    },
    'the schedule is due before the cutoff of its partition, and will not see what comes out in between',
  );
}
