import { useCallback } from 'preact/hooks';
import { Chart, type Palette } from '../components/chart.tsx';
import { isObserved, placesOf, traceFit, traceForwards, type Curve, type Place } from './curve-lines.ts';
import { nameQuotes } from './curve-names.ts';

const HEIGHT = 360;

interface Trace {
  readonly name: string;
  readonly places: readonly Place[];
  readonly color: string;
  readonly look: 'points' | 'line' | 'dashed' | 'thick';
}

function tracesOf(curve: Curve, compared: Curve | null): readonly Trace[] {
  const observed = (of: Curve) => placesOf(of.points.filter(isObserved), of.unit);
  const standard = (of: Curve) =>
    placesOf(
      of.points.filter((point) => !isObserved(point)),
      of.unit,
    );
  const other: Trace[] =
    compared === null
      ? []
      : [
          { name: `observed ${compared.date}`, places: observed(compared), color: 'warn', look: 'points' },
          { name: `tenors ${compared.date}`, places: standard(compared), color: 'warn', look: 'dashed' },
        ];
  const own: Trace[] = [
    { name: `observed ${curve.date}`, places: observed(curve), color: 'accent', look: 'points' },
    { name: `tenors ${curve.date}`, places: standard(curve), color: 'accent', look: 'line' },
    { name: `fit ${curve.fit?.model ?? ''}`, places: traceFit(curve), color: 'good', look: 'dashed' },
    { name: 'forwards', places: traceForwards(curve), color: 'wait', look: 'thick' },
  ];
  return [...own, ...other].filter(({ places }) => places.length > 0);
}

const WIDTHS = { points: 0, line: 1.5, dashed: 1.5, thick: 3 } as const;

const toSeries = ({ name, places, color, look }: Trace, palette: Palette) => ({
  name,
  type: look === 'points' ? 'scatter' : 'line',
  data: places.map(([years, value]) => [Number(years.toFixed(3)), value]),
  color: palette(color),
  showSymbol: look === 'line',
  symbolSize: look === 'points' ? 6 : 4,
  lineStyle: { width: WIDTHS[look], type: look === 'dashed' ? 'dashed' : 'solid' },
});

/** A curve over the years to its points: observed points, standard tenors, fit and forwards, and a second curve beside it. */
export function CurveChart({ curve, compared }: { readonly curve: Curve; readonly compared: Curve | null }) {
  const option = useCallback(
    (palette: Palette) => {
      const axis = {
        type: 'value',
        nameTextStyle: { color: palette('quiet') },
        axisLabel: { color: palette('quiet') },
        splitLine: { lineStyle: { color: palette('line') } },
      };
      return {
        legend: { top: 0, type: 'scroll', textStyle: { color: palette('ink') } },
        grid: { left: 8, right: 24, top: 56, bottom: 8, outerBoundsMode: 'same', outerBoundsContain: 'all' },
        xAxis: { ...axis, name: 'years', nameLocation: 'middle', nameGap: 28, splitLine: { show: false } },
        yAxis: {
          ...axis,
          scale: true,
          name: nameQuotes(curve.curveId),
          nameTextStyle: { color: palette('quiet'), align: 'left' },
        },
        series: tracesOf(curve, compared).map((trace) => toSeries(trace, palette)),
      };
    },
    [curve, compared],
  );
  const beside = compared === null ? '' : ` beside that of ${compared.date}`;
  const label = `${curve.curveId} of ${curve.date}${beside} (${nameQuotes(curve.curveId)}), by years to maturity. The table below has the numbers.`;
  return <Chart label={label} height={HEIGHT} option={option} />;
}
