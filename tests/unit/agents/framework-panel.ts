import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentDefinition } from '../../../services/agents/framework/agent.ts';
import type { Panel } from '../../../services/agents/framework/panel.ts';
import { assessPartition } from '../../../services/agents/framework/report.ts';
import { createViews, type View } from '../../../services/agents/framework/view.ts';
import type { StoredReport } from '../../../shared/db/reader.ts';
import type { CurvePointRow, MacroRow } from '../../../shared/silver/rows.ts';
import { addDays, addMonths, cutoffOf, type Day } from '../../../shared/time.ts';

export const EMPTY_PANEL: Panel = {
  macro: [],
  prices: [],
  stats: [],
  curvePoints: [],
  curveMetrics: [],
  reports: new Map(),
};

/** First day of a period. */
function startOf(period: string): Day {
  const quarter = /^(\d{4})-Q(\d)$/.exec(period);
  if (quarter) return `${quarter[1]}-${String(Number(quarter[2]) * 3 - 2).padStart(2, '0')}-01`;
  return period.length === 7 ? `${period}-01` : period;
}

/** Rows of one series: daily values known at the cutoff of their day, others on the tenth after their period. */
export function listMacroRows(
  seriesKey: string,
  transform: string,
  values: Readonly<Record<string, number | null>>,
): MacroRow[] {
  return Object.entries(values).map(([period, value]) => {
    const periodStart = startOf(period);
    const months = period.includes('Q') ? 3 : 1;
    const release = period.length === 10 ? period : addDays(addMonths(periodStart, months), 9);
    return {
      seriesKey,
      transform,
      period,
      periodStart,
      knownAt: cutoffOf(release) - 12 * 3_600_000,
      value,
      unit: 'percent',
      reason: null,
    };
  });
}

/** Consecutive months from `first` with these values. */
export function listMonths(first: string, values: readonly number[]): Record<string, number> {
  return Object.fromEntries(values.map((value, i) => [addMonths(`${first}-01`, i).slice(0, 7), value]));
}

/** Rows of one curve of one date, rates in percent by tenor. */
export function listCurveRows(
  curveId: string,
  curveDate: Day,
  ratesPct: Readonly<Record<string, number>>,
): CurvePointRow[] {
  return Object.entries(ratesPct).map(([tenor, rate], i) => ({
    curveId,
    curveDate,
    tenor,
    calendarDays: 30 * (i + 1),
    businessDays: 21 * (i + 1),
    knownAt: cutoffOf(curveDate) - 12 * 3_600_000,
    value: rate / 100,
    valueKind: 'zero_rate',
    method: 'flat_forward',
    reason: null,
  }));
}

/** A stored report with these outputs. */
export function makeReport(
  agent: string,
  partition: Day,
  outputs: Readonly<Record<string, unknown>>,
): StoredReport {
  return { agent, partition, modelVersion: '1', status: 'complete', coverage: 1, outputs, signals: [] };
}

/** Outputs of the inflation agent with these expectations. */
export function makeExpectations(expected: number, long: number, source = 'fisher_breakeven') {
  const base = { source, curveDate: '2024-05-06', period: null, reason: null };
  return { expected_ipca_12m: { ...base, value: expected }, expected_ipca_long: { ...base, value: long } };
}

/** The view of one partition. */
export function buildView<Parameters>(
  agent: AgentDefinition<Parameters>,
  panel: Partial<Panel>,
  partition: Day,
): View<Parameters> {
  return createViews(agent, { ...EMPTY_PANEL, ...panel }).at(partition);
}

/** The report of one partition, with its signals by id. */
export function assess<Parameters>(
  agent: AgentDefinition<Parameters>,
  panel: Partial<Panel>,
  partition: Day,
) {
  const report = assessPartition(agent, buildView(agent, panel, partition));
  const signal = (id: string) => {
    const found = report.signals.find(({ signalId }) => signalId === id);
    if (found === undefined) throw new Error(`no signal ${id}`);
    return found;
  };
  return { report, signal };
}

/** Recorded values of an SGS series by the date that SGS gives them. */
export function readRecordedSgs(file: string): { date: Day; value: number }[] {
  const path = join(import.meta.dirname, '../../../data/replay/bcb_sgs/recorded', file);
  const rows = JSON.parse(readFileSync(path, 'utf8')) as { data: string; valor: string }[];
  return rows.map(({ data, valor }) => ({
    date: `${data.slice(6)}-${data.slice(3, 5)}-${data.slice(0, 2)}`,
    value: Number(valor),
  }));
}
