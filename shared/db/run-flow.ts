import { sql } from 'drizzle-orm';
import { listNodes, planPipelineFlow } from '../pipeline/flow-plan.ts';
import type { AssetName } from '../pipeline/graph.ts';
import type { TaskState } from '../pipeline/runs.ts';
import { FINISH_JOB, jobIdOf } from '../queues/job.ts';
import { queueOf, type QueueName } from '../queues/queues.ts';
import type { Queryable } from './client.ts';

/** A job of the flow of a run. */
export interface FlowJob {
  readonly name: AssetName | typeof FINISH_JOB;
  /** Name of the job that waits for it; null at the root. */
  readonly parent: FlowJob['name'] | null;
  readonly queue: QueueName;
  /** Of its newest dispatch; null before the first. */
  readonly jobId: string | null;
  readonly taskId: string | null;
  readonly state: TaskState | null;
}

interface TaskRow extends Record<string, unknown> {
  id: string;
  asset: AssetName;
  state: TaskState;
  dispatch: number;
}

const newestJobOf = (id: string, dispatch: number): string | null =>
  dispatch === 0 ? null : jobIdOf(id, dispatch);

/** The flow of all tasks of a run, each job after the one that waits for it; empty when there is no such run. */
export async function listFlowJobs(db: Queryable, runId: string): Promise<FlowJob[]> {
  const runs = await db.execute<{ dispatch: number }>(sql`select dispatch from runs where id = ${runId}`);
  const [run] = runs.rows;
  if (run === undefined) return [];
  const tasks = await db.execute<TaskRow>(
    sql`select id, asset, state, dispatch from tasks where run_id = ${runId}`,
  );
  const byAsset = new Map(tasks.rows.map((task) => [task.asset, task]));
  const jobs = listNodes(planPipelineFlow(byAsset.keys())).map(({ name, parent }): FlowJob => {
    const task = byAsset.get(name);
    if (task === undefined)
      throw new Error(`The flow of run ${runId} has ${name}, but the run has no task for it`);
    return {
      name,
      parent: parent ?? FINISH_JOB,
      queue: queueOf(name),
      jobId: newestJobOf(task.id, task.dispatch),
      taskId: task.id,
      state: task.state,
    };
  });
  const jobId = newestJobOf(runId, run.dispatch);
  return [{ name: FINISH_JOB, parent: null, queue: 'runs', jobId, taskId: null, state: null }, ...jobs];
}
