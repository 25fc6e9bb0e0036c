import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startPlannedRuns } from '../../../services/scheduler/dispatch.ts';
import { createRun } from '../../../shared/db/backfills.ts';
import { createLogger } from '../../../shared/logger.ts';
import { graph, type AssetName } from '../../../shared/pipeline/graph.ts';
import { startConsumer } from '../../../shared/queues/consumer.ts';
import { finishJobSchema } from '../../../shared/queues/job.ts';
import type { Producer } from '../../../shared/queues/producer.ts';
import { queueOf, type QueueName } from '../../../shared/queues/queues.ts';
import { readTasks, requestBackfill } from '../../helpers/backfills.ts';
import { countJobs, OPEN_STATES } from '../../helpers/job-counts.ts';
import { createPipeline, handlersWith, succeed, waitFor, type TestPipeline } from '../../helpers/pipeline.ts';
import { createWorld, type World } from '../../helpers/world.ts';

const BACKFILL_RUNS = 22;
const LAYERS = ['bronze', 'silver', 'agents'] as const;
const log = createLogger('test', 'silent');

let world: World;
let pipeline: TestPipeline;
let producer: Producer;
let redis: Redis;

beforeAll(async () => {
  world = await createWorld();
  pipeline = createPipeline(world);
  producer = pipeline.openProducer();
  redis = new Redis(world.redisUrl);
});

afterAll(async () => {
  redis.disconnect();
  await pipeline.close();
  await world.close();
});

/** Jobs that a worker of the queue could take. */
const countWaiting = (queue: QueueName): Promise<number> =>
  redis.zcard(`${world.redisPrefix}:${queue}:prioritized`);

const sizeOf = (queue: QueueName): number => graph.names.filter((asset) => queueOf(asset) === queue).length;

/** Starts a scheduled run of a partition that no backfill covers. */
async function startScheduled(partition: string): Promise<string> {
  const { db } = pipeline.database;
  const runId = await createRun(db, 'scheduled', partition);
  await startPlannedRuns(db, producer, log);
  return runId;
}

/** Handlers that write down which run they work for, in the order in which they start. */
function recordStarts(): {
  readonly handlers: ReturnType<typeof handlersWith>;
  readonly runsOf: (queue: QueueName) => string[];
} {
  const starts: { asset: AssetName; runId: string }[] = [];
  const handlers = handlersWith();
  for (const name of graph.names) {
    handlers[name] = async (ctx) => {
      starts.push({ asset: ctx.asset, runId: ctx.runId });
      return succeed(ctx);
    };
  }
  const runsOf = (queue: QueueName) =>
    starts.flatMap(({ asset, runId }) => (queueOf(asset) === queue ? [runId] : []));
  return { handlers, runsOf };
}

// Every layer is held back until the backfill has filled its queue; then a scheduled run comes last and has to be first.
it('starts a scheduled run before all that waits of a backfill, at every queue', async () => {
  const { db } = pipeline.database;
  const id = await requestBackfill(db, '2013-01-01', '2013-01-30', {
    slice: 'day',
    maxConcurrentRuns: BACKFILL_RUNS,
  });
  await startPlannedRuns(db, producer, log);
  const { handlers, runsOf } = recordStarts();
  const scheduled = new Set<string>();
  const partitions = ['2013-02-01', '2013-02-04', '2013-02-05'];
  for (const [index, queue] of LAYERS.entries()) {
    await waitFor(`the backfill at ${queue}`, async () => (await countWaiting(queue)) >= BACKFILL_RUNS);
    scheduled.add(await startScheduled(partitions[index] ?? ''));
    // Below its queue the run has workers already; it arrives behind the backfill, with all that waits for nothing else.
    const below = LAYERS.slice(0, index);
    await waitFor(
      `the scheduled run at ${queue}`,
      async () => (await countJobs(redis, world.redisPrefix, below, OPEN_STATES)) === 0,
    );
    await pipeline.startWorkers(handlers, { queues: [queue], concurrency: 1 });
    const ownTasks = sizeOf(queue) * scheduled.size;
    await waitFor(
      `the tasks of ${queue}`,
      async () => runsOf(queue).length >= sizeOf(queue) * BACKFILL_RUNS + ownTasks,
    );
    const first = runsOf(queue).slice(0, ownTasks);
    expect(
      first.filter((run) => !scheduled.has(run)),
      `backfill tasks that ${queue} took first`,
    ).toEqual([]);
  }
  const tasks = await readTasks(db, id);
  expect(tasks).toHaveLength(graph.names.length * BACKFILL_RUNS);

  await waitFor('all finishing jobs', async () => (await countWaiting('runs')) === BACKFILL_RUNS + 3);
  const finished: string[] = [];
  const consumer = startConsumer({
    queue: 'runs',
    redisUrl: world.redisUrl,
    prefix: world.redisPrefix,
    concurrency: 1,
    log,
    async process({ data }) {
      finished.push(finishJobSchema.parse(data).runId);
    },
  });
  await waitFor('the finishing jobs', async () => finished.length === BACKFILL_RUNS + 3);
  await consumer.close();
  expect(new Set(finished.slice(0, 3))).toEqual(scheduled);
});
