import { useWorkplace } from '../api.ts';
import { RunLink } from '../components/links.tsx';
import { Answer, EmptyNote } from '../components/notes.tsx';
import { Older } from '../components/older.tsx';
import { Progress } from '../components/progress.tsx';
import { State } from '../components/state.tsx';
import { Table } from '../components/table.tsx';
import { Time } from '../components/time.tsx';
import { useAddress } from '../use-address.ts';
import { useQuery } from '../use-query.ts';
import { formatRange } from '../format.ts';

const ROWS = 50;

/** The runs of a backfill, those that start last above. */
export function RunTable({ backfillId }: { readonly backfillId: string }) {
  const { api } = useWorkplace();
  const { cursor } = useAddress().query;
  const query = useQuery(
    () => api.listRuns({ query: { backfillId, cursor, limit: ROWS } }),
    [backfillId, cursor],
    { changes: ['run', 'task'] },
  );
  return (
    <Answer query={query}>
      {({ data, nextCursor }) =>
        data.length === 0 ? (
          <EmptyNote>It has no run: nothing was missing.</EmptyNote>
        ) : (
          <>
            <Table
              caption="Runs, in the reverse of the order in which they start"
              rows={data}
              keyOf={({ id }) => id}
              columns={[
                { label: 'Run', show: ({ id }) => <RunLink id={id} /> },
                {
                  label: 'Range',
                  show: ({ from, to }) => <span class="range">{formatRange({ from, to })}</span>,
                },
                { label: 'State', show: ({ state }) => <State of={state} /> },
                {
                  label: 'Partitions',
                  show: ({ from, to, partitions }) => (
                    <Progress of={formatRange({ from, to })} {...partitions} />
                  ),
                },
                { label: 'Started', show: ({ startedAt }) => <Time of={startedAt} /> },
                { label: 'Ended', show: ({ finishedAt }) => <Time of={finishedAt} /> },
              ]}
            />
            <Older nextCursor={nextCursor} />
          </>
        )
      }
    </Answer>
  );
}
