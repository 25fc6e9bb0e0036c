import { useWorkplace } from '../api.ts';
import { BackfillTable } from '../backfills/backfill-table.tsx';
import { Answer, EmptyNote } from '../components/notes.tsx';
import { Older } from '../components/older.tsx';
import { Page } from '../components/page.tsx';
import { useAddress } from '../use-address.ts';
import { useQuery } from '../use-query.ts';

/** What was asked for, and how far it is. */
export function BackfillsPage() {
  const { api } = useWorkplace();
  const { cursor } = useAddress().query;
  const query = useQuery(() => api.listBackfills({ query: { cursor } }), [cursor], {
    changes: ['backfill', 'run', 'task'],
  });
  return (
    <Page title="Backfills" actions={<a href="/partitions">Start one on the map of partitions</a>}>
      <Answer query={query}>
        {({ data, nextCursor }) =>
          data.length === 0 ? (
            <EmptyNote>No backfill has been asked for yet.</EmptyNote>
          ) : (
            <>
              <BackfillTable backfills={data} />
              <Older nextCursor={nextCursor} />
            </>
          )
        }
      </Answer>
    </Page>
  );
}
