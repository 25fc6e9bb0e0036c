import type { Schedule } from './answers.ts';
import { formatRecords } from './format-records.ts';

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
