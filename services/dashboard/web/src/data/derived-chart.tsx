import { useMemo } from 'preact/hooks';
import { listObservations } from '../../../../../shared/contract/series.ts';
import { useWorkplace } from '../api.ts';
import { FileLinks } from '../components/file-links.tsx';
import { Answer, EmptyNote } from '../components/notes.tsx';
import { TimeChart, type Line } from '../components/time-chart.tsx';
import { useAddress } from '../use-address.ts';
import { useQuery } from '../use-query.ts';
import { nameUnit, scaleValue } from '../quantity.ts';
import { listVintages, type Vintage } from './vintages.ts';

function DerivedLine({
  name,
  values,
  color,
  look,
}: {
  readonly name: string;
  readonly values: readonly Vintage[];
  readonly color: string;
  readonly look: 'line' | 'bars';
}) {
  const unit = values[0]?.unit ?? '';
  const lines = useMemo(
    (): Line[] => [
      { name, points: values.map(({ date, value }) => [date, scaleValue(value, unit)]), color, look },
    ],
    [name, values, unit, color, look],
  );
  const units = useMemo((): [string] => [nameUnit(unit)], [unit]);
  const span = `${values[0]?.date ?? ''} to ${values.at(-1)?.date ?? ''}`;
  const label = `${name} in ${nameUnit(unit)}, ${span}. The files below have the numbers.`;
  return <TimeChart label={label} lines={lines} units={units} />;
}

/** What silver derives from an instrument, over the range of the address and as known on its day. */
export function DerivedChart({
  instrument,
  transform,
  color,
  look = 'line',
}: {
  readonly instrument: string;
  readonly transform: string;
  readonly color: string;
  readonly look?: 'line' | 'bars';
}) {
  const { api } = useWorkplace();
  const { from, to, asOf } = useAddress().query;
  const filter = { key: instrument, transform, from, to, asOf, vintages: 'latest' } as const;
  const query = useQuery(() => listVintages(api, filter), Object.values(filter), { changes: ['run'] });
  const name = `${instrument} ${transform.replaceAll('_', ' ')}`;
  return (
    <Answer query={query}>
      {(values) =>
        values.length === 0 ? (
          <EmptyNote>No values of {name} in this range.</EmptyNote>
        ) : (
          <>
            <DerivedLine name={name} values={values} color={color} look={look} />
            <FileLinks
              of={name}
              endpoint={listObservations}
              params={{ key: instrument }}
              query={{ transform, from, to, asOf }}
            />
          </>
        )
      }
    </Answer>
  );
}
