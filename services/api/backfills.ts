import * as endpoints from '../../shared/contract/backfills.ts';
import { toPage } from '../../shared/contract/cursor.ts';
import type { Asked } from '../../shared/contract/endpoint.ts';
import {
  createBackfill,
  listBackfills,
  planBackfill,
  type BackfillPlan,
  type BackfillProgress,
  type BackfillRequest,
} from '../../shared/db/backfills.ts';
import { readBackfillPlace, readBackfillSpans } from '../../shared/db/backfill-estimate.ts';
import { changeBackfill, type ChangeOrigin } from '../../shared/pipeline/changes.ts';
import { graph, type BronzeName } from '../../shared/pipeline/graph.ts';
import { PROVIDER_OF } from '../../shared/pipeline/providers.ts';
import { nameOrigin } from './change-origin.ts';
import type { ApiContext } from './context.ts';
import { estimateWork, type AssetSpan } from './estimate.ts';
import { requirePartitionRange } from './partition-range.ts';
import { notFound } from './problem.ts';
import { serveEndpoint, type Route } from './serve.ts';

/** The request in one form per meaning: an idempotency key is compared with it. */
function readWanted({
  dryRun: _dryRun,
  assets,
  ...rest
}: Asked<typeof endpoints.createBackfill>['body']): BackfillRequest {
  const names = assets === undefined ? graph.names : graph.names.filter((name) => assets.includes(name));
  return { ...rest, assets: names };
}

/** The range of each asset's work in a plan that was not written. */
function listSpans(plan: BackfillPlan): AssetSpan[] {
  return plan.assets.flatMap((asset) => {
    const runs = plan.runs.filter((run) => run.tasks.some((task) => task.asset === asset));
    const [first, ...others] = runs;
    if (first === undefined) return [];
    return [
      others.reduce<AssetSpan>(
        (span, run) => ({
          asset,
          from: run.from < span.from ? run.from : span.from,
          to: run.to > span.to ? run.to : span.to,
        }),
        { asset, from: first.from, to: first.to },
      ),
    ];
  });
}

/** A backfill with its requests by provider, as the contract names them; in the ledger they stand by asset. */
function showBackfill(backfill: BackfillProgress): BackfillProgress {
  const requests = Object.entries(backfill.requests).map(
    ([asset, count]) => [PROVIDER_OF[asset as BronzeName], count] as const,
  );
  return { ...backfill, requests: Object.fromEntries(requests) };
}

async function findBackfill(db: ApiContext['db'], id: string): Promise<BackfillProgress> {
  const [backfill] = await listBackfills(db, { id, limit: 1 });
  if (backfill === undefined) throw notFound(`There is no backfill ${id}`);
  return backfill;
}

/** What a request amounts to, without writing it. */
async function answerPlan({ db, now }: ApiContext, wanted: BackfillRequest) {
  const plan = await planBackfill(db, wanted);
  return {
    dryRun: true,
    assets: plan.assets,
    runs: plan.runs.length,
    tasks: plan.taskCount,
    partitions: plan.partitionCount,
    estimate: await estimateWork(db, listSpans(plan), plan.partitionCount, now()),
    plan: plan.runs.map(({ from, to, tasks }) => ({
      from,
      to,
      tasks: tasks.length,
      partitions: tasks.reduce((sum, task) => sum + task.partitions, 0),
    })),
  } as const;
}

async function acceptBackfill(
  { db, now }: ApiContext,
  wanted: BackfillRequest,
  idempotencyKey: string | null,
  origin: ChangeOrigin,
) {
  const accepted = await createBackfill(db, wanted, idempotencyKey, origin);
  const { id, state, runs, tasks, partitions } = accepted;
  const estimate = await estimateWork(db, await readBackfillSpans(db, id), partitions, now());
  // Written out: the first answer and its repetitions are the same text.
  return { id, state, runs, tasks, partitions, estimate };
}

/** `/backfills`: requests for ranges of partitions. */
export function backfillRoutes(context: ApiContext): Route[] {
  const { db, log, now } = context;
  const changes = [
    { endpoint: endpoints.cancelBackfill, change: 'cancel' },
    { endpoint: endpoints.pauseBackfill, change: 'pause' },
    { endpoint: endpoints.resumeBackfill, change: 'resume' },
    { endpoint: endpoints.retryBackfill, change: 'retry' },
  ] as const;
  return [
    serveEndpoint(endpoints.createBackfill, async ({ body, headers }, { principal }) => {
      requirePartitionRange(body, now(), 'body');
      const wanted = readWanted(body);
      if (body.dryRun) return { status: 200, body: await answerPlan(context, wanted) };
      const idempotencyKey = headers['Idempotency-Key'] ?? null;
      const accepted = await acceptBackfill(context, wanted, idempotencyKey, nameOrigin({}, principal));
      return { status: 202, body: accepted, headers: { Location: `/v1/backfills/${accepted.id}` } };
    }),
    serveEndpoint(endpoints.listBackfills, async ({ query: { limit, cursor } }) => {
      const rows = await listBackfills(db, {
        limit: limit + 1,
        ...(cursor === undefined ? {} : { before: cursor[0] }),
      });
      const last = rows[limit - 1];
      const place = rows.length > limit && last !== undefined ? await readBackfillPlace(db, last.id) : null;
      return { status: 200, body: toPage(rows, limit, showBackfill, () => (place === null ? [] : [place])) };
    }),
    serveEndpoint(endpoints.getBackfill, async ({ params: { id } }) => ({
      status: 200,
      body: showBackfill(await findBackfill(db, id)),
    })),
    ...changes.map(({ endpoint, change }) =>
      serveEndpoint(endpoint, async ({ params: { id }, body }, { principal }) => {
        const origin = nameOrigin(body, principal);
        const known = await changeBackfill(db, id, change, origin);
        if (!known) throw notFound(`There is no backfill ${id}`);
        log.info({ backfillId: id, change, ...origin }, 'backfill changed');
        return { status: 202, body: showBackfill(await findBackfill(db, id)) };
      }),
    ),
  ];
}
