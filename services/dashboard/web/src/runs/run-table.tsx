import { RunLink } from '../components/links.tsx';
import { State } from '../components/state.tsx';
import { Table } from '../components/table.tsx';
import { Time } from '../components/time.tsx';
import { formatCount, formatDuration, formatRange } from '../format.ts';

import { elapsedOf, type Run } from '../run/run.ts';

const describeTasks = ({ taskCounts }: Run): string =>
  Object.entries(taskCounts)
    .map(([state, count]) => `${formatCount(count ?? 0)} ${state}`)
    .join(', ');

/** Runs with how far they are. */
export const RunTable = ({ runs, nowMs }: { readonly runs: readonly Run[]; readonly nowMs: number }) => (
  <Table
    caption="Runs, newest first"
    rows={runs}
    keyOf={({ id }) => id}
    columns={[
      { label: 'Run', show: ({ id }) => <RunLink id={id} /> },
      { label: 'State', show: ({ state }) => <State of={state} /> },
      { label: 'Kind', show: ({ kind }) => kind },
      { label: 'Partition', show: (run) => <span class="nowrap">{formatRange(run)}</span> },
      { label: 'Tasks', show: describeTasks },
      {
        label: 'Pairs done',
        isNumber: true,
        show: ({ partitions: { done, total } }) => `${formatCount(done)} of ${formatCount(total)}`,
      },
      { label: 'Created', show: ({ createdAt }) => <Time of={createdAt} /> },
      { label: 'Took', isNumber: true, show: (run) => formatDuration(elapsedOf(run, nowMs)) },
      {
        label: 'Backfill',
        show: ({ backfillId }) =>
          backfillId === null ? (
            <span class="quiet">–</span>
          ) : (
            <a href={`/backfills/${backfillId}`}>{backfillId.slice(0, 8)}</a>
          ),
      },
    ]}
  />
);
