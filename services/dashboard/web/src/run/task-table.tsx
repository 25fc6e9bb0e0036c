import { AssetLink } from '../components/links.tsx';
import { State } from '../components/state.tsx';
import { Table } from '../components/table.tsx';
import { formatCount, formatDuration } from '../format.ts';
import { useAddress } from '../use-address.ts';
import { workedOf } from './bars.ts';
import type { RunDetail, Task } from './run.ts';

function KeysLink({ task: { asset, keys } }: { readonly task: Task }) {
  const { withQuery } = useAddress();
  if (keys.length === 0) return <span class="quiet">–</span>;
  return (
    <a
      href={withQuery({ view: 'keys', asset, cursor: null })}
      aria-label={`Keys of ${asset}: ${formatCount(keys.length)}`}
    >
      {formatCount(keys.length)}
    </a>
  );
}

function EventsLink({ task: { asset, events } }: { readonly task: Task }) {
  const { withQuery } = useAddress();
  if (events === 0) return <span class="quiet">–</span>;
  return (
    <a
      href={withQuery({ view: 'events', asset, cursor: null })}
      aria-label={`Events of ${asset}: ${formatCount(events)}`}
    >
      {formatCount(events)}
    </a>
  );
}

/** The tasks of a run with what became of them. */
export const TaskTable = ({ run, nowMs }: { readonly run: RunDetail; readonly nowMs: number }) => (
  <Table
    caption="Tasks"
    rows={run.tasks}
    keyOf={({ id }) => id}
    columns={[
      { label: 'Asset', show: ({ asset }) => <AssetLink of={asset} /> },
      { label: 'State', show: ({ state, reason }) => <State of={state} reason={reason} /> },
      {
        label: 'Partitions',
        isNumber: true,
        show: ({ partitions: { done, total } }) => `${formatCount(done)} of ${formatCount(total)}`,
      },
      { label: 'Attempts', isNumber: true, show: ({ attempts }) => formatCount(attempts) },
      { label: 'Waited', isNumber: true, show: ({ waitedMs }) => formatDuration(waitedMs) },
      {
        label: 'Worked',
        isNumber: true,
        show: (task) => formatDuration(task.timeline.length === 0 ? null : workedOf(task, nowMs)),
      },
      { label: 'Rows', isNumber: true, show: ({ rows }) => formatCount(rows) },
      { label: 'Requests', isNumber: true, show: ({ requests }) => formatCount(requests) },
      { label: 'Keys', isNumber: true, show: (task) => <KeysLink task={task} /> },
      { label: 'Events', isNumber: true, show: (task) => <EventsLink task={task} /> },
      {
        label: 'Error or reason',
        show: ({ failure, reason }) => <span class="prose">{failure?.message ?? reason ?? '–'}</span>,
      },
    ]}
  />
);
