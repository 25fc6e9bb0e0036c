import { Table } from '../components/table.tsx';
import { countOf, formatCount } from '../format.ts';
import { useAddress } from '../use-address.ts';
import { formatNumber, nameUnit } from '../quantity.ts';
import type { Revised, Vintage } from './vintages.ts';

/** Dates that a table shows; the file has them all. */
const NEWEST = 60;

/** The newest dates: what was printed first, what was known then, and what holds now. */
export function SeriesTable({
  unit,
  revised,
  known,
}: {
  readonly unit: string;
  readonly revised: readonly Revised[];
  readonly known: { readonly asOf: string; readonly values: readonly Vintage[] } | null;
}) {
  const { withQuery } = useAddress();
  const then = new Map(known?.values.map(({ date, value }) => [date, value]));
  const inUnit = (word: string): string => `${word} (${nameUnit(unit)})`;
  return (
    <Table
      caption={
        revised.length > NEWEST
          ? `The newest ${NEWEST} of ${formatCount(revised.length)} dates`
          : countOf(revised.length, 'date')
      }
      rows={revised.toReversed().slice(0, NEWEST)}
      keyOf={({ date }) => date}
      columns={[
        {
          label: 'Date',
          show: ({ date, period }) => (
            <a class="nowrap" href={withQuery({ date })}>
              {period}
            </a>
          ),
        },
        {
          label: inUnit('First print'),
          show: ({ firstPrint }) => formatNumber(firstPrint, unit),
          isNumber: true,
        },
        ...(known === null
          ? []
          : [
              {
                label: inUnit(`On ${known.asOf}`),
                show: ({ date }: Revised) => formatNumber(then.get(date) ?? null, unit),
                isNumber: true,
              },
            ]),
        { label: inUnit('Latest'), show: ({ latest }) => formatNumber(latest.value, unit), isNumber: true },
        { label: 'Vintages', show: ({ vintages }) => vintages, isNumber: true },
      ]}
    />
  );
}
