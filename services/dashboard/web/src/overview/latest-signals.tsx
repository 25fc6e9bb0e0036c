import { AGENT_NAMES, type AgentName } from '../../../../../shared/pipeline/graph.ts';
import { AssetLink } from '../components/links.tsx';
import { EmptyNote } from '../components/notes.tsx';
import { Table } from '../components/table.tsx';
import { formatPercent } from '../format.ts';
import { formatChange, formatNumber, nameUnit } from '../quantity.ts';
import { lineageAddress } from '../lineage/address.ts';
import { MAIN_SIGNALS, reportAddress } from '../signals/signal-words.ts';
import type { PartitionOverview, Signal } from './overview.ts';

interface Row {
  readonly agent: AgentName;
  readonly now: Signal;
  readonly before: Signal | null;
}

function pickRows({ partition, previous, signals }: PartitionOverview): Row[] {
  const find = (agent: AgentName, day: string): Signal | null =>
    signals.find(({ signalId, partition: of }) => signalId === MAIN_SIGNALS[agent] && of === day) ?? null;
  return AGENT_NAMES.flatMap((agent) => {
    const now = find(agent, partition);
    return now === null ? [] : [{ agent, now, before: find(agent, previous) }];
  });
}

function describeChange({ now, before }: Row): string {
  if (before === null) return 'new';
  if (before.direction !== now.direction) return `was ${before.direction}`;
  if (before.value === null || now.value === null) return 'same direction';
  return formatChange(now.value - before.value, now.unit);
}

/** What each agent sums up to, and how it changed against the partition before. */
export function LatestSignals(overview: PartitionOverview) {
  const rows = pickRows(overview);
  if (rows.length === 0) return <EmptyNote>No agent has spoken for {overview.partition} yet.</EmptyNote>;
  return (
    <Table
      caption={`Signals of ${overview.partition}`}
      rows={rows}
      keyOf={({ agent }) => agent}
      columns={[
        { label: 'Agent', show: ({ agent }) => <AssetLink of={agent} /> },
        {
          label: 'Signal',
          show: ({ now }) => (
            <a href={reportAddress(now.agent, now.partition)}>
              <code>{now.signalId}</code>
            </a>
          ),
        },
        {
          label: 'Direction',
          show: ({ now }) => (
            <span class="nowrap" title={now.reason ?? `LONG: ${now.axis} goes up`}>
              {now.direction} {now.axis}
            </span>
          ),
        },
        {
          label: 'Value',
          isNumber: true,
          show: ({ agent, now }) => (
            <a
              href={lineageAddress({ agent, partition: now.partition }, { signal: now.signalId })}
              aria-label={`${formatNumber(now.value, now.unit)}: lineage of ${now.signalId}`}
            >
              {formatNumber(now.value, now.unit)}
            </a>
          ),
        },
        { label: 'Unit', show: ({ now }) => nameUnit(now.unit) },
        { label: 'Confidence', isNumber: true, show: ({ now }) => formatPercent(now.confidence) },
        { label: `Against ${overview.previous}`, isNumber: true, show: describeChange },
      ]}
    />
  );
}
