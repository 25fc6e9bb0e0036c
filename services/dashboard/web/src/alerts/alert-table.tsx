import type { Answer } from '../../../../../shared/contract/endpoint.ts';
import type { listAlerts } from '../../../../../shared/contract/alerts.ts';
import { State } from '../components/state.tsx';
import { Table } from '../components/table.tsx';
import { Time } from '../components/time.tsx';
import { Subject } from './subject.tsx';

export type Alert = Answer<typeof listAlerts>['data'][number];

/** Alerts, newest first; those that last need no end. */
export const AlertTable = ({
  caption,
  alerts,
  withEnd = false,
}: {
  readonly caption: string;
  readonly alerts: readonly Alert[];
  readonly withEnd?: boolean;
}) => (
  <Table
    caption={caption}
    isRead
    rows={alerts}
    keyOf={({ id }) => String(id)}
    columns={[
      { label: 'Severity', show: ({ severity }) => <State of={severity} /> },
      { label: 'Rule', show: ({ rule }) => rule },
      { label: 'About', show: (alert) => <Subject {...alert} /> },
      { label: 'Message', show: ({ message }) => <span class="prose">{message}</span> },
      { label: 'Raised', show: ({ raisedAt }) => <Time of={raisedAt} /> },
      ...(withEnd
        ? [{ label: 'Ended', show: ({ resolvedAt }: Alert) => <Time of={resolvedAt} /> }]
        : [{ label: 'Last seen', show: ({ lastSeenAt }: Alert) => <Time of={lastSeenAt} /> }]),
    ]}
  />
);
