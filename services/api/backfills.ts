import type { Asked } from '../../shared/contract/endpoint.ts';
import * as endpoints from '../../shared/contract/backfills.ts';
import { encodeCursor } from '../../shared/contract/cursor.ts';
import { readBackfillPlace } from '../../shared/db/backfill-estimate.ts';
import { planBackfill, type BackfillRequest, type PlannedWork } from '../../shared/db/backfill-plan.ts';
import { listBackfills, type BackfillProgress } from '../../shared/db/backfill-progress.ts';
import { listAssetProgress } from '../../shared/db/backfill-assets.ts';
import { createBackfill, type BackfillEstimate } from '../../shared/db/backfills.ts';
import type { Queryable } from '../../shared/db/client.ts';
import { changeBackfill } from '../../shared/pipeline/changes.ts';
import { graph, type BronzeName } from '../../shared/pipeline/graph.ts';
import { PROVIDER_OF } from '../../shared/pipeline/providers.ts';
import { nameOrigin } from './change-origin.ts';
import type { ApiContext } from './context.ts';
import { estimateWork } from './estimate.ts';
import { requirePartitionRange } from './partition-range.ts';
import { notFound } from './problem.ts';
import { serveEndpoint, type Route } from './serve.ts';

/** The request in one form per meaning: an idempotency key is compared with it. */
function toRequest(body: Asked<typeof endpoints.createBackfill>['body']): BackfillRequest {
  const { from, to, assets, only, slice, maxConcurrentRuns, order } = body;
  const names = assets === undefined ? graph.names : graph.names.filter((name) => assets.includes(name));
  return { from, to, only, slice, maxConcurrentRuns, order, assets: names };
}

/** A backfill with its requests by provider, as the contract names them; in the ledger they stand by asset. */
function showBackfill(backfill: BackfillProgress) {
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

const sumOf = (work: readonly PlannedWork[], count: 'tasks' | 'partitions'): number =>
  work.reduce((sum, each) => sum + each[count], 0);

/** What a request would be, without writing anything. */
async function showPlan(
  db: ApiContext['db'],
  request: BackfillRequest,
  estimate: (tx: Queryable, work: readonly PlannedWork[]) => Promise<BackfillEstimate>,
) {
  const { assets, runs, work } = await planBackfill(db, request);
  return {
    dryRun: true as const,
    assets,
    runs: runs.length,
    tasks: sumOf(work, 'tasks'),
    partitions: sumOf(work, 'partitions'),
    estimate: await estimate(db, work),
    plan: runs,
  };
}

/** Requests for ranges of partitions. */
export function backfillRoutes({ db, config, log, now }: ApiContext): Route[] {
  const changes = {
    cancel: endpoints.cancelBackfill,
    pause: endpoints.pauseBackfill,
    resume: endpoints.resumeBackfill,
    retry: endpoints.retryBackfill,
  } as const;
  return [
    serveEndpoint(endpoints.listBackfills, async ({ query: { limit, cursor } }) => {
      const rows = await listBackfills(db, { limit: limit + 1, before: cursor?.[0] });
      const shown = rows.slice(0, limit);
      const last = rows.length > limit ? shown.at(-1) : undefined;
      const place = last === undefined ? null : await readBackfillPlace(db, last.id);
      const nextCursor = place === null ? null : encodeCursor([place]);
      return { status: 200, body: { data: shown.map(showBackfill), nextCursor } };
    }),
    serveEndpoint(endpoints.createBackfill, async ({ headers, body }, { principal }) => {
      requirePartitionRange(body, now(), 'body');
      const request = toRequest(body);
      const settings = { request, config, now: now() };
      const estimate = (tx: Queryable, work: readonly PlannedWork[]) => estimateWork(tx, work, settings);
      if (body.dryRun) return { status: 200, body: await showPlan(db, request, estimate) };
      const key = headers['Idempotency-Key'] ?? null;
      const accepted = await createBackfill(db, request, key, nameOrigin({}, principal), estimate);
      return { status: 202, body: accepted, headers: { Location: `/v1/backfills/${accepted.id}` } };
    }),
    serveEndpoint(endpoints.getBackfill, async ({ params: { id } }) => ({
      status: 200,
      body: showBackfill(await findBackfill(db, id)),
    })),
    serveEndpoint(endpoints.listBackfillAssets, async ({ params: { id } }) => {
      await findBackfill(db, id);
      return { status: 200, body: { data: await listAssetProgress(db, id), nextCursor: null } };
    }),
    ...Object.entries(changes).map(([name, endpoint]) =>
      serveEndpoint(endpoint, async ({ params: { id }, body }, { principal }) => {
        const change = name as keyof typeof changes;
        const origin = nameOrigin(body, principal);
        if (!(await changeBackfill(db, id, change, origin))) throw notFound(`There is no backfill ${id}`);
        log.info({ backfillId: id, change, ...origin }, 'backfill changed');
        return { status: 202, body: showBackfill(await findBackfill(db, id)) };
      }),
    ),
  ];
}
