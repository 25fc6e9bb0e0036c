import { Router, type Request } from 'express';
import { z } from 'zod';
import {
  createBackfill,
  listBackfills,
  planBackfill,
  type BackfillPlan,
  type BackfillProgress,
  type BackfillRequest,
} from '../../shared/db/backfills.ts';
import { readBackfillPlace, readBackfillSpans } from '../../shared/db/backfill-estimate.ts';
import { changeBackfill } from '../../shared/pipeline/changes.ts';
import { graph, type BronzeName } from '../../shared/pipeline/graph.ts';
import { PROVIDER_OF } from '../../shared/pipeline/providers.ts';
import type { Instant } from '../../shared/time.ts';
import { nameOrigin, readOrigin } from './change-origin.ts';
import { principalOf } from './authorization.ts';
import type { ApiContext } from './context.ts';
import { cursorOf, toPage } from '../../shared/contract/cursor.ts';
import { estimateWork, type AssetSpan } from './estimate.ts';
import { assetSchema, daySchema, limitSchema, parseBody, parseQuery } from './input.ts';
import { requirePartitionRange } from './partition-range.ts';
import { allowOnly, notFound, ProblemError } from './problem.ts';

const bodySchema = z.strictObject({
  from: daySchema,
  to: daySchema,
  assets: z.array(assetSchema).min(1).max(100).optional(),
  only: z.enum(['missing', 'failed', 'all']).default('missing'),
  slice: z.enum(['day', 'month', 'quarter', 'year']).default('month'),
  maxConcurrentRuns: z.int().min(1).max(100).default(4),
  order: z.enum(['newest', 'oldest']).default('oldest'),
  dryRun: z.boolean().default(false),
});

const listSchema = z.strictObject({
  limit: limitSchema(20, 100),
  cursor: cursorOf(z.tuple([z.iso.datetime({ precision: 6 })])).optional(),
});

/** The body with its defaults, in one form per meaning: an idempotency key is compared with it. */
function readRequest(
  request: Request,
  now: Instant,
): { readonly wanted: BackfillRequest; readonly dryRun: boolean } {
  const body = parseBody(request, bodySchema);
  requirePartitionRange(body, now, 'body');
  const { dryRun, assets, ...rest } = body;
  const names = assets === undefined ? graph.names : graph.names.filter((name) => assets.includes(name));
  return { wanted: { ...rest, assets: names }, dryRun };
}

function readIdempotencyKey(request: Request): string | null {
  const key = request.get('idempotency-key');
  if (key === undefined) return null;
  if (/^[\x21-\x7e]{1,200}$/.test(key)) return key;
  const detail = 'expected 1 to 200 visible ASCII characters';
  throw new ProblemError('invalid-request', `Idempotency-Key: ${detail}`, [
    { header: 'Idempotency-Key', detail },
  ]);
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
  const [backfill] = z.uuid().safeParse(id).success ? await listBackfills(db, { id, limit: 1 }) : [];
  if (backfill === undefined) throw notFound(`There is no backfill ${id}`);
  return backfill;
}

/** `/backfills`: requests for ranges of partitions. */
export function routeBackfills({ db, log, now }: ApiContext): Router {
  const router = Router();
  router
    .route('/backfills')
    .post(async (request, response) => {
      const { wanted, dryRun } = readRequest(request, now());
      const idempotencyKey = readIdempotencyKey(request);
      if (dryRun) {
        const plan = await planBackfill(db, wanted);
        response.json({
          dryRun,
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
        });
        return;
      }
      const accepted = await createBackfill(
        db,
        wanted,
        idempotencyKey,
        nameOrigin({}, principalOf(response)),
      );
      const spans = await readBackfillSpans(db, accepted.id);
      const estimate = await estimateWork(db, spans, accepted.partitions, now());
      const { id, state, runs, tasks } = accepted;
      response
        .status(202)
        .location(`/v1/backfills/${id}`)
        .json({ id, state, runs, tasks, partitions: accepted.partitions, estimate });
    })
    .get(async (request, response) => {
      const { limit, cursor } = parseQuery(request, listSchema);
      const rows = await listBackfills(db, {
        limit: limit + 1,
        ...(cursor === undefined ? {} : { before: cursor[0] }),
      });
      const last = rows[limit - 1];
      const place = rows.length > limit && last !== undefined ? await readBackfillPlace(db, last.id) : null;
      response.json(toPage(rows, limit, showBackfill, () => (place === null ? [] : [place])));
    })
    .all(allowOnly('GET', 'POST'));
  router
    .route('/backfills/:id')
    .get(async (request, response) => {
      response.json(showBackfill(await findBackfill(db, request.params.id)));
    })
    .all(allowOnly('GET'));
  for (const change of ['cancel', 'pause', 'resume', 'retry'] as const) {
    router
      .route(`/backfills/:id/${change}`)
      .post(async (request, response) => {
        const origin = readOrigin(request, response);
        const { id } = await findBackfill(db, request.params.id);
        await changeBackfill(db, id, change, origin);
        log.info({ backfillId: id, change, ...origin }, 'backfill changed');
        response.status(202).json(showBackfill(await findBackfill(db, id)));
      })
      .all(allowOnly('POST'));
  }
  return router;
}
