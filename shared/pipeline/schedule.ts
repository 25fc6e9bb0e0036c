import { CronExpressionParser } from 'cron-parser';
import { dayInZone, previousWeekday, type Day, type Instant } from '../time.ts';

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

/** The next due moment after `after`. */
export function nextTick(schedule: Schedule, after: Instant): Instant {
  const options = { tz: schedule.zone, currentDate: new Date(after) };
  return CronExpressionParser.parse(schedule.cron, options).next().getTime();
}

/** All due moments in `(after, upTo]`, ascending. */
export function listDueTicks(schedule: Schedule, after: Instant, upTo: Instant): Instant[] {
  const due: Instant[] = [];
  for (let next = nextTick(schedule, after); next <= upTo; next = nextTick(schedule, next)) due.push(next);
  return due;
}
