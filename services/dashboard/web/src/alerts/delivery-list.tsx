import { useWorkplace } from '../api.ts';
import { Answer, EmptyNote } from '../components/notes.tsx';
import { Older } from '../components/older.tsx';
import { State } from '../components/state.tsx';
import { Table } from '../components/table.tsx';
import { Time } from '../components/time.tsx';
import { useAddress } from '../use-address.ts';
import { useQuery } from '../use-query.ts';

/** The outcome of a delivery is no event of its own. */
const EVERY_MS = 5_000;

/** What was sent, or has to be sent, to which channel. */
export function DeliveryList() {
  const { api } = useWorkplace();
  const { cursor } = useAddress().query;
  const query = useQuery(() => api.listAlertDeliveries({ query: { cursor, limit: 100 } }), [cursor], {
    changes: ['alert'],
    everyMs: EVERY_MS,
  });
  return (
    <Answer query={query}>
      {({ data, nextCursor }) => (
        <>
          {data.length === 0 ? (
            <EmptyNote>Nothing was sent yet. Channels are set up by ALERT_* variables.</EmptyNote>
          ) : (
            <Table
              caption="Deliveries"
              rows={data}
              keyOf={({ id }) => String(id)}
              columns={[
                { label: 'Created', show: ({ createdAt }) => <Time of={createdAt} /> },
                { label: 'Kind', show: ({ kind }) => kind },
                { label: 'Channel', show: ({ channel }) => channel },
                {
                  label: 'About',
                  show: ({ alertId, digest }) =>
                    digest === null ? (
                      alertId === null ? (
                        '–'
                      ) : (
                        `alert ${alertId}`
                      )
                    ) : (
                      <a href={`/digests/${digest}`}>digest of {digest}</a>
                    ),
                },
                { label: 'Outcome', show: ({ outcome, error }) => <State of={outcome} reason={error} /> },
                { label: 'Attempts', isNumber: true, show: ({ attempts }) => String(attempts) },
                { label: 'Delivered', show: ({ deliveredAt }) => <Time of={deliveredAt} /> },
                { label: 'Next attempt', show: ({ nextAttemptAt }) => <Time of={nextAttemptAt} /> },
                { label: 'Error', show: ({ error }) => <span class="prose">{error ?? '–'}</span> },
              ]}
            />
          )}
          <Older nextCursor={nextCursor} />
        </>
      )}
    </Answer>
  );
}
