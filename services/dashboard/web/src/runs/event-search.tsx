import { graph } from '../../../../../shared/pipeline/graph.ts';
import { assetOf } from '../asset-of.ts';
import { useWorkplace } from '../api.ts';
import { AssetFilter } from '../components/asset-filter.tsx';
import { textOf } from '../components/form-dialog.tsx';
import { Answer, EmptyNote } from '../components/notes.tsx';
import { Older } from '../components/older.tsx';
import { useAddress } from '../use-address.ts';
import { useQuery } from '../use-query.ts';
import { EventTable } from './event-table.tsx';

function SearchForm() {
  const { query, change } = useAddress();
  return (
    <form
      class="row"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        change({ q: textOf(new FormData(event.currentTarget), 'q') || null, cursor: null });
      }}
    >
      <label>
        Words of an error or event{' '}
        <input key={query['q']} name="q" type="search" maxLength={200} defaultValue={query['q'] ?? ''} />
      </label>
      <button type="submit">Search</button>
    </form>
  );
}

/** The history of tasks: of one run, or of all. */
export function EventSearch({
  runId,
  assets = graph.names,
}: {
  readonly runId?: string;
  readonly assets?: readonly string[];
}) {
  const { api } = useWorkplace();
  const { q, cursor, ...address } = useAddress().query;
  const asset = assetOf(address['asset']);
  const query = useQuery(
    () => api.searchTaskEvents({ query: { q, runId, asset, cursor, limit: 100 } }),
    [q, runId, asset, cursor],
    { changes: ['run', 'task'] },
  );
  return (
    <>
      <div class="row filters">
        <SearchForm />
        <AssetFilter assets={assets} />
      </div>
      <Answer query={query}>
        {({ data, nextCursor }) => (
          <>
            {data.length === 0 ? (
              <EmptyNote>No event {q === undefined ? 'yet' : `has “${q}” in it`}.</EmptyNote>
            ) : (
              <EventTable events={data} showRun={runId === undefined} />
            )}
            <Older nextCursor={nextCursor} />
          </>
        )}
      </Answer>
    </>
  );
}
