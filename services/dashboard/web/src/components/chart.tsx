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

/** A colour of the theme that is shown: a variable holds those of both, and only one that is used is of one of them. */
function readColor(name: string): string {
  const probe = document.body.appendChild(document.createElement('i'));
  probe.style.color = `var(--${name})`;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** The colours of the theme as it is now, each as `rgb(r, g, b)`. */
export function readPalette(): Palette {
  const known = new Map<string, string>();
  return (name) => {
    const color = known.get(name) ?? readColor(name);
    known.set(name, color);
    return color;
  };
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
  marked = null,
}: {
  readonly label: string;
  /** CSS pixels. */
  readonly height: number;
  readonly option: (palette: Palette) => EChartsCoreOption;
  readonly onClick?: (event: { readonly data: unknown; readonly dataIndex: number }) => void;
  /** Number of the datum of the first series that is emphasized, for who goes there without a pointer. */
  readonly marked?: number | null;
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
    opened?.dispatchAction({ type: 'downplay', seriesIndex: 0 });
    if (marked !== null) opened?.dispatchAction({ type: 'highlight', seriesIndex: 0, dataIndex: marked });
  }, [option, turn, marked]);
  useEffect(() => {
    const opened = chart.current;
    if (opened === null || onClick === undefined) return undefined;
    const hear = (event: unknown): void => onClick(event as Parameters<typeof onClick>[0]);
    opened.on('click', hear);
    return () => void (opened.isDisposed() || opened.off('click', hear));
  }, [onClick]);
  return <div ref={place} role="img" aria-label={label} class="chart" style={{ height: `${height}px` }} />;
}
