import { graph, type AssetName } from '../../../../../shared/pipeline/graph.ts';
import { AssetGraph } from '../components/asset-graph.tsx';
import { wordOf } from './day-grid.tsx';
import type { Cell } from '../overview/overview.ts';

/** The asset with what it reads and what reads it, as they are for one partition. */
export function Neighbours({ asset, cells }: { readonly asset: AssetName; readonly cells: readonly Cell[] }) {
  const { reads, readBy } = graph.assets[asset];
  const near: readonly string[] = [...reads, asset, ...readBy];
  const nodes = cells
    .filter((cell) => near.includes(cell.asset))
    .map((cell) => {
      // Only what touches the asset itself: its neighbours' other edges are on their own pages.
      const isOf = cell.asset === asset || readBy.some((reader) => reader === cell.asset);
      const upstreams = cell.asset === asset ? reads : isOf ? [asset] : [];
      return {
        key: cell.asset,
        reads: upstreams,
        state: wordOf(cell),
        note: wordOf(cell).replaceAll('_', ' '),
      };
    });
  return <AssetGraph nodes={nodes} label={`What ${asset} reads and what reads it`} />;
}
