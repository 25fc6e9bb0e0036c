import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ticks } from '../../../../shared/db/schema.ts';
import { describeWithChromium } from '../../../helpers/chromium.ts';
import {
  launchBrowser,
  listFaults,
  openPage,
  readTable,
  startDashboardStack,
  type DashboardStack,
} from '../../../helpers/dashboard-stack.ts';
import { playRun } from '../../../helpers/played-run.ts';

describeWithChromium('the schedule page', (executablePath) => {
  let stack: DashboardStack;
  let browser: Browser;
  beforeAll(async () => {
    stack = await startDashboardStack();
    browser = await launchBrowser(executablePath);
    const { db } = stack.api;
    const runId = await playRun(db, 'scheduled', '2022-06-29');
    await db.insert(ticks).values([
      {
        schedule: 'weekday',
        dueAt: new Date('2022-06-29T09:00:00Z'),
        partition: '2022-06-28',
        outcome: 'missed',
        reason: 'no_scheduler',
      },
      {
        schedule: 'weekday',
        dueAt: new Date('2022-06-30T09:00:00Z'),
        partition: '2022-06-29',
        outcome: 'started',
        runId,
      },
    ]);
  });
  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  it('shows what became of the ticks, why, and of their runs', async () => {
    const { page, complaints } = await openPage(browser, `${stack.url}/schedule`);
    await page.getByText('0 6 * * 1-5').waitFor();
    const rows = await readTable(page, 'Past ticks');
    expect(rows.map((row) => [...row.slice(0, 4), row[6]])).toEqual([
      ['2022-06-30 06:00:00', '2022-06-29', 'started', '–', 'succeeded'],
      ['2022-06-29 06:00:00', '2022-06-28', 'missed', 'no scheduler was running', '–'],
    ]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('pauses with a reason, by keyboard alone, and resumes', async () => {
    const { page, complaints } = await openPage(browser, `${stack.url}/schedule`);
    await page.getByRole('button', { name: 'Pause' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Pause the schedule' }).waitFor();
    await page.keyboard.type('carnival');
    await page.keyboard.press('Enter');
    await page.getByText(': carnival').waitFor();
    expect(await stack.client.getSchedule()).toMatchObject({
      paused: { reason: 'carnival' },
      nextTick: null,
    });
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    expect((await stack.client.getSchedule()).paused).toBeNull();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('is accessible in both themes, fits a phone and complains of nothing', async () => {
    expect(await listFaults(browser, `${stack.url}/schedule`, 'no scheduler was running')).toEqual([]);
  });
});
