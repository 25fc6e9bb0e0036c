import { Table } from '../components/table.tsx';
import { Time } from '../components/time.tsx';
import type { Curve, CurvePoint } from './curve-lines.ts';
import { formatMeasure, nameMeasure } from './curve-measures.ts';
import { BASIS_POINT, formatNumber, nameUnit, toBasisPoints } from '../quantity.ts';
import { formatDecimals, NONE } from '../format.ts';

const nameOf = ({ tenor, method }: CurvePoint): string => `${tenor} ${method === 'observed' ? method : ''}`;

/** Rates differ by basis points, prices by their own unit. */
function describeChange(unit: Curve['unit'], now: number | null, then: number | null | undefined): string {
  if (now === null || then === null || then === undefined) return '–';
  return unit === 'decimal_per_year'
    ? formatNumber(toBasisPoints(now - then), BASIS_POINT)
    : formatNumber(now - then, unit);
}

/** Every point of a curve, and what it was on the other date. */
export function CurvePoints({ curve, compared }: { readonly curve: Curve; readonly compared: Curve | null }) {
  const { unit, points } = curve;
  const others = new Map(compared?.points.map((point) => [nameOf(point), point.rate]));
  const changeUnit = nameUnit(unit === 'decimal_per_year' ? BASIS_POINT : unit);
  return (
    <Table
      caption={`Points of ${curve.date}`}
      rows={points}
      keyOf={nameOf}
      columns={[
        { label: 'Tenor', show: ({ tenor }) => <span class="nowrap">{tenor}</span> },
        {
          label: 'Years',
          show: ({ years }) => (years === null ? NONE : formatDecimals(years, 2)),
          isNumber: true,
        },
        {
          label: `${curve.date} (${nameUnit(unit)})`,
          show: ({ rate }) => formatNumber(rate, unit),
          isNumber: true,
        },
        ...(compared === null
          ? []
          : [
              {
                label: `${compared.date} (${nameUnit(unit)})`,
                show: (point: CurvePoint) => formatNumber(others.get(nameOf(point)) ?? null, unit),
                isNumber: true,
              },
              {
                label: `Change (${changeUnit})`,
                show: (point: CurvePoint) => describeChange(unit, point.rate, others.get(nameOf(point))),
                isNumber: true,
              },
            ]),
        {
          label: 'Method',
          show: ({ method, reason }) =>
            `${method.replaceAll('_', ' ')}${reason === null ? '' : `: ${reason}`}`,
        },
        { label: 'Known from', show: ({ knownAt }) => <Time of={knownAt} /> },
      ]}
    />
  );
}

/** Slopes, forwards, carry: what silver measures of a curve. */
export const CurveMetrics = ({ curveId, metrics }: Curve) => (
  <Table
    caption="Measures"
    rows={metrics}
    keyOf={({ metric }) => metric}
    columns={[
      { label: 'Measure', show: ({ metric }) => nameMeasure(curveId, metric) },
      {
        label: 'Value',
        show: ({ metric, value, unit, reason }) =>
          value === null ? `${NONE} ${reason ?? ''}` : formatMeasure(metric, value, unit),
        isNumber: true,
      },
    ]}
  />
);

/** Every fit, those that were refused too. */
export const CurveFits = ({ fits }: Curve) => (
  <Table
    caption="Fits"
    rows={fits}
    keyOf={({ model }) => model}
    columns={[
      { label: 'Model', show: ({ model }) => model },
      { label: 'Status', show: ({ status }) => status },
      {
        label: 'Error (bp)',
        show: ({ rmseBp }) => (rmseBp === null ? '–' : formatNumber(rmseBp, BASIS_POINT)),
        isNumber: true,
      },
      {
        label: 'Accepted up to (bp)',
        show: ({ maxRmseBp }) => formatNumber(maxRmseBp, BASIS_POINT),
        isNumber: true,
      },
      { label: 'Points', show: ({ points }) => points, isNumber: true },
    ]}
  />
);
