import { z } from 'zod';
import { formatRecords } from './format-records.ts';

/** What the API says of the schedule; the fields that are shown. */
export const ScheduleSchema = z.looseObject({
  catchUp: z.string(),
  cron: z.string(),
  enabled: z.boolean(),
  name: z.string(),
  nextTick: z.object({ dueAt: z.string(), partition: z.string() }).nullable(),
  paused: z.object({ by: z.string(), reason: z.string().nullable(), since: z.string() }).nullable(),
  ticks: z.array(
    z.looseObject({
      dueAt: z.string(),
      outcome: z.string(),
      partition: z.string(),
      reason: z.string().nullable(),
      runState: z.string().nullable(),
    }),
  ),
  timezone: z.string(),
});

export type Schedule = z.infer<typeof ScheduleSchema>;

function describeState({ enabled, nextTick, paused }: Schedule): string {
  if (!enabled) return 'switched off (SCHEDULE_ENABLED)';
  if (paused === null) return nextTick === null ? '-' : `${nextTick.dueAt}, partition ${nextTick.partition}`;
  return `paused by ${paused.by} since ${paused.since}${paused.reason === null ? '' : `: ${paused.reason}`}`;
}

/** The schedule in four lines, and under them its past ticks as a table. */
export function formatSchedule(schedule: Schedule): string[] {
  return [
    `schedule        ${schedule.name}`,
    `due             ${schedule.cron}, ${schedule.timezone}`,
    `catch up        ${schedule.catchUp}`,
    `next            ${describeState(schedule)}`,
    '',
    ...formatRecords({
      data: schedule.ticks.map(({ dueAt, outcome, partition, reason, runState }) => ({
        dueAt,
        partition,
        outcome,
        reason,
        run: runState,
      })),
    }),
  ];
}
