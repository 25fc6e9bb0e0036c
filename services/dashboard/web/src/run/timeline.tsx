import { AttemptTable } from './attempt-table.tsx';
import type { RunDetail } from './run.ts';
import { TaskTable } from './task-table.tsx';
import { TimelineChart } from './timeline-chart.tsx';

/** A run over time: as a chart, task by task, and attempt by attempt. */
export function Timeline({ run, nowMs }: { readonly run: RunDetail; readonly nowMs: number }) {
  return (
    <>
      <p class="quiet">Grey: waits. Then each attempt in the colour of its outcome; blue while it goes on.</p>
      <TimelineChart run={run} nowMs={nowMs} />
      <TaskTable run={run} nowMs={nowMs} />
      <AttemptTable run={run} />
    </>
  );
}
