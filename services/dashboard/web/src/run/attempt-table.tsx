import { EmptyNote } from '../components/notes.tsx';
import { State } from '../components/state.tsx';
import { Table } from '../components/table.tsx';
import { Time } from '../components/time.tsx';
import { formatCount, formatDuration } from '../format.ts';
import type { RunDetail } from './run.ts';

const tookOf = (startedAt: string, endedAt: string | null): number | null =>
  endedAt === null ? null : Date.parse(endedAt) - Date.parse(startedAt);

/** Every attempt at every task of a run: the chart in numbers. */
export function AttemptTable({ run }: { readonly run: RunDetail }) {
  const attempts = run.tasks.flatMap(({ asset, timeline }) =>
    timeline.map((attempt) => ({ asset, ...attempt })),
  );
  if (attempts.length === 0) return <EmptyNote>No task has been taken by a worker yet.</EmptyNote>;
  return (
    <Table
      caption="Attempts"
      rows={attempts}
      keyOf={({ asset, attempt }) => `${asset} ${attempt}`}
      columns={[
        { label: 'Asset', show: ({ asset }) => asset },
        { label: 'Attempt', isNumber: true, show: ({ attempt }) => formatCount(attempt) },
        { label: 'Outcome', show: ({ outcome }) => <State of={outcome} /> },
        { label: 'Waited', isNumber: true, show: ({ waitedMs }) => formatDuration(waitedMs) },
        {
          label: 'Worked',
          isNumber: true,
          show: ({ startedAt, endedAt }) => formatDuration(tookOf(startedAt, endedAt)),
        },
        { label: 'Rows', isNumber: true, show: ({ rows }) => formatCount(rows) },
        { label: 'Started', show: ({ startedAt }) => <Time of={startedAt} /> },
        { label: 'Ended', show: ({ endedAt }) => <Time of={endedAt} /> },
        { label: 'Worker', show: ({ worker }) => worker ?? '–' },
        { label: 'Error', show: ({ error }) => <span class="prose">{error ?? '–'}</span> },
      ]}
    />
  );
}
