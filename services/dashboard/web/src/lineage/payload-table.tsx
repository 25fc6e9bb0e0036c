import { EmptyNote } from '../components/notes.tsx';
import { BodyLink } from '../components/payload-link.tsx';
import { Table } from '../components/table.tsx';
import { Time } from '../components/time.tsx';
import { countOf, formatCount } from '../format.ts';
import type { Lineage } from './materialization.tsx';

/** Answers of providers, with the hashes of their bodies. */
export function PayloadTable({ payloads }: { readonly payloads: Lineage['payloads'] }) {
  const { total, items } = payloads;
  if (total === 0) return <EmptyNote>No answer of a provider is behind it.</EmptyNote>;
  return (
    <Table
      caption={
        total > items.length ? `${items.length} of ${formatCount(total)} payloads` : countOf(total, 'payload')
      }
      rows={items}
      keyOf={({ id }) => String(id)}
      columns={[
        { label: 'Payload', show: ({ id }) => <span id={`payload-${id}`}>{id}</span>, isNumber: true },
        { label: 'Key', show: ({ provider, key }) => `${provider} ${key}` },
        { label: 'Window', show: ({ windowId, part }) => `${windowId} ${part}` },
        { label: 'SHA-256 of the body', show: ({ sha256 }) => <span class="hash">{sha256}</span> },
        { label: 'Bytes', show: ({ bytes }) => formatCount(bytes), isNumber: true },
        { label: 'Status', show: ({ status }) => status, isNumber: true },
        { label: 'Fetched', show: ({ fetchedAt }) => <Time of={fetchedAt} /> },
        { label: 'Body', show: ({ id, isKept }) => (isKept ? <BodyLink id={id} /> : 'pruned') },
        { label: 'Address', show: ({ url }) => <span class="hash">{url}</span> },
      ]}
    />
  );
}
