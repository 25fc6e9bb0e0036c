import type { Day } from '../../../shared/time.ts';
import type { Signal } from './signal.ts';

const MISSING = 'n/a';
const MAX_HIGHLIGHTS = 3;

/** A number for people, `n/a` when missing: a missing number is never shown as zero. */
export function formatNumber(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING;
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace('-', '') : text;
}

function formatDetail(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : formatNumber(value);
  if (value === null || value === undefined) return MISSING;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function describeSignal(signal: Signal): string {
  const details = signal.highlights
    .slice(0, MAX_HIGHLIGHTS)
    .map((name) => `${name} ${formatDetail(signal.metadata[name])}`);
  const value = signal.value === null ? MISSING : `${formatNumber(signal.value)} ${signal.unit}`;
  const isReasonShown = signal.status === 'BELOW_THRESHOLD' && signal.reason !== null;
  const status =
    signal.status === 'OK' ? [] : [isReasonShown ? `${signal.status}: ${signal.reason}` : signal.status];
  return [
    signal.signalId,
    signal.direction,
    signal.strength,
    `conf ${formatNumber(signal.confidence)}`,
    value,
    ...status,
    ...details,
  ].join(' · ');
}

/**
 * The narrative of a report, by template: header, one line per signal, what did not run and why, substitutes used,
 * notes, and the last signal (the composite) again as the conclusion.
 */
export function writeNarrative(report: {
  readonly agent: string;
  readonly partition: Day;
  readonly status: string;
  readonly coverage: number;
  readonly signals: readonly Signal[];
  readonly notes: readonly string[];
}): string {
  const { signals } = report;
  const idle = signals.filter(({ status }) => status !== 'OK' && status !== 'BELOW_THRESHOLD');
  const proxies = [...new Set(signals.flatMap((signal) => signal.proxies))];
  const conclusion = signals.at(-1);
  return [
    `${report.agent} · ${report.partition} · ${report.status} · coverage ${formatNumber(report.coverage)}`,
    ...signals.map(describeSignal),
    `Did not run: ${idle.length === 0 ? 'none' : idle.map((signal) => `${signal.signalId} (${signal.status}: ${signal.reason ?? MISSING})`).join('; ')}`,
    `Proxies: ${proxies.length === 0 ? 'none' : proxies.join('; ')}`,
    ...report.notes,
    ...(conclusion === undefined ? [] : [`Conclusion: ${describeConclusion(conclusion)}`]),
  ].join('\n');
}

function describeConclusion(signal: Signal): string {
  const verdict = `${signal.signalId} ${signal.direction} ${signal.strength}, confidence ${formatNumber(signal.confidence)}`;
  return signal.reason === null ? verdict : `${verdict} (${signal.reason})`;
}
