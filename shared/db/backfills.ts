import { createHash, randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { graph, type AssetName } from '../pipeline/graph.ts';
import { addUpstreams } from '../pipeline/flow-plan.ts';
import type { Only, RunState, TaskState } from '../pipeline/runs.ts';
import { listWeekdays, type Day } from '../time.ts';
import type { ChangeOrigin } from '../pipeline/changes.ts';
import { recordAudit } from './audit-log.ts';
import { insertRows } from './bulk.ts';
import type { Database, Queryable } from './client.ts';
import { backfills, runs, tasks } from './schema.ts';

export type SliceUnit = 'day' | 'month' | 'quarter' | 'year';

/** A request for a range of partitions × a selection of assets, with its defaults filled in. */
export interface BackfillRequest {
  readonly from: Day;
  readonly to: Day;
  readonly assets: readonly AssetName[];
  readonly only: Only;
  readonly slice: SliceUnit;
  readonly maxConcurrentRuns: number;
  readonly order: 'newest' | 'oldest';
}

/** A run of a backfill: a range of partitions with the assets that owe some of them. */
interface PlannedRun {
  readonly from: Day;
  readonly to: Day;
  readonly tasks: readonly { readonly asset: AssetName; readonly partitions: number }[];
}

/** What a request amounts to, before anything is written. */
export interface BackfillPlan {
  readonly assets: readonly AssetName[];
  readonly runs: readonly PlannedRun[];
  readonly taskCount: number;
  /** Asset × partition pairs that will be computed. */
  readonly partitionCount: number;
}

export interface AcceptedBackfill {
  readonly id: string;
  readonly state: RunState;
  readonly runs: number;
  readonly tasks: number;
  readonly partitions: number;
}

function sliceOf(day: Day, unit: SliceUnit): string {
  if (unit === 'day') return day;
  if (unit === 'month') return day.slice(0, 7);
  if (unit === 'year') return day.slice(0, 4);
  return `${day.slice(0, 4)}-Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`;
}

/** Cuts the weekdays of a range into slices, in the order in which they are to run. */
function cutSlices(request: BackfillRequest): Day[][] {
  const slices = [
    ...Map.groupBy(listWeekdays(request.from, request.to), (day) => sliceOf(day, request.slice)).values(),
  ];
  return request.order === 'newest' ? slices.toReversed() : slices;
}

/** Works out runs and tasks. Upstream assets are added; what is materialized already is left out unless `all`. */
export async function planBackfill(db: Queryable, request: BackfillRequest): Promise<BackfillPlan> {
  const assets = addUpstreams(request.assets);
  const stored = await db.execute<{ asset: AssetName; partition: Day; state: string }>(sql`
    select asset, partition::text, state from materializations where partition between ${request.from} and ${request.to}`);
  const states = new Map(stored.rows.map((row) => [`${row.asset} ${row.partition}`, row.state]));
  const isOwed = (asset: AssetName, day: Day): boolean => {
    const state = states.get(`${asset} ${day}`);
    if (request.only === 'all') return true;
    return request.only === 'failed' ? state === 'failed' : state === undefined || state === 'failed';
  };
  const planned = cutSlices(request).flatMap((days): PlannedRun[] => {
    const owing = assets
      .map((asset) => ({ asset, partitions: days.filter((day) => isOwed(asset, day)).length }))
      .filter((task) => task.partitions > 0);
    const from = days[0];
    const to = days.at(-1);
    return owing.length === 0 || from === undefined || to === undefined ? [] : [{ from, to, tasks: owing }];
  });
  const allTasks = planned.flatMap((run) => run.tasks);
  return {
    assets,
    runs: planned,
    taskCount: allTasks.length,
    partitionCount: allTasks.reduce((sum, task) => sum + task.partitions, 0),
  };
}

/** Thrown when an idempotency key comes back with another request. Never retried. */
export class IdempotencyConflictError extends Error {
  override readonly name = 'IdempotencyConflictError';
}

async function findByIdempotencyKey(
  db: Queryable,
  key: string,
  hash: string,
): Promise<AcceptedBackfill | null> {
  const found = await db.execute<{ id: string; request_hash: string }>(
    sql`select id, request_hash from backfills where idempotency_key = ${key}`,
  );
  const row = found.rows[0];
  if (row === undefined) return null;
  if (row.request_hash !== hash) {
    throw new IdempotencyConflictError(
      `Idempotency-Key ${key} was used for another request (backfill ${row.id})`,
    );
  }
  return summarizeBackfill(db, row.id);
}

async function summarizeBackfill(db: Queryable, id: string): Promise<AcceptedBackfill | null> {
  const result = await db.execute<{ state: RunState; partitions: number; runs: string; tasks: string }>(sql`
    select state, partitions,
      (select count(*) from runs where backfill_id = backfills.id) as runs,
      (select count(*) from tasks join runs on runs.id = tasks.run_id where runs.backfill_id = backfills.id) as tasks
    from backfills where id = ${id}`);
  const row = result.rows[0];
  if (row === undefined) return null;
  return {
    id,
    state: row.state,
    partitions: row.partitions,
    runs: Number(row.runs),
    tasks: Number(row.tasks),
  };
}

/**
 * Writes a backfill with its runs and tasks in one transaction. The same idempotency key with the same request gives
 * the first answer again.
 *
 * @throws IdempotencyConflictError
 */
export async function createBackfill(
  db: Database,
  request: BackfillRequest,
  idempotencyKey: string | null,
  origin: ChangeOrigin,
): Promise<AcceptedBackfill> {
  const hash = createHash('sha256').update(JSON.stringify(request)).digest('hex');
  return db.transaction(async (tx) => {
    if (idempotencyKey !== null) {
      await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`idempotency:${idempotencyKey}`}))`);
      const known = await findByIdempotencyKey(tx, idempotencyKey, hash);
      if (known !== null) return known;
    }
    const plan = await planBackfill(tx, request);
    const id = randomUUID();
    const state: RunState = plan.runs.length === 0 ? 'succeeded' : 'planned';
    await tx.insert(backfills).values({
      id,
      state,
      fromPartition: request.from,
      toPartition: request.to,
      assets: [...plan.assets],
      only: request.only,
      slice: request.slice,
      maxConcurrentRuns: request.maxConcurrentRuns,
      order: request.order,
      idempotencyKey,
      requestHash: hash,
      partitions: plan.partitionCount,
      finishedAt: plan.runs.length === 0 ? new Date() : null,
    });
    await insertPlannedRuns(tx, plan.runs, { backfillId: id, kind: 'backfill', only: request.only });
    const detail = { ...request, runs: plan.runs.length, partitions: plan.partitionCount };
    await recordAudit(tx, origin, { action: 'backfill_create', subject: id, detail });
    return { id, state, runs: plan.runs.length, tasks: plan.taskCount, partitions: plan.partitionCount };
  });
}

async function insertPlannedRuns(
  tx: Queryable,
  planned: readonly PlannedRun[],
  lineage: { readonly backfillId: string | null; readonly kind: string; readonly only: Only },
): Promise<string[]> {
  const withIds = planned.map((run) => ({ ...run, id: randomUUID() }));
  await insertRows(
    tx,
    runs,
    withIds.map((run, position) => ({
      id: run.id,
      kind: lineage.kind,
      state: 'planned',
      backfillId: lineage.backfillId,
      position,
      fromPartition: run.from,
      toPartition: run.to,
      only: lineage.only,
    })),
  );
  await insertRows(
    tx,
    tasks,
    withIds.flatMap((run) =>
      run.tasks.map((task) => ({
        id: randomUUID(),
        runId: run.id,
        asset: task.asset,
        state: 'pending' satisfies TaskState,
        partitions: task.partitions,
      })),
    ),
  );
  return withIds.map((run) => run.id);
}

/** Writes one planned run over a single partition. */
export async function createRun(
  tx: Queryable,
  kind: 'scheduled' | 'manual',
  partition: Day,
  assets: readonly AssetName[] = graph.names,
): Promise<string> {
  const only: Only = kind === 'manual' ? 'all' : 'missing';
  const planned = {
    from: partition,
    to: partition,
    tasks: assets.map((asset) => ({ asset, partitions: 1 })),
  };
  const [id] = await insertPlannedRuns(tx, [planned], { backfillId: null, kind, only });
  if (id === undefined) throw new Error('A run was not written');
  return id;
}

/** A backfill as people follow it. */
export interface BackfillProgress {
  readonly id: string;
  readonly state: RunState;
  readonly from: Day;
  readonly to: Day;
  readonly assets: readonly AssetName[];
  readonly only: Only;
  readonly slice: SliceUnit;
  readonly maxConcurrentRuns: number;
  readonly order: 'newest' | 'oldest';
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly runs: Readonly<Record<string, number>>;
  readonly tasks: Readonly<Record<string, number>>;
  readonly partitions: { readonly total: number; readonly done: number };
  /** Requests sent, by provider. */
  readonly requests: Readonly<Record<string, number>>;
  /** Partitions per second since the start; null before the first. */
  readonly rate: number | null;
  /** When the rest will be done at that rate. */
  readonly eta: string | null;
}

interface ProgressRow extends Record<string, unknown> {
  id: string;
  state: RunState;
  from: Day;
  to: Day;
  assets: AssetName[];
  only: Only;
  slice: SliceUnit;
  max_concurrent_runs: number;
  order: 'newest' | 'oldest';
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  partitions: number;
  done: string;
  runs: Record<string, number> | null;
  tasks: Record<string, number> | null;
  requests: Record<string, number> | null;
  elapsed_seconds: string | null;
}

function toProgress(row: ProgressRow): BackfillProgress {
  const done = Math.min(Number(row.done), row.partitions);
  const elapsed = Number(row.elapsed_seconds ?? 0);
  const rate = done > 0 && elapsed > 0 ? done / elapsed : null;
  const iso = (moment: Date | null): string | null =>
    moment === null ? null : new Date(moment).toISOString();
  const isOver = row.finished_at !== null;
  return {
    id: row.id,
    state: row.state,
    from: row.from,
    to: row.to,
    assets: row.assets,
    only: row.only,
    slice: row.slice,
    maxConcurrentRuns: row.max_concurrent_runs,
    order: row.order,
    createdAt: new Date(row.created_at).toISOString(),
    startedAt: iso(row.started_at),
    finishedAt: iso(row.finished_at),
    runs: row.runs ?? {},
    tasks: row.tasks ?? {},
    partitions: { total: row.partitions, done },
    requests: row.requests ?? {},
    rate,
    eta:
      rate === null || isOver
        ? null
        : new Date(Date.now() + ((row.partitions - done) / rate) * 1_000).toISOString(),
  };
}

/** Backfills, newest first, or the one with the id. */
export async function listBackfills(
  db: Queryable,
  filter: { readonly id?: string; readonly before?: string; readonly limit: number },
): Promise<BackfillProgress[]> {
  const result = await db.execute<ProgressRow>(sql`
    select b.id, b.state, b.from_partition::text as "from", b.to_partition::text as "to", b.assets, b.only, b.slice,
      b.max_concurrent_runs, b."order", b.created_at, b.started_at, b.finished_at, b.partitions,
      coalesce(t.done, 0) as done, t.tasks, r.runs, q.requests,
      extract(epoch from coalesce(b.finished_at, clock_timestamp()) - b.started_at) as elapsed_seconds
    from backfills b
    left join lateral (
      select jsonb_object_agg(state, count) as runs
      from (select state, count(*) from runs where backfill_id = b.id group by state) s) r on true
    left join lateral (
      select jsonb_object_agg(state, count) as tasks, sum(done) as done
      from (select tasks.state, count(*), sum(tasks.done) as done from tasks join runs on runs.id = tasks.run_id
        where runs.backfill_id = b.id group by tasks.state) s) t on true
    left join lateral (
      select jsonb_object_agg(asset, requests) as requests
      from (select tasks.asset, sum(tasks.requests) as requests from tasks join runs on runs.id = tasks.run_id
        where runs.backfill_id = b.id and tasks.requests > 0 group by tasks.asset) s) q on true
    where ${filter.id === undefined ? sql`true` : sql`b.id = ${filter.id}`}
      and ${filter.before === undefined ? sql`true` : sql`b.created_at < ${filter.before}`}
    order by b.created_at desc limit ${filter.limit}`);
  return result.rows.map(toProgress);
}
