import { createHash } from 'node:crypto';
import type { AgentDefinition } from './agent.ts';
import type { View } from './view.ts';

interface Summed {
  readonly date?: string;
  readonly period?: string;
  readonly knownAt: number;
  readonly value?: number | null;
  readonly price?: number;
}

/** An array of a view is the same one while nothing changes: most are summed up once for many partitions. */
const summaries = new WeakMap<object, string>();

function summarize(points: readonly Summed[]): string {
  const known = summaries.get(points);
  if (known !== undefined) return known;
  let newest = 0;
  let sum = 0;
  for (const [i, { knownAt, value, price }] of points.entries()) {
    newest = Math.max(newest, knownAt);
    // Weighed by place, so that two values that change places change the sum.
    sum += (value ?? price ?? 0) * (1 + (i % 97));
  }
  const last = points.at(-1);
  const text = `${points.length}:${points[0]?.period ?? points[0]?.date}:${last?.period ?? last?.date}:${newest}:${sum}`;
  summaries.set(points, text);
  return text;
}

/**
 * SHA-256 (first 16 hex digits) of what an agent looked at: of every series, instrument, statistic and curve how many points,
 * from when to when, when the newest became public and a weighed sum of their values, and the outputs and signals of every
 * report. Equal for equal inputs; another hash for the same partition says that its inputs have changed.
 */
export function hashInputs<Parameters>(
  { reads }: AgentDefinition<Parameters>,
  view: View<Parameters>,
): string {
  const hash = createHash('sha256');
  const add = (id: string, points: readonly Summed[]) => hash.update(`${id} ${summarize(points)}\n`);
  for (const { key, transform } of reads.macro ?? []) add(`${key}|${transform}`, view.macro(key, transform));
  for (const instrument of reads.prices ?? []) add(instrument, view.prices(instrument));
  for (const { instrument, stat, window } of reads.stats ?? [])
    add(`${instrument}|${stat}|${window}`, view.stat(instrument, stat, window));
  for (const { curveId, metric } of reads.curveMetrics ?? [])
    add(`${curveId}|${metric}`, view.curveMetric(curveId, metric));
  for (const curveId of reads.curves ?? []) {
    add(curveId, view.curves(curveId));
    add(`${curveId} last`, curvePoints(view, curveId));
  }
  for (const upstream of reads.reports ?? []) {
    const report = view.report(upstream);
    hash.update(
      `${upstream} ${report === null ? 'none' : JSON.stringify([report.modelVersion, report.signals.map(({ signalId, value, confidence, status }) => [signalId, value, confidence, status])])}\n`,
    );
  }
  return hash.digest('hex').slice(0, 16);
}

function curvePoints(view: View, curveId: string): Summed[] {
  const curve = view.curve(curveId);
  return curve === null
    ? []
    : [...curve.points.values()].map(({ tenor, value }) => ({
        period: tenor,
        knownAt: curve.knownAt,
        value,
      }));
}
