import { Router, type Request } from 'express';
import { z } from 'zod';
import { recordAudit } from '../../shared/db/audit-log.ts';
import { createRun } from '../../shared/db/backfills.ts';
import { listRunEvents, listRuns, listTaskDetails, type RunSummary } from '../../shared/db/run-list.ts';
import { listTaskKeys } from '../../shared/db/task-keys.ts';
import { changeRun } from '../../shared/pipeline/changes.ts';
import { graph } from '../../shared/pipeline/graph.ts';
import { isWeekday, type Day, type Instant } from '../../shared/time.ts';
import { nameOrigin, readOrigin } from './change-origin.ts';
import { principalOf } from './authorization.ts';
import type { ApiContext } from './context.ts';
import { cursorOf, toPage } from '../../shared/contract/cursor.ts';
import { assetSchema, daySchema, limitSchema, parseBody, parseQuery } from './input.ts';
import { checkPartitionRange } from './partition-range.ts';
import { allowOnly, notFound, ProblemError } from './problem.ts';

const bodySchema = z.strictObject({
  partition: daySchema,
  assets: z.array(assetSchema).min(1).max(100).optional(),
});

const listSchema = z.strictObject({
  state: z
    .enum(['planned', 'running', 'paused', 'succeeded', 'partially_failed', 'failed', 'cancelled'])
    .optional(),
  kind: z.enum(['scheduled', 'manual', 'backfill']).optional(),
  backfillId: z.uuid().optional(),
  limit: limitSchema(50, 500),
  cursor: cursorOf(
    z.tuple([z.iso.datetime({ precision: 6 }), z.int().min(0).max(1_000_000_000), z.uuid()]),
  ).optional(),
});

const eventsSchema = z.strictObject({
  limit: limitSchema(200, 1_000),
  cursor: cursorOf(z.tuple([z.int().min(0)])).optional(),
});

function requirePartition(partition: Day, now: Instant): void {
  const [problem] = isWeekday(partition)
    ? checkPartitionRange({ from: partition, to: partition }, now)
    : [{ message: 'is not a weekday' }];
  if (problem === undefined) return;
  const errors = [{ pointer: '#/partition', detail: problem.message }];
  throw new ProblemError('invalid-request', `partition: ${problem.message}`, errors);
}

async function findRun(db: ApiContext['db'], id: string): Promise<RunSummary> {
  const [found] = z.uuid().safeParse(id).success ? await listRuns(db, { id, limit: 1 }) : [];
  if (found === undefined) throw notFound(`There is no run ${id}`);
  return found.run;
}

/** The assets of a manual run: those that were named and nothing else, or all. */
function readWanted(request: Request, now: Instant) {
  const { partition, assets } = parseBody(request, bodySchema);
  requirePartition(partition, now);
  return {
    partition,
    assets: assets === undefined ? graph.names : graph.names.filter((name) => assets.includes(name)),
  };
}

/** `/runs`: what the scheduler turns into flows. */
export function routeRuns({ db, log, now }: ApiContext): Router {
  const router = Router();
  router
    .route('/runs')
    .post(async (request, response) => {
      const { partition, assets } = readWanted(request, now());
      const origin = nameOrigin({}, principalOf(response));
      const id = await db.transaction(async (tx) => {
        const created = await createRun(tx, 'manual', partition, assets);
        await recordAudit(tx, origin, {
          action: 'run_create',
          subject: created,
          detail: { partition, assets },
        });
        return created;
      });
      response
        .status(202)
        .location(`/v1/runs/${id}`)
        .json(await findRun(db, id));
    })
    .get(async (request, response) => {
      const { limit, cursor, ...filter } = parseQuery(request, listSchema);
      const rows = await listRuns(db, { ...filter, after: cursor, limit: limit + 1 });
      response.json(
        toPage(
          rows,
          limit,
          ({ run }) => run,
          ({ place }) => place,
        ),
      );
    })
    .all(allowOnly('GET', 'POST'));
  router
    .route('/runs/:id')
    .get(async (request, response) => {
      const run = await findRun(db, request.params.id);
      const keys = await listTaskKeys(db, run.id);
      const tasks = (await listTaskDetails(db, run.id)).map((task) => ({
        ...task,
        keys: keys.get(task.id) ?? [],
      }));
      response.json({ ...run, tasks });
    })
    .all(allowOnly('GET'));
  router
    .route('/runs/:id/events')
    .get(async (request, response) => {
      const { limit, cursor } = parseQuery(request, eventsSchema);
      const run = await findRun(db, request.params.id);
      const rows = await listRunEvents(db, run.id, { after: cursor?.[0] ?? 0, limit: limit + 1 });
      response.json(
        toPage(
          rows,
          limit,
          (event) => event,
          ({ id }) => [id],
        ),
      );
    })
    .all(allowOnly('GET'));
  for (const change of ['cancel', 'retry'] as const) {
    router
      .route(`/runs/:id/${change}`)
      .post(async (request, response) => {
        const origin = readOrigin(request, response);
        const { id } = await findRun(db, request.params.id);
        await changeRun(db, id, change, origin);
        log.info({ runId: id, change, ...origin }, 'run changed');
        response.status(202).json(await findRun(db, id));
      })
      .all(allowOnly('POST'));
  }
  return router;
}
