import { useWorkplace } from '../api.ts';
import { AuditFilter } from '../audit/audit-filter.tsx';
import { AuditTable } from '../audit/audit-table.tsx';
import { Answer, EmptyNote } from '../components/notes.tsx';
import { Older } from '../components/older.tsx';
import { Page } from '../components/page.tsx';
import { may } from '../session.ts';
import { useAddress } from '../use-address.ts';
import { useQuery } from '../use-query.ts';

const ROWS = 100;

function AuditLog() {
  const { api } = useWorkplace();
  const { actor, action, subject, cursor } = useAddress().query;
  const query = useQuery(
    () => api.listAudit({ query: { actor, action, subject, cursor, limit: ROWS } }),
    [actor, action, subject, cursor],
    { changes: ['backfill', 'run', 'schedule', 'alert'] },
  );
  return (
    <>
      <AuditFilter />
      <Answer query={query}>
        {({ data, nextCursor }) => (
          <>
            {data.length === 0 ? <EmptyNote>Nothing was changed.</EmptyNote> : <AuditTable rows={data} />}
            <Older nextCursor={nextCursor} />
          </>
        )}
      </Answer>
    </>
  );
}

/** What was changed by whom. */
export function AuditPage() {
  const { session } = useWorkplace();
  return (
    <Page title="Audit">
      {may(session, 'operator') ? (
        <AuditLog />
      ) : (
        <EmptyNote>The audit log tells what people do: it needs the role operator.</EmptyNote>
      )}
    </Page>
  );
}
