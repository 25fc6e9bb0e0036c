import { countOf } from '../format.ts';
import type { Cell, RunDetail } from './overview.ts';

/** Whether the data of a partition can be used, in a sentence. */
export interface Readiness {
  readonly state: 'ready' | 'running' | 'incomplete';
  readonly sentence: string;
}

type Task = Pick<RunDetail['tasks'][number], 'asset' | 'state' | 'reason'>;
type Judged = Pick<Cell, 'asset' | 'state' | 'reason' | 'degraded' | 'stale' | 'blocked'>;

const UNDER_WAY = ['pending', 'queued', 'running'];

const isMaterialized = ({ state }: Judged): boolean => state === 'fresh' || state === 'no_data_expected';

/** An asset that waits for another one is no cause. */
const isConsequence = (reason: string | null): boolean => reason?.startsWith('upstream_failed') === true;

function describeCauses(lacking: readonly Judged[], tasks: readonly Task[]): string {
  const reasons = lacking.map(({ asset, state, reason }) => {
    const task = tasks.find((candidate) => candidate.asset === asset);
    return { asset, state, reason: reason ?? task?.reason ?? null };
  });
  const causes = reasons.filter(({ reason }) => !isConsequence(reason));
  return (causes.length === 0 ? reasons : causes)
    .map(
      ({ asset, state, reason }) =>
        `${asset} ${state === 'failed' ? 'failed' : 'is missing'}${reason === null ? '' : ` (${reason})`}`,
    )
    .join(', ');
}

function describeFlags(cells: readonly Judged[]): string {
  const flags = (['degraded', 'stale', 'blocked'] as const).flatMap((flag) => {
    const flagged = cells.filter((cell) => cell[flag]).map(({ asset }) => asset);
    return flagged.length === 0 ? [] : [`${flag}: ${flagged.join(', ')}`];
  });
  return flags.length === 0 ? '' : ` (${flags.join('; ')})`;
}

/** Says whether all assets of the newest partition are there, and if not, why; and whether it is the one that is due. */
export function judgeReadiness(
  partition: string,
  cells: readonly Judged[],
  tasks: readonly Task[],
  due: string | null,
): Readiness {
  const lacking = cells.filter((cell) => !isMaterialized(cell));
  const all = countOf(cells.length, 'asset');
  if (lacking.length === 0) {
    const there = `All ${all} are materialized for ${partition}${describeFlags(cells)}`;
    return due !== null && partition < due
      ? { state: 'incomplete', sentence: `${there}, but no run has been asked for ${due}, which is due.` }
      : { state: 'ready', sentence: `${there}.` };
  }
  if (tasks.some(({ state }) => UNDER_WAY.includes(state)))
    return {
      state: 'running',
      sentence: `${cells.length - lacking.length} of ${all} are materialized for ${partition}; the run is under way.`,
    };
  const verb = lacking.length === 1 ? 'is' : 'are';
  return {
    state: 'incomplete',
    sentence: `${countOf(lacking.length, 'asset')} ${verb} not materialized for ${partition}, because ${describeCauses(lacking, tasks)}.`,
  };
}
