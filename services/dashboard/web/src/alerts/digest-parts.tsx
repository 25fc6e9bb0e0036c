import type { DigestContent } from '../../../../../shared/contract/digests.ts';
import { AssetLink } from '../components/links.tsx';
import { EmptyNote } from '../components/notes.tsx';
import { State } from '../components/state.tsx';
import { Table } from '../components/table.tsx';
import { Time } from '../components/time.tsx';
import { Subject } from './subject.tsx';
import { formatPercent } from '../format.ts';

type SignalChange = DigestContent['signals']['flipped'][number];

/** Signals whose direction changed against the partition before. */
export const SignalChanges = ({
  title,
  changes,
}: {
  readonly title: string;
  readonly changes: readonly SignalChange[];
}) => (
  <section>
    <h2>{title}</h2>
    {changes.length === 0 ? (
      <EmptyNote>None.</EmptyNote>
    ) : (
      <Table
        caption={title}
        rows={changes}
        keyOf={({ signalId }) => signalId}
        columns={[
          { label: 'Signal', show: ({ signalId }) => <code>{signalId}</code> },
          { label: 'Agent', show: ({ agent }) => <AssetLink of={agent} /> },
          { label: 'Before', show: ({ before }) => before ?? '–' },
          { label: 'Now', show: ({ after }) => after ?? '–' },
          { label: 'Strength', show: ({ strength }) => strength ?? '–' },
          {
            label: 'Confidence',
            isNumber: true,
            show: ({ confidence }) => (confidence === null ? '–' : formatPercent(confidence)),
          },
          { label: 'Reason', show: ({ reason }) => <span class="prose">{reason ?? '–'}</span> },
        ]}
      />
    )}
  </section>
);

/** The assets of the digest with their states. */
export const DigestAssets = ({ assets }: Pick<DigestContent, 'assets'>) => (
  <section>
    <h2>Assets</h2>
    <Table
      caption="State of the fourteen assets"
      rows={assets}
      keyOf={({ asset }) => asset}
      columns={[
        { label: 'Asset', show: ({ asset }) => <AssetLink of={asset} /> },
        { label: 'State', show: ({ state }) => <State of={state} /> },
        {
          label: 'Flags',
          show: ({ stale, blocked, degraded }) =>
            Object.entries({ stale, blocked, degraded })
              .filter(([, isSet]) => isSet)
              .map(([flag]) => flag)
              .join(', ') || '–',
        },
        {
          label: 'Reason',
          show: ({ reason }) => <span class="prose">{reason?.replaceAll('_', ' ') ?? '–'}</span>,
        },
        { label: 'Newest partition', show: ({ newestPartition }) => newestPartition ?? '–' },
      ]}
    />
  </section>
);

/** The alerts that were open when the digest was built. */
export const DigestAlerts = ({ alerts }: Pick<DigestContent, 'alerts'>) => (
  <section>
    <h2>Open alerts</h2>
    {alerts.length === 0 ? (
      <EmptyNote>None.</EmptyNote>
    ) : (
      <Table
        caption="Alerts that were open"
        isRead
        rows={alerts}
        keyOf={({ id }) => String(id)}
        columns={[
          { label: 'Severity', show: ({ severity }) => <State of={severity} /> },
          { label: 'Rule', show: ({ rule }) => rule },
          { label: 'About', show: (alert) => <Subject {...alert} /> },
          { label: 'Message', show: ({ message }) => <span class="prose">{message}</span> },
          { label: 'Raised', show: ({ raisedAt }) => <Time of={raisedAt} /> },
        ]}
      />
    )}
  </section>
);
