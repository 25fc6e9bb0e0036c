import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkResults } from '../../../../shared/db/schema.ts';
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

describeWithChromium('the page of an asset', (executablePath) => {
  let stack: DashboardStack;
  let browser: Browser;
  beforeAll(async () => {
    stack = await startDashboardStack();
    browser = await launchBrowser(executablePath);
    const { db } = stack.api;
    await playRun(db, 'scheduled', '2022-06-29', { bronze_fred: 'HTTP 503' });
    await playRun(db, 'scheduled', '2022-06-30');
    await db.insert(checkResults).values({
      asset: 'bronze_fred',
      key: 'US_GDP',
      check: 'day_counts',
      severity: 'block',
      status: 'failed',
      fromDate: '2022-06-01',
      toDate: '2022-06-30',
      tested: 1_234,
      dates: ['2022-06-30'],
      expected: '0 to 100',
      observed: '101',
    });
  });
  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  it('shows its definition, its neighbours and its partitions as the API tells them', async () => {
    const { page, complaints } = await openPage(browser, `${stack.url}/assets/bronze_fred`);
    const { description } = await stack.client.getAsset({ params: { key: 'bronze_fred' } });
    await page.getByText(description).waitFor();
    const rows = await readTable(page, 'Materializations');
    const range = { from: '2022-04-08', to: '2022-06-30', assets: 'bronze_fred' };
    const { data } = await stack.client.listPartitions({ query: range });
    expect(rows.map(([partition, state]) => [partition, state])).toEqual(
      data.toReversed().map((cell) => ('state' in cell ? [cell.partition, cell.state] : [])),
    );
    expect(rows).toHaveLength(60);
    expect(rows[1]?.slice(0, 4)).toEqual(['2022-06-29', 'failed', 'HTTP 503', '0']);
    // What was never computed has no number of rows, not none.
    expect(rows.find(([, state]) => state === 'missing')?.[3]).toBe('–');
    const lineage = page.getByRole('link', { name: '2022-06-29: lineage' });
    expect(await lineage.getAttribute('href')).toBe('/lineage/bronze_fred/2022-06-29');
    const cells = page.getByRole('region', { name: /^Partitions of/ }).getByRole('link');
    await expect.poll(() => cells.count()).toBe(60);
    const neighbours = page.getByRole('region', { name: 'What bronze_fred reads' }).getByRole('link');
    await expect.poll(() => neighbours.count()).toBe(2);
    expect((await readTable(page, 'What the checks found'))[0]?.slice(0, 6)).toEqual([
      'US_GDP',
      'day counts',
      'block',
      'failed',
      '2022-06-01 to 2022-06-30',
      '1,234',
    ]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('keeps the window in its address: earlier, and back', async () => {
    const { page } = await openPage(browser, `${stack.url}/assets/silver_macro`);
    await page.getByRole('heading', { name: 'Partitions 2022-04-08 to 2022-06-30' }).waitFor();
    await page.getByRole('link', { name: 'Earlier' }).click();
    await page.getByRole('heading', { name: 'Partitions 2022-01-14 to 2022-04-07' }).waitFor();
    expect(new URL(page.url()).search).toBe('?to=2022-04-07');
    await page.goBack();
    await page.getByRole('heading', { name: 'Partitions 2022-04-08 to 2022-06-30' }).waitFor();
    await page.context().close();
  });

  it('shows the schema: every column of its tables with its meaning', async () => {
    const { page } = await openPage(browser, `${stack.url}/assets/silver_macro`);
    const { data } = await stack.client.listAssetTables({ params: { key: 'silver_macro' } });
    await page.getByText('silver_macro', { exact: true }).locator('xpath=ancestor::summary').click();
    const rows = page.getByRole('region', { name: 'Columns of silver_macro' }).locator('tbody tr');
    await expect
      .poll(() => rows.allTextContents())
      .toEqual(
        data[0]?.columns.map(
          ({ column, type, nullable, description }) =>
            `${column}${type}${nullable ? '' : ', required'}${description}`,
        ),
      );
    await page.context().close();
  });

  it('says of an asset without checks of its own where those are that guard it', async () => {
    const { page } = await openPage(browser, `${stack.url}/assets/agent_inflation`);
    await page.getByText('None of its own').waitFor();
    const sources = page.locator('#checks').getByRole('link');
    await expect
      .poll(() => sources.allTextContents())
      .toEqual([
        'bronze_bcb_sgs',
        'bronze_fred',
        'bronze_yahoo',
        'bronze_bcb_ptax',
        'bronze_b3_market_data',
        'bronze_treasury_gov',
      ]);
    await page.context().close();
  });

  it('says that there is no such asset', async () => {
    const { page, complaints } = await openPage(browser, `${stack.url}/assets/bronze_nothing`);
    await page.getByText('There is no asset bronze_nothing.').waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('is accessible in both themes, fits a phone and complains of nothing', async () => {
    expect(await listFaults(browser, `${stack.url}/assets/bronze_fred`, 'HTTP 503')).toEqual([]);
  });
});
