import { useWorkplace } from '../api.ts';
import { AssetLink } from '../components/links.tsx';
import { Answer, EmptyNote } from '../components/notes.tsx';
import { Progress } from '../components/progress.tsx';
import { Table } from '../components/table.tsx';
import { formatCount } from '../format.ts';
import { useQuery } from '../use-query.ts';
import { StateCounts } from './state-counts.tsx';

/** How far a backfill is with each asset. */
export function AssetProgress({ id }: { readonly id: string }) {
  const { api } = useWorkplace();
  const query = useQuery(() => api.listBackfillAssets({ params: { id } }), [id], {
    changes: ['run', 'task'],
  });
  return (
    <Answer query={query}>
      {({ data }) =>
        data.length === 0 ? (
          <EmptyNote>No asset owed anything.</EmptyNote>
        ) : (
          <Table
            caption="Progress by asset"
            rows={data}
            keyOf={({ asset }) => asset}
            columns={[
              { label: 'Asset', show: ({ asset }) => <AssetLink of={asset} /> },
              {
                label: 'Partitions',
                show: ({ asset, partitions }) => <Progress of={asset} {...partitions} />,
              },
              { label: 'Tasks', show: ({ tasks }) => <StateCounts of={tasks} /> },
              { label: 'Rows', isNumber: true, show: ({ rows }) => formatCount(rows) },
              { label: 'Requests', isNumber: true, show: ({ requests }) => formatCount(requests) },
            ]}
          />
        )
      }
    </Answer>
  );
}
