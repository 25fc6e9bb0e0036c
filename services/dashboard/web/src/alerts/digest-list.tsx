import { useWorkplace } from '../api.ts';
import { Answer, EmptyNote } from '../components/notes.tsx';
import { Older } from '../components/older.tsx';
import { Table } from '../components/table.tsx';
import { Time } from '../components/time.tsx';
import { formatCount } from '../format.ts';
import { useAddress } from '../use-address.ts';
import { useQuery } from '../use-query.ts';

/** The morning digests. */
export function DigestList() {
  const { api } = useWorkplace();
  const { cursor } = useAddress().query;
  const query = useQuery(() => api.listDigests({ query: { cursor, limit: 50 } }), [cursor], {
    changes: ['alert', 'tick'],
  });
  return (
    <Answer query={query}>
      {({ data, nextCursor }) => (
        <>
          {data.length === 0 ? (
            <EmptyNote>No digest yet: one is made after each scheduled run.</EmptyNote>
          ) : (
            <Table
              caption="Morning digests"
              rows={data}
              keyOf={({ partition }) => partition}
              columns={[
                {
                  label: 'Partition',
                  show: ({ partition }) => <a href={`/digests/${partition}`}>{partition}</a>,
                },
                { label: 'Built', show: ({ builtAt }) => <Time of={builtAt} /> },
                {
                  label: 'Assets ready',
                  isNumber: true,
                  show: ({ assets }) =>
                    `${assets.filter(({ state }) => state === 'fresh' || state === 'no_data_expected').length} of ${assets.length}`,
                },
                {
                  label: 'Signals flipped',
                  isNumber: true,
                  show: ({ signals }) => formatCount(signals.flipped.length),
                },
                { label: 'Alerts', isNumber: true, show: ({ alerts }) => formatCount(alerts.length) },
              ]}
            />
          )}
          <Older nextCursor={nextCursor} />
        </>
      )}
    </Answer>
  );
}
