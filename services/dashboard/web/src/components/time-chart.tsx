import { useCallback } from 'preact/hooks';
import { NONE } from '../format.ts';
import { Chart, type Palette } from './chart.tsx';

/** Numbers by date as one line, or as bars. */
export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [date: string, value: number | null])[];
  /** Name of a colour of the theme. */
  readonly color: string;
  readonly look?: 'line' | 'dashed' | 'step' | 'bars';
  /** Which of the units it is measured in: 0 (left) unless it says 1 (right). */
  readonly axis?: 0 | 1;
}

const HEIGHT = 320;

/** Days as everywhere: the year where it changes, else month and day. */
const DATE_LABELS = { year: '{yyyy}', month: '{yyyy}-{MM}', day: '{MM}-{dd}', hour: '{HH}:{mm}' };

/** Decimals of a number under the pointer: charts tell what there is, tables and files are exact. */
const MOST_DECIMALS = 4;

const formatPoint = (value: unknown): string =>
  typeof value === 'number' ? String(Number(value.toFixed(MOST_DECIMALS))) : NONE;

function toSeries({ name, points, color, look = 'line', axis = 0 }: Line, palette: Palette) {
  const common = {
    name,
    data: points,
    yAxisIndex: axis,
    color: palette(color),
    tooltip: { valueFormatter: formatPoint },
  };
  if (look === 'bars') return { ...common, type: 'bar', barMaxWidth: 6 };
  return {
    ...common,
    type: 'line',
    showSymbol: points.length < 60,
    symbolSize: 4,
    step: look === 'step' ? 'end' : false,
    lineStyle: { width: 1.5, type: look === 'dashed' ? 'dashed' : 'solid' },
  };
}

/** Lines over dates. Both `lines` and `units` are compared by identity: keep them with `useMemo`. */
export function TimeChart({
  label,
  lines,
  units,
  range,
}: {
  readonly label: string;
  readonly lines: readonly Line[];
  /** Of the left and of the right axis, in words. */
  readonly units: readonly [left: string, right?: string];
  /** Ends of the right axis, where it has some of its own. */
  readonly range?: readonly [min: number, max: number];
}) {
  const [left, right] = units;
  const [min, max] = range ?? [];
  const option = useCallback(
    (palette: Palette) => {
      const axis = {
        type: 'value',
        scale: true,
        nameTextStyle: { color: palette('quiet') },
        axisLabel: { color: palette('quiet') },
        splitLine: { lineStyle: { color: palette('line') } },
      };
      return {
        legend: { top: 0, type: 'scroll', textStyle: { color: palette('ink') } },
        grid: { left: 8, right: 8, top: 56, bottom: 8, outerBoundsMode: 'same', outerBoundsContain: 'all' },
        xAxis: {
          type: 'time',
          axisLabel: { color: palette('quiet'), hideOverlap: true, formatter: DATE_LABELS },
          axisLine: { lineStyle: { color: palette('line') } },
        },
        yAxis: [
          { ...axis, name: left, nameTextStyle: { color: palette('quiet'), align: 'left' } },
          ...(right === undefined
            ? []
            : [
                {
                  ...axis,
                  name: right,
                  nameTextStyle: { color: palette('quiet'), align: 'right' },
                  min,
                  max,
                  splitLine: { show: false },
                },
              ]),
        ],
        series: lines.map((line) => toSeries(line, palette)),
      };
    },
    [lines, left, right, min, max],
  );
  return <Chart label={label} height={HEIGHT} option={option} />;
}
