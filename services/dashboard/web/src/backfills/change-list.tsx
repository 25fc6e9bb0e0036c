import { AuditTable } from '../audit/audit-table.tsx';
import { useWorkplace } from '../api.ts';
import { Answer, EmptyNote } from '../components/notes.tsx';
import { may } from '../session.ts';
import { useQuery } from '../use-query.ts';

function Changes({ id }: { readonly id: string }) {
  const { api } = useWorkplace();
  const query = useQuery(() => api.listAudit({ query: { subject: id } }), [id], { changes: ['backfill'] });
  return <Answer query={query}>{({ data }) => <AuditTable rows={data} />}</Answer>;
}

/** Who asked for a backfill and changed it, for those who may know. */
export function ChangeList({ id }: { readonly id: string }) {
  const { session } = useWorkplace();
  if (may(session, 'operator')) return <Changes id={id} />;
  return <EmptyNote>Who changed it and why is shown to operators.</EmptyNote>;
}
