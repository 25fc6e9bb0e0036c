import { createHash, randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Provider } from '../connectors/connector.ts';
import { graph, type AssetName } from '../pipeline/graph.ts';
import { addUpstreams } from '../pipeline/flow-plan.ts';
import type { Only, RunState, TaskState } from '../pipeline/runs.ts';
import type { ChangeOrigin } from '../pipeline/changes.ts';
import type { Day } from '../time.ts';
import { currentTraceparent } from '../tracing.ts';
import { recordAudit } from './audit-log.ts';
import {
  orderSlices,
  planWork,
  selectOwed,
  type BackfillRequest,
  type PlannedWork,
} from './backfill-plan.ts';
import { insertRows } from './bulk.ts';
import type { Database, Queryable } from './client.ts';
import { runs, tasks } from './schema.ts';

/** What a backfill will take. */
export interface BackfillEstimate {
  /** Requests when every window is fetched once and every answer fits one page. */
  readonly requestsPerProvider: Readonly<Partial<Record<Provider, number>>>;
  /** At the budgets of the providers and the rate at which tasks were computed last, whichever is slower. */
  readonly minutes: number;
  /** Bytes of Redis that its jobs occupy at most, ended ones included. */
  readonly redisBytes: number;
}

/** The answer to a request: what was written. */
export interface AcceptedBackfill {
  readonly id: string;
  readonly state: RunState;
  readonly runs: number;
  readonly tasks: number;
  readonly partitions: number;
  /** Null when nobody estimated it. */
  readonly estimate: BackfillEstimate | null;
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
  const found = await db.execute<{
    id: string;
    request_hash: string;
    partitions: number;
    estimate: BackfillEstimate | null;
    runs: number;
    tasks: number;
  }>(sql`
    select id, request_hash, partitions, estimate,
      (select count(*)::int from runs where backfill_id = backfills.id) as runs,
      (select count(*)::int from tasks join runs on runs.id = tasks.run_id where backfill_id = backfills.id) as tasks
    from backfills where idempotency_key = ${key}`);
  const row = found.rows[0];
  if (row === undefined) return null;
  if (row.request_hash !== hash) {
    throw new IdempotencyConflictError(
      `Idempotency-Key ${key} was used for another request (backfill ${row.id})`,
    );
  }
  const { id, partitions, estimate } = row;
  return { id, state: firstStateOf(partitions), runs: row.runs, tasks: row.tasks, partitions, estimate };
}

/** A backfill that owes nothing has succeeded when it is accepted. */
const firstStateOf = (partitions: number): RunState => (partitions === 0 ? 'succeeded' : 'planned');

/** Says what work will take; is given the transaction that writes its tasks. */
export type EstimateWork = (tx: Queryable, work: readonly PlannedWork[]) => Promise<BackfillEstimate>;

/**
 * Writes a backfill with its runs and tasks in one transaction. The same idempotency key with the same request gives
 * the first answer again, whatever became of the backfill meanwhile.
 *
 * @throws IdempotencyConflictError
 */
export async function createBackfill(
  db: Database,
  request: BackfillRequest,
  idempotencyKey: string | null,
  origin: ChangeOrigin,
  estimateWork?: EstimateWork,
): Promise<AcceptedBackfill> {
  const hash = createHash('sha256').update(JSON.stringify(request)).digest('hex');
  return db.transaction(async (tx) => {
    if (idempotencyKey !== null) {
      await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`idempotency:${idempotencyKey}`}))`);
      const known = await findByIdempotencyKey(tx, idempotencyKey, hash);
      if (known !== null) return known;
    }
    const estimate = estimateWork === undefined ? null : await estimateWork(tx, await planWork(tx, request));
    const id = randomUUID();
    const counts = await insertBackfill(tx, request, { id, idempotencyKey, hash, estimate });
    const detail = { ...request, runs: counts.runs, partitions: counts.partitions };
    await recordAudit(tx, origin, { action: 'backfill_create', subject: id, detail });
    return { id, state: firstStateOf(counts.partitions), ...counts, estimate };
  });
}

/**
 * Plans and writes in one statement: sixteen years in slices of a day are 61,684 tasks, which need not travel to this
 * process and back.
 */
async function insertBackfill(
  tx: Queryable,
  request: BackfillRequest,
  row: {
    readonly id: string;
    readonly idempotencyKey: string | null;
    readonly hash: string;
    readonly estimate: BackfillEstimate | null;
  },
): Promise<{ readonly runs: number; readonly tasks: number; readonly partitions: number }> {
  const { from, to, only, slice, maxConcurrentRuns, order } = request;
  const assets = sql.param(addUpstreams(request.assets));
  const estimate = row.estimate === null ? null : JSON.stringify(row.estimate);
  const result = await tx.execute<{ runs: number; tasks: number; partitions: number }>(sql`
    with ${selectOwed(request)},
    totals as (
      select count(distinct slice)::int as runs, count(*)::int as tasks, coalesce(sum(partitions), 0)::int as partitions
      from owed),
    new_backfill as (
      insert into backfills (id, state, from_partition, to_partition, assets, "only", slice, max_concurrent_runs, "order",
        idempotency_key, request_hash, estimate, partitions, finished_at)
      select ${row.id}::uuid, case when partitions = 0 then ${firstStateOf(0)} else ${firstStateOf(1)} end, ${from}::date,
        ${to}::date, ${assets}::text[], ${only}, ${slice}, ${maxConcurrentRuns}, ${order}, ${row.idempotencyKey}::text,
        ${row.hash}, ${estimate}::json, partitions, case when partitions = 0 then clock_timestamp() end
      from totals),
    planned as materialized (
      select gen_random_uuid() as id, slice, first_day, last_day,
        row_number() over (order by ${orderSlices(request)}) - 1 as position
      from slices where slice in (select slice from owed)),
    new_runs as (
      insert into runs (id, kind, state, backfill_id, position, from_partition, to_partition, "only", traceparent)
      select id, 'backfill', 'planned', ${row.id}::uuid, position, first_day, last_day, ${only}, ${currentTraceparent()}::text
      from planned order by position),
    new_tasks as (
      insert into tasks (id, run_id, asset, state, partitions)
      select gen_random_uuid(), planned.id, asset, 'pending', partitions
      from owed join planned using (slice) order by position, place)
    select runs, tasks, partitions from totals`);
  const counts = result.rows[0];
  if (counts === undefined) throw new Error(`Backfill ${row.id} was not written`);
  return counts;
}

/** Writes one planned run over a single partition. */
export async function createRun(
  tx: Queryable,
  kind: 'scheduled' | 'manual',
  partition: Day,
  assets: readonly AssetName[] = graph.names,
): Promise<string> {
  const only: Only = kind === 'manual' ? 'all' : 'missing';
  const id = randomUUID();
  await tx.insert(runs).values({
    id,
    kind,
    state: 'planned',
    fromPartition: partition,
    toPartition: partition,
    only,
    traceparent: currentTraceparent(),
  });
  await insertRows(
    tx,
    tasks,
    assets.map((asset) => ({
      id: randomUUID(),
      runId: id,
      asset,
      state: 'pending' satisfies TaskState,
      partitions: 1,
    })),
  );
  return id;
}
