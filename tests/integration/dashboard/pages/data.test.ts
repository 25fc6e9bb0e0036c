import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MINUTE } from '../../../../shared/time.ts';
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
import { storeData } from './data-rows.ts';
import { readTable } from './shown-table.ts';

const IPCA = '/data/series/BR_IPCA_MOM';
const DI = '/data/curves/DI_PRE?date=2022-06-24';

describeWithChromium('the data pages', (executablePath) => {
  let stack: DashboardStack;
  let browser: Browser;
  beforeAll(async () => {
    stack = await startDashboardStack();
    await storeData(stack.api.db);
    browser = await launchBrowser(executablePath);
  });
  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  const look = async (path: string, action: (page: Page) => Promise<void>): Promise<void> => {
    const { page, complaints } = await openPage(browser, `${stack.url}${path}`);
    await action(page);
    expect(complaints).toEqual([]);
    await page.context().close();
  };

  it('finds series by words of their key, name, unit and source, and keeps the search in the address', () =>
    look('/data', async (page) => {
      const { data } = await stack.client.listSeries({ query: { limit: 1_000 } });
      expect(await readTable(page, `${data.length} of ${data.length} series`)).toHaveLength(data.length);
      await page.getByLabel('Search').fill('CPI index fred');
      const wanted = data.filter(
        ({ key, name, unit, asset }) =>
          asset === 'bronze_fred' && /cpi/i.test(`${key} ${name}`) && /index/i.test(`${name} ${unit}`),
      );
      const shown = await readTable(page, `${wanted.length} of ${data.length} series`);
      expect(shown.map(([key]) => key)).toEqual(wanted.map(({ key }) => key));
      expect(shown.length).toBeGreaterThan(1);
      expect(new URL(page.url()).searchParams.get('q')).toBe('CPI index fred');
      await page.reload();
      await readTable(page, `${wanted.length} of ${data.length} series`);
    }));

  it('lists what silver derives beside the registry, each leading to its values', () =>
    look('/data', async (page) => {
      const { data } = await stack.client.listDerivedSeries();
      const links = page.getByRole('list', { name: 'Derived series' }).getByRole('link');
      expect(data.length).toBeGreaterThan(0);
      await expect.poll(() => links.allTextContents()).toEqual(data.map(({ key }) => key));
    }));

  it('shows the first print, what was known on a day and the latest value of a series, as the API has them', () =>
    look(`${IPCA}?asOf=2022-01-12`, async (page) => {
      const observationsOf = async (query: object) =>
        (await stack.client.listObservations({ params: { key: 'BR_IPCA_MOM' }, query })).data.map(
          ({ value }) => value,
        );
      const [, latest] = await observationsOf({});
      const [, then] = await observationsOf({ asOf: '2022-01-12' });
      expect([then, latest]).toEqual(['0.70', '0.73']);
      expect(await readTable(page, '2 dates')).toEqual([
        ['2021-12-01', '0.70', then, latest, '2'],
        ['2021-11-01', '0.95', '0.95', '0.95', '1'],
      ]);
      await page.getByRole('columnheader', { name: 'Latest (% a month)' }).waitFor();
    }));

  it('calls no value a first print that may have been revised', () =>
    look('/data/series/BR_IBC_BR', async (page) => {
      expect(await readTable(page, '1 date')).toEqual([['2022-01-01', '–', '98.60', '1']]);
      await page.getByText('The first print of 1 of 1 date is not known').waitFor();
    }));

  it('goes back in time by keyboard, and says so in the address', () =>
    look(IPCA, async (page) => {
      const slider = page.getByRole('slider', { name: 'As known on' });
      await slider.focus();
      await page.keyboard.press('ArrowLeft');
      await page.waitForURL(`**${IPCA}?asOf=2022-01-19`);
      await page.getByRole('columnheader', { name: 'On 2022-01-19 (% a month)' }).waitFor();
      await page.goBack();
      await page.getByText('everything known now').waitFor();
      expect(new URL(page.url()).search).toBe('');
    }));

  it('takes and shows days as ISO 8601 in a browser of any language', async () => {
    const context = await browser.newContext({ locale: 'en-US' });
    context.setDefaultTimeout(MINUTE);
    const page = await context.newPage();
    await page.goto(`${stack.url}${IPCA}?asOf=2022-01-12`);
    const field = page.getByRole('textbox', { name: 'or on the day' });
    await expect.poll(() => field.inputValue()).toBe('2022-01-12');
    await field.fill('20220113');
    await expect.poll(() => field.inputValue()).toBe('2022-01-13');
    await page.waitForURL('**?asOf=2022-01-13');
    // Thursday: the weekend is passed over.
    await field.press('ArrowUp');
    await page.waitForURL('**?asOf=2022-01-14');
    await field.press('ArrowUp');
    await page.waitForURL('**?asOf=2022-01-17');
    await field.press('ArrowDown');
    await page.waitForURL('**?asOf=2022-01-14');
    await context.close();
  });

  it('says what is wrong with a day, chooses nothing then, and sends no form with it', () =>
    look(IPCA, async (page) => {
      const from = page.getByRole('textbox', { name: 'From' });
      await from.fill('2022-02-30');
      await from.press('Enter');
      await page.getByRole('alert').getByText('2022-02-30 is no date (YYYY-MM-DD)').waitFor();
      expect(await from.getAttribute('aria-invalid')).toBe('true');
      expect(await listAccessibilityIssues(page)).toEqual([]);
      expect(new URL(page.url()).search).toBe('');
      await from.fill(' 2022-02-28 ');
      await page.waitForURL('**?from=2022-02-28');
      await expect.poll(() => from.inputValue()).toBe('2022-02-28');
      await page.getByRole('button', { name: 'Set a value' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Observation date').fill('11/26/2021');
      await dialog.getByLabel(/^Value in/).fill('1');
      await dialog.getByLabel('Why').fill('a date of another country');
      await dialog.getByRole('button', { name: 'Set a value' }).click();
      await dialog.locator('form:invalid').waitFor();
      await dialog.getByRole('alert').getByText('11/26/2021 is no date').waitFor();
      const { data } = await stack.client.listValueOverrides({ params: { key: 'BR_IPCA_MOM' } });
      expect(data).toEqual([]);
    }));

  it('lists the revisions of a date that is chosen', () =>
    look(IPCA, async (page) => {
      await page.getByRole('link', { name: '2021-12-01' }).click();
      const { data } = await stack.client.listObservations({
        params: { key: 'BR_IPCA_MOM' },
        query: { from: '2021-12-01', to: '2021-12-01', vintages: 'all' },
      });
      const shown = await readTable(page, 'Vintages of 2021-12-01');
      expect(shown.map(([, , value]) => value)).toEqual(data.map(({ value }) => value));
      expect(shown).toEqual([
        ['2022-01-11 09:00:00', '0', '0.70', 'released: calendar, vintage: first seen'],
        ['2022-01-20 09:00:00', '1', '0.73', 'released: first seen, vintage: first seen'],
      ]);
    }));

  it('shows what silver derives from a series, and leads to its rows as a file', () =>
    look(IPCA, async (page) => {
      await page.getByRole('combobox', { name: 'Values' }).selectOption('yoy');
      await page.getByRole('columnheader', { name: 'Latest (% in 12 months)' }).waitFor();
      expect((await readTable(page, '2 dates')).map(([period, , latest]) => [period, latest])).toEqual([
        ['2021-12', '10.06'],
        ['2021-11', '10.74'],
      ]);
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'Latest values as CSV' }).click(),
      ]);
      expect(download.suggestedFilename()).toMatch(/^BR_IPCA_MOM_yoy_as_of_.*\.csv$/);
    }));

  it('takes a value that is set by hand, with who and why, and shows it at once', () =>
    look(IPCA, async (page) => {
      await page.getByRole('button', { name: 'Set a value' }).click();
      await page.getByLabel('Observation date').fill('2021-11-01');
      await page.getByLabel(/^Value in % a month/).fill('0.96');
      await page.getByLabel('Why').fill('printed wrongly');
      await page.getByRole('dialog').getByRole('button', { name: 'Set a value' }).click();
      const [row] = await readTable(page, 'Values set by hand');
      const { data } = await stack.client.listValueOverrides({ params: { key: 'BR_IPCA_MOM' } });
      expect(data).toMatchObject([{ value: '0.96', previousValue: '0.95', reason: 'printed wrongly' }]);
      expect(row?.slice(0, 5)).toEqual(['2021-11-01', '0.96', '0.95', data[0]!.actor, 'printed wrongly']);
      await page.getByRole('row', { name: '2021-11-01 0.95 0.96 2' }).waitFor();
    }));

  it('shows the points of a curve beside another session, and the history of a tenor', () =>
    look(`${DI}&compare=2022-06-13`, async (page) => {
      const params = { id: 'DI_PRE' } as const;
      const curve = await stack.client.getCurve({ params, query: { date: '2022-06-24' } });
      await page.getByRole('columnheader', { name: '2022-06-13 (% a year)' }).waitFor();
      const shown = await readTable(page, `Points of ${curve.date}`);
      expect(shown.map(([tenor, , rate]) => [tenor, rate])).toEqual(
        curve.points.map(({ tenor, rate }) => [tenor, (rate! * 100).toFixed(2)]),
      );
      expect(shown.map(([, , , before, change]) => [before, change])).toEqual([
        ['13.00', '50.0'],
        ['13.10', '50.0'],
        ['12.50', '50.0'],
      ]);
      expect(await readTable(page, 'Measures')).toEqual([
        ['forward 5y5y', '12.88%'],
        ['slope (10Y less 1Y)', '-53.0 bp'],
      ]);
      await page
        .getByRole('img', { name: 'DI_PRE 1Y (nominal rate, % a year), 2022-06-13 to 2022-06-20' })
        .waitFor();
    }));

  it('walks over the sessions of a curve by keyboard', () =>
    look(DI, async (page) => {
      await page.getByRole('slider', { name: 'Session' }).focus();
      await page.keyboard.press('ArrowLeft');
      const shown = await readTable(page, 'Points of 2022-06-13');
      expect(shown.map(([tenor, , rate]) => [tenor, rate])).toContainEqual(['1Y', '13.10']);
      expect(new URL(page.url()).searchParams.get('date')).toBe('2022-06-13');
    }));

  it('shows prices, returns and volatility of an instrument', () =>
    look('/data/returns/IBOVESPA', async (page) => {
      for (const name of ['price in index points', 'log return in %', 'realised vol 21 in % a year'])
        await page.getByRole('img', { name: `IBOVESPA ${name}` }).waitFor();
      const { data } = await stack.client.listBars({ params: { key: 'IBOVESPA' } });
      const shown = await readTable(page, '2 bars');
      expect(shown.map((cells) => [cells[0], cells[4]?.replaceAll(',', '')])).toEqual(
        data.toReversed().map(({ sessionDate, close }) => [sessionDate, Number(close).toFixed(2)]),
      );
      expect(shown[0]?.at(-1)).toBe('10,345,200');
    }));

  it('goes to the part of a page that an address names', () =>
    look('/data#curves', async (page) => {
      await page.getByRole('table', { name: /series$/ }).waitFor();
      await expect
        .poll(async () => Math.abs((await page.locator('#curves').boundingBox())?.y ?? 1))
        .toBeLessThan(1);
    }));

  it('tells of an address that cannot be read what is wrong with it', async () => {
    const { page, complaints } = await openPage(browser, `${stack.url}/data/series/%E0%A4%A`);
    await page.getByRole('heading', { name: 'This address cannot be read' }).waitFor();
    await page.getByRole('alert').getByText('/data/series/%E0%A4%A is not a well-formed address').waitFor();
    expect(await listAccessibilityIssues(page)).toEqual([]);
    await page.getByRole('link', { name: 'Data', exact: true }).click();
    await page.getByRole('heading', { name: 'Data', exact: true }).waitFor();
    expect(complaints).toEqual([expect.stringContaining('status of 400')]);
    await page.context().close();
  });

  it('says what there is not', async () => {
    for (const [path, words] of [
      ['/data/series/NONE', 'There is no series NONE'],
      ['/data/curves/NONE', 'There is no curve NONE.'],
      [`${IPCA}?from=2022-06-01`, 'has no values of these dates'],
      ['/data?q=nothing+has+this+name', 'No series fits.'],
    ] as const) {
      const { page } = await openPage(browser, `${stack.url}${path}`);
      await page.getByText(words).first().waitFor();
      expect(await page.getByRole('img').count()).toBe(0);
      await page.context().close();
    }
  });

  it.each(
    THEMES.flatMap((theme) =>
      [
        '/data',
        `${IPCA}?asOf=2022-01-12&date=2021-12-01`,
        `${DI}&compare=2022-06-13`,
        '/data/returns/IBOVESPA',
      ].map((path) => ({ theme, path })),
    ),
  )('is accessible and fits a phone: $path in the $theme theme', async ({ theme, path }) => {
    const { page, complaints } = await openPage(browser, `${stack.url}${path}`, { theme, width: 390 });
    await page.getByRole('table').first().waitFor();
    await page.waitForLoadState('networkidle');
    expect(await listAccessibilityIssues(page)).toEqual([]);
    expect(await hasHorizontalScroll(page)).toBe(false);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
