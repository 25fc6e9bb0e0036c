import { TABLES_RULE } from '../alerts/subject-links.ts';
import { useWorkplace } from '../api.ts';
import { Answer, EmptyNote } from '../components/notes.tsx';
import { State } from '../components/state.tsx';
import { Table } from '../components/table.tsx';
import { useQuery } from '../use-query.ts';

const ADDRESS = /(https:\/\/\S+)/;

/** A text whose addresses can be followed. */
const Linked = ({ text }: { readonly text: string }) => (
  <span class="prose">
    {text.split(ADDRESS).map((part) =>
      ADDRESS.test(part) ? (
        <a key={part} href={part} rel="noreferrer">
          {part}
        </a>
      ) : (
        part
      ),
    )}
  </span>
);

/** The tables of dates that run out, where their next entries are published, and how to enter them. */
export function DateTables() {
  const { api } = useWorkplace();
  const query = useQuery(() => api.listAlerts({ query: { open: 'true', limit: 500 } }), [], {
    changes: ['alert'],
  });
  return (
    <section id="dates">
      <h2>Tables of dates kept by hand</h2>
      <p class="quiet prose">
        Holidays, meetings and release dates are kept in the code, each table with the last day to which it is
        known. To extend one, enter the dates that its source has published and the new last day, run{' '}
        <code>make check</code> and deploy: its alert ends by itself. <code>docs/alerts.md</code> names the
        file of each.
      </p>
      <Answer query={query}>
        {({ data }) => {
          const alerts = data.filter(({ rule }) => rule === TABLES_RULE);
          return alerts.length === 0 ? (
            <EmptyNote>No table runs out soon.</EmptyNote>
          ) : (
            <Table
              caption="Tables that run out"
              isRead
              rows={alerts}
              keyOf={({ id }) => String(id)}
              columns={[
                { label: 'Severity', show: ({ severity }) => <State of={severity} /> },
                { label: 'Table', show: ({ subject }) => subject },
                {
                  label: 'What then, and where the next entries are',
                  show: ({ message }) => <Linked text={message} />,
                },
              ]}
            />
          );
        }}
      </Answer>
    </section>
  );
}
