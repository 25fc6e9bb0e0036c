import { sql } from 'drizzle-orm';
import { isWeekdaySchedule, listDueTicks, partitionOfTick, type Schedule } from '../pipeline/schedule.ts';
import type { RunState } from '../pipeline/runs.ts';
import { DAY_MS, dayInZone, isWeekday, toIso, type Day, type Instant } from '../time.ts';
import type { Queryable } from './client.ts';
import { isoText } from './iso-text.ts';
import { readPause } from './schedule-pauses.ts';

/** Why a tick was not recorded when it was due. */
export type TickDelay = 'paused' | 'no_scheduler';

/** One due moment of a schedule and what became of it. */
export interface TickView {
  readonly schedule: string;
  readonly dueAt: string;
  readonly partition: Day;
  readonly outcome: 'started' | 'late' | 'caught_up' | 'missed';
  /** Why it did not start in time; null when it did. */
  readonly reason: TickDelay | null;
  readonly runId: string | null;
  /** State of its run; null when it planned none. */
  readonly runState: RunState | null;
  readonly recordedAt: string;
}

/** Ticks, newest first. The anchor of the first start was no due moment and is left out. */
export async function listTicks(
  db: Queryable,
  page: { readonly before?: string | undefined; readonly limit: number },
): Promise<TickView[]> {
  const result = await db.execute<TickView & Record<string, unknown>>(sql`
    select schedule, ${isoText(sql`due_at`)} as "dueAt", partition::text, outcome, reason, run_id as "runId",
      runs.state as "runState", ${isoText(sql`recorded_at`)} as "recordedAt"
    from ticks left join runs on runs.id = ticks.run_id
    where outcome <> 'installed' and ${page.before === undefined ? sql`true` : sql`due_at < ${page.before}::timestamptz`}
    order by due_at desc, schedule limit ${page.limit}`);
  return result.rows;
}

/** A tick may have been due this much later on the wall clocks of another zone. */
const WIDEST_ZONE_CHANGE_MS = 2 * DAY_MS;

/**
 * The due moments up to `now` that no row stands for, ascending; null when the schedule was never started. Rows of the
 * future, which a clock that was wrong has left, are no reason to record nothing until then.
 *
 * With one moment a weekday, each weekday has one row, also after hour or zone of the schedule have been changed: a moment of
 * a day that has its row is not due again, and a day without one is due although the clock of the new zone is past it.
 */
export async function listUnrecordedTicks(
  db: Queryable,
  schedule: Schedule,
  now: Instant,
): Promise<Instant[] | null> {
  const found = await db.execute<{ dueAt: string | null; partition: Day | null }>(sql`
    select ${isoText(sql`max(due_at)`)} as "dueAt",
      (max(partition) filter (where outcome <> 'installed'))::text as partition
    from ticks where schedule = ${schedule.name} and due_at <= ${toIso(now)}`);
  const { dueAt: lastDueAt = null, partition: lastPartition = null } = found.rows[0] ?? {};
  if (lastDueAt === null) return null;
  const lastDue = Date.parse(lastDueAt);
  if (
    lastPartition === null ||
    !isWeekdaySchedule(schedule) ||
    // Of another expression: it stands for no weekday.
    !isWeekday(dayInZone(lastDue, schedule.zone))
  )
    return listDueTicks(schedule, lastDue, now);
  return listDueTicks(schedule, lastDue - WIDEST_ZONE_CHANGE_MS, now).filter(
    (dueAt) => partitionOfTick(schedule, dueAt) > lastPartition,
  );
}

/** Due moments of the last days up to `now` that no row stands for, ascending; those of a pause are left out. */
export async function listForgottenTicks(
  db: Queryable,
  schedule: Schedule,
  { now, since }: { readonly now: Instant; readonly since: Instant },
): Promise<Instant[]> {
  const due = ((await listUnrecordedTicks(db, schedule, now)) ?? []).filter((dueAt) => dueAt > since);
  const wanted = await db.execute<{ dueAt: string }>(sql`
    select due_at as "dueAt" from unnest(${sql.param(due.map(toIso))}::text[]) as due (due_at)
    where not exists (
      select from schedule_pauses where schedule = ${schedule.name} and paused_at <= due_at::timestamptz
        and (resumed_at is null or resumed_at > due_at::timestamptz))
    order by due_at`);
  return wanted.rows.map(({ dueAt }) => Date.parse(dueAt));
}

/** A tick that did not start in time. */
export interface MissedTick {
  readonly schedule: string;
  /** UTC ISO 8601. */
  readonly dueAt: string;
  readonly partition: Day;
  /**
   * `unrecorded`: no scheduler has noticed it; `waiting`: its run is planned and has not started; otherwise its outcome.
   */
  readonly state: 'unrecorded' | 'waiting' | 'late' | 'caught_up' | 'missed';
}

/**
 * The ticks that had not started `afterMs` after they were due, ascending. One that was late, was caught up or stays missed
 * is told of until a newer one has started in time. What came due while the schedule was paused is left out: a person wanted
 * that. A schedule that is switched off (`SCHEDULE_ENABLED`) misses nothing: do not ask.
 */
export async function listMissedTicks(
  db: Queryable,
  schedule: Schedule,
  now: Instant,
  afterMs: number,
): Promise<MissedTick[]> {
  const deadline = now - afterMs;
  const recorded = await db.execute<MissedTick & Record<string, unknown>>(sql`
    with told as (
      select ticks.*, case when outcome = 'started' and runs.state = 'planned' and runs.started_at is null
        then 'waiting' else outcome end as state
      from ticks left join runs on runs.id = ticks.run_id
      where schedule = ${schedule.name} and due_at <= ${toIso(now)}
    )
    select schedule, ${isoText(sql`due_at`)} as "dueAt", partition::text, state
    from told
    where due_at <= ${toIso(deadline)} and reason is distinct from 'paused' and (state = 'waiting'
      or state in ('late', 'caught_up', 'missed') and not exists (
        select from told newer where newer.state = 'started' and newer.due_at > told.due_at))
    order by due_at`);
  if ((await readPause(db, schedule.name)) !== null) return recorded.rows;
  const unrecorded = (await listUnrecordedTicks(db, schedule, deadline)) ?? [];
  return [
    ...recorded.rows,
    ...unrecorded.map((dueAt): MissedTick => ({
      schedule: schedule.name,
      dueAt: toIso(dueAt),
      partition: partitionOfTick(schedule, dueAt),
      state: 'unrecorded',
    })),
  ];
}
