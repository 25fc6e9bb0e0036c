import { nextTick, partitionOfTick, type Schedule } from '../../../shared/pipeline/schedule.ts';
import {
  dayInZone,
  nextWeekday,
  previousWeekday,
  zonedInstant,
  type Day,
  type Instant,
} from '../../../shared/time.ts';

/** The weekday before today: the partition whose run begins this morning, or began on the last weekday. */
export function partitionOfToday(now: Instant, zone: string): Day {
  return previousWeekday(dayInZone(now, zone));
}

/** When a partition must be ready: at the time of day (`HH:MM`) of the weekday after it. */
export function deadlineOf(partition: Day, clock: string, zone: string): Instant {
  return zonedInstant(nextWeekday(partition), clock, zone);
}

/** The newest partition whose time of day has come. */
export function duePartition(now: Instant, clock: string, zone: string): Day {
  const newest = partitionOfToday(now, zone);
  return deadlineOf(newest, clock, zone) <= now ? newest : previousWeekday(newest);
}

/** The first partition whose run was due after a scheduler was there: nobody was to start an earlier one. */
export function firstPartitionAfter(start: Instant, schedule: Schedule): Day {
  return partitionOfTick(schedule, nextTick(schedule, start));
}
