import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildDigest } from '../../../../services/scheduler/digest/send-digest.ts';
import { DEFAULT_RULES } from '../../../../shared/alerts/rules.ts';
import { seedRules } from '../../../../shared/db/alert-rules.ts';
import { syncAlerts } from '../../../../shared/db/alerts.ts';
import { storeDigest } from '../../../../shared/db/digests.ts';
import { describeWithChromium } from '../../../helpers/chromium.ts';
import {
  launchBrowser,
  listFaults,
  openPage,
  readTable,
  startDashboardStack,
  type DashboardStack,
} from '../../../helpers/dashboard-stack.ts';
import { NOW } from '../../api/running-api.ts';

const RULE = { name: 'calendar_horizon', severity: 'warning' } as const;
const SOURCE = 'https://www.example.org/dates';
const DIGEST = '2022-06-30';

describeWithChromium('the alerts page', (executablePath) => {
  let stack: DashboardStack;
  let browser: Browser;
  beforeAll(async () => {
    stack = await startDashboardStack({ channels: { ALERT_WEBHOOK_URL: 'http://127.0.0.1:9/hook' } });
    browser = await launchBrowser(executablePath);
    const { db } = stack.api;
    await seedRules(db, DEFAULT_RULES);
    const sync = (subjects: readonly string[]) =>
      syncAlerts(
        db,
        RULE,
        subjects.map((subject) => ({ subject, message: `ends soon. Next entries: ${SOURCE}` })),
        { now: NOW, channels: [] },
      );
    await sync(['calendar A', 'calendar B']);
    await sync(['calendar A']);
    await syncAlerts(
      db,
      { name: 'deadline_bronze_fred', severity: 'critical' },
      [{ subject: 'bronze_fred 2022-06-24', message: 'not ready' }],
      { now: NOW, channels: [] },
    );
    await storeDigest(db, await buildDigest(db, DIGEST, NOW), { now: NOW, channels: [] });
  });
  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  it('shows the open alerts, and those that have ended beside them', async () => {
    const { page, complaints } = await openPage(browser, `${stack.url}/alerts`);
    await page.getByText('calendar A').waitFor();
    expect((await readTable(page, 'Alerts that last')).map((row) => row.slice(0, 4))).toEqual([
      ['critical', 'deadline_bronze_fred', 'bronze_fred 2022-06-24', 'not ready'],
      ['warning', 'calendar_horizon', 'calendar A', `ends soon. Next entries: ${SOURCE}`],
    ]);
    await page.getByRole('link', { name: 'Past' }).click();
    await page.getByText('calendar B').waitFor();
    expect(new URL(page.url()).search).toBe('?view=past');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('shows an alert on a phone as a block of labels and values, with nothing off the screen', async () => {
    const { page, complaints } = await openPage(browser, `${stack.url}/alerts`, { width: 390 });
    const cell = page.getByRole('cell', { name: 'not ready' });
    await cell.waitFor();
    const { x = Number.NaN, width = Number.NaN } = (await cell.boundingBox()) ?? {};
    expect(x + width).toBeLessThanOrEqual(390);
    const label = `getComputedStyle(document.querySelector('td:has(.prose)'), '::before').content`;
    expect(await page.evaluate(label)).toBe('"Message"');
    expect(await page.getByRole('columnheader', { name: 'Message' }).count()).toBe(1);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('leads from an alert to the partition that it is about, on the map', async () => {
    const { page, complaints } = await openPage(browser, `${stack.url}/alerts`);
    await page.getByRole('link', { name: 'bronze_fred 2022-06-24' }).click();
    await page.getByRole('heading', { name: 'bronze_fred on 2022-06-24' }).waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('leads from a table of dates that runs out to how it is extended and where its next entries are', async () => {
    const { page, complaints } = await openPage(browser, `${stack.url}/alerts`);
    await page.getByRole('link', { name: 'calendar A' }).click();
    await page.waitForURL('**/schedule#dates');
    await page.getByRole('heading', { name: 'Tables of dates kept by hand' }).waitFor();
    const rows = await readTable(page, 'Tables that run out');
    expect(rows.map(([severity, table]) => [severity, table])).toEqual([['warning', 'calendar A']]);
    expect(await page.getByRole('link', { name: SOURCE }).getAttribute('href')).toBe(SOURCE);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('changes a rule, keeps what was refused in the dialog, and switches the rule off', async () => {
    const { page, complaints } = await openPage(browser, `${stack.url}/alerts?view=rules`);
    const row = page.getByRole('row', { name: /^staleness / });
    await row.getByRole('button', { name: 'Edit' }).click();
    const dialog = page.getByRole('dialog', { name: 'Rule staleness' });
    await dialog.getByLabel('Threshold (weekdays)').fill('2000000');
    await dialog.getByLabel('Reason').fill('carnival');
    await dialog.getByRole('button', { name: 'Edit' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByLabel('Threshold (weekdays)').fill('5');
    await dialog.getByRole('button', { name: 'Edit' }).click();
    await row.getByText('5 weekdays').waitFor();
    await row.getByRole('button', { name: 'Disable' }).click();
    await row.getByRole('button', { name: 'Enable' }).waitFor();
    const { data } = await stack.client.listAlertRules();
    expect(data.find(({ name }) => name === 'staleness')).toMatchObject({ threshold: 5, enabled: false });
    const rows = await readTable(page, 'Rules');
    expect(rows.map(([name]) => name)).toEqual(data.map(({ name }) => name));
    // The refused change is the one request that fails.
    expect(complaints).toEqual([expect.stringContaining('status of 400')]);
    await page.context().close();
  });

  it('sends a test and shows its delivery', async () => {
    const { page, complaints } = await openPage(browser, `${stack.url}/alerts?view=deliveries`);
    await page.getByRole('button', { name: 'Test channels' }).click();
    await page.getByText('Test queued for webhook').waitFor();
    await page.getByRole('cell', { name: 'webhook' }).waitFor();
    expect((await readTable(page, 'Deliveries'))[0]?.slice(1, 3)).toEqual(['test', 'webhook']);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('leads to a digest, which can be printed', async () => {
    const { page, complaints } = await openPage(browser, `${stack.url}/alerts?view=digests`);
    await page.getByRole('link', { name: DIGEST }).click();
    await page.getByRole('heading', { name: `Digest of ${DIGEST}` }).waitFor();
    const { assets } = await stack.client.getDigest({ params: { partition: DIGEST } });
    const shown = await readTable(page, 'State of the fourteen assets');
    expect(shown.map(([asset, state]) => [asset, state])).toEqual(
      assets.map(({ asset, state }) => [asset, state]),
    );
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('banner').isVisible()).toBe(false);
    expect(await page.getByRole('button', { name: 'Print' }).isVisible()).toBe(false);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  describe('is accessible in both themes, fits a phone and complains of nothing', () => {
    it.each([
      ['/alerts', 'calendar A'],
      ['/alerts?view=rules', 'staleness'],
      ['/alerts?view=deliveries', 'webhook'],
      [`/digests/${DIGEST}`, 'State of the fourteen assets'],
    ])('at %s', async (path, landmark) => {
      expect(await listFaults(browser, `${stack.url}${path}`, landmark)).toEqual([]);
    });
  });
});
