import { BarChart, CustomChart, HeatmapChart, LineChart, ScatterChart } from 'echarts/charts';
import {
  AriaComponent,
  CalendarComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
} from 'echarts/components';
import { init, use, type ECharts, type EChartsCoreOption } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef, useState } from 'preact/hooks';

use([
  AriaComponent,
  BarChart,
  CalendarComponent,
  CanvasRenderer,
  CustomChart,
  DataZoomComponent,
  GridComponent,
  HeatmapChart,
  LegendComponent,
  LineChart,
  MarkLineComponent,
  ScatterChart,
  TooltipComponent,
  VisualMapComponent,
]);

/** The colours of the theme, by the names of their variables in the style sheet without `--`. */
export type Palette = (name: string) => string;

/** Reads the colours of the theme as it is now. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(`--${name}`).trim();
}

/** What every chart has, under what it says itself. */
const common = (palette: Palette): EChartsCoreOption => ({
  animation: false,
  aria: { enabled: false },
  textStyle: { color: palette('ink'), fontFamily: getComputedStyle(document.body).fontFamily },
  // Text that is drawn, not HTML: the policy of the page refuses inline styles.
  tooltip: {
    trigger: 'axis',
    renderMode: 'richText',
    backgroundColor: palette('panel'),
    borderColor: palette('line'),
    textStyle: { color: palette('ink'), fontSize: 13 },
  },
});

/** Counts up when the theme changes. */
export function useThemeTurn(): number {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const change = (): void => setTurn((count) => count + 1);
    const media = matchMedia('(prefers-color-scheme: dark)');
    addEventListener('themechange', change);
    media.addEventListener('change', change);
    return () => {
      removeEventListener('themechange', change);
      media.removeEventListener('change', change);
    };
  }, []);
  return turn;
}

/**
 * A chart (Apache ECharts, on a canvas). `label` says in words what it shows: whoever cannot see it gets this and should find
 * the numbers in a table or a download beside it.
 */
export function Chart({
  label,
  height,
  option,
  onClick,
}: {
  readonly label: string;
  /** CSS pixels. */
  readonly height: number;
  readonly option: (palette: Palette) => EChartsCoreOption;
  readonly onClick?: (event: { readonly data: unknown; readonly dataIndex: number }) => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const turn = useThemeTurn();
  useEffect(() => {
    if (place.current === null) return undefined;
    const opened = init(place.current);
    chart.current = opened;
    const observer = new ResizeObserver(() => opened.resize());
    observer.observe(place.current);
    return () => {
      observer.disconnect();
      opened.dispose();
    };
  }, []);
  useEffect(() => {
    const palette = readPalette();
    chart.current?.setOption({ ...common(palette), ...option(palette) }, { notMerge: true });
  }, [option, turn]);
  useEffect(() => {
    const opened = chart.current;
    if (opened === null || onClick === undefined) return undefined;
    const hear = (event: unknown): void => onClick(event as Parameters<typeof onClick>[0]);
    opened.on('click', hear);
    return () => void (opened.isDisposed() || opened.off('click', hear));
  }, [onClick]);
  return <div ref={place} role="img" aria-label={label} class="chart" style={{ height: `${height}px` }} />;
}
