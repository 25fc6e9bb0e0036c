import { CronExpressionParser } from 'cron-parser';
import { IANAZone } from 'luxon';
import {
  DAY_MS,
  dayInZone,
  MINUTE,
  previousWeekday,
  toIso,
  zonedInstant,
  type Day,
  type Instant,
} from '../time.ts';

/** A schedule: when it is due, on the wall clock of a zone. */
export interface Schedule {
  readonly name: string;
  readonly cron: string;
  readonly zone: string;
}

/** Which of the ticks that came due while nobody recorded them are made up for. */
export type CatchUp = 'none' | 'last' | 'all';

/**
 * How many ticks of the past are made up for, the newest ones. `all` has an end too: older ticks are recorded as missed, a
 * backfill makes up for them.
 */
export const MAX_CAUGHT_UP: Readonly<Record<CatchUp, number>> = { none: 0, last: 1, all: 30 };

/** The partition that a due moment stands for: the weekday before it on the calendar of the zone. */
export function partitionOfTick({ zone }: Schedule, dueAt: Instant): Day {
  return previousWeekday(dayInZone(dueAt, zone));
}

/** True when a schedule is due once on each weekday that its months allow, and on no weekend. */
export function isWeekdaySchedule({ cron }: Schedule): boolean {
  const { second, minute, hour, dayOfMonth, dayOfWeek } = CronExpressionParser.parse(cron).fields;
  return (
    [second, minute, hour].every(({ values }) => values.length === 1) &&
    dayOfMonth.isWildcard &&
    dayOfWeek.values.every((day) => Number(day) >= 1 && Number(day) <= 5)
  );
}

/** The moment of a wall clock, which is given as if its zone were UTC. */
function instantOfWallClock(wallClock: Instant, zone: string): Instant {
  const text = toIso(wallClock);
  return zonedInstant(text.slice(0, 10), text.slice(11, -1), zone);
}

/**
 * The next due moment after `after`. A clock that a DST switch skips is due as much later as the switch is long; one that
 * happens twice is due the first time only.
 *
 * The expression is read as one of wall clocks, without a zone, and each of them is one moment. The parser's own zones skip
 * or repeat days when a switch is not of an hour (Australia/Lord_Howe, Antarctica/Troll), and find no next moment at all.
 */
export function nextTick({ cron, zone }: Schedule, after: Instant): Instant {
  const rules = IANAZone.create(zone);
  const offsetAt = (instant: Instant): number => rules.offset(instant) * MINUTE;
  // What was skipped a moment ago may still be to come: its clock is behind that of `after`.
  const skipped = Math.max(0, offsetAt(after) - offsetAt(after - DAY_MS));
  const currentDate = new Date(after + offsetAt(after) - skipped);
  const wallClocks = CronExpressionParser.parse(cron, { tz: 'UTC', currentDate });
  let next = Infinity;
  for (;;) {
    const wallClock = wallClocks.next().getTime();
    const instant = instantOfWallClock(wallClock, zone);
    if (instant <= after) continue;
    next = Math.min(next, instant);
    // One that was not put off comes before all that follow it.
    if (instant + offsetAt(instant) === wallClock) return next;
  }
}

/** All due moments in `(after, upTo]`, ascending. */
export function listDueTicks(schedule: Schedule, after: Instant, upTo: Instant): Instant[] {
  const due: Instant[] = [];
  for (let next = nextTick(schedule, after); next <= upTo; next = nextTick(schedule, next)) due.push(next);
  return due;
}
