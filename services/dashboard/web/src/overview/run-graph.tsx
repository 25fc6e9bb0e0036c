import { graph } from '../../../../../shared/pipeline/graph.ts';
import { AssetGraph } from '../components/asset-graph.tsx';
import { countOf, formatClock } from '../format.ts';
import type { Cell, PartitionOverview, RunDetail } from './overview.ts';

type Task = RunDetail['tasks'][number];

/** What is to be seen of an asset now: what its task does while it does it, else what there is of the partition. */
export function stateOf(cell: Cell, task: Task | undefined): string {
  if (task !== undefined && ['pending', 'queued', 'running'].includes(task.state)) return task.state;
  if (cell.blocked) return 'blocked';
  if (cell.state === 'missing' && task?.state === 'skipped') return 'skipped';
  if (cell.degraded) return 'degraded';
  return cell.stale ? 'stale' : cell.state;
}

function noteOf(cell: Cell, state: string): string {
  const word = state.replaceAll('_', ' ');
  if (cell.state === 'no_data_expected') return `no data: ${(cell.reason ?? word).replaceAll('_', ' ')}`;
  if (cell.state !== 'fresh' || cell.materializedAt === null) return word;
  return `${word}, ${countOf(cell.rows, 'row')}, ${formatClock(cell.materializedAt)}`;
}

/** The fourteen assets of the newest partition, as they are now. */
export function RunGraph({ partition, cells, run }: PartitionOverview) {
  const nodes = cells.map((cell) => {
    const state = stateOf(
      cell,
      run.tasks.find(({ asset }) => asset === cell.asset),
    );
    return { key: cell.asset, reads: graph.assets[cell.asset].reads, state, note: noteOf(cell, state) };
  });
  return <AssetGraph nodes={nodes} label={`Assets of ${partition} and what they read`} />;
}
