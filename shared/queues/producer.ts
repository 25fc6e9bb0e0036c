import { FlowProducer, Queue, type FlowJob, type JobsOptions, type JobType } from 'bullmq';
import type { PlanNode } from '../pipeline/flow-plan.ts';
import type { AssetName } from '../pipeline/graph.ts';
import type { RunKind } from '../pipeline/handler.ts';
import type { Instant } from '../time.ts';
import { connectForCommands } from './connection.ts';
import { FINISH_JOB, jobIdOf, TICK_JOB, type FinishJob, type TaskJob } from './job.ts';
import { ATTEMPTS, KEEP_ENDED_JOBS, PRIORITIES, queueOf, QUEUES, type QueueName } from './queues.ts';
import { traceJobs } from './telemetry.ts';

/** A run that was dispatched in the ledger and is to be handed to BullMQ. */
export interface DispatchedRun {
  readonly runId: string;
  readonly kind: RunKind;
  readonly dispatch: number;
  /** The tasks that still have work, with their dispatch numbers. */
  readonly tasks: ReadonlyMap<AssetName, { readonly taskId: string; readonly dispatch: number }>;
  readonly plan: readonly PlanNode<AssetName>[];
}

type FlowNode = NonNullable<FlowJob['children']>[number];

export type JobPresence = 'alive' | 'ended' | 'missing';

/** Jobs of one queue. */
export interface QueueDepth {
  readonly queue: QueueName;
  /** Their number by BullMQ's state. */
  readonly jobs: Readonly<Record<string, number>>;
  /** When the oldest of those that wait for a worker was added; null when none waits. */
  readonly oldestAt: Instant | null;
}

/** States of jobs that have not ended. */
const OPEN_STATES: JobType[] = ['active', 'delayed', 'prioritized', 'wait', 'waiting-children'];
/** More jobs than ever wait at once: only the runs that a backfill may have running are in Redis. */
const MOST_WAITING = 2_000;

/** The one place that enqueues. Used by the scheduler alone. */
export interface Producer {
  /** Adds the whole run as one flow, atomically. */
  addRun(run: DispatchedRun): Promise<void>;
  /** Whether a job still stands in Redis, and whether it has ended there. */
  checkJob(queue: QueueName, jobId: string): Promise<JobPresence>;
  /** Removes all that was ever added for a run. False while a worker holds one of its jobs: call again later. */
  removeRun(runId: string, dispatch: number): Promise<boolean>;
  /** What stands in each queue and has not ended. */
  measureQueues(): Promise<readonly QueueDepth[]>;
  /** Makes sure that the alarm clock of a schedule exists. */
  upsertAlarm(schedule: string, cron: string, zone: string): Promise<void>;
  close(): Promise<void>;
}

export interface ProducerOptions {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly retryBaseMs: number;
}

/** Opens the queues for writing. */
export function openProducer(options: ProducerOptions): Producer {
  const connection = connectForCommands(options.redisUrl);
  const shared = { connection, prefix: options.prefix, ...traceJobs() };
  const flows = new FlowProducer(shared);
  flows.on('error', () => undefined);
  const queues = new Map(
    (Object.keys(QUEUES) as QueueName[]).map((name) => {
      const queue = new Queue(name, shared);
      queue.on('error', () => undefined);
      return [name, queue] as const;
    }),
  );
  const queueNamed = (name: QueueName): Queue => {
    const queue = queues.get(name);
    if (queue === undefined) throw new Error(`There is no queue ${name}`);
    return queue;
  };

  // Queue defaults do not reach the nodes of a flow: every node carries its own options.
  const optionsFor = (kind: RunKind): JobsOptions => ({
    attempts: ATTEMPTS,
    backoff: { type: 'exponential', delay: options.retryBaseMs, jitter: 0.5 },
    priority: PRIORITIES[kind],
    removeOnComplete: KEEP_ENDED_JOBS,
    removeOnFail: KEEP_ENDED_JOBS,
  });

  const toFlowNode = (run: DispatchedRun, node: PlanNode<AssetName>): FlowNode => {
    const task = run.tasks.get(node.name);
    if (task === undefined) throw new Error(`Run ${run.runId} plans ${node.name} but has no task for it`);
    const data: TaskJob = {
      runId: run.runId,
      taskId: task.taskId,
      asset: node.name,
      dispatch: task.dispatch,
    };
    return {
      name: node.name,
      queueName: queueOf(node.name),
      data,
      opts: {
        ...optionsFor(run.kind),
        jobId: jobIdOf(task.taskId, task.dispatch),
        ignoreDependencyOnFailure: true,
      },
      children: node.children.map((child) => toFlowNode(run, child)),
    };
  };

  return {
    async addRun(run) {
      const data: FinishJob = { runId: run.runId, dispatch: run.dispatch };
      const flow: FlowJob = {
        name: FINISH_JOB,
        queueName: 'runs',
        data,
        opts: { ...optionsFor(run.kind), jobId: jobIdOf(run.runId, run.dispatch) },
        children: run.plan.map((node) => toFlowNode(run, node)),
      };
      try {
        await flows.add(flow);
      } catch (error) {
        // ioredis believes that a server knows a script once it was sent, also in a transaction that was discarded. From then
        // on flows would arrive without the jobs that it adds, for as long as the connection lives.
        if (error instanceof Error && /^(EXECABORT|NOSCRIPT) /.test(error.message))
          connection.disconnect(true);
        throw error;
      }
    },
    async checkJob(queue, jobId) {
      const state = await queueNamed(queue).getJobState(jobId);
      if (state === 'unknown') return 'missing';
      return state === 'completed' || state === 'failed' ? 'ended' : 'alive';
    },
    async removeRun(runId, dispatch) {
      let isGone = true;
      for (let number = 1; number <= dispatch; number += 1) {
        const removed = await queueNamed('runs').remove(jobIdOf(runId, number), { removeChildren: true });
        if (removed === 0) isGone = false;
      }
      return isGone;
    },
    async measureQueues() {
      return Promise.all(
        [...queues].map(async ([name, queue]) => {
          const jobs = await queue.getJobCounts(...OPEN_STATES);
          const waiting = await queue.getJobs(['prioritized', 'wait'], 0, MOST_WAITING, true);
          const added = waiting.map(({ timestamp }) => timestamp);
          return { queue: name, jobs, oldestAt: added.length === 0 ? null : Math.min(...added) };
        }),
      );
    },
    async upsertAlarm(schedule, cron, zone) {
      await queueNamed('runs').upsertJobScheduler(
        schedule,
        { pattern: cron, tz: zone },
        {
          name: TICK_JOB,
          data: { schedule },
          opts: { removeOnComplete: KEEP_ENDED_JOBS, removeOnFail: KEEP_ENDED_JOBS },
        },
      );
    },
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      await flows.close();
      connection.disconnect();
    },
  };
}
