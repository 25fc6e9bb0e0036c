import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
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

describeWithChromium('the schedule page', (executablePath) => {
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

  it.each(THEMES)('is accessible in the %s theme, and complains of nothing', async (theme) => {
    const { page, complaints } = await openPage(browser, `${stack.url}/schedule`, { theme });
    await page.getByText('0 6 * * 1-5').waitFor();
    expect(await listAccessibilityIssues(page)).toEqual([]);
    expect(await hasHorizontalScroll(page)).toBe(false);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
