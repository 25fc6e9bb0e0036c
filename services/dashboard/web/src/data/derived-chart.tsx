import { useMemo } from 'preact/hooks';
import type { Answer as AnswerOf } from '../../../../../shared/contract/endpoint.ts';
import { listObservations, type getSeriesPoints } from '../../../../../shared/contract/series.ts';
import { useWorkplace } from '../api.ts';
import { FileLinks } from '../components/file-links.tsx';
import { Answer, EmptyNote } from '../components/notes.tsx';
import { TimeChart, type Line } from '../components/time-chart.tsx';
import { useAddress } from '../use-address.ts';
import { useQuery } from '../use-query.ts';
import { countOf } from '../format.ts';
import { nameUnit, scaleValue } from '../quantity.ts';

type Derived = AnswerOf<typeof getSeriesPoints>;

/** Every value as a point: none of the extremes of the range is thinned out. */
function DerivedLine({
  name,
  derived: { unit, points },
  color,
  look,
}: {
  readonly name: string;
  readonly derived: Derived;
  readonly color: string;
  readonly look: 'line' | 'bars';
}) {
  const lines = useMemo(
    (): Line[] => [
      { name, points: points.map(([date, value]) => [date, scaleValue(value, unit)]), color, look },
    ],
    [name, points, unit, color, look],
  );
  const units = useMemo((): [string] => [nameUnit(unit)], [unit]);
  const span = `${points[0]?.[0] ?? ''} to ${points.at(-1)?.[0] ?? ''}`;
  const label = `${name} in ${nameUnit(unit)}, ${span}, ${countOf(points.length, 'value')}. The files below have the numbers.`;
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
  const filter = { transform, from, to, asOf };
  const query = useQuery(
    () => api.getSeriesPoints({ params: { key: instrument }, query: filter }),
    [instrument, ...Object.values(filter)],
    { changes: ['run'] },
  );
  const name = `${instrument} ${transform.replaceAll('_', ' ')}`;
  return (
    <Answer query={query}>
      {(derived) =>
        derived.points.length === 0 ? (
          <EmptyNote>No values of {name} in this range.</EmptyNote>
        ) : (
          <>
            <DerivedLine name={name} derived={derived} color={color} look={look} />
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
