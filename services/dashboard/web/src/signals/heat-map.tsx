import { useLocation } from 'preact-iso';
import { useCallback, useEffect, useId, useMemo, useState } from 'preact/hooks';
import { Chart, type Palette } from '../components/chart.tsx';
import { formatQuantity } from '../quantity.ts';
import { useAddress } from '../use-address.ts';
import { HeatLegend } from './heat-legend.tsx';
import { HEATS, NOT_RUN } from './heat-colors.ts';
import { firstOf, moveOver } from './move.ts';
import { describeSignal, rankSignal, reportAddress, shortenAgent, type Signal } from './signal-words.ts';

const ROW_HEIGHT = 22;
const FRAME_HEIGHT = 60;

/** A cell: place of the partition, place of the signal, heat, then what it says and where it leads. */
type Cell = readonly [x: number, y: number, heat: number, words: string, address: string];

function toCells(
  signals: readonly Signal[],
  days: readonly string[],
  names: readonly string[],
  asOf: string | undefined,
): readonly Cell[] {
  const columns = new Map(days.map((day, place) => [day, place]));
  const rows = new Map(names.map((name, place) => [name, place]));
  return signals.flatMap((signal): Cell[] => {
    const { partition, signalId, agent } = signal;
    const x = columns.get(partition);
    const y = rows.get(signalId);
    if (x === undefined || y === undefined) return [];
    const value = signal.value === null ? '' : `, ${formatQuantity(signal.value, signal.unit)}`;
    const words = `${shortenAgent(agent)}, ${partition}, ${signalId}: ${describeSignal(signal)}${value}`;
    return [[x, y, rankSignal(signal) ?? NOT_RUN, words, reportAddress(agent, partition, asOf)]];
  });
}

/**
 * Signals by partition: one row for each signal, coloured by direction and strength. The arrow keys, Home and End go from cell
 * to cell; Enter or a click leads to the report.
 */
export function HeatMap({
  signals,
  days,
}: {
  readonly signals: readonly Signal[];
  readonly days: readonly string[];
}) {
  const { route } = useLocation();
  const names = useMemo(() => [...new Set(signals.map(({ signalId }) => signalId))], [signals]);
  const { asOf } = useAddress().query;
  const cells = useMemo(() => toCells(signals, days, names, asOf), [signals, days, names, asOf]);
  const option = useCallback(
    (palette: Palette) => ({
      tooltip: {
        trigger: 'item',
        renderMode: 'richText',
        backgroundColor: palette('panel'),
        borderColor: palette('line'),
        textStyle: { color: palette('ink'), fontSize: 13 },
        formatter: ({ data }: { readonly data: Cell }) => data[3],
      },
      grid: { left: 4, right: 4, top: 4, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'all' },
      xAxis: {
        type: 'category',
        data: days,
        axisLabel: { color: palette('quiet'), hideOverlap: true, alignMaxLabel: 'right' },
        axisTick: { show: false },
      },
      yAxis: {
        type: 'category',
        data: names,
        inverse: true,
        axisTick: { show: false },
        axisLabel: { color: palette('ink'), fontSize: 11, width: 190, overflow: 'truncate' },
        // Between the rows, over the cells: cells of a long range are too narrow for borders of their own.
        splitLine: { show: true, lineStyle: { color: palette('paper'), width: 3 } },
        z: 3,
      },
      visualMap: {
        show: false,
        type: 'piecewise',
        dimension: 2,
        pieces: HEATS.map(({ rank, colorOf }) => ({ value: rank, color: colorOf(palette) })),
      },
      series: [
        {
          type: 'heatmap',
          data: cells,
          emphasis: { itemStyle: { borderColor: palette('ink'), borderWidth: 2 } },
        },
      ],
    }),
    [cells, days, names],
  );
  const open = useCallback(({ data }: { readonly data: unknown }) => route((data as Cell)[4]), [route]);
  const line = useId();
  const [cursor, setCursor] = useState<number | null>(null);
  useEffect(() => setCursor(null), [cells]);
  const here = cursor === null ? undefined : cells[cursor];
  const press = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && here !== undefined) return route(here[4]);
    const next = cursor === null ? null : moveOver(cells, cursor, event.key);
    if (next === null) return;
    event.preventDefault();
    setCursor(next);
  };
  const label = `${names.length} signals over the partitions ${days[0]} to ${days.at(-1)}, coloured by direction and strength. The table below has the newest partition, the files have all.`;
  return (
    <div>
      <p id={line} class="cell-line" role="status">
        {here === undefined ? (
          <span class="quiet">Point at a cell, or go there with the arrow keys.</span>
        ) : (
          <>
            {here[3]} <span class="quiet">Enter or a click: its report</span>
          </>
        )}
      </p>
      <div
        role="application"
        tabIndex={0}
        aria-label="Cells of the signals"
        aria-describedby={line}
        onFocus={() => setCursor((before) => before ?? firstOf(cells))}
        onBlur={() => setCursor(null)}
        onKeyDown={press}
      >
        <Chart
          label={label}
          height={names.length * ROW_HEIGHT + FRAME_HEIGHT}
          option={option}
          onClick={open}
          marked={cursor}
        />
      </div>
      <HeatLegend />
    </div>
  );
}
