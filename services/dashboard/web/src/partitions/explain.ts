import type { Answer } from '../../../../../shared/contract/endpoint.ts';
import type { getPartition } from '../../../../../shared/contract/partitions.ts';
import { graph, type AssetName } from '../../../../../shared/pipeline/graph.ts';

export type PartitionDetail = Answer<typeof getPartition>;
export type CellWithTask = PartitionDetail['upstreams'][number];

const HOLES: Readonly<Record<string, string>> = {
  holiday: 'No data is expected: the day is a holiday.',
  not_released: 'No data is expected: nothing is released on that day.',
  not_recorded: 'No data is expected: the recorded data has none for it.',
};

/** True when somebody who reads the asset can go on. */
export const isMaterialized = ({ state }: CellWithTask): boolean =>
  state === 'fresh' || state === 'no_data_expected';

function explainTask({ task }: CellWithTask): string {
  if (task === null) return 'No run has been asked for it.';
  const why =
    task.reason === null ? '' : `: ${task.reason.replace(/^[a-z_]+/, (kind) => kind.replaceAll('_', ' '))}`;
  switch (task.state) {
    case 'pending':
    case 'queued':
    case 'running':
      return `A run is at work on it: its task is ${task.state}.`;
    case 'skipped':
      return `Its task was skipped${why}.`;
    case 'failed':
      return `Its task failed: ${task.failure?.message ?? task.reason ?? 'without a reason'}.`;
    case 'cancelled':
      return `Its task was cancelled${why}.`;
    case 'succeeded':
      return 'Its last task left it out.';
  }
}

/** Why a partition is what it is, in a sentence. */
export function explain(cell: CellWithTask): string {
  if (cell.state === 'missing') return explainTask(cell);
  if (cell.state === 'failed')
    return cell.blocked ? `Blocked by a check: ${cell.reason ?? ''}` : `Failed: ${cell.reason ?? ''}`;
  if (cell.stale) return 'An upstream or the code has changed since it was computed.';
  if (cell.degraded) return 'Computed from less than it should be.';
  return HOLES[cell.reason ?? ''] ?? 'Computed, and nothing that it was made from has changed since.';
}

/** What is upstream and not materialized, with a mark at those where it began: nothing they read is missing. */
export function listCulprits({ upstreams }: PartitionDetail): { cell: CellWithTask; isOrigin: boolean }[] {
  const open = upstreams.filter((cell) => !isMaterialized(cell));
  const names = new Set<AssetName>(open.map(({ asset }) => asset));
  return open.map((cell) => ({
    cell,
    isOrigin: !graph.assets[cell.asset].reads.some((read) => names.has(read)),
  }));
}
