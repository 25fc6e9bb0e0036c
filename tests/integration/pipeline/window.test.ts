import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { changeBackfill } from '../../../shared/pipeline/changes.ts';
import { graph } from '../../../shared/pipeline/graph.ts';
import { QUEUES, type QueueName } from '../../../shared/queues/queues.ts';
import { readBackfill, requestBackfill } from '../../helpers/backfills.ts';
import { countJobs, OPEN_STATES } from '../../helpers/job-counts.ts';
import { createPipeline, handlersWith, waitFor, type TestPipeline } from '../../helpers/pipeline.ts';
import { createWorld, type World } from '../../helpers/world.ts';

const RUNS_AT_ONCE = 4;
/** The tasks of a run and its finishing job. */
const JOBS_PER_RUN = graph.names.length + 1;
const ENDED_RUNS = 15;

let world: World;
let pipeline: TestPipeline;
let redis: Redis;

beforeAll(async () => {
  world = await createWorld();
  pipeline = createPipeline(world);
  redis = new Redis(world.redisUrl);
});

afterAll(async () => {
  redis.disconnect();
  await pipeline.close();
  await world.close();
});

/** Jobs in Redis that have not ended, counted at one moment. */
const countOpenJobs = (): Promise<number> =>
  countJobs(redis, world.redisPrefix, Object.keys(QUEUES) as QueueName[], OPEN_STATES);

it('never holds more jobs of sixteen years in Redis than those of the runs at once', async () => {
  const { db } = pipeline.database;
  const id = await requestBackfill(db, '2010-01-01', '2026-11-20', {
    slice: 'day',
    maxConcurrentRuns: RUNS_AT_ONCE,
  });
  const accepted = await readBackfill(db, id);
  expect(accepted.partitions.total).toBe(61_684);
  expect(accepted.tasks).toEqual({ pending: 61_684 });
  await pipeline.startScheduler();
  await waitFor('the window', async () => (await readBackfill(db, id)).runs['running'] === RUNS_AT_ONCE);
  const full = await waitFor('all its jobs', async () => {
    const count = await countOpenJobs();
    return count >= RUNS_AT_ONCE * JOBS_PER_RUN ? count : null;
  });
  expect(full).toBe(RUNS_AT_ONCE * JOBS_PER_RUN);

  await pipeline.startWorkers(handlersWith());
  let most = 0;
  await waitFor('fifteen runs', async () => {
    most = Math.max(most, await countOpenJobs());
    const { runs } = await readBackfill(db, id);
    return (runs['succeeded'] ?? 0) >= ENDED_RUNS;
  });
  expect(most).toBeGreaterThan(0);
  // A run is over in the ledger a moment before its last jobs are over in the queue; one run too many would have all of its own.
  expect(most).toBeLessThan((RUNS_AT_ONCE + 1) * JOBS_PER_RUN);

  await changeBackfill(db, id, 'cancel', { actor: 'ana', reason: null });
  await waitFor('an empty queue', async () => (await countOpenJobs()) === 0);
});
