import { useMemo } from 'preact/hooks';
import { TimeChart, type Line } from '../components/time-chart.tsx';
import { nameUnit, scaleValue } from '../quantity.ts';
import type { Revised, Vintage } from './vintages.ts';

/** The first print and the latest value of each date and, where a moment is chosen, what was known then. */
export function SeriesChart({
  name,
  unit,
  revised,
  known,
}: {
  readonly name: string;
  readonly unit: string;
  readonly revised: readonly Revised[];
  /** Null where no moment is chosen. */
  readonly known: { readonly asOf: string; readonly values: readonly Vintage[] } | null;
}) {
  const lines = useMemo((): Line[] => {
    const pointsOf = (pick: (one: Revised) => string | null): Line['points'] =>
      revised.map((one) => [one.date, scaleValue(pick(one), unit)]);
    const then: Line[] =
      known === null
        ? []
        : [
            {
              name: `as known on ${known.asOf}`,
              points: known.values.map(({ date, value }) => [date, scaleValue(value, unit)]),
              color: 'bad',
            },
          ];
    return [
      {
        name: 'first print',
        points: pointsOf(({ firstPrint }) => firstPrint),
        color: 'warn',
        look: 'dashed',
      },
      { name: 'latest', points: pointsOf(({ latest }) => latest.value), color: 'accent' },
      ...then,
    ];
  }, [revised, known, unit]);
  const units = useMemo((): [string] => [nameUnit(unit)], [unit]);
  const span = `${revised[0]?.date ?? ''} to ${revised.at(-1)?.date ?? ''}`;
  return (
    <TimeChart
      label={`${name} in ${nameUnit(unit)}, ${span}: first print and latest value. The table below has the numbers.`}
      lines={lines}
      units={units}
    />
  );
}
