import { toPage } from '../../shared/contract/cursor.ts';
import * as endpoints from '../../shared/contract/runs.ts';
import { recordAudit } from '../../shared/db/audit-log.ts';
import { createRun } from '../../shared/db/backfills.ts';
import { listFlowJobs } from '../../shared/db/run-flow.ts';
import { listRuns, listTaskDetails, type RunSummary } from '../../shared/db/run-list.ts';
import { listRunEvents, searchEvents } from '../../shared/db/task-event-list.ts';
import { listTaskKeys } from '../../shared/db/task-keys.ts';
import { changeRun } from '../../shared/pipeline/changes.ts';
import { graph } from '../../shared/pipeline/graph.ts';
import { isWeekday, type Day, type Instant } from '../../shared/time.ts';
import { nameOrigin } from './change-origin.ts';
import type { ApiContext } from './context.ts';
import { checkPartitionRange } from './partition-range.ts';
import { notFound, ProblemError } from './problem.ts';
import { serveEndpoint, type Route } from './serve.ts';

function requirePartition(partition: Day, now: Instant): void {
  const [problem] = isWeekday(partition)
    ? checkPartitionRange({ from: partition, to: partition }, now)
    : [{ message: 'is not a weekday' }];
  if (problem === undefined) return;
  const errors = [{ pointer: '#/partition', detail: problem.message }];
  throw new ProblemError('invalid-request', `partition: ${problem.message}`, errors);
}

async function findRun(db: ApiContext['db'], id: string): Promise<RunSummary> {
  const [found] = await listRuns(db, { id, limit: 1 });
  if (found === undefined) throw notFound(`There is no run ${id}`);
  return found.run;
}

/** A run with its tasks, and what became of the keys of each. */
async function describeRun(db: ApiContext['db'], id: string) {
  const run = await findRun(db, id);
  const keys = await listTaskKeys(db, id);
  const tasks = await listTaskDetails(db, id);
  return { ...run, tasks: tasks.map((task) => ({ ...task, keys: keys.get(task.id) ?? [] })) };
}

/** Refuses to bring forward what nobody waits for. */
async function requireWaiting(db: ApiContext['db'], run: RunSummary, jobId: string): Promise<void> {
  const job = (await listFlowJobs(db, run.id)).find((known) => known.jobId === jobId);
  if (job === undefined)
    throw notFound(`Run ${run.id} has no job ${jobId}: expected the newest of one of its tasks`);
  const state = job.state ?? run.state;
  if (['pending', 'queued', 'running'].includes(state)) return;
  throw new ProblemError(
    'invalid-transition',
    `${job.name} of run ${run.id} is ${state}: nothing waits for it`,
  );
}

/** `/runs`: what the scheduler turns into flows. */
export function runRoutes({ db, log, now }: ApiContext): Route[] {
  const changes = [
    { endpoint: endpoints.cancelRun, change: 'cancel' },
    { endpoint: endpoints.retryRun, change: 'retry' },
  ] as const;
  return [
    serveEndpoint(endpoints.createRun, async ({ body: { partition, assets } }, { principal }) => {
      requirePartition(partition, now());
      const wanted = graph.names.filter((name) => assets?.includes(name) ?? true);
      const id = await db.transaction(async (tx) => {
        const created = await createRun(tx, 'manual', partition, wanted);
        const detail = { partition, assets: wanted };
        await recordAudit(tx, nameOrigin({}, principal), { action: 'run_create', subject: created, detail });
        return created;
      });
      return { status: 202, body: await findRun(db, id), headers: { Location: `/v1/runs/${id}` } };
    }),
    serveEndpoint(endpoints.listRuns, async ({ query: { limit, cursor, ...filter } }) => {
      const rows = await listRuns(db, { ...filter, after: cursor, limit: limit + 1 });
      const page = toPage(
        rows,
        limit,
        ({ run }) => run,
        ({ place }) => place,
      );
      return { status: 200, body: page };
    }),
    serveEndpoint(endpoints.getRun, async ({ params: { id } }) => ({
      status: 200,
      body: await describeRun(db, id),
    })),
    serveEndpoint(endpoints.listFlowJobs, async ({ params: { id } }) => {
      const jobs = await listFlowJobs(db, id);
      if (jobs.length === 0) throw notFound(`There is no run ${id}`);
      return { status: 200, body: { data: jobs, nextCursor: null } };
    }),
    serveEndpoint(endpoints.listRunEvents, async ({ params, query: { limit, cursor } }) => {
      const { id } = await findRun(db, params.id);
      const rows = await listRunEvents(db, id, { after: cursor?.[0] ?? 0, limit: limit + 1 });
      const page = toPage(
        rows,
        limit,
        (event) => event,
        (event) => [event.id],
      );
      return { status: 200, body: page };
    }),
    serveEndpoint(endpoints.searchTaskEvents, async ({ query: { limit, cursor, ...search } }) => {
      const rows = await searchEvents(db, { ...search, before: cursor?.[0], limit: limit + 1 });
      const page = toPage(
        rows,
        limit,
        (event) => event,
        (event) => [event.id],
      );
      return { status: 200, body: page };
    }),
    serveEndpoint(endpoints.recordPromotion, async ({ params: { id }, body }, { principal }) => {
      const run = await findRun(db, id);
      const { jobId, ...origin } = body;
      await requireWaiting(db, run, jobId);
      await recordAudit(db, nameOrigin(origin, principal), {
        action: 'job_promote',
        subject: id,
        detail: { jobId },
      });
      return { status: 202, body: run };
    }),
    ...changes.map(({ endpoint, change }) =>
      serveEndpoint(endpoint, async ({ params: { id }, body }, { principal }) => {
        const origin = nameOrigin(body, principal);
        const known = await changeRun(db, id, change, origin);
        if (!known) throw notFound(`There is no run ${id}`);
        log.info({ runId: id, change, ...origin }, 'run changed');
        return { status: 202, body: await findRun(db, id) };
      }),
    ),
  ];
}
