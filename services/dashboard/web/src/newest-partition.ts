import type { Client } from '../../../../shared/client/client.ts';
import type { Answer } from '../../../../shared/contract/endpoint.ts';
import type { listRuns } from '../../../../shared/contract/runs.ts';

/** A run as lists show it. */
export type Run = Answer<typeof listRuns>['data'][number];

/** Among so many of the newest runs the newest partition is looked for: a backfill plans a run for each of its slices. */
const MOST_RUNS = 200;

/** The run that made, or makes, the newest partition: the newest scheduled one, else the one that reaches furthest; null without any. */
export async function findNewestRun(api: Client): Promise<Run | null> {
  const scheduled = await api.listRuns({ query: { kind: 'scheduled', limit: 1 } });
  if (scheduled.data[0] !== undefined) return scheduled.data[0];
  const { data } = await api.listRuns({ query: { limit: MOST_RUNS } });
  const furthest = data.reduce((to, run) => (run.to > to ? run.to : to), '');
  return data.find(({ to }) => to === furthest) ?? null;
}
