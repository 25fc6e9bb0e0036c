import { useWorkplace } from '../api.ts';
import { Answer, EmptyNote } from '../components/notes.tsx';
import { Table } from '../components/table.tsx';
import { Time } from '../components/time.tsx';
import { useQuery } from '../use-query.ts';
import { formatNumber, nameUnit } from '../quantity.ts';
import { listVintages } from './vintages.ts';

/** Every vintage of the value of one date, from the first print on. */
export function RevisionTable({
  series,
  transform,
  date,
}: {
  readonly series: string;
  readonly transform: string | undefined;
  readonly date: string;
}) {
  const { api } = useWorkplace();
  const query = useQuery(
    () => listVintages(api, { key: series, transform, from: date, to: date, vintages: 'all' }),
    [series, transform, date],
  );
  return (
    <section id="revisions">
      <h2>Revisions of {date}</h2>
      <Answer query={query}>
        {(vintages) =>
          vintages.length === 0 ? (
            <EmptyNote>There is no value of {date}.</EmptyNote>
          ) : (
            <Table
              caption={`Vintages of ${date}`}
              rows={vintages}
              keyOf={({ knownAt, revision }) => `${knownAt} ${revision}`}
              columns={[
                { label: 'Known from', show: ({ knownAt }) => <Time of={knownAt} /> },
                { label: 'Revision', show: ({ revision }) => revision ?? 'derived', isNumber: true },
                {
                  label: `Value (${nameUnit(vintages[0]!.unit)})`,
                  show: ({ value, unit }) => formatNumber(value, unit),
                  isNumber: true,
                },
                { label: 'Basis', show: ({ basis }) => basis },
              ]}
            />
          )
        }
      </Answer>
    </section>
  );
}
