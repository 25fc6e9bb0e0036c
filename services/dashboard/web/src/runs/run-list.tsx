import { useWorkplace } from '../api.ts';
import { Answer, EmptyNote } from '../components/notes.tsx';
import { Older } from '../components/older.tsx';
import { useAddress } from '../use-address.ts';
import { useQuery } from '../use-query.ts';
import { readFilter } from './filter.ts';
import { RunFilter } from './run-filter.tsx';
import { RunTable } from './run-table.tsx';

/** Runs that fit the address. */
export function RunList() {
  const { api } = useWorkplace();
  const filter = readFilter(useAddress().query);
  const load = async () => ({
    ...(await api.listRuns({ query: { ...filter, limit: 50 } })),
    nowMs: Date.now(),
  });
  const query = useQuery(load, Object.values(filter), { changes: ['run', 'task'] });
  const isFiltered = [filter.state, filter.kind, filter.backfillId].some((value) => value !== undefined);
  return (
    <>
      <RunFilter />
      <Answer query={query}>
        {({ data, nextCursor, nowMs }) => (
          <>
            {data.length === 0 ? (
              <EmptyNote>{isFiltered ? 'No run fits.' : 'There was no run yet.'}</EmptyNote>
            ) : (
              <RunTable runs={data} nowMs={nowMs} />
            )}
            <Older nextCursor={nextCursor} />
          </>
        )}
      </Answer>
    </>
  );
}
