import { MAP_WORDS, type MapWord } from '../../../../../shared/contract/partition-map.ts';
import { AssetLink } from '../components/links.tsx';
import { Table, type Column } from '../components/table.tsx';
import { formatCount } from '../format.ts';
import type { Grid } from './grid.ts';

interface Row {
  readonly asset: string;
  readonly counts: ReadonlyMap<MapWord, number>;
}

/** The numbers of the map: partitions of each asset by state. */
export function CountTable({
  grid,
  counts,
  range,
}: {
  readonly grid: Grid;
  readonly counts: readonly ReadonlyMap<MapWord, number>[];
  readonly range: string;
}) {
  const columns: Column<Row>[] = [
    { label: 'Asset', show: ({ asset }) => <AssetLink of={asset} /> },
    ...Object.values(MAP_WORDS).map((word): Column<Row> => ({
      label: word.replaceAll('_', ' '),
      isNumber: true,
      show: (row) => formatCount(row.counts.get(word) ?? 0),
    })),
  ];
  return (
    <Table
      caption={`Partitions by state, ${range}`}
      rows={grid.assets.map(({ asset }, index) => ({ asset, counts: counts[index] ?? new Map() }))}
      keyOf={({ asset }) => asset}
      columns={columns}
    />
  );
}
