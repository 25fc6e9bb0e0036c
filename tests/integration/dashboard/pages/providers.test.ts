import { randomUUID } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Provider } from '../../../../shared/connectors/connector.ts';
import { recordExchange } from '../../../../shared/db/archive.ts';
import type { Database } from '../../../../shared/db/client.ts';
import { providerRequests } from '../../../../shared/db/schema.ts';
import { MINUTE, SECOND } from '../../../../shared/time.ts';
import { describeWithChromium } from '../../../helpers/chromium.ts';
import {
  launchBrowser,
  listFaults,
  openPage,
  startDashboardStack,
  type DashboardStack,
} from '../../../helpers/dashboard-stack.ts';
import { NOW } from '../../api/running-api.ts';

const request = (minutesAgo: number, answer: { status: number | null; error?: string }) => ({
  provider: 'fred',
  host: 'api.stlouisfed.org',
  key: 'US_GDP',
  at: new Date(NOW - minutesAgo * MINUTE),
  waitedMs: 0,
  latencyMs: 120,
  ...answer,
});

/** Writes down that a request to a host failed, as the workers do. */
const recordFailure = (db: Database, provider: Provider, host: string) =>
  recordExchange(
    db,
    { provider, key: 'any', windowId: '2022', taskId: randomUUID() },
    {
      host,
      part: 'all',
      sentAt: NOW,
      waitedMs: 0,
      latencyMs: 120,
      status: 503,
      error: null,
      answer: null,
    },
  );

describeWithChromium('the providers page', (executablePath) => {
  let stack: DashboardStack;
  let browser: Browser;
  beforeAll(async () => {
    stack = await startDashboardStack();
    browser = await launchBrowser(executablePath);
  });
  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  it('shows by itself that a provider has begun to fail, as the API tells it', async () => {
    const { page, complaints } = await openPage(browser, 'about:blank');
    await page.addInitScript(`
      const start = setInterval;
      globalThis.pauses = [];
      globalThis.setInterval = (ask, pauseMs) => (pauses.push(pauseMs), start(ask, pauseMs));`);
    await page.goto(`${stack.url}/providers`);
    const card = page.getByRole('region', { name: /^fred / });
    await card.getByText('unknown').waitFor();
    // The pace at which it asks, by its own clock: by ours it is that of the machine.
    const pauses = await page.evaluate<number[]>('pauses');
    expect(
      pauses.map((pauseMs) => pauseMs < 5 * SECOND),
      `asks every ${pauses.join()} ms`,
    ).toEqual([true]);
    await stack.api.db
      .insert(providerRequests)
      .values([request(2, { status: 200 }), request(1, { status: 503 }), request(0, { status: 503 })]);
    await card.getByText('3 requests, 2 failures, 0 throttled').first().waitFor();
    const { data } = await stack.client.listProviders();
    const fred = data.find(({ provider }) => provider === 'fred');
    expect(await card.getByRole('heading').innerText()).toMatch(new RegExp(`^fred\\s+${fred?.state}$`));
    expect(await card.innerText()).toContain('US_GDP (api.stlouisfed.org): HTTP 503');
    expect(await page.getByRole('region', { name: /^\w+ (ok|degraded|down|unknown)$/ }).count()).toBe(
      data.length,
    );
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('hears that a provider begins to fail: it does not have to ask', async () => {
    const { page } = await openPage(browser, 'about:blank');
    // Pages in the background ask for nothing by themselves.
    await page.addInitScript(`Object.defineProperty(document, 'hidden', { value: true })`);
    await page.goto(`${stack.url}/providers`);
    const card = page.getByRole('region', { name: /^treasury / });
    await card.getByText('unknown').waitFor();
    await page.getByRole('status').getByText('live', { exact: true }).waitFor();
    await recordFailure(stack.api.db, 'treasury', 'home.treasury.gov');
    await card.getByText('1 request, 1 failure, 0 throttled').first().waitFor();
    await page.getByRole('region', { name: /^treasury down$/ }).waitFor();
    const { data } = await stack.client.listProviders();
    expect(data.find(({ provider }) => provider === 'treasury')?.state).toBe('down');
    await page.context().close();
  });

  it('asks for one answer at a time, and after a slow one for what has changed meanwhile', async () => {
    const answered = Promise.withResolvers<void>();
    let [underWay, most, asked] = [0, 0, 0];
    const { page } = await openPage(browser, 'about:blank');
    await page.addInitScript(`Object.defineProperty(document, 'hidden', { value: true })`);
    await page.route('**/v1/providers', async (route) => {
      asked += 1;
      underWay += 1;
      most = Math.max(most, underWay);
      const response = await route.fetch();
      await answered.promise;
      underWay -= 1;
      await route.fulfill({ response });
    });
    await page.goto(`${stack.url}/providers`);
    await page.getByRole('status').getByText('live', { exact: true }).waitFor();
    await expect.poll(() => underWay).toBe(1);
    const { page: quick } = await openPage(browser, `${stack.url}/providers`);
    await quick.getByRole('region', { name: /^bcb_ptax unknown$/ }).waitFor();
    await recordFailure(stack.api.db, 'bcb_ptax', 'olinda.bcb.gov.br');
    await quick.getByRole('region', { name: /^bcb_ptax down$/ }).waitFor();
    expect(asked).toBe(1);
    answered.resolve();
    await page.getByRole('region', { name: /^bcb_ptax down$/ }).waitFor();
    expect([asked, most]).toEqual([2, 1]);
    await page.context().close();
    await quick.context().close();
  });

  it('is accessible in both themes, fits a phone and complains of nothing', async () => {
    expect(await listFaults(browser, `${stack.url}/providers`, 'HTTP 503')).toEqual([]);
  });
});
