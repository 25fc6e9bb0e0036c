import { Queue } from 'bullmq';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { graph } from '../../../shared/pipeline/graph.ts';
import { connectForCommands } from '../../../shared/queues/connection.ts';
import { QUEUES } from '../../../shared/queues/queues.ts';
import { countWorkers } from '../../../shared/queues/workers.ts';
import { readBackfill, requestBackfill } from '../../helpers/backfills.ts';
import { COMPLETE, disturbBackfill } from '../../helpers/disturbed-backfill.ts';
import { createPipeline, handlersWith, waitFor, type TestPipeline } from '../../helpers/pipeline.ts';
import {
  countRefusals,
  startRedisCluster,
  waitForPromotion,
  type RedisClusterServers,
} from '../../helpers/redis-servers.ts';
import { createWorldOn, type World } from '../../helpers/world.ts';

let servers: RedisClusterServers;
let world: World;
let pipeline: TestPipeline;
/** The prefix as it stands in keys. */
let prefix: string;

beforeAll(async () => {
  servers = await startRedisCluster();
  world = await createWorldOn(servers.serviceUrl);
  prefix = `{${world.redisPrefix}}`;
  pipeline = createPipeline(world);
  await pipeline.startScheduler();
});
afterAll(async () => {
  await pipeline.close();
  await world.close();
  await servers.close();
});

it('runs all assets, with every key in one slot', async () => {
  const { db } = pipeline.database;
  const workers = await pipeline.startWorkers(handlersWith());
  const id = await requestBackfill(db, '2020-01-01', '2020-01-31');
  await waitFor('the backfill', async () => (await readBackfill(db, id)).state === 'succeeded');
  await workers.close();
  const holder = await servers.findMaster(world.redisPrefix);
  for (const master of servers.masters) {
    const keys = await master.ask((redis) => redis.keys('*'));
    expect(keys.filter((key) => !key.startsWith(`${prefix}:`))).toEqual([]);
    expect(keys.length > 0).toBe(master === holder);
    expect(await countRefusals(master)).toBe(0);
  }
});

it('counts the workers and the jobs of every queue', async () => {
  const workers = await pipeline.startWorkers(handlersWith());
  const count = () => countWorkers({ redisUrl: servers.serviceUrl, prefix });
  await expect.poll(count).toEqual({ bronze: 1, silver: 1, agents: 1, runs: 1 });
  const depths = await pipeline.openProducer().measureQueues();
  expect(depths.map(({ queue }) => queue)).toEqual(Object.keys(QUEUES));
  const connection = connectForCommands(servers.serviceUrl);
  const queues = (['bronze', 'silver', 'agents'] as const).map(
    (name) => new Queue(name, { connection, prefix }),
  );
  const completed = await Promise.all(queues.map((queue) => queue.getJobCountByTypes('completed')));
  expect(completed.reduce((sum, jobs) => sum + jobs, 0)).toBe(graph.names.length);
  await Promise.all(queues.map((queue) => queue.close()));
  connection.disconnect();
  await workers.close();
});

it('completes what is under way when the master that holds its keys is killed and started again', async () => {
  const outcome = await disturbBackfill(pipeline, 2021, async () => {
    const holder = await servers.findMaster(world.redisPrefix);
    await holder.kill();
    await holder.restart();
  });
  expect(outcome).toEqual(COMPLETE);
});

it('completes what is under way when its keys are gone', async () => {
  const outcome = await disturbBackfill(pipeline, 2022, async () => {
    const holder = await servers.findMaster(world.redisPrefix);
    await holder.ask((redis) => redis.flushall());
  });
  expect(outcome).toEqual(COMPLETE);
});

// The last one: its master does not come back.
it('completes what is under way on a replica when its master falls silent and keeps its connections', async () => {
  const holder = await servers.findMaster(world.redisPrefix);
  const replica = await servers.addReplica(holder);
  const outcome = await disturbBackfill(pipeline, 2023, async () => {
    holder.freeze();
    await waitForPromotion(replica);
  });
  expect(outcome).toEqual(COMPLETE);
});
