import { Command } from 'commander';
import { formatSchedule } from '../format-schedule.ts';
import { addOrigin, pickOrigin, type Origin } from '../origin-options.ts';
import type { Terminal } from '../terminal.ts';

const CHANGES = {
  pause: { call: 'pauseSchedule', does: 'plan no scheduled runs' },
  resume: {
    call: 'resumeSchedule',
    does: 'plan scheduled runs again, and make up for what came due as SCHEDULE_CATCH_UP says',
  },
} as const;

/** `macro schedule [pause|resume]`. */
export function createScheduleCommand(terminal: Terminal): Command {
  const schedule = new Command('schedule')
    .description('show when the next run is due and what became of the past ticks; pause or resume it')
    .action(async () => {
      const found = await terminal.open().getSchedule();
      terminal.report(found, () => formatSchedule(found));
    });
  for (const [change, { call, does }] of Object.entries(CHANGES)) {
    addOrigin(schedule.command(change).description(does)).action(async (options: Origin) => {
      const changed = await terminal.open()[call]({ body: pickOrigin(options) });
      terminal.report(changed, () => formatSchedule(changed));
    });
  }
  return schedule;
}
