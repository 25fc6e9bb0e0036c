import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from 'echarts';
import { useMemo } from 'preact/hooks';
import { Chart, type Palette } from '../components/chart.tsx';
import { isGrowing, listBars, type Bar } from './bars.ts';
import type { RunDetail } from './run.ts';
import { formatDuration } from '../format.ts';

const ROW_HEIGHT = 24;
const FRAME_HEIGHT = 96;
const BAR_HEIGHT = 16;

/** Variables of the style sheet by what a bar shows; attempts that went on otherwise are of the colour of warnings. */
const COLOURS: Readonly<Record<string, string>> = {
  wait: 'none-fill',
  succeeded: 'good',
  running: 'busy',
  failed: 'bad',
  crashed: 'bad',
};

const describeBar = ({ asset, what, attempt, fromMs, toMs }: Bar): string =>
  [
    `${asset}, attempt ${attempt}`,
    `${what} for ${formatDuration(toMs - fromMs)}`,
    `${formatDuration(fromMs)} after the start of the run`,
  ].join('\n');

function renderBars(bars: readonly Bar[], palette: Palette) {
  return ({ dataIndex }: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) => {
    const [x = 0, y = 0] = api.coord([api.value(1), api.value(0)]);
    const [end = 0] = api.coord([api.value(2), api.value(0)]);
    const colour = COLOURS[bars[dataIndex]?.what ?? ''] ?? 'warn';
    // Short ones are seen too.
    const shape = { x, y: y - BAR_HEIGHT / 2, width: Math.max(1, end - x), height: BAR_HEIGHT };
    return { type: 'rect', shape, style: { fill: palette(colour), stroke: palette('line') } };
  };
}

function chartBars(bars: readonly Bar[], assets: readonly string[], palette: Palette) {
  const axis = {
    axisLabel: { color: palette('quiet') },
    axisLine: { lineStyle: { color: palette('line') } },
  };
  return {
    grid: {
      left: 8,
      right: 16,
      top: 8,
      bottom: 44,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    xAxis: {
      ...axis,
      type: 'value',
      min: 0,
      axisLabel: { ...axis.axisLabel, formatter: formatDuration, hideOverlap: true },
      splitLine: { lineStyle: { color: palette('line') } },
    },
    yAxis: { ...axis, type: 'category', data: assets, inverse: true, axisTick: { show: false } },
    dataZoom: [
      {
        type: 'slider',
        filterMode: 'weakFilter',
        height: 16,
        bottom: 6,
        showDetail: false,
        brushSelect: false,
        borderColor: palette('line'),
      },
    ],
    tooltip: {
      trigger: 'item',
      renderMode: 'richText',
      backgroundColor: palette('panel'),
      borderColor: palette('line'),
      textStyle: { color: palette('ink'), fontSize: 13 },
      formatter: ({ dataIndex }: { readonly dataIndex: number }) => {
        const bar = bars[dataIndex];
        return bar === undefined ? '' : describeBar(bar);
      },
    },
    series: [
      {
        type: 'custom',
        clip: true,
        renderItem: renderBars(bars, palette),
        encode: { x: [1, 2], y: 0 },
        data: bars.map(({ asset, fromMs, toMs }) => [assets.indexOf(asset), fromMs, toMs]),
      },
    ],
  };
}

/** When each task of a run waited and worked; the tables below have the numbers. */
export function TimelineChart({ run, nowMs }: { readonly run: RunDetail; readonly nowMs: number }) {
  const option = useMemo(() => {
    const bars = listBars(run, nowMs);
    const assets = run.tasks.map(({ asset }) => asset);
    return (palette: Palette) => chartBars(bars, assets, palette);
  }, [run, isGrowing(run) ? nowMs : 0]);
  return (
    <Chart
      label="Waits and attempts of the tasks over the time of the run; the tables below have the numbers"
      height={run.tasks.length * ROW_HEIGHT + FRAME_HEIGHT}
      option={option}
    />
  );
}
