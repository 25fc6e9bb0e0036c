import { useMemo } from 'preact/hooks';
import type { Answer } from '../../../../../shared/contract/endpoint.ts';
import type { listCurveTenor } from '../../../../../shared/contract/curves.ts';
import { TimeChart, type Line } from '../components/time-chart.tsx';
import { nameUnit, scaleValue } from './quantity.ts';

/** One tenor of a curve by date. */
export type TenorRow = Answer<typeof listCurveTenor>['data'][number];

/** A tenor of a curve over the sessions. */
export function CurveHistory({
  curve,
  tenor,
  unit,
  rows,
}: {
  readonly curve: string;
  readonly tenor: string;
  readonly unit: string;
  readonly rows: readonly TenorRow[];
}) {
  const lines = useMemo(
    (): Line[] => [
      {
        name: `${curve} ${tenor}`,
        points: rows.map(({ date, rate }) => [date, scaleValue(rate, unit)]),
        color: 'accent',
      },
    ],
    [curve, tenor, unit, rows],
  );
  const units = useMemo((): [string] => [nameUnit(unit)], [unit]);
  const span = `${rows[0]?.date ?? ''} to ${rows.at(-1)?.date ?? ''}`;
  const label = `${curve} ${tenor} in ${nameUnit(unit)}, ${span}. The files below have the numbers.`;
  return <TimeChart label={label} lines={lines} units={units} />;
}
