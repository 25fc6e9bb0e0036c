import { setImmediate as nextTurn } from 'node:timers/promises';
import { withAssetLock } from '../db/asset-lock.ts';
import type { Database } from '../db/client.ts';
import {
  countMaterialized,
  listOwedPartitions,
  readUpstreamIds,
  storeOutcomes,
  type UpstreamIds,
} from '../db/materializations.ts';
import { createReader } from '../db/reader.ts';
import {
  describeFailure,
  PermanentError,
  RetryLaterError,
  SupersededError,
  TransientError,
} from '../errors.ts';
import type { TaskHttpClient } from '../http.ts';
import type { Logger } from '../logger.ts';
import { countAttempt, countIngest, timeAttempt } from '../metrics.ts';
import type { TaskJob } from '../queues/job.ts';
import { MAX_POSTPONEMENT_MS, MAX_POSTPONEMENTS } from '../queues/queues.ts';
import { SECOND, type Day, type Instant } from '../time.ts';
import { inSpan } from '../tracing.ts';
import { graph, type AssetName } from './graph.ts';
import type { Commit, Handler, PartitionOutcome, PreparedWork, TaskContext } from './handler.ts';
import {
  claimTask,
  endAttempt,
  holdsFence,
  isCrashLoop,
  listTasks,
  recordEvent,
  type ClaimedTask,
} from './runs.ts';
import type { TaskWatch } from './task-watch.ts';

/** What the executor of one process needs. */
export interface ExecutorOptions {
  readonly db: Database;
  readonly log: Logger;
  /** Names this process in the history of a task. */
  readonly worker: string;
  readonly now: () => Instant;
  readonly handlers: Readonly<Partial<Record<AssetName, Handler>>>;
  readonly createHttp: (task: ClaimedTask, log: Logger, signal: AbortSignal) => TaskHttpClient;
  /** Tells an attempt to stop once its task is no longer its own. */
  readonly watch: TaskWatch['watch'];
}

/** One delivery of a task's job. */
export interface Attempt {
  readonly job: TaskJob;
  readonly isLastAttempt: boolean;
  readonly signal: AbortSignal;
}

const NOT_READY_DELAY_MS = SECOND;

/**
 * Upstreams whose task of the same run did not succeed, and those without such a task, of which what is materialized
 * decides.
 *
 * @throws RetryLaterError while one of the tasks is open
 */
async function sortUpstreams(
  db: Database,
  task: ClaimedTask,
): Promise<{ readonly failed: readonly AssetName[]; readonly outside: readonly AssetName[] }> {
  const siblings = new Map((await listTasks(db, task.runId)).map((sibling) => [sibling.asset, sibling]));
  const failed: AssetName[] = [];
  const outside: AssetName[] = [];
  for (const upstream of graph.assets[task.asset].reads) {
    const state = siblings.get(upstream)?.state;
    if (state === 'failed' || state === 'skipped' || state === 'cancelled') failed.push(upstream);
    else if (state === 'pending' || state === 'queued' || state === 'running') {
      throw new RetryLaterError(`${task.asset} waits for ${upstream}, which is ${state}`, NOT_READY_DELAY_MS);
    } else if (state === undefined) outside.push(upstream);
  }
  return { failed, outside };
}

/** The partitions that a task has to compute, or why it cannot. */
async function listWork(db: Database, task: ClaimedTask): Promise<readonly Day[] | string> {
  const { failed, outside } = await sortUpstreams(db, task);
  if (failed.length > 0) return `upstream_failed: ${failed.join(', ')}`;
  // After the upstreams: what they did may be why a partition is stale, or why it is not any more.
  const partitions = await listOwedPartitions(db, task.asset, task.from, task.to, task.only);
  const missing: AssetName[] = [];
  for (const upstream of outside)
    if ((await countMaterialized(db, upstream, partitions)) < partitions.length) missing.push(upstream);
  return missing.length > 0 ? `upstream_missing: ${missing.join(', ')}` : partitions;
}

/** A task is put off at most ten times, each time for at most thirty minutes. */
function canPostpone(task: ClaimedTask, error: RetryLaterError): boolean {
  return task.postponements < MAX_POSTPONEMENTS && error.delayMs <= MAX_POSTPONEMENT_MS;
}

/** What every line about a task says: which one, of which run, over which partitions. */
function describeTask({ runId, taskId, asset, from, to }: ClaimedTask) {
  return { runId, taskId, asset, from, to };
}

function createContext(
  options: ExecutorOptions,
  task: ClaimedTask,
  partitions: readonly Day[],
  { isLastAttempt, signal }: Attempt,
): TaskContext {
  const log = options.log.child(describeTask(task));
  return {
    asset: task.asset,
    taskId: task.taskId,
    runId: task.runId,
    runKind: task.kind,
    isLastAttempt,
    canPostpone: (error) => canPostpone(task, error),
    requestedAt: task.requestedAt.getTime(),
    historyFrom: task.historyFrom,
    partitions,
    read: createReader(options.db, task.asset),
    http: options.createHttp(task, log, signal),
    log,
    signal,
    now: options.now,
    async breathe() {
      await nextTurn();
      signal.throwIfAborted();
    },
  };
}

const countDone = (outcomes: readonly PartitionOutcome[]): number =>
  outcomes.filter((outcome) => outcome.state !== 'failed').length;

/** Says which partitions failed and why, or null when none did. */
function summarizeFailures(outcomes: readonly PartitionOutcome[]): string | null {
  const failed = outcomes.filter((outcome) => outcome.state === 'failed');
  const first = failed[0];
  if (first === undefined) return null;
  return `${failed.length} of ${outcomes.length} partitions failed, first ${first.partition}: ${first.reason}`;
}

/** Writes the work, the outcomes and the end of the attempt in one transaction that a newer attempt refuses. */
async function commitWork(
  options: ExecutorOptions,
  task: ClaimedTask,
  { work, upstreamIds }: { readonly work: PreparedWork; readonly upstreamIds: UpstreamIds },
  isLastAttempt: boolean,
): Promise<Commit> {
  return options.db.transaction(async (tx) => {
    if (!(await holdsFence(tx, task)))
      throw new SupersededError(`${task.asset}: a newer attempt owns the task`);
    const commit = await work.commit(tx);
    const failure = summarizeFailures(commit.partitions);
    const isOver = failure === null || isLastAttempt;
    // A failed partition is stored as such only when no retry will come.
    const outcomes = isOver
      ? commit.partitions
      : commit.partitions.filter((outcome) => outcome.state !== 'failed');
    await storeOutcomes(tx, task.asset, task, outcomes, upstreamIds);
    await endAttempt(tx, task, {
      state: isOver ? (failure === null ? 'succeeded' : 'failed') : 'queued',
      reason: failure,
      failure: failure === null ? null : { name: 'FailedPartitions', message: failure, retried: !isOver },
      rows: commit.rows,
      done: countDone(commit.partitions),
    });
    await recordEvent(tx, task, isOver ? (failure === null ? 'succeeded' : 'failed') : 'retrying', {
      rows: commit.rows,
      partitions: commit.partitions.length,
      failure,
    });
    return commit;
  });
}

async function failTask(
  options: ExecutorOptions,
  task: ClaimedTask,
  error: unknown,
  reason: string,
): Promise<void> {
  const isOurs = await options.db.transaction(async (tx) => {
    if (!(await holdsFence(tx, task))) return false;
    const owed = await listOwedPartitions(tx, task.asset, task.from, task.to, task.only);
    await storeOutcomes(
      tx,
      task.asset,
      task,
      owed.map((partition) => ({ partition, state: 'failed', reason })),
      new Map(),
    );
    await endAttempt(tx, task, { state: 'failed', reason, failure: describeFailure(error, false) });
    await recordEvent(tx, task, 'failed', { reason, ...describeFailure(error, false) });
    return true;
  });
  if (isOurs) countAttempt(task.asset, 'failed');
}

/** Puts a task back for another attempt: after an error, a wish to wait, or because this process is going down. */
async function releaseTask(
  options: ExecutorOptions,
  task: ClaimedTask,
  kind: 'retrying' | 'postponed' | 'released',
  error: unknown,
): Promise<void> {
  const isOurs = await options.db.transaction(async (tx) => {
    const released = await endAttempt(tx, task, {
      state: 'queued',
      failure: describeFailure(error, true),
      isPostponed: kind === 'postponed',
    });
    if (released) await recordEvent(tx, task, kind, { ...describeFailure(error, true) });
    return released;
  });
  if (isOurs) countAttempt(task.asset, kind);
}

const isTimeout = (signal: AbortSignal): boolean =>
  signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError';

/** Decides what an error means for the task, writes that to the ledger, and throws what the queue has to do. */
async function handleFailure(
  options: ExecutorOptions,
  task: ClaimedTask,
  attempt: Attempt,
  error: unknown,
): Promise<void> {
  if (error instanceof SupersededError || attempt.signal.reason instanceof SupersededError) {
    countAttempt(task.asset, 'superseded');
    return;
  }
  if (attempt.signal.aborted && !isTimeout(attempt.signal)) {
    await releaseTask(options, task, 'released', attempt.signal.reason);
    throw new RetryLaterError(`${task.asset} was interrupted`, 0, { cause: error });
  }
  if (error instanceof RetryLaterError && canPostpone(task, error)) {
    await releaseTask(options, task, 'postponed', error);
    throw error;
  }
  if (error instanceof PermanentError || attempt.isLastAttempt) {
    await failTask(options, task, error, describeFailure(error, false).message);
    throw new PermanentError(describeFailure(error, false).message, { cause: error });
  }
  await releaseTask(options, task, 'retrying', error);
  throw error instanceof RetryLaterError ? new TransientError(error.message, { cause: error }) : error;
}

async function skipTask(options: ExecutorOptions, task: ClaimedTask, reason: string): Promise<void> {
  const isOurs = await options.db.transaction(async (tx) => {
    const ended = await endAttempt(tx, task, { state: 'skipped', reason });
    if (ended) await recordEvent(tx, task, 'skipped', { reason });
    return ended;
  });
  if (isOurs) countAttempt(task.asset, 'skipped');
}

async function computeTask(options: ExecutorOptions, task: ClaimedTask, attempt: Attempt): Promise<void> {
  const startedAt = performance.now();
  if (isCrashLoop(task)) {
    throw new PermanentError('crash_loop', {
      expected: 'an attempt that ends',
      got: `${task.crashes} crashes`,
    });
  }
  const partitions = await listWork(options.db, task);
  if (typeof partitions === 'string') {
    await skipTask(options, task, partitions);
    return;
  }
  const handler = options.handlers[task.asset];
  if (handler === undefined) throw new PermanentError(`This process has no handler for ${task.asset}`);
  const context = createContext(options, task, partitions, attempt);
  const computeAndCommit = async (): Promise<Commit> => {
    // The wait for the asset may have been long.
    attempt.signal.throwIfAborted();
    const upstreamIds = await readUpstreamIds(options.db, task.asset, partitions);
    const work = partitions.length === 0 ? emptyWork : await handler(context);
    return commitWork(options, task, { work, upstreamIds }, attempt.isLastAttempt);
  };
  // Silver is one function of bronze for all partitions: two slices that derive it together would both do all the work.
  const isShared = graph.assets[task.asset].layer === 'silver';
  const commit = isShared
    ? await withAssetLock(options.db, task.asset, computeAndCommit)
    : await computeAndCommit();
  context.log.info(
    {
      attempt: task.attempt,
      durationMs: Math.round(performance.now() - startedAt),
      partitions: commit.partitions.length,
      rows: commit.rows,
    },
    'materialized',
  );
  if (commit.keys !== undefined) countIngest(task.asset, commit.keys);
  const failure = summarizeFailures(commit.partitions);
  const ended = attempt.isLastAttempt ? 'failed' : 'retrying';
  countAttempt(task.asset, failure === null ? 'succeeded' : ended);
  if (failure === null) return;
  if (attempt.isLastAttempt) throw new PermanentError(`${task.asset}: ${failure}`);
  throw new TransientError(`${task.asset}: ${failure}`);
}

const emptyWork: PreparedWork = { commit: async () => ({ partitions: [], rows: 0 }) };

/**
 * The executor around every handler: claim → check upstreams → list what is owed → compute → commit behind the fence →
 * report. Throws what the queue has to do next; returns when there is nothing left to do.
 */
export async function materialize(options: ExecutorOptions, attempt: Attempt): Promise<void> {
  const { job } = attempt;
  const task = await claimTask(options.db, job.taskId, job.dispatch, options.worker);
  if (task === null) {
    options.log.info({ runId: job.runId, taskId: job.taskId, dispatch: job.dispatch }, 'superseded');
    countAttempt(job.asset, 'superseded');
    return;
  }
  await recordEvent(options.db, task, 'started', { worker: options.worker, crashes: task.crashes });
  const watched = options.watch(task);
  const stopTimer = timeAttempt(task.asset);
  const watchedAttempt = { ...attempt, signal: AbortSignal.any([attempt.signal, watched.signal]) };
  try {
    await inSpan('materialize', describeTask(task), () => computeTask(options, task, watchedAttempt));
  } catch (error) {
    options.log.warn({ err: error, ...describeTask(task), attempt: task.attempt }, 'attempt failed');
    await handleFailure(options, task, watchedAttempt, error);
  } finally {
    stopTimer();
    watched.end();
  }
}
