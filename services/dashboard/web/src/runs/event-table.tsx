import type { Answer } from '../../../../../shared/contract/endpoint.ts';
import type { searchTaskEvents } from '../../../../../shared/contract/runs.ts';
import { AssetLink, RunLink } from '../components/links.tsx';
import { State } from '../components/state.tsx';
import { Table } from '../components/table.tsx';
import { Time } from '../components/time.tsx';

type TaskEvent = Answer<typeof searchTaskEvents>['data'][number];

/** What an event says, as `name: value` pairs. */
const describeDetail = ({ detail }: TaskEvent): string =>
  Object.entries(detail ?? {})
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ') || '–';

/** Lines of the history of tasks; with their runs where they are of several. */
export const EventTable = ({
  events,
  showRun,
}: {
  readonly events: readonly TaskEvent[];
  readonly showRun: boolean;
}) => (
  <Table
    caption="Events, newest first"
    isRead
    rows={events}
    keyOf={({ id }) => String(id)}
    columns={[
      { label: 'At', show: ({ at }) => <Time of={at} /> },
      ...(showRun ? [{ label: 'Run', show: ({ runId }: TaskEvent) => <RunLink id={runId} /> }] : []),
      { label: 'Asset', show: ({ asset }) => <AssetLink of={asset} /> },
      { label: 'Event', show: ({ kind }) => <State of={kind} /> },
      { label: 'Attempt', isNumber: true, show: ({ attempt }) => String(attempt) },
      { label: 'Detail', show: (event) => <span class="prose">{describeDetail(event)}</span> },
    ]}
  />
);
