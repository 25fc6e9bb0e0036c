import type { AgentName } from '../../../shared/pipeline/graph.ts';
import type { Reader, StoredReport } from '../../../shared/db/reader.ts';
import type {
  CurveMetricRow,
  CurvePointRow,
  MacroRow,
  PriceRow,
  StatRow,
} from '../../../shared/silver/rows.ts';
import { addDays, cutoffOf, type Day } from '../../../shared/time.ts';
import type { AgentDefinition } from './agent.ts';

/** Every row that any partition of a task may see. */
export interface Panel {
  readonly macro: readonly MacroRow[];
  readonly prices: readonly PriceRow[];
  readonly stats: readonly StatRow[];
  readonly curvePoints: readonly CurvePointRow[];
  readonly curveMetrics: readonly CurveMetricRow[];
  readonly reports: ReadonlyMap<AgentName, readonly StoredReport[]>;
}

/** Reads the panel of the partitions from `first` to `last`, once. */
export async function loadPanel(
  read: Reader,
  { reads, historyDays, curveHistoryDays = historyDays }: AgentDefinition,
  first: Day,
  last: Day,
): Promise<Panel> {
  const range = { from: addDays(first, -historyDays), knownBy: cutoffOf(last) };
  const curveRange = { ...range, from: addDays(first, -curveHistoryDays) };
  const { macro = [], prices = [], stats = [], curves = [], curveMetrics = [], reports = [] } = reads;
  const listed: [AgentName, StoredReport[]][] = [];
  for (const upstream of reports) listed.push([upstream, await read.reports(upstream, first, last)]);
  return {
    macro: macro.length === 0 ? [] : await read.macro().macro(macro, range),
    prices: prices.length === 0 ? [] : await read.returns().prices(prices, range),
    stats:
      stats.length === 0
        ? []
        : await read
            .returns()
            .stats(
              listDistinct(stats.map((item) => item.instrument)),
              listDistinct(stats.map((item) => item.stat)),
              range,
            ),
    curvePoints: curves.length === 0 ? [] : await read.curves().curvePoints(curves, curveRange),
    curveMetrics:
      curveMetrics.length === 0
        ? []
        : await read
            .curves()
            .curveMetrics(listDistinct(curveMetrics.map((item) => item.curveId)), curveRange),
    reports: new Map(listed),
  };
}

function listDistinct(items: readonly string[]): string[] {
  return [...new Set(items)];
}
