import type { ProviderHealth } from './answers.ts';
import { type Column, formatTable } from './format-table.ts';
import { formatCount } from './format-number.ts';
import type { ProbeReport } from './probe.ts';

/** What the table of the providers shows of one. */
export type ProviderRow = Pick<ProviderHealth, 'provider' | 'state' | 'circuit' | 'lastSuccessAt'> & {
  readonly budgets:
    | readonly Pick<
        NonNullable<ProviderHealth['budgets']>[number],
        'configuredRate' | 'currentRate' | 'pausedUntil'
      >[]
    | null;
  readonly lastDay: Pick<ProviderHealth['lastDay'], 'requests' | 'failures' | 'throttled' | 'p95Ms'>;
  readonly lastFailure: Pick<NonNullable<ProviderHealth['lastFailure']>, 'at' | 'status' | 'error'> | null;
  readonly failingKeys: readonly Pick<ProviderHealth['failingKeys'][number], 'key'>[];
};

const formatMs = (value: number | null): string => (value === null ? '-' : `${formatCount(value)} ms`);

const formatMoment = (text: string | null): string =>
  text === null ? '-' : text.slice(0, 16).replace('T', ' ');

function formatRates(row: ProviderRow): string {
  const rates = row.budgets?.map(({ configuredRate, currentRate, pausedUntil }) =>
    pausedUntil === null ? `${currentRate}/${configuredRate}` : 'paused',
  );
  return rates?.join(' ') ?? '-';
}

function describeTrouble({ failingKeys, lastFailure }: ProviderRow): string {
  const keys = failingKeys.map(({ key }) => key).join(' ');
  if (lastFailure === null) return keys || '-';
  const what =
    lastFailure.error ?? (lastFailure.status === null ? 'no answer' : `HTTP ${lastFailure.status}`);
  return [keys, `${formatMoment(lastFailure.at)} ${what}`].filter((part) => part !== '').join('; ');
}

/** The table of the providers: state, circuit, requests per second left of those allowed, requests of the last day. */
export function formatProviderTable(rows: readonly ProviderRow[]): string[] {
  const count = (title: string, read: (row: ProviderRow) => number): Column<ProviderRow> => ({
    align: 'right',
    render: (row) => formatCount(read(row)),
    title,
  });
  return formatTable(
    [
      { render: (row) => row.provider, title: 'provider' },
      { render: (row) => row.state, title: 'state' },
      { render: (row) => row.circuit ?? '-', title: 'circuit' },
      { render: formatRates, title: 'rate' },
      count('24 h', (row) => row.lastDay.requests),
      count('failed', (row) => row.lastDay.failures),
      count('429', (row) => row.lastDay.throttled),
      { align: 'right', render: (row) => formatMs(row.lastDay.p95Ms), title: 'p95' },
      { render: (row) => formatMoment(row.lastSuccessAt), title: 'last success' },
      { render: describeTrouble, title: 'trouble' },
    ],
    rows,
  );
}

/** The table of a probe, one line per provider, and below it everything that was found. */
export function formatProbeTable(reports: readonly ProbeReport[]): string[] {
  const table = formatTable<ProbeReport>(
    [
      { render: (report) => report.provider, title: 'provider' },
      { render: (report) => report.verdict, title: 'verdict' },
      { render: (report) => report.key, title: 'key' },
      { align: 'right', render: ({ status }) => String(status ?? '-'), title: 'status' },
      { align: 'right', render: ({ latencyMs }) => formatMs(latencyMs), title: 'latency' },
      { align: 'right', render: ({ rows }) => formatCount(rows), title: 'rows' },
      { align: 'right', render: ({ rejected }) => formatCount(rejected), title: 'rejected' },
      { render: ({ lastDate }) => lastDate ?? '-', title: 'last' },
      { render: ({ expectedDate }) => expectedDate ?? '-', title: 'expected' },
    ],
    reports,
  );
  const findings = reports.flatMap((report) => report.findings.map((text) => `${report.provider}: ${text}`));
  return findings.length === 0 ? table : [...table, '', ...findings];
}
