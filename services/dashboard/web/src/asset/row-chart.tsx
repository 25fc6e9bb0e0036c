import { useCallback } from 'preact/hooks';
import { Chart, type Palette } from '../components/chart.tsx';
import type { Cell } from '../overview/overview.ts';

/** Rows by partition; the table below has the numbers. */
export function RowChart({ asset, cells }: { readonly asset: string; readonly cells: readonly Cell[] }) {
  const option = useCallback(
    (palette: Palette) => ({
      grid: { left: 56, right: 8, top: 16, bottom: 28 },
      xAxis: {
        type: 'category',
        data: cells.map(({ partition }) => partition),
        axisLabel: { color: palette('quiet') },
        axisLine: { lineStyle: { color: palette('line') } },
      },
      yAxis: {
        type: 'value',
        name: 'rows',
        nameTextStyle: { color: palette('quiet') },
        axisLabel: { color: palette('quiet') },
        splitLine: { lineStyle: { color: palette('line') } },
      },
      series: [
        {
          type: 'bar',
          name: 'rows',
          itemStyle: { color: palette('accent') },
          data: cells.map(({ rows }) => rows),
        },
      ],
    }),
    [cells],
  );
  return (
    <Chart label={`Rows of ${asset} by partition; the table has the numbers`} height={180} option={option} />
  );
}
