import type { Answer } from '../../../../../shared/contract/endpoint.ts';
import type { listAlertRules } from '../../../../../shared/contract/alerts.ts';
import type { AssetName } from '../../../../../shared/pipeline/graph.ts';
import { nextWeekday, toIso, zonedInstant, type Instant } from '../../../../../shared/time.ts';
import { AssetLink } from '../components/links.tsx';
import { State } from '../components/state.tsx';
import { Table, type Column } from '../components/table.tsx';
import { Time } from '../components/time.tsx';
import { formatCount, formatSpan } from '../format.ts';
import type { Cell, PartitionOverview } from './overview.ts';
import { stateOf } from './run-graph.tsx';

export type Rule = Answer<typeof listAlertRules>['data'][number];

/** Times of day by which an asset has to be there, earliest first, by the rules that are on. */
export const deadlinesOf = (rules: readonly Rule[], asset: AssetName): string[] =>
  rules
    .filter(
      ({ kind, enabled, assets }) => kind === 'deadline' && enabled && (assets?.includes(asset) ?? true),
    )
    .flatMap(({ deadline }) => deadline ?? [])
    .toSorted();

function momentOf(rules: readonly Rule[], { asset, partition }: Cell, zone: string): Instant | null {
  const [earliest] = deadlinesOf(rules, asset);
  return earliest === undefined ? null : zonedInstant(nextWeekday(partition), earliest, zone);
}

const isThere = ({ state }: Cell): boolean => state === 'fresh' || state === 'no_data_expected';

function Margin({ cell, deadline }: { readonly cell: Cell; readonly deadline: Instant }) {
  const end = isThere(cell) && cell.materializedAt !== null ? Date.parse(cell.materializedAt) : Date.now();
  const span = formatSpan(Math.abs(deadline - end));
  if (end > deadline) return <State of="late" reason={`${span} after ${toIso(deadline)}`} />;
  return <>{isThere(cell) ? `${span} before` : `due in ${span}`}</>;
}

type Columns = readonly Column<Cell>[];

/** Deadlines are those of scheduled runs: a backfill has none. */
const deadlineColumns = (deadlines: ReadonlyMap<AssetName, Instant | null>): Columns => [
  {
    label: 'Deadline',
    show: ({ asset }) => {
      const deadline = deadlines.get(asset) ?? null;
      return <Time of={deadline === null ? null : toIso(deadline)} />;
    },
  },
  {
    label: 'Against it',
    show: (cell) => {
      const deadline = deadlines.get(cell.asset) ?? null;
      return deadline === null ? <span class="quiet">–</span> : <Margin cell={cell} deadline={deadline} />;
    },
  },
];

/** When each asset was there, against its deadline. */
export function Freshness({
  overview: { partition, cells, run },
  rules,
  zone,
}: {
  readonly overview: PartitionOverview;
  readonly rules: readonly Rule[];
  readonly zone: string;
}) {
  const taskOf = (cell: Cell) => run.tasks.find(({ asset }) => asset === cell.asset);
  const deadlines = new Map(cells.map((cell) => [cell.asset, momentOf(rules, cell, zone)]));
  const columns: Columns = [
    { label: 'Asset', show: ({ asset }) => <AssetLink of={asset} /> },
    { label: 'State', show: (cell) => <State of={stateOf(cell, taskOf(cell))} reason={cell.reason} /> },
    { label: 'Rows', isNumber: true, show: ({ rows }) => formatCount(rows) },
    { label: 'Materialized', show: ({ materializedAt }) => <Time of={materializedAt} /> },
    ...(run.kind === 'scheduled' ? deadlineColumns(deadlines) : []),
  ];
  return (
    <Table
      caption={`Freshness of ${partition}`}
      rows={cells}
      keyOf={({ asset }) => asset}
      columns={columns}
    />
  );
}
