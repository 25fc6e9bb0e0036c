import { useMemo } from 'preact/hooks';
import type { Answer } from '../../../../../shared/contract/endpoint.ts';
import type { listCurveTenor } from '../../../../../shared/contract/curves.ts';
import type { CurveId } from '../../../../../shared/silver/curve-conventions.ts';
import { TimeChart, type Line } from '../components/time-chart.tsx';
import { scaleValue } from '../quantity.ts';
import { nameQuotes } from './curve-names.ts';

/** One tenor of a curve by date. */
export type TenorRow = Answer<typeof listCurveTenor>['data'][number];

/** A tenor of a curve over the sessions. */
export function CurveHistory({
  curve,
  tenor,
  unit,
  rows,
}: {
  readonly curve: CurveId;
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
  const units = useMemo((): [string] => [nameQuotes(curve)], [curve]);
  const span = `${rows[0]?.date ?? ''} to ${rows.at(-1)?.date ?? ''}`;
  const label = `${curve} ${tenor} (${nameQuotes(curve)}), ${span}. The files below have the numbers.`;
  return <TimeChart label={label} lines={lines} units={units} />;
}
