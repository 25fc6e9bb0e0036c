import { RunLink } from '../components/links.tsx';
import { State } from '../components/state.tsx';
import { Table } from '../components/table.tsx';
import { Time } from '../components/time.tsx';
import { wordOf } from '../asset/day-grid.tsx';
import { useWorkplace } from '../api.ts';
import { Answer } from '../components/notes.tsx';
import { formatCount } from '../format.ts';
import { isCell } from '../overview/overview.ts';
import { useAddress } from '../use-address.ts';
import { useQuery } from '../use-query.ts';

/** All assets of one partition. */
export function DayTable({ day }: { readonly day: string }) {
  const { api } = useWorkplace();
  const { withQuery } = useAddress();
  const query = useQuery(() => api.listPartitions({ query: { from: day, to: day } }), [day], {
    changes: ['run', 'task'],
  });
  return (
    <Answer query={query}>
      {({ data }) => (
        <Table
          caption={`All assets on ${day}`}
          isRead
          rows={data.filter(isCell)}
          keyOf={({ asset }) => asset}
          columns={[
            { label: 'Asset', show: ({ asset }) => <a href={withQuery({ asset, day })}>{asset}</a> },
            { label: 'State', show: (cell) => <State of={wordOf(cell)} /> },
            {
              label: 'Reason',
              show: ({ reason }) => <span class="prose">{reason?.replaceAll('_', ' ') ?? '–'}</span>,
            },
            { label: 'Rows', isNumber: true, show: ({ rows }) => formatCount(rows) },
            { label: 'Run', show: ({ runId }) => <RunLink id={runId} /> },
            { label: 'Materialized', show: ({ materializedAt }) => <Time of={materializedAt} /> },
          ]}
        />
      )}
    </Answer>
  );
}
