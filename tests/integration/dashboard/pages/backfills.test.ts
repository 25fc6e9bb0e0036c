import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Handler } from '../../../../shared/pipeline/handler.ts';
import { openBrowserSession } from '../../../helpers/browser-session.ts';
import { describeWithChromium } from '../../../helpers/chromium.ts';
import {
  hasHorizontalScroll,
  launchBrowser,
  listAccessibilityIssues,
  openPage,
  startDashboardStack,
  THEMES,
  type DashboardStack,
} from '../../../helpers/dashboard-stack.ts';
import {
  createPipeline,
  handlersWith,
  succeed,
  waitFor,
  type TestPipeline,
} from '../../../helpers/pipeline.ts';

const OPERATOR = 'operates:operator:a-key-that-nobody-guesses';
const VIEWER = 'looks:viewer:another-key-that-nobody-guesses';

/** Lets tasks of one asset go on only when the test says so. */
interface Gate {
  readonly wait: Handler;
  open(): void;
  close(): void;
}

function createGate(): Gate {
  let opened = Promise.withResolvers<void>();
  opened.resolve();
  return {
    async wait(ctx) {
      const { signal } = ctx;
      const ended = new Promise<void>((resolve) =>
        signal.addEventListener('abort', () => resolve(), { once: true }),
      );
      await Promise.race([opened.promise, ended]);
      return succeed(ctx);
    },
    open: () => opened.resolve(),
    close() {
      opened = Promise.withResolvers();
    },
  };
}

describeWithChromium('the pages of backfills', (executablePath) => {
  const gate = createGate();
  let stack: DashboardStack;
  let pipeline: TestPipeline;
  let browser: Browser;
  beforeAll(async () => {
    stack = await startDashboardStack({ keys: [OPERATOR, VIEWER] });
    pipeline = createPipeline(stack.api.world);
    await pipeline.startScheduler();
    await pipeline.startWorkers(handlersWith({ bronze_fred: gate.wait }));
    browser = await launchBrowser(executablePath);
  });
  afterAll(async () => {
    gate.open();
    await browser.close();
    await pipeline.close();
    await stack.close();
  });

  const keyOf = (entry: string): string => entry.split(':')[2] ?? '';

  /** A page at which somebody is logged in. */
  async function openAs(entry: string, path: string, theme: (typeof THEMES)[number] = 'light') {
    const opened = await openPage(browser, `${stack.url}${path}`, { theme });
    await opened.page.getByLabel('API key').fill(keyOf(entry));
    await opened.page.getByRole('button', { name: 'Log in' }).click();
    await opened.page
      .locator('h1')
      .filter({ hasText: /Partitions|Backfill/ })
      .waitFor();
    // The browser says of itself that it was not logged in.
    const complaints = () => opened.complaints.filter((text) => !text.includes('401'));
    return { page: opened.page, complaints };
  }

  const countOf = async (page: Page, word: string): Promise<string> =>
    (await page.locator('.legend li').filter({ hasText: word }).locator('.number').textContent()) ?? '';

  /** Asks for a backfill of the map's range in the dialog; its id. */
  async function startBackfill(page: Page): Promise<string> {
    await page.getByRole('button', { name: 'Backfill …' }).click();
    await page.getByRole('button', { name: 'Start backfill' }).click();
    await page.getByRole('region', { name: 'Progress of the backfill' }).waitFor();
    return new URL(page.url()).searchParams.get('backfill') ?? '';
  }

  it('start from the map: what it takes is told before, and the cells turn when it is done', async () => {
    gate.close();
    const { page, complaints } = await openAs(OPERATOR, '/partitions?view=2022-01');
    await expect.poll(() => countOf(page, 'missing')).toBe('294');
    await page.getByRole('button', { name: 'Backfill …' }).click();
    const plan = page.getByRole('region', { name: 'What it takes' });
    await plan.getByText('294 partitions in 14 tasks of 1 run').waitFor();
    const dryRun = await stack.client.createBackfill({
      body: { from: '2022-01-03', to: '2022-01-31', dryRun: true },
    });
    if (!('plan' in dryRun)) throw new Error('Expected a plan');
    for (const [provider, count] of Object.entries(dryRun.estimate.requestsPerProvider))
      if (count > 0) await plan.getByText(`${provider} ${count.toLocaleString('en-US')}`).waitFor();
    await page.getByLabel('One run covers').selectOption('day');
    await plan.getByText('294 partitions in 294 tasks of 21 runs').waitFor();
    await page.getByLabel('One run covers').selectOption('month');
    await plan.getByText('294 partitions in 14 tasks of 1 run').waitFor();
    await page.getByRole('button', { name: 'Start backfill' }).click();
    const progress = page.getByRole('region', { name: 'Progress of the backfill' });
    await progress.getByText('running', { exact: true }).waitFor();
    gate.open();
    await progress.getByText('294 of 294 (100.0%)').waitFor();
    await progress.getByText('succeeded', { exact: true }).waitFor();
    await expect.poll(() => countOf(page, 'fresh')).toBe('294');
    expect(await countOf(page, 'missing')).toBe('0');
    expect(complaints()).toEqual([]);
    await page.context().close();
  });

  it('pause, resume and cancel one, and tell who did it and why', async () => {
    gate.close();
    const { page, complaints } = await openAs(OPERATOR, '/partitions?view=2022-03&assets=silver_macro');
    const id = await startBackfill(page);
    await page.getByRole('link', { name: /^Backfill 2022-03/ }).click();
    await page.getByRole('heading', { name: /^Backfill 2022-03-01/ }).waitFor();
    const change = async (button: string, reason: string): Promise<void> => {
      await page.getByRole('button', { name: button, exact: true }).first().click();
      const dialog = page.locator('dialog[open]');
      await dialog.getByLabel('Reason').fill(reason);
      await dialog.getByRole('button', { name: button, exact: true }).click();
    };
    const state = async (): Promise<string> => (await stack.client.getBackfill({ params: { id } })).state;
    const shown = page.locator('dl.facts .state').first();
    await waitFor('the run', async () => (await state()) === 'running');
    await change('Pause', 'look first');
    await expect.poll(() => shown.textContent()).toBe('paused');
    expect(await state()).toBe('paused');
    await change('Resume', 'looked');
    await expect.poll(() => shown.textContent()).toBe('running');
    await change('Cancel backfill', 'not needed');
    await expect.poll(() => shown.textContent()).toBe('cancelled');
    expect(await state()).toBe('cancelled');
    await page.getByRole('button', { name: 'Retry', exact: true }).waitFor();
    const audit = page.getByRole('region', { name: /^Changes/ }).locator('tbody tr');
    await expect
      .poll(async () =>
        (await audit.allTextContents()).map((text) => /look first|looked|not needed/.exec(text)?.[0]),
      )
      .toEqual(['not needed', 'looked', 'look first', undefined]);
    expect((await audit.allTextContents()).every((text) => text.includes('operates'))).toBe(true);
    expect(complaints()).toEqual([]);
    gate.open();
    await page.context().close();
  });

  it('show of each asset and each run what the API answers', async () => {
    const { data } = await stack.client.listBackfills();
    const id = data.find(({ state }) => state === 'succeeded')?.id ?? '';
    const { page } = await openAs(VIEWER, `/backfills/${id}`);
    const rows = page.getByRole('region', { name: 'Progress by asset' }).locator('tbody tr');
    await rows.first().waitFor();
    const assets = await stack.client.listBackfillAssets({ params: { id } });
    expect(await rows.count()).toBe(assets.data.length);
    for (const [index, { asset, partitions, rows: written }] of assets.data.entries()) {
      const text = await rows.nth(index).textContent();
      expect(text).toContain(asset);
      expect(text).toContain(`${partitions.done} of ${partitions.total} (100.0%)`);
      expect(text).toContain(written.toLocaleString('en-US'));
    }
    const { data: runs } = await stack.client.listRuns({ query: { backfillId: id } });
    expect(await page.getByRole('region', { name: /^Runs/ }).locator('tbody a').allTextContents()).toEqual(
      runs.map((run) => run.id.slice(0, 8)),
    );
    await page.context().close();
  });

  it('let a viewer look and change nothing', async () => {
    const { page } = await openAs(VIEWER, '/partitions?view=2022-05');
    await page.getByText('Needs the role operator.').waitFor();
    expect(await page.getByRole('button', { name: 'Backfill …' }).isDisabled()).toBe(true);
    const session = await openBrowserSession(stack.url, { apiKey: keyOf(VIEWER) });
    const refused = await session.send('POST', '/v1/backfills', { from: '2022-05-02', to: '2022-05-31' });
    expect(refused.status).toBe(403);
    const { data } = await stack.client.listBackfills();
    await page.goto(`${stack.url}/backfills/${data[0]?.id ?? ''}`);
    await page.getByText('Who changed it and why is shown to operators.').waitFor();
    expect(await page.getByRole('button', { name: 'Retry' }).isDisabled()).toBe(true);
    await page.context().close();
  });

  it('are refused with the token of another session', async () => {
    const session = await openBrowserSession(stack.url, { apiKey: keyOf(OPERATOR) });
    const before = await stack.client.listBackfills();
    const body = { from: '2022-05-02', to: '2022-05-31' };
    expect((await session.send('POST', '/v1/backfills', body, 'another')).status).toBe(403);
    expect((await stack.client.listBackfills()).data.length).toBe(before.data.length);
  });

  it.each(THEMES)('are accessible in the %s theme, and fit a phone', async (theme) => {
    const { data } = await stack.client.listBackfills();
    const { page, complaints } = await openAs(OPERATOR, '/backfills', theme);
    for (const path of ['/backfills', `/backfills/${data[0]?.id ?? ''}`]) {
      await page.goto(`${stack.url}${path}`);
      await page.locator('tbody tr').first().waitFor();
      if (path !== '/backfills') await page.getByRole('region', { name: /^Changes/ }).waitFor();
      expect(await listAccessibilityIssues(page)).toEqual([]);
      await page.setViewportSize({ width: 390, height: 844 });
      expect(await hasHorizontalScroll(page)).toBe(false);
      await page.setViewportSize({ width: 1280, height: 900 });
    }
    await page.goto(`${stack.url}/partitions?view=2022-05`);
    await page.getByRole('button', { name: 'Backfill …' }).click();
    await page.getByText('Redis memory').waitFor();
    expect(await listAccessibilityIssues(page)).toEqual([]);
    expect(complaints()).toEqual([]);
    await page.context().close();
  });
});
