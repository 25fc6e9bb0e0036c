import { RunLink } from '../components/links.tsx';
import { State } from '../components/state.tsx';
import { Table } from '../components/table.tsx';
import { Time } from '../components/time.tsx';
import { formatCount, NONE } from '../format.ts';
import type { Cell } from '../overview/overview.ts';
import { wordOf } from './day-grid.tsx';

/** Leads to what it was made of, once it was computed. */
const Partition = ({ of: { asset, partition, state } }: { readonly of: Cell }) =>
  state === 'missing' ? (
    <span id={`p${partition}`}>{partition}</span>
  ) : (
    <a id={`p${partition}`} href={`/lineage/${asset}/${partition}`} aria-label={`${partition}: lineage`}>
      {partition}
    </a>
  );

/** The partitions of one asset, newest first. */
export const PartitionTable = ({ cells }: { readonly cells: readonly Cell[] }) => (
  <Table
    caption="Materializations"
    rows={cells.toReversed()}
    keyOf={({ partition }) => partition}
    columns={[
      { label: 'Partition', show: (cell) => <Partition of={cell} /> },
      { label: 'State', show: (cell) => <State of={wordOf(cell)} /> },
      {
        label: 'Reason',
        show: ({ reason }) => <span class="prose">{reason?.replaceAll('_', ' ') ?? '–'}</span>,
      },
      {
        label: 'Rows',
        isNumber: true,
        show: ({ state, rows }) => (state === 'missing' ? NONE : formatCount(rows)),
      },
      { label: 'Run', show: ({ runId }) => <RunLink id={runId} /> },
      { label: 'Materialized', show: ({ materializedAt }) => <Time of={materializedAt} /> },
    ]}
  />
);
