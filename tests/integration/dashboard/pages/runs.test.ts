import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRun } from '../../../../shared/db/backfills.ts';
import { storeTaskKeys } from '../../../../shared/db/task-keys.ts';
import { claimTask, endAttempt, recordEvent } from '../../../../shared/pipeline/runs.ts';
import { describeWithChromium } from '../../../helpers/chromium.ts';
import {
  launchBrowser,
  listFaults,
  openPage,
  readTable,
  startDashboardStack,
  type DashboardStack,
} from '../../../helpers/dashboard-stack.ts';
import { startRun } from '../../../helpers/dispatched-run.ts';

const VIEWER = 'a-key-to-look-at-things';
const OPERATOR = 'a-key-to-run-things-with';
const FAILURE = { name: 'PermanentError', message: 'FRED refused the key quux', retried: false };

describeWithChromium('the pages of runs', (executablePath) => {
  let stack: DashboardStack;
  let browser: Browser;
  /** A run of which bronze_fred failed; silver_macro is queued. */
  let failed: string;

  beforeAll(async () => {
    stack = await startDashboardStack();
    browser = await launchBrowser(executablePath);
    failed = await prepareFailedRun();
    await createRun(stack.api.db, 'manual', '2022-06-29', ['bronze_yahoo']);
  });
  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  async function prepareFailedRun(): Promise<string> {
    const { db } = stack.api;
    const { runId, tasks } = await startRun(stack.api, ['bronze_fred', 'silver_macro']);
    const fred = tasks.get('bronze_fred');
    const claimed = fred && (await claimTask(db, fred.taskId, fred.dispatch, 'worker-1'));
    if (!claimed) throw new Error(`bronze_fred of run ${runId} was not claimed`);
    await recordEvent(db, claimed, 'started', { worker: 'worker-1', crashes: 0 });
    await db.transaction((tx) =>
      storeTaskKeys(tx, claimed.taskId, [
        {
          key: 'US_FED_FUNDS',
          outcome: 'failed',
          reason: null,
          fromDate: '1990-01-01',
          toDate: '2022-06-30',
          windows: 2,
          requests: 3,
          fetched: 1_234,
          inserted: 4,
          revised: 1,
          unchanged: 5,
          rejected: 0,
          held: 1,
          payloadId: null,
          error: FAILURE,
        },
      ]),
    );
    await endAttempt(db, claimed, {
      state: 'failed',
      reason: FAILURE.message,
      failure: FAILURE,
      rows: 1_234,
    });
    await recordEvent(db, claimed, 'failed', { ...FAILURE });
    return runId;
  }

  const open = async (path: string): Promise<Page> => (await openPage(browser, `${stack.url}${path}`)).page;

  describe('the list', () => {
    it('shows the runs that the API lists', async () => {
      const { data } = await stack.client.listRuns();
      const page = await open('/runs');
      await page.getByRole('table', { name: 'Runs, newest first' }).waitFor();
      const rows = await readTable(page, 'Runs, newest first');
      expect(rows.map(([id, state, kind, partition]) => [id, state, kind, partition])).toEqual(
        data.map((run) => [run.id.slice(0, 8), run.state, run.kind, run.from]),
      );
      await page.context().close();
    });

    it('keeps a filter in its address, and the back button undoes it', async () => {
      const page = await open('/runs');
      await page.getByLabel('State').selectOption('planned');
      await page.waitForURL(`${stack.url}/runs?state=planned`);
      await page.getByText('2022-06-29').waitFor();
      await page.getByText('2022-06-30').waitFor({ state: 'detached' });
      expect((await readTable(page, 'Runs, newest first')).map(([, state]) => state)).toEqual(['planned']);
      await page.goBack();
      await page.getByText('2022-06-30').waitFor();
      await expect.poll(() => page.getByLabel('State').inputValue()).toBe('');
      await page.context().close();
    });

    it('finds events by words of their errors', async () => {
      const page = await open('/runs?view=events');
      await page.getByLabel('Words of an error or event').fill('quux');
      await page.getByRole('button', { name: 'Search' }).click();
      await page.waitForURL(`${stack.url}/runs?view=events&q=quux`);
      await page.getByText('message: FRED refused the key quux').waitFor();
      const { data } = await stack.client.searchTaskEvents({ query: { q: 'quux' } });
      const rows = await readTable(page, 'Events, newest first');
      expect(rows.map(([, run, asset, kind]) => [run, asset, kind])).toEqual(
        data.map((event) => [event.runId.slice(0, 8), event.asset, event.kind]),
      );
      await page.context().close();
    });

    it('starts a run of the chosen assets and leads to it', async () => {
      const page = await open('/runs');
      await page.getByRole('button', { name: 'Start run' }).click();
      const dialog = page.getByRole('dialog', { name: 'Compute one partition now' });
      await dialog.getByLabel('Partition').fill('2022-06-28');
      await dialog.getByLabel('silver_curves').check();
      await dialog.getByRole('button', { name: 'Start run' }).click();
      await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
      const id = page.url().split('/').at(-1) ?? '';
      const run = await stack.client.getRun({ params: { id } });
      expect([run.kind, run.from, run.tasks.map(({ asset }) => asset)]).toEqual([
        'manual',
        '2022-06-28',
        ['silver_curves'],
      ]);
      await page.context().close();
    });

    it('leaves what the API refuses in the dialog', async () => {
      const page = await open('/runs');
      await page.getByRole('button', { name: 'Start run' }).click();
      const dialog = page.getByRole('dialog', { name: 'Compute one partition now' });
      await dialog.getByLabel('Partition').fill('2022-06-26');
      await dialog.getByRole('button', { name: 'Start run' }).click();
      expect(await dialog.getByRole('alert').innerText()).toContain('is not a weekday');
      expect(await dialog.getByLabel('Partition').inputValue()).toBe('2022-06-26');
      await page.context().close();
    });
  });

  describe('a run', () => {
    it('shows its tasks and attempts as the API tells them', async () => {
      const run = await stack.client.getRun({ params: { id: failed } });
      const page = await open(`/runs/${failed}`);
      await page.getByRole('table', { name: 'Attempts' }).waitFor();
      const tasks = await readTable(page, 'Tasks');
      expect(tasks.map(([asset, state, partitions]) => [asset, state, partitions])).toEqual(
        run.tasks.map(({ asset, state, partitions }) => [
          asset,
          state,
          `${partitions.done} of ${partitions.total}`,
        ]),
      );
      expect(tasks[0]?.at(6)).toBe('1,234');
      expect(tasks[0]?.at(-1)).toBe(FAILURE.message);
      const [attempt] = await readTable(page, 'Attempts');
      expect(attempt?.slice(0, 3)).toEqual(['bronze_fred', '1', 'failed']);
      await page.context().close();
    });

    it('shows the flow with a link to each job', async () => {
      const { data } = await stack.client.listFlowJobs({ params: { id: failed } });
      const page = await open(`/runs/${failed}?view=flow`);
      await page.getByText('job in runs').waitFor();
      const links = await page.getByRole('link', { name: /^job in/ }).all();
      expect(await Promise.all(links.map((link) => link.getAttribute('href')))).toEqual(
        data.map(({ queue, jobId }) => `/queues/queue/${queue}/${jobId}`),
      );
      await page.context().close();
    });

    it('shows what became of each key, reached from its task', async () => {
      const page = await open(`/runs/${failed}`);
      await page.getByRole('link', { name: 'Keys of bronze_fred: 1' }).click();
      await page.waitForURL(`${stack.url}/runs/${failed}?view=keys&asset=bronze_fred`);
      await page.getByRole('table', { name: 'Keys of the providers' }).waitFor();
      expect(await readTable(page, 'Keys of the providers')).toEqual([
        [
          'US_FED_FUNDS',
          'bronze_fred',
          'failed',
          '1990-01-01 to 2022-06-30',
          '2',
          '3',
          '1,234',
          '4',
          '1',
          '1',
          '–',
          FAILURE.message,
        ],
      ]);
      await page.context().close();
    });

    it('says that there is no such run', async () => {
      const page = await open('/runs/2b6f0c1e-6f0e-4f7b-9b38-3b1f6f9c2d11');
      expect(await page.getByRole('alert').innerText()).toContain('There is no run 2b6f0c1e');
      await page.context().close();
    });

    it('hears that the run changes, and offers what is possible then', async () => {
      const id = await createRun(stack.api.db, 'manual', '2022-06-27', ['bronze_yahoo']);
      const page = await open(`/runs/${id}`);
      await page.getByText('live', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Cancel run' }).first().click();
      const dialog = page.getByRole('dialog', { name: 'Cancel this run' });
      await dialog.getByLabel('Reason').fill('not needed');
      await dialog.getByRole('button', { name: 'Cancel run' }).click();
      await page.getByRole('button', { name: 'Retry from failure' }).first().waitFor();
      const { data } = await stack.client.listAudit({ query: { subject: id, action: 'run_cancel' } });
      expect(data.map(({ detail }) => detail['reason'])).toEqual(['not needed']);
      await stack.client.retryRun({ params: { id } });
      await page.getByRole('button', { name: 'Cancel run' }).first().waitFor();
      await page.context().close();
    });
  });

  it.each([
    ['the list', '/runs', '2022-06-30'],
    ['the events', '/runs?view=events', 'quux'],
    ['the timeline of a run', '/runs/RUN', 'Attempts'],
    ['the flow of a run', '/runs/RUN?view=flow', 'job in runs'],
    ['the keys of a run', '/runs/RUN?view=keys', 'US_FED_FUNDS'],
  ] as const)(
    'are accessible in both themes and on a phone, and complain of nothing: %s',
    async (_name, path, landmark) => {
      expect(await listFaults(browser, `${stack.url}${path.replace('RUN', failed)}`, landmark)).toEqual([]);
    },
  );
});

describeWithChromium('the pages of runs for a viewer', (executablePath) => {
  it('show what an operator could do, and that it is not for viewers', async () => {
    const stack = await startDashboardStack({
      keys: [`oscar:operator:${OPERATOR}`, `vera:viewer:${VIEWER}`],
    });
    const browser = await launchBrowser(executablePath);
    const id = await createRun(stack.api.db, 'manual', '2022-06-30', ['bronze_yahoo']);
    const { page } = await openPage(browser, stack.url);
    await page.getByLabel('API key').fill(VIEWER);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('link', { name: 'Runs' }).click();
    const start = page.getByRole('button', { name: 'Start run' }).first();
    expect([await start.isDisabled(), await start.getAttribute('title')]).toEqual([
      true,
      'Needs the role operator',
    ]);
    await page.getByRole('link', { name: id.slice(0, 8) }).click();
    expect(await page.getByRole('button', { name: 'Cancel run' }).first().isDisabled()).toBe(true);
    await browser.close();
    await stack.close();
  });
});
