import type { AssetName } from '../../../../../shared/pipeline/graph.ts';
import { useWorkplace } from '../api.ts';
import { Answer } from '../components/notes.tsx';
import { Table } from '../components/table.tsx';
import { useQuery } from '../use-query.ts';

/** Where an asset stores its results: the tables, each column with its type and meaning. */
export function AssetTables({ asset }: { readonly asset: AssetName }) {
  const { api } = useWorkplace();
  const query = useQuery(() => api.listAssetTables({ params: { key: asset } }), [asset]);
  return (
    <section>
      <h2>Schema</h2>
      <Answer query={query}>
        {({ data }) =>
          data.map(({ table, description, columns }) => (
            <details key={table}>
              <summary>
                <code>{table}</code> {description}
              </summary>
              <Table
                caption={`Columns of ${table}`}
                rows={columns}
                keyOf={({ column }) => column}
                columns={[
                  { label: 'Column', show: ({ column }) => <code>{column}</code> },
                  {
                    label: 'Type',
                    show: ({ type, nullable }) => `${type}${nullable ? '' : ', required'}`,
                  },
                  { label: 'Meaning', show: ({ description: meaning }) => meaning },
                ]}
              />
            </details>
          ))
        }
      </Answer>
    </section>
  );
}
