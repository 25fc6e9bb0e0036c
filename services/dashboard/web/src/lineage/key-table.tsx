import { State } from '../components/state.tsx';
import { Table } from '../components/table.tsx';
import type { Lineage } from './materialization.tsx';
import { formatCount } from '../format.ts';

/** What the task of a bronze partition did with each key. */
export const KeyTable = ({ keys }: { readonly keys: NonNullable<Lineage['keys']> }) => (
  <Table
    caption="Keys"
    rows={keys}
    keyOf={({ key }) => key}
    columns={[
      { label: 'Key', show: ({ key }) => <a href={`/data/series/${key}`}>{key}</a> },
      { label: 'Outcome', show: ({ outcome, reason }) => <State of={outcome} reason={reason} /> },
      {
        label: 'Dates',
        show: ({ fromDate, toDate }) => (fromDate === null ? '–' : `${fromDate} to ${toDate}`),
      },
      { label: 'Windows', show: ({ windows }) => windows, isNumber: true },
      { label: 'New rows', show: ({ inserted }) => formatCount(inserted), isNumber: true },
      { label: 'Revised rows', show: ({ revised }) => formatCount(revised), isNumber: true },
    ]}
  />
);

/** Rows of its upstreams that became known in a silver partition. */
export const SourceTable = ({
  sources,
  partition,
}: {
  readonly sources: NonNullable<Lineage['sources']>;
  readonly partition: string;
}) => (
  <Table
    caption={`Rows that became known in ${partition}`}
    rows={sources}
    keyOf={({ asset }) => asset}
    columns={[
      { label: 'Asset', show: ({ asset }) => <a href={`/lineage/${asset}/${partition}`}>{asset}</a> },
      { label: 'Rows', show: ({ rows }) => formatCount(rows), isNumber: true },
    ]}
  />
);
