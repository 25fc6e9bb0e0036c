import { CronExpressionParser } from 'cron-parser';
import type { Instant } from '../time.ts';

/** A schedule: when it is due, on the wall clock of a zone. */
export interface Schedule {
  readonly name: string;
  readonly cron: string;
  readonly zone: string;
}

/** Which of the ticks that came due while nobody recorded them are made up for. */
export type CatchUp = 'none' | 'last' | 'all';

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
