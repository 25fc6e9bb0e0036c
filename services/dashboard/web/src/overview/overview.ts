import type { Client } from '../../../../../shared/client/client.ts';
import type { Answer } from '../../../../../shared/contract/endpoint.ts';
import type { listPartitions } from '../../../../../shared/contract/partitions.ts';
import type { getRun } from '../../../../../shared/contract/runs.ts';
import type { listSignals } from '../../../../../shared/contract/signals.ts';
import { previousWeekday, type Day } from '../../../../../shared/time.ts';
import { findNewestRun } from '../newest-partition.ts';

/** One asset of one partition. */
export type Cell = Extract<Answer<typeof listPartitions>['data'][number], { partition: string }>;
export type RunDetail = Answer<typeof getRun>;
export type Signal = Answer<typeof listSignals>['data'][number];

/** What there is of the newest partition. */
export interface PartitionOverview {
  readonly partition: Day;
  readonly previous: Day;
  readonly run: RunDetail;
  /** In the order of the graph. */
  readonly cells: readonly Cell[];
  /** Of both partitions. */
  readonly signals: readonly Signal[];
}

/** The cells of a grid; never its counts, which nobody asked for. */
export const isCell = (row: Answer<typeof listPartitions>['data'][number]): row is Cell => 'partition' in row;

/** Asks for the newest partition; `overview` is null while nothing has run. */
export async function loadOverview(api: Client): Promise<{ readonly overview: PartitionOverview | null }> {
  const newest = await findNewestRun(api);
  if (newest === null) return { overview: null };
  const partition = newest.to;
  const previous = previousWeekday(partition);
  const [run, grid, signals] = await Promise.all([
    api.getRun({ params: { id: newest.id } }),
    api.listPartitions({ query: { from: partition, to: partition } }),
    api.listSignals({ query: { from: previous, to: partition, limit: 2_000 } }),
  ]);
  return {
    overview: { partition, previous, run, cells: grid.data.filter(isCell), signals: signals.data },
  };
}
