import { Queue } from 'bullmq';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../../../shared/client/client.ts';
import { connectForCommands } from '../../../shared/queues/connection.ts';
import { openBrowserSession, type BrowserSession } from '../../helpers/browser-session.ts';
import { describeWithChromium } from '../../helpers/chromium.ts';
import {
  launchBrowser,
  openPage,
  startDashboardStack,
  THEMES,
  type DashboardStack,
} from '../../helpers/dashboard-stack.ts';
import { delayJob, startRun, type StartedRun } from '../../helpers/dispatched-run.ts';

const KEYS = {
  admin: 'a-key-that-may-do-everything',
  operator: 'a-key-to-run-things-with',
  viewer: 'a-key-to-look-at-things',
} as const;
const ROLES = ['admin', 'operator', 'viewer'] as const;
const OPERATORS = ['admin', 'operator'] as const;

let stack: DashboardStack;
let client: Client;
let run: StartedRun;

beforeAll(async () => {
  // The names of the people are their roles.
  stack = await startDashboardStack({ keys: ROLES.map((role) => `${role}:${role}:${KEYS[role]}`) });
  client = stack.client;
});
afterAll(() => stack.close());

// Each test has a run of its own; the one before is over, so that it stands in no one's way.
beforeEach(async () => {
  // One that a test has ended itself is refused with 409.
  if (run !== undefined) await client.cancelRun({ params: { id: run.runId } }).catch(() => undefined);
  run = await startRun(stack.api, ['bronze_fred']);
});

const logIn = (role: keyof typeof KEYS): Promise<BrowserSession> =>
  openBrowserSession(stack.url, { apiKey: KEYS[role] });
const jobOf = ({ tasks }: StartedRun): string => `${tasks.get('bronze_fred')?.taskId}_1`;
const pathOf = (change: string, job = jobOf(run)): string => `/queues/api/queues/bronze/${job}/${change}`;
const listActions = async (action: string): Promise<[string, unknown][]> => {
  const { data } = await client.listAudit({ query: { action, subject: run.runId } });
  return data.map(({ actor, detail }) => [actor, detail['reason']]);
};
/** Cancels the run: the queue still has its job. */
const endRun = () => client.cancelRun({ params: { id: run.runId } });

describe('a retry on Bull Board', () => {
  it.each(OPERATORS)('retries the run of the job in the ledger for an %s, under that name', async (role) => {
    await endRun();
    const response = await (await logIn(role)).send('PUT', pathOf('retry/failed'));
    expect(response.status).toBe(204);
    const { state } = await client.getRun({ params: { id: run.runId } });
    expect(state).toBe('planned');
    expect(await listActions('run_retry')).toEqual([[role, `retried job ${jobOf(run)} on Bull Board`]]);
  });

  it('is refused for a viewer', async () => {
    await endRun();
    const response = await (await logIn('viewer')).send('PUT', pathOf('retry/failed'));
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({
      error: 'Refused',
      message: expect.stringContaining('operator'),
    });
    const { state } = await client.getRun({ params: { id: run.runId } });
    expect(state).toBe('cancelled');
    expect(await listActions('run_retry')).toEqual([]);
  });

  it('says that there is no such job', async () => {
    const response = await (await logIn('admin')).send('PUT', pathOf('retry/failed', 'nothing_1'));
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ message: 'The queue bronze has no job nothing_1' });
  });
});

describe('a promotion on Bull Board', () => {
  it.each(OPERATORS)('brings a job that waits forward for an %s, and is audited', async (role) => {
    await delayJob(stack.api, 'bronze', jobOf(run));
    expect((await (await logIn(role)).send('PUT', pathOf('promote'))).status).toBe(204);
    const { counts } = await readQueue('bronze', role);
    expect(counts['delayed']).toBe(0);
    expect(await listActions('job_promote')).toEqual([[role, 'promoted on Bull Board']]);
  });

  it('is refused for a viewer', async () => {
    await delayJob(stack.api, 'bronze', jobOf(run));
    expect((await (await logIn('viewer')).send('PUT', pathOf('promote'))).status).toBe(403);
    expect((await readQueue('bronze', 'viewer')).counts['delayed']).toBe(1);
    expect(await listActions('job_promote')).toEqual([]);
    await (await logIn('admin')).send('PUT', pathOf('promote'));
  });

  it('is refused for a job that does not wait for its time', async () => {
    const response = await (await logIn('operator')).send('PUT', pathOf('promote'));
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ message: expect.stringContaining('is not delayed') });
    expect(await listActions('job_promote')).toEqual([]);
  });
});

interface BoardQueue {
  readonly name: string;
  readonly readOnlyMode: boolean;
  readonly counts: Readonly<Record<string, number>>;
}

async function readQueue(name: string, role: keyof typeof KEYS): Promise<BoardQueue> {
  const response = await (await logIn(role)).send('GET', '/queues/api/queues');
  const { queues } = (await response.json()) as { queues: readonly BoardQueue[] };
  const queue = queues.find((known) => known.name === name);
  if (queue === undefined) throw new Error(`Bull Board shows no queue ${name}`);
  return queue;
}

describe('everything else on Bull Board', () => {
  const changes: readonly (readonly [string, string])[] = [
    ['PUT', '/queues/api/queues/bronze/pause'],
    ['PUT', '/queues/api/queues/bronze/empty'],
    ['PUT', '/queues/api/queues/bronze/obliterate'],
    ['PUT', '/queues/api/queues/bronze/promote'],
    ['PUT', '/queues/api/queues/bronze/retry/failed'],
    ['PUT', '/queues/api/queues/bronze/clean/completed'],
    ['PUT', '/queues/api/queues/pause'],
    ['POST', '/queues/api/queues/bronze/add'],
  ];

  it.each(ROLES)('is refused for the role %s', async (role) => {
    const session = await logIn(role);
    const before = await readQueue('bronze', role);
    const job: readonly (readonly [string, string])[] = [
      ['PUT', pathOf('clean')],
      ['PATCH', pathOf('update-data')],
    ];
    for (const [method, path] of [...changes, ...job]) {
      const response = await session.send(method, path, method === 'PUT' ? undefined : {});
      expect([method, path, response.status]).toEqual([method, path, 403]);
    }
    expect(await readQueue('bronze', role)).toEqual(before);
  });

  it('tells of a job as it is, even of one that quotes a page', async () => {
    const quoted = '<html><body><div id="root"></div></body></html>';
    const { redisUrl, redisPrefix } = stack.api.world;
    const connection = connectForCommands(redisUrl);
    const queue = new Queue('bronze', { connection, prefix: redisPrefix, skipMetasUpdate: true });
    const job = await queue.getJob(jobOf(run));
    await job?.updateData({ ...job.data, quoted });
    await queue.close();
    connection.disconnect();
    const response = await (await logIn('viewer')).send('GET', `/queues/api/queues/bronze/${jobOf(run)}`);
    expect(await response.json()).toMatchObject({ job: { data: { quoted } } });
  });

  it('has no buttons for a viewer', async () => {
    expect((await readQueue('bronze', 'viewer')).readOnlyMode).toBe(true);
    expect((await readQueue('bronze', 'operator')).readOnlyMode).toBe(false);
  });
});

describeWithChromium('Bull Board in a browser', (executablePath) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser(executablePath);
  });
  afterAll(() => browser.close());

  it.each(THEMES)(
    'keeps to the policy in the %s theme, and leads to the pages, and from a job to its run and back',
    async (theme) => {
      const { page, complaints } = await openPage(browser, stack.url, { theme });
      await page.getByLabel('API key').fill(KEYS.operator);
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.getByRole('button', { name: 'Log out' }).waitFor();
      await page.getByRole('link', { name: 'Queues' }).click();
      await page.getByRole('link', { name: 'agents' }).first().waitFor();
      await page.getByRole('link', { name: 'Pipeline pages' }).click();
      await page.waitForURL(`${stack.url}/`);
      await page.goto(`${stack.url}/runs/${run.runId}?view=flow`);
      await page.getByRole('link', { name: 'job in bronze: bronze_fred' }).click();
      await page.waitForURL(`${stack.url}/queues/queue/bronze/${jobOf(run)}`);
      const back = page.getByRole('link', { name: 'Run', exact: true });
      expect(await back.getAttribute('href')).toBe(`/runs/${run.runId}`);
      // Before the login the session is asked for, and there is none.
      expect(complaints.filter((text) => !text.includes('401'))).toEqual([]);
      await page.context().close();
    },
  );
});
