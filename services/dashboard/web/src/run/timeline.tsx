import { AttemptTable } from './attempt-table.tsx';
import type { RunDetail } from './run.ts';
import { TaskTable } from './task-table.tsx';
import { TimelineChart } from './timeline-chart.tsx';

/** A run over time: as a chart, task by task, and attempt by attempt. */
export function Timeline({ run, nowMs }: { readonly run: RunDetail; readonly nowMs: number }) {
  return (
    <>
      <TimelineChart run={run} nowMs={nowMs} />
      <TaskTable run={run} nowMs={nowMs} />
      <h2>Waits and attempts</h2>
      <AttemptTable run={run} />
    </>
  );
}
