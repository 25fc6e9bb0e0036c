import type { PartitionSummary, Signal } from './answers.ts';
import { formatBytes, formatCount, formatDuration, formatValue } from './format-number.ts';
import { type Column, formatTable, TABLE_WIDTH } from './format-table.ts';
import { wrapText } from './wrap-text.ts';

/** Texts of the reasons of `no_data_expected`, in the order of the table. */
const REASON_TITLES: Record<string, string> = {
  holiday: 'holiday',
  not_released: 'not released',
  not_recorded: 'not recorded',
};

function sumCounts(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** How many of an asset's partitions are materialized: `fresh` or `no_data_expected`. */
export function countMaterialized(row: PartitionSummary): number {
  return row.fresh + sumCounts(row.noDataExpected);
}

/** True when every asset of `rows` is materialized for all `partitions` partitions, and there is at least one asset. */
export function isComplete(rows: readonly PartitionSummary[], partitions: number): boolean {
  return (
    rows.length > 0 &&
    rows.every((row) => row.failed === 0 && row.missing === 0 && countMaterialized(row) === partitions)
  );
}

/** Number of weekdays (Monday to Friday) from `from` to `to`, both `YYYY-MM-DD` and included. */
export function countWeekdays(from: string, to: string): number {
  const DAY_MS = 86_400_000;
  let count = 0;
  for (let dayMs = Date.parse(from); dayMs <= Date.parse(to); dayMs += DAY_MS) {
    const weekday = new Date(dayMs).getUTCDay();
    if (weekday !== 0 && weekday !== 6) count += 1;
  }
  return count;
}

/** Table assets × counts of states, with one column per reason of `no_data_expected`. */
export function formatPartitionTable(rows: readonly PartitionSummary[]): string[] {
  const reasons = [
    ...new Set([...Object.keys(REASON_TITLES), ...rows.flatMap((row) => Object.keys(row.noDataExpected))]),
  ];
  const count = (title: string, read: (row: PartitionSummary) => number): Column<PartitionSummary> => ({
    align: 'right',
    render: (row) => formatCount(read(row)),
    title,
  });
  const columns: Column<PartitionSummary>[] = [
    { render: (row) => row.asset, title: 'asset' },
    count('fresh', (row) => row.fresh),
    ...reasons.map((reason) =>
      count(REASON_TITLES[reason] ?? reason, (row) => row.noDataExpected[reason] ?? 0),
    ),
    count('failed', (row) => row.failed),
    count('missing', (row) => row.missing),
    count('degraded', (row) => row.degraded),
  ];
  return formatTable(columns, rows);
}

/** What a table of signals shows, and its widest line. */
export interface SignalTableOptions {
  /** @default TABLE_WIDTH */
  readonly width?: number | undefined;
  /** @default true */
  readonly hasAgent?: boolean;
  /** Under the table, the reason of every signal that is not `OK`. @default true */
  readonly hasReasons?: boolean;
}

/** Table of signals, one line each, and under it the reason of every signal that is not `OK`, wrapped. */
export function formatSignalTable(
  signals: readonly Signal[],
  { width = TABLE_WIDTH, hasAgent = true, hasReasons = true }: SignalTableOptions = {},
): string[] {
  const value = (signal: Signal): string =>
    signal.value === null ? '-' : `${formatValue(signal.value, 5)} ${signal.unit}`;
  const table = formatTable(
    [
      ...(hasAgent ? [{ render: ({ agent }: Signal) => agent.replace(/^agent_/, ''), title: 'agent' }] : []),
      { render: ({ signalId }) => signalId, title: 'signal' },
      { render: ({ direction }) => direction, title: 'direction' },
      { align: 'right', render: ({ strength }) => strength, title: 'strength' },
      { align: 'right', render: ({ confidence }) => formatValue(confidence, 2), title: 'conf.' },
      { align: 'right', render: value, title: 'value' },
      { render: ({ status }) => status, title: 'status' },
    ],
    signals,
    width,
  );
  const reasons = hasReasons
    ? signals
        .filter(({ reason, status }) => status !== 'OK' && reason)
        .flatMap(({ reason, signalId }) => wrapText(`  ${signalId}: ${reason}`, width, '    '))
    : [];
  return reasons.length === 0 ? table : [...table, '', ...reasons];
}

/** The requests made to each provider as one line: `bcb_sgs 16, fred 39 (55 in all)`. */
export function formatRequests(requests: Record<string, number>): string {
  const named = Object.entries(requests).sort(([a], [b]) => (a < b ? -1 : 1));
  if (named.length === 0) return 'none';
  const parts = named.map(([provider, count]) => `${provider} ${formatCount(count)}`);
  return `${parts.join(', ')} (${formatCount(sumCounts(requests))} in all)`;
}

/** Figures of a finished job. */
export interface JobFigures {
  durationMs: number;
  materializations: number;
  /** Highest memory use of Redis in bytes, if it is known. */
  redisPeakBytes: number | undefined;
  requests: Record<string, number>;
}

/** The lines of figures under the tables. */
export function formatFigures(figures: JobFigures): string[] {
  const rate = figures.durationMs > 0 ? (figures.materializations * 1_000) / figures.durationMs : 0;
  return [
    `requests per provider   ${formatRequests(figures.requests)}`,
    `wall time               ${formatDuration(figures.durationMs)} for ` +
      `${formatCount(figures.materializations)} materializations (${formatCount(rate)} per s)`,
    ...(figures.redisPeakBytes === undefined
      ? []
      : [`Redis memory, peak      ${formatBytes(figures.redisPeakBytes)}`]),
  ];
}
