import { sql } from 'drizzle-orm';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MAP_WORDS } from '../../../../shared/contract/partition-map.ts';
import type { Database } from '../../../../shared/db/client.ts';
import { graph } from '../../../../shared/pipeline/graph.ts';
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
import { fillHistory, FULL_HISTORY_CELLS, FULL_HISTORY_NOW } from '../../../helpers/full-history.ts';

/** A day on which FRED failed and what reads it was skipped. */
async function breakFred(db: Database): Promise<void> {
  const day = '2021-11-12';
  await db.execute(sql`delete from materializations where partition = ${day} and asset <> 'bronze_fred'
    and asset = any(${sql.param(['silver_macro', ...graph.names.filter((name) => name.startsWith('agent_'))])}::text[])`);
  await db.execute(sql`update materializations set state = 'failed', reason = 'FRED answered 500 to DGS10', degraded = false,
    blocked = false where partition = ${day} and asset = 'bronze_fred'`);
  await db.execute(sql`
    with run as (
      insert into runs (id, kind, state, from_partition, to_partition, "only")
      values (gen_random_uuid(), 'manual', 'partially_failed', ${day}, ${day}, 'missing') returning id)
    insert into tasks (id, run_id, asset, state, reason, partitions, failure)
    select gen_random_uuid(), run.id, asset, state, reason, 1, failure::jsonb from run, (values
      ('bronze_fred', 'failed', 'HttpError', '{"name":"HttpError","message":"FRED answered 500 to DGS10","retried":false}'),
      ('silver_macro', 'skipped', 'upstream_failed: bronze_fred', null)) as told (asset, state, reason, failure)`);
}

const total = async (page: Page): Promise<number> => {
  const counts = await page.locator('.legend .number').allTextContents();
  return counts.reduce((sum, count) => sum + Number(count.replaceAll(',', '')), 0);
};

const line = (page: Page) => page.locator('#cell-line');

describeWithChromium('the page of partitions', (executablePath) => {
  let stack: DashboardStack;
  let browser: Browser;
  beforeAll(async () => {
    stack = await startDashboardStack({ now: FULL_HISTORY_NOW });
    await fillHistory(stack.api.db);
    await breakFred(stack.api.db);
    browser = await launchBrowser(executablePath);
  });
  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  const open = async (path: string, options?: Parameters<typeof openPage>[2]) => {
    const opened = await openPage(browser, `${stack.url}${path}`, options);
    await opened.page.locator('.heat-map').waitFor();
    return opened;
  };

  it('shows all 61,684 cells since 2010, as many in each state as the API answers', async () => {
    const started = performance.now();
    const { page, complaints } = await open('/partitions');
    await page.locator('.heat-map').press('ArrowDown');
    await expect.poll(() => line(page).textContent(), { interval: 10 }).toContain('bronze_fred · 2010-01-01');
    await page.locator('.heat-map').press('Enter');
    await page.waitForURL('**/partitions?view=2010');
    process.stdout.write(
      `61,684 cells: the first answered keys ${Math.round(performance.now() - started)} ms after the request\n`,
    );
    await page.goBack();
    await expect.poll(() => total(page)).toBe(FULL_HISTORY_CELLS);
    const { assets } = await stack.client.getPartitionMap();
    const letters = assets.flatMap(({ states }) => states.split(''));
    const expected = Object.entries(MAP_WORDS).map(
      ([letter, word]) =>
        `${word.replaceAll('_', ' ')} ${letters.filter((each) => each === letter).length.toLocaleString('en-US')}`,
    );
    const shown = await page.locator('.legend li').allTextContents();
    expect(shown.map((text) => text.replace(/^\S? /, '').trim())).toEqual(expected);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('tells in three clicks why silver_macro is missing on 2021-11-12', async () => {
    const { page } = await open('/partitions');
    await page.getByRole('link', { name: '2021', exact: true }).click();
    await page.getByRole('link', { name: '2021-11', exact: true }).click();
    await page.getByRole('heading', { name: 'Partitions' }).waitFor();
    await expect.poll(() => page.locator('nav.views').textContent()).toContain('2021-11');
    // The tenth weekday of the month in the seventh row.
    const map = page.locator('.heat-map');
    await map.click({ position: { x: 156 + 9 * 44 + 20, y: 18 + 6 * 24 + 12 } });
    const detail = page.getByRole('region', { name: 'silver_macro on 2021-11-12' });
    await detail.getByText('Its task was skipped: upstream failed: bronze_fred.').waitFor();
    const [first] = await detail.locator('ol.chain li').allTextContents();
    expect(first).toMatch(/^bronze_fred failed It begins here\. Failed: FRED answered 500 to DGS10/);
    expect(page.url()).toBe(`${stack.url}/partitions?view=2021-11&day=2021-11-12&asset=silver_macro`);
    await page.goBack();
    await detail.waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('tells of a cell beside the map, and never over what is below it', async () => {
    const { page } = await open('/partitions?view=2021-11&day=2021-11-12&asset=silver_macro');
    const detail = page.getByRole('region', { name: 'silver_macro on 2021-11-12' });
    await detail.getByText('Its task was skipped').waitFor();
    await page.setViewportSize({ width: 1280, height: 400 });
    await page.evaluate('scrollTo(0, document.body.scrollHeight)');
    await expect.poll(async () => ((await line(page).boundingBox())?.y ?? 0) < 0).toBe(true);
    await page.context().close();
  });

  it('is operable by keyboard: to every cell, closer, and to the reason', async () => {
    const { page } = await open('/partitions?view=2021-11');
    await page.locator('.heat-map').focus();
    await expect.poll(() => line(page).textContent()).toContain('bronze_bcb_sgs · 2021-11-01');
    await page.keyboard.press('ArrowDown');
    for (let day = 0; day < 9; day += 1) await page.keyboard.press('ArrowRight');
    await expect
      .poll(() => line(page).textContent())
      .toMatch(/bronze_fred · 2021-11-12 · failed FRED answered 500 to DGS10/);
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'bronze_fred on 2021-11-12' }).getByText('Failed: FRED').waitFor();
    await expect
      .poll(() => page.evaluate('document.activeElement.textContent'))
      .toBe('bronze_fred on 2021-11-12');
    await page.context().close();
  });

  it('reaches the last cell of sixteen years by keyboard', async () => {
    const { page } = await open('/partitions');
    await page.locator('.heat-map').focus();
    await expect.poll(() => line(page).textContent()).toContain('2010-01-01');
    for (let year = 0; year < 16; year += 1) await page.keyboard.press('PageDown');
    await page.keyboard.press('End');
    for (let asset = 0; asset < 13; asset += 1) await page.keyboard.press('ArrowDown');
    await expect.poll(() => line(page).textContent()).toContain('agent_cross_asset · 2026-11-20');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toBe(`${stack.url}/partitions?view=2026`);
    await page.context().close();
  });

  it('chooses the range that one drags over, by pointer and by Shift with the arrow keys', async () => {
    const { page } = await open('/partitions?view=2021-11');
    const box = await page.locator('.heat-map').boundingBox();
    if (box === null) throw new Error('The map has no place on the page');
    await page.mouse.move(box.x + 160, box.y + 22);
    await page.mouse.down();
    await page.mouse.move(box.x + 160 + 4 * 44, box.y + 22 + 24, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => page.getByLabel('From').inputValue()).toBe('2021-11-01');
    await expect.poll(() => page.getByLabel('To').inputValue()).toBe('2021-11-05');
    await expect.poll(() => page.locator('fieldset input:checked').count()).toBe(2);
    await page.locator('.heat-map').focus();
    await page.keyboard.press('Shift+ArrowRight');
    await expect.poll(() => new URL(page.url()).searchParams.get('from')).not.toBe('2021-11-01');
    await page.keyboard.press('Escape');
    await expect.poll(() => new URL(page.url()).search).toBe('?view=2021-11');
    await page.context().close();
  });

  it.each(THEMES)('is accessible in the %s theme at all distances, and fits a phone', async (theme) => {
    for (const path of [
      '/partitions',
      '/partitions?view=2021',
      '/partitions?view=2021-11&day=2021-11-12&asset=silver_macro',
    ]) {
      const { page, complaints } = await open(path, { theme });
      await page.getByRole('heading', { name: 'Fill in' }).waitFor();
      if (path.includes('day')) await page.locator('ol.chain').waitFor();
      expect(await listAccessibilityIssues(page)).toEqual([]);
      expect(complaints).toEqual([]);
      await page.setViewportSize({ width: 390, height: 844 });
      expect(await hasHorizontalScroll(page)).toBe(false);
      await page.context().close();
    }
  });
});
