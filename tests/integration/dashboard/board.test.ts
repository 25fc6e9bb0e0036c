import { Queue } from 'bullmq';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDashboard } from '../../../services/dashboard/app.ts';
import { listBackfills } from '../../../shared/db/backfill-progress.ts';
import { createBackfill } from '../../../shared/db/backfills.ts';
import { serve } from '../../../shared/http-server.ts';
import { createLogger } from '../../../shared/logger.ts';
import { graph } from '../../../shared/pipeline/graph.ts';
import { connectForCommands } from '../../../shared/queues/connection.ts';
import { QUEUES } from '../../../shared/queues/queues.ts';
import { openBrowserSession } from '../../helpers/browser-session.ts';
import { describeWithChromium } from '../../helpers/chromium.ts';
import { launchBrowser, openPage } from '../../helpers/dashboard-stack.ts';
import { createPipeline, handlersWith, waitFor, type TestPipeline } from '../../helpers/pipeline.ts';
import { createWorld, type World } from '../../helpers/world.ts';
import { startApi } from '../api/running-api.ts';

const ACCOUNT = { user: 'operator', password: 'a-long-password' };
const SECRET = 'seals the cookies of this test and nothing else';

let world: World;
let pipeline: TestPipeline;
let url: string;
const closers: (() => Promise<unknown>)[] = [];

// A run of all fourteen assets that has ended, to look at.
beforeAll(async () => {
  world = await createWorld();
  pipeline = createPipeline(world);
  await pipeline.startScheduler();
  await pipeline.startWorkers(handlersWith());
  const request = { from: '2020-01-01', to: '2020-01-31', assets: graph.names, only: 'missing' } as const;
  const { id } = await createBackfill(
    pipeline.database.db,
    { ...request, slice: 'month', maxConcurrentRuns: 1, order: 'oldest' },
    null,
    { actor: 'test', reason: null },
  );
  await waitFor('the run', async () => {
    const [backfill] = await listBackfills(pipeline.database.db, { id, limit: 1 });
    return backfill?.state === 'succeeded';
  });
  const api = await startApi();
  const connection = connectForCommands(world.redisUrl);
  const queues = Object.keys(QUEUES).map(
    (name) => new Queue(name, { connection, prefix: world.redisPrefix }),
  );
  const app = createDashboard({
    host: '127.0.0.1',
    trustProxy: 0,
    queues,
    apiUrl: api.url,
    account: { ...ACCOUNT, apiKey: null },
    secret: SECRET,
    log: createLogger('dashboard', 'silent'),
  });
  const server = await serve(app, { host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${server.port}`;
  closers.push(
    () => server.close(),
    () => Promise.all(queues.map((queue) => queue.close())),
    async () => connection.disconnect(),
    () => api.close(),
  );
});

afterAll(async () => {
  for (const close of closers) await close();
  await pipeline.close();
  await world.close();
});

describe('the dashboard', () => {
  it('counts the jobs of all four queues', async () => {
    const session = await openBrowserSession(url, ACCOUNT);
    const countCompleted = async () => {
      const response = await session.send('GET', '/queues/api/queues');
      const { queues } = (await response.json()) as {
        queues: { name: string; counts: { completed: number } }[];
      };
      return Object.fromEntries(queues.map(({ name, counts }) => [name, counts.completed]));
    };
    // The scheduler may close a run of which every task has ended before the finishing job comes to it.
    await expect.poll(countCompleted).toEqual({ bronze: 6, silver: 3, agents: 5, runs: 1 });
  });
});

describeWithChromium('the dashboard in a browser', (executablePath) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser(executablePath);
  });
  afterAll(() => browser.close());

  it('shows the queues and the flow of a run', async () => {
    const { page, complaints } = await openPage(browser, `${url}/queues`);
    await page.getByLabel('User').fill(ACCOUNT.user);
    await page.getByLabel('Password').fill(ACCOUNT.password);
    await page.getByRole('button', { name: 'Log in' }).click();
    for (const name of Object.keys(QUEUES)) await page.getByRole('link', { name }).first().waitFor();
    await page.goto(`${url}/queues/queue/agents?status=completed`);
    await page.getByText('agent_cross_asset').first().waitFor();
    // Before the login the session is asked for, and there is none.
    expect(complaints.filter((text) => !text.includes('401'))).toEqual([]);
    await page.context().close();
  });
});
