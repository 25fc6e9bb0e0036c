import { createHash } from 'node:crypto';
import { and, desc, eq, inArray } from 'drizzle-orm';
import type { OutputSource } from '../contract/signals.ts';
import type { SignalDirection, SignalStatus, SignalStrength } from '../numeric/composite.ts';
import type { Day } from '../time.ts';
import { insertRows } from './bulk.ts';
import type { Transaction } from './client.ts';
import { agentReports, signals } from './schema.ts';

/** A signal to be stored; agent, partition and model version are those of its report. */
export interface SignalRecord {
  readonly signalId: string;
  readonly axis: string;
  readonly direction: SignalDirection;
  readonly strength: SignalStrength;
  /** 0 to 1, after caps. */
  readonly confidence: number;
  /** In `unit`; null when the model did not run. */
  readonly value: number | null;
  readonly unit: string;
  /** Trading days. */
  readonly horizonDays: number;
  readonly status: SignalStatus;
  readonly reason: string | null;
  readonly inputs: readonly unknown[];
  readonly proxies: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A report to be stored, with its signals. */
export interface ReportRecord {
  readonly agent: string;
  readonly partition: Day;
  readonly modelVersion: string;
  readonly status: 'complete' | 'degraded';
  /** Share of the signals whose model ran. */
  readonly coverage: number;
  readonly narrative: string;
  readonly outputs: Readonly<Record<string, unknown>>;
  /** What the outputs rest on. */
  readonly outputSources: readonly OutputSource[];
  readonly diagnostics: Readonly<Record<string, unknown>>;
  readonly dataQualityFlags: readonly string[];
  readonly signals: readonly SignalRecord[];
}

/** The value as JSON can hold it: a number that is not finite becomes null, an absent property is left out. */
function toJsonValue(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map((item) => toJsonValue(item ?? null));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(
    entries
      .map(([name, item]): [string, unknown] => [name, toJsonValue(item)])
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** SHA-256 of everything a report says: the same text for the same content, whatever the order of its properties. */
export function hashReport(report: ReportRecord): string {
  return createHash('sha256')
    .update(JSON.stringify(toJsonValue(report)))
    .digest('hex');
}

/**
 * Stores reports of one agent and one model version, each with its signals under the same revision. A report whose
 * content is that of its newest revision is left alone. Returns how many rows were written, and the partitions of the reports
 * that were.
 */
export async function storeReports(
  tx: Transaction,
  reports: readonly ReportRecord[],
  taskId: string,
): Promise<{ readonly rows: number; readonly partitions: readonly Day[] }> {
  const [first] = reports;
  if (first === undefined) return { rows: 0, partitions: [] };
  const stored = await tx
    .selectDistinctOn([agentReports.partition], {
      partition: agentReports.partition,
      revision: agentReports.revision,
      contentHash: agentReports.contentHash,
    })
    .from(agentReports)
    .where(
      and(
        eq(agentReports.agent, first.agent),
        eq(agentReports.modelVersion, first.modelVersion),
        inArray(
          agentReports.partition,
          reports.map(({ partition }) => partition),
        ),
      ),
    )
    .orderBy(agentReports.partition, desc(agentReports.revision));
  const newest = new Map(stored.map((row) => [row.partition, row]));
  const changed = reports
    .map((report) => ({ report, contentHash: hashReport(report), before: newest.get(report.partition) }))
    .filter(({ contentHash, before }) => before?.contentHash !== contentHash)
    .map((item) => ({ ...item, revision: item.before === undefined ? 0 : item.before.revision + 1 }));
  const reportRows = changed.map(({ report, contentHash, revision }) => ({
    agent: report.agent,
    partition: report.partition,
    modelVersion: report.modelVersion,
    revision,
    status: report.status,
    coverage: report.coverage,
    narrative: report.narrative,
    outputs: toJsonValue(report.outputs) as Record<string, unknown>,
    outputSources: toJsonValue(report.outputSources) as OutputSource[],
    diagnostics: toJsonValue(report.diagnostics) as Record<string, unknown>,
    dataQualityFlags: [...report.dataQualityFlags],
    contentHash,
    taskId,
  }));
  const signalRows = changed.flatMap(({ report, revision }) =>
    report.signals.map((signal) => ({
      signalId: signal.signalId,
      agent: report.agent,
      partition: report.partition,
      modelVersion: report.modelVersion,
      revision,
      axis: signal.axis,
      direction: signal.direction,
      strength: signal.strength,
      confidence: signal.confidence,
      value: signal.value,
      unit: signal.unit,
      horizonDays: signal.horizonDays,
      status: signal.status,
      reason: signal.reason,
      inputs: toJsonValue(signal.inputs) as unknown[],
      proxies: [...signal.proxies],
      metadata: toJsonValue(signal.metadata) as Record<string, unknown>,
      taskId,
    })),
  );
  const written = await insertRows(tx, agentReports, reportRows);
  return {
    rows: written + (await insertRows(tx, signals, signalRows)),
    partitions: changed.map(({ report }) => report.partition),
  };
}
