import type { Answer } from '../../../../../shared/contract/endpoint.ts';
import type { listAudit } from '../../../../../shared/contract/audit.ts';
import { Table } from '../components/table.tsx';
import { Time } from '../components/time.tsx';

type Row = Answer<typeof listAudit>['data'][number];

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-/;

/** The subject of a change, leading to its page where there is one. */
function Subject({ row: { action, subject } }: { readonly row: Row }) {
  const [noun] = action.split(/[._]/);
  if (UUID.test(subject) && (noun === 'run' || noun === 'backfill'))
    return <a href={`/${noun}s/${subject}`}>{subject.slice(0, 8)}</a>;
  return <>{subject}</>;
}

function showValue(value: unknown): string {
  if (Array.isArray(value)) return value.map(showValue).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What belongs to the action beside its reason. */
function describeDetail(detail: Row['detail']): string {
  return (
    Object.entries(detail)
      .filter(([name, value]) => name !== 'reason' && value !== null)
      .map(([name, value]) => `${name}: ${showValue(value)}`)
      .join('; ') || '–'
  );
}

/** Changes, newest first. */
export const AuditTable = ({ rows }: { readonly rows: readonly Row[] }) => (
  <Table
    caption="Changes, newest first"
    isRead
    rows={rows}
    keyOf={({ id }) => String(id)}
    columns={[
      { label: 'When', show: ({ at }) => <Time of={at} /> },
      { label: 'Who', show: ({ actor }) => actor },
      {
        label: 'What',
        show: ({ action }) => <span class="nowrap">{action.replaceAll(/[._]/g, ' ')}</span>,
      },
      { label: 'To what', show: (row) => <Subject row={row} /> },
      {
        label: 'Why',
        show: ({ detail }) => (
          <span class="prose">{typeof detail['reason'] === 'string' ? detail['reason'] : '–'}</span>
        ),
      },
      { label: 'Detail', show: ({ detail }) => <span class="prose">{describeDetail(detail)}</span> },
    ]}
  />
);
