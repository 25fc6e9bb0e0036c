import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithChromium } from '../../../helpers/chromium.ts';
import {
  launchBrowser,
  listFaults,
  openPage,
  readTable,
  startDashboardStack,
  type DashboardStack,
} from '../../../helpers/dashboard-stack.ts';

const OPERATOR = 'ana:operator:a-key-of-an-operator-that-nobody-guesses';
const VIEWER_KEY = 'a-key-of-a-viewer-that-nobody-guesses';

describeWithChromium('the audit page', (executablePath) => {
  let open: DashboardStack;
  let guarded: DashboardStack;
  let browser: Browser;
  beforeAll(async () => {
    open = await startDashboardStack();
    guarded = await startDashboardStack({ keys: [OPERATOR, `vera:viewer:${VIEWER_KEY}`] });
    browser = await launchBrowser(executablePath);
    await open.client.pauseSchedule({ body: { actor: 'ana', reason: 'carnival' } });
    await open.client.resumeSchedule({ body: { actor: 'bob', reason: 'over' } });
  });
  afterAll(async () => {
    await browser.close();
    await guarded.close();
    await open.close();
  });

  it('shows who changed what and why, and keeps a filter in its address', async () => {
    const { page, complaints } = await openPage(browser, `${open.url}/audit`);
    await page.getByText('carnival').waitFor();
    const { data } = await open.client.listAudit();
    const rows = await readTable(page, 'Changes, newest first');
    expect(rows.map(([, actor, , subject, reason]) => [actor, subject, reason])).toEqual(
      data.map(({ actor, subject, detail }) => [actor, subject, detail['reason']]),
    );
    await page.getByLabel('Actor').fill('ana');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByRole('cell', { name: 'bob' }).waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe('?actor=ana');
    await page.goBack();
    await page.getByRole('cell', { name: 'bob' }).waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('hears of a change by itself', async () => {
    const { page } = await openPage(browser, `${open.url}/audit`);
    await page.getByText('live').waitFor();
    await open.client.pauseSchedule({ body: { actor: 'eve', reason: 'storm' } });
    await page.getByText('storm').waitFor();
    expect((await readTable(page, 'Changes, newest first'))[0]?.[1]).toBe('eve');
    await page.context().close();
  });

  it('tells a viewer which role it needs', async () => {
    const { page } = await openPage(browser, `${guarded.url}/audit`);
    await page.getByLabel('API key').fill(VIEWER_KEY);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('it needs the role operator').waitFor();
    expect(await page.getByRole('table').count()).toBe(0);
    await page.context().close();
  });

  it('shows the login again when the session has ended', async () => {
    const { page } = await openPage(browser, `${guarded.url}/audit`);
    await page.getByLabel('API key').fill(VIEWER_KEY);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('link', { name: 'Audit' }).waitFor();
    await page.context().clearCookies();
    await page.getByRole('link', { name: 'Schedule' }).click();
    await page.getByRole('button', { name: 'Log in' }).waitFor();
    expect(await page.getByRole('navigation').count()).toBe(0);
    await page.context().close();
  });

  it('is accessible in both themes, fits a phone and complains of nothing', async () => {
    expect(await listFaults(browser, `${open.url}/audit`, 'carnival')).toEqual([]);
  });
});
