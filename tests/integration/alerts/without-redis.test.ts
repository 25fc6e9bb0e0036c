import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listAlerts } from '../../../shared/db/alerts.ts';
import { createRun } from '../../../shared/db/backfills.ts';
import { SECOND } from '../../../shared/time.ts';
import { startBreakableProxy, type BreakableProxy } from '../../helpers/breakable-proxy.ts';
import { createPipeline, type TestPipeline } from '../../helpers/pipeline.ts';
import { createWorld, type World } from '../../helpers/world.ts';

let world: World;
let proxy: BreakableProxy;
let pipeline: TestPipeline;

beforeAll(async () => {
  world = await createWorld();
  proxy = await startBreakableProxy(world.redisUrl);
  pipeline = createPipeline({ ...world, redisUrl: proxy.url });
  await pipeline.startScheduler();
});
afterAll(async () => {
  proxy.thaw();
  await pipeline.close();
  await proxy.close();
  await world.close();
});

it('alerts are raised while a run waits for a Redis that has fallen silent', async () => {
  const { db } = pipeline.database;
  proxy.freeze();
  await createRun(db, 'manual', '2022-06-28', ['bronze_fred']);
  await sleep(1 * SECOND);
  const failed = await createRun(db, 'manual', '2022-06-29', ['bronze_yahoo']);
  await db.execute(sql`update tasks set state = 'failed', finished_at = now() where run_id = ${failed}`);
  await db.execute(sql`update runs set state = 'failed', finished_at = now() where id = ${failed}`);
  const listFailed = async () => {
    const open = await listAlerts(db, { open: true, limit: 100 });
    return open.filter(({ rule }) => rule === 'failed_run').map(({ subject }) => subject);
  };
  await expect.poll(listFailed, { timeout: 120 * SECOND, interval: 500 }).toEqual([`run ${failed}`]);
});
