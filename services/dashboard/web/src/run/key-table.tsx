import { AssetFilter } from '../components/asset-filter.tsx';
import { EmptyNote } from '../components/notes.tsx';
import { PayloadLink } from '../components/payload-link.tsx';
import { State } from '../components/state.tsx';
import { Table } from '../components/table.tsx';
import { formatCount } from '../format.ts';
import { useAddress } from '../use-address.ts';
import type { KeyOutcome, RunDetail } from './run.ts';

const windowOf = ({ fromDate, toDate }: KeyOutcome): string =>
  fromDate === null ? '–' : `${fromDate} to ${toDate}`;

const countColumn = (label: string, name: 'windows' | 'requests' | 'fetched' | 'inserted' | 'revised') => ({
  label,
  isNumber: true,
  show: (outcome: KeyOutcome) => formatCount(outcome[name]),
});

/** What became of every key of the providers in a run. */
export function KeyTable({ run }: { readonly run: RunDetail }) {
  const { asset } = useAddress().query;
  const tasks = run.tasks.filter(({ keys }) => keys.length > 0);
  const rows = tasks
    .filter((task) => asset === undefined || task.asset === asset)
    .flatMap((task) => task.keys.map((key) => ({ asset: task.asset, ...key })));
  return (
    <>
      <div class="row">
        <AssetFilter assets={tasks.map((task) => task.asset)} />
      </div>
      {rows.length === 0 ? (
        <EmptyNote>No key was asked for{asset === undefined ? ' yet' : ` by ${asset}`}.</EmptyNote>
      ) : (
        <Table
          caption="Keys of the providers"
          rows={rows}
          keyOf={(row) => `${row.asset} ${row.key}`}
          columns={[
            { label: 'Key', show: ({ key }) => key },
            { label: 'Asset', show: (row) => row.asset },
            { label: 'Outcome', show: ({ outcome, reason }) => <State of={outcome} reason={reason} /> },
            {
              label: 'Observation dates',
              show: (outcome) => <span class="nowrap">{windowOf(outcome)}</span>,
            },
            countColumn('Windows', 'windows'),
            countColumn('Requests', 'requests'),
            countColumn('Rows read', 'fetched'),
            countColumn('New', 'inserted'),
            countColumn('Revised', 'revised'),
            {
              label: 'Refused or held',
              isNumber: true,
              show: ({ rejected, held }) => formatCount(rejected + held),
            },
            {
              label: 'Payload',
              isNumber: true,
              show: ({ payloadId }) =>
                payloadId === null ? <span class="quiet">–</span> : <PayloadLink id={payloadId} />,
            },
            {
              label: 'Error or reason',
              show: ({ error, reason }) => <span class="prose">{error?.message ?? reason ?? '–'}</span>,
            },
          ]}
        />
      )}
    </>
  );
}
