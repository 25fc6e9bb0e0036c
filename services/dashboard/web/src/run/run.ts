import type { Answer } from '../../../../../shared/contract/endpoint.ts';
import type { getRun, listFlowJobs, listRuns } from '../../../../../shared/contract/runs.ts';

/** A run as lists show it. */
export type Run = Answer<typeof listRuns>['data'][number];
export type RunDetail = Answer<typeof getRun>;
export type Task = RunDetail['tasks'][number];
export type KeyOutcome = Task['keys'][number];
export type FlowJob = Answer<typeof listFlowJobs>['data'][number];

const OPEN: readonly Run['state'][] = ['planned', 'running', 'paused'];

/** Whether a run may still go on by itself, and be cancelled. */
export const isOpen = ({ state }: Run): boolean => OPEN.includes(state);

/** Whether something of a run is left to be done again. */
export const isRetriable = (run: Run): boolean => !isOpen(run) && run.state !== 'succeeded';

/** From the first dispatch to the end, or to now while it goes on (ms); null before. */
export function elapsedOf({ startedAt, finishedAt }: Run, nowMs: number): number | null {
  if (startedAt === null) return null;
  return (finishedAt === null ? nowMs : Date.parse(finishedAt)) - Date.parse(startedAt);
}
