import { useWorkplace } from '../api.ts';
import { Answer, EmptyNote } from '../components/notes.tsx';
import { Older } from '../components/older.tsx';
import { useAddress } from '../use-address.ts';
import { useQuery } from '../use-query.ts';
import { AlertTable } from './alert-table.tsx';

/** The alerts that last, or those that have ended. */
export function AlertList({ isOpen }: { readonly isOpen: boolean }) {
  const { api } = useWorkplace();
  const { cursor } = useAddress().query;
  const open = isOpen ? 'true' : 'false';
  const query = useQuery(() => api.listAlerts({ query: { open, cursor, limit: 100 } }), [open, cursor], {
    changes: ['alert'],
  });
  return (
    <Answer query={query}>
      {({ data, nextCursor }) => (
        <>
          {data.length === 0 ? (
            <EmptyNote>{isOpen ? 'No alert is open.' : 'No alert has ended yet.'}</EmptyNote>
          ) : (
            <AlertTable
              caption={isOpen ? 'Alerts that last' : 'Alerts that have ended'}
              alerts={data}
              withEnd={!isOpen}
            />
          )}
          <Older nextCursor={nextCursor} />
        </>
      )}
    </Answer>
  );
}
