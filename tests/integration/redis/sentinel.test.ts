import { afterEach, beforeEach, expect, it } from 'vitest';
import { countWorkers } from '../../../shared/queues/workers.ts';
import { COMPLETE, disturbBackfill } from '../../helpers/disturbed-backfill.ts';
import { createPipeline, type TestPipeline } from '../../helpers/pipeline.ts';
import {
  countRefusals,
  startRedisSentinel,
  waitForPromotion,
  type RedisSentinelServers,
} from '../../helpers/redis-servers.ts';
import { createWorldOn, type World } from '../../helpers/world.ts';

let servers: RedisSentinelServers;
let world: World;
let pipeline: TestPipeline;

beforeEach(async () => {
  servers = await startRedisSentinel();
  world = await createWorldOn(servers.serviceUrl);
  pipeline = createPipeline(world);
  await pipeline.startScheduler();
});
afterEach(async () => {
  await pipeline.close();
  await world.close();
  await servers.close();
});

it('completes what is under way on the replica when the master is killed', async () => {
  const outcome = await disturbBackfill(pipeline, 2021, async () => {
    await servers.master.kill();
    await waitForPromotion(servers.replica);
  });
  expect(outcome).toEqual(COMPLETE);
  const keys = await servers.replica.ask((redis) => redis.keys(`${world.redisPrefix}:*`));
  expect(keys.length).toBeGreaterThan(0);
  expect(await countRefusals(servers.replica)).toBe(0);
});

it('completes what is under way on the replica when the master falls silent and keeps its connections', async () => {
  const outcome = await disturbBackfill(pipeline, 2021, async () => {
    servers.master.freeze();
    await waitForPromotion(servers.replica);
  });
  expect(outcome).toEqual(COMPLETE);
});

it('loses nothing when the replica had not got what the master knew', async () => {
  const outcome = await disturbBackfill(pipeline, 2021, async () => {
    await servers.master.kill();
    await waitForPromotion(servers.replica);
    await servers.replica.ask((redis) => redis.flushall());
  });
  expect(outcome).toEqual(COMPLETE);
});

it('counts the workers of every queue', async () => {
  const count = () => countWorkers({ redisUrl: servers.serviceUrl, prefix: world.redisPrefix });
  await expect.poll(count).toEqual({ bronze: 0, silver: 0, agents: 0, runs: 1 });
});
