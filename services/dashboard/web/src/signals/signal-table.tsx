import { State } from '../components/state.tsx';
import { Table } from '../components/table.tsx';
import { lineageAddress } from '../lineage/address.ts';
import { formatQuantity } from '../quantity.ts';
import { useAddress } from '../use-address.ts';
import { describeSignal, reportAddress, shortenAgent, type Signal } from './signal-words.ts';
import { formatCount, formatPercent } from '../format.ts';

/** What the agents say on one partition, each number leading to what it was made of. */
export function SignalTable({
  caption,
  signals,
  hasAgent = false,
}: {
  readonly caption: string;
  readonly signals: readonly Signal[];
  readonly hasAgent?: boolean;
}) {
  const { asOf, modelVersion } = useAddress().query;
  const lineageOf = ({ signalId, ...place }: Signal): string =>
    lineageAddress({ ...place, asOf, modelVersion }, { signal: signalId });
  return (
    <Table
      caption={caption}
      rows={signals}
      keyOf={({ signalId }) => signalId}
      columns={[
        ...(hasAgent
          ? [
              {
                label: 'Report',
                show: ({ agent, partition }: Signal) => (
                  <a class="nowrap" href={reportAddress(agent, partition, asOf)}>
                    {shortenAgent(agent)}
                  </a>
                ),
              },
            ]
          : []),
        { label: 'Signal', show: ({ signalId }) => <span class="nowrap">{signalId}</span> },
        {
          label: 'About',
          show: ({ axis, horizonDays }) => (
            <span class="nowrap">
              {axis}, {formatCount(horizonDays)} d
            </span>
          ),
        },
        { label: 'Says', show: (signal) => <span class="nowrap">{describeSignal(signal)}</span> },
        {
          label: 'Confidence',
          show: (signal) => (
            <a
              href={lineageOf(signal)}
              aria-label={`${formatPercent(signal.confidence)}: what the confidence of ${signal.signalId} rests on`}
            >
              {formatPercent(signal.confidence)}
            </a>
          ),
          isNumber: true,
        },
        {
          label: 'Value',
          show: (signal) => (
            <a
              class="nowrap"
              href={lineageOf(signal)}
              aria-label={`${formatQuantity(signal.value, signal.unit)}: lineage of ${signal.signalId}`}
            >
              {formatQuantity(signal.value, signal.unit)}
            </a>
          ),
          isNumber: true,
        },
        {
          label: 'Status',
          show: ({ status, reason }) => (
            <span class="prose">
              <State of={status} /> {reason}
            </span>
          ),
        },
      ]}
    />
  );
}
