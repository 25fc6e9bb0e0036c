import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
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
import { readTable } from './shown-table.ts';
import { BODY, BODY_HASH, LONG_RECORD, storeLongRecord, storeSignals } from './signal-rows.ts';

const REPORT = '/signals/agent_fx_equilibrium/2022-06-24';
const LINEAGE = '/lineage/agent_fx_equilibrium/2022-06-24?signal=FX_BR_COMPOSITE';

describeWithChromium('the signal pages', (executablePath) => {
  let stack: DashboardStack;
  let browser: Browser;
  beforeAll(async () => {
    stack = await startDashboardStack();
    await storeSignals(stack.api.db);
    await storeLongRecord(stack.api.db);
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

  it('shows the signals of three months up to the newest report, as the API has them', () =>
    look('/signals', async (page) => {
      await page
        .getByRole('img', { name: '3 signals over the partitions 2022-03-24 to 2022-06-24' })
        .waitFor();
      const { data } = await stack.client.listSignals({ query: { from: '2022-06-24', to: '2022-06-24' } });
      const shown = await readTable(page, 'Signals of 2022-06-24');
      expect(shown.map(([, signal, , , , , status]) => [signal, status])).toEqual(
        data.map(({ signalId, status, reason }) => [
          signalId,
          [status.replaceAll('_', ' '), ...(reason === null ? [] : [reason])].join(' '),
        ]),
      );
      expect(shown.map((cells) => cells.slice(3))).toEqual([
        ['weak short', '30.0%', '1.25 std dev', 'OK'],
        ['insufficient data', '0.0%', '–', 'INSUFFICIENT DATA no terms of trade'],
        ['strong long', '80.0%', '1.25 std dev', 'OK'],
      ]);
    }));

  it('draws each signal in the colour of what it says, and in no other', () =>
    look('/signals?from=2022-06-22&to=2022-06-24', async (page) => {
      const map = page.getByRole('img', { name: /^3 signals over the partitions 2022-06-22/ });
      await map.locator('canvas').first().waitFor();
      // A chart is there before it is drawn.
      for (const words of ['weak short', 'strong long', 'did not run']) {
        const color = await readSwatch(page, words);
        await expect.poll(() => readColors(map.locator('canvas')), { message: words }).toContain(color);
      }
      expect(await readColors(map.locator('canvas'))).not.toContain(await readSwatch(page, 'strong short'));
    }));

  it('goes over the heat map by keyboard, tells of each cell, and opens its report', () =>
    look('/signals?from=2022-06-20', async (page) => {
      const cells = page.getByRole('application', { name: 'Cells of the signals' });
      await cells.focus();
      const line = page.locator('.cell-line');
      await line
        .getByText('inflation, 2022-06-24, INFLATION_BR_COMPOSITE: weak short, 1.25 std dev')
        .waitFor();
      await page.keyboard.press('ArrowDown');
      await line.getByText('fx equilibrium, 2022-06-24, ').waitFor();
      await page.keyboard.press('ArrowLeft');
      await line.getByText('fx equilibrium, 2022-06-23, ').waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'fx equilibrium, 2022-06-23' }).waitFor();
      expect(new URL(page.url()).pathname).toBe('/signals/agent_fx_equilibrium/2022-06-23');
    }));

  it('shows what was reported by a day that is chosen', () =>
    look('/signals', async (page) => {
      await page.getByLabel('As known on').fill('2022-06-30');
      await page.getByText('no agent has reported on these partitions by 2022-06-30').waitFor();
      const { data } = await stack.client.listSignals({ query: { asOf: '2022-06-30' } });
      expect(data).toEqual([]);
      expect(new URL(page.url()).searchParams.get('asOf')).toBe('2022-06-30');
    }));

  it('shows no price, track record or report of after the day that is chosen', () =>
    look('/signals', async (page) => {
      const asked: URL[] = [];
      page.on('request', (request) => void asked.push(new URL(request.url())));
      await page.getByLabel('As known on').fill('2030-01-02');
      await page.getByText('as reported by 2030-01-02').waitFor();
      const known = () =>
        asked.flatMap(({ pathname, searchParams }) =>
          searchParams.get('asOf') === '2030-01-02' ? [pathname.replace(/[A-Z_]+_COMPOSITE/, '…')] : [],
        );
      for (const path of ['/v1/signals/…/track-record', '/v1/series/USDBRL_PTAX/points'])
        await expect.poll(known).toContain(path);
      await page.getByRole('link', { name: 'fx equilibrium' }).first().click();
      await page.getByText('the last by 2030-01-02').waitFor();
      await expect.poll(known).toContain('/v1/reports/agent_fx_equilibrium');
    }));

  it('keeps agent, range, price and signal in the address', () =>
    look('/signals?from=2022-06-20', async (page) => {
      await page.getByRole('combobox', { name: 'Agent' }).selectOption('agent_inflation');
      await page.getByRole('img', { name: /^1 signals over the partitions 2022-06-20/ }).waitFor();
      expect(await readTable(page, 'Signals of 2022-06-24')).toHaveLength(1);
      for (const [price, label] of [
        ['IBOV', 'Ibovespa'],
        ['DI1Y', 'DI one year'],
      ] as const) {
        await page.getByRole('combobox', { name: 'Price' }).selectOption(price);
        await page.getByRole('img', { name: `over ${label}` }).waitFor();
      }
      expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
        agent: 'agent_inflation',
        from: '2022-06-20',
        price: 'DI1Y',
      });
    }));

  it('shows the track record of the signal that is chosen', () =>
    look('/signals', async (page) => {
      await page.getByRole('combobox', { name: 'Signal', exact: true }).selectOption('FX_BR_COMPOSITE');
      const record = await stack.client.getTrackRecord({ params: { signalId: 'FX_BR_COMPOSITE' } });
      expect(record.spoke).toBe(2);
      await page.getByText(record.target!.longMeans).waitFor();
      await page.getByText(`on ${record.spoke} partitions`).waitFor();
      await page
        .getByText(`${record.open} not over, ${record.withoutValue} without a value at one end`)
        .waitFor();
      await page.getByText('too few moves to tell: 0 of 12 without overlap').waitFor();
      expect(await page.getByText('Mean move its way').count()).toBe(0);
    }));

  it('shows hit rate, mean and standard error of a signal from twelve moves on that do not overlap', () =>
    look(`/signals?from=${LONG_RECORD.from}&to=${LONG_RECORD.to}&signal=FX_BR_FLOW`, async (page) => {
      const record = await stack.client.getTrackRecord({ params: { signalId: 'FX_BR_FLOW' } });
      expect(record).toMatchObject({ nonOverlapping: 14, hitRate: 1 });
      await page.getByText('100.0%', { exact: true }).waitFor();
      // Hundred times the logarithm of 1.01.
      await page.getByText('1.00%, standard error 0.00%').waitFor();
      expect(await page.getByText('too few moves to tell').count()).toBe(0);
    }));

  it('shows the report of an agent: narrative, signals, inputs, outputs and what was wrong with the data', () =>
    look(REPORT, async (page) => {
      const shown = await stack.client.getReport({
        params: { agent: 'agent_fx_equilibrium' },
        query: { partition: '2022-06-24' },
      });
      const cells = await readTable(page, 'Signals of 2022-06-24');
      expect(cells.map(([signal]) => signal)).toEqual(shown.signals.map(({ signalId }) => signalId));
      for (const line of [...shown.narrative.split('\n'), ...shown.dataQualityFlags])
        await page.getByText(line).waitFor();
      expect(await readTable(page, 'Inputs')).toEqual([
        ['FX_BR_COMPOSITE', 'BR_IPCA_MOM', '2022-05', '2022-06-09 09:00:00', '–'],
      ]);
      expect(await readTable(page, 'Other outputs')).toEqual([
        ['fair value', '4.8700 BRL per USD'],
        ['beer', ''],
        ['value', '1.23 pp'],
        ['trades', ''],
        ['1', 'size: 1.00 of full size'],
        ['missing', '–'],
      ]);
    }));

  it('prints a report black on white, without the menu', () =>
    look(REPORT, async (page) => {
      await readTable(page, 'Signals of 2022-06-24');
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      expect(await page.getByRole('navigation', { name: 'Pages' }).isVisible()).toBe(false);
      expect(await page.getByRole('button', { name: 'Print' }).isVisible()).toBe(false);
      await page.setViewportSize({ width: 680, height: 960 });
      expect(await hasHorizontalScroll(page)).toBe(false);
      const colorsOf = await page.evaluate<string[]>(
        `[...document.querySelectorAll('body, td .state, td a')].map((node) => getComputedStyle(node).color)`,
      );
      expect(new Set(colorsOf)).toEqual(new Set(['rgb(0, 0, 0)']));
    }));

  it('leads from a number to the answer of the provider that it was made of', () =>
    look(REPORT, async (page) => {
      await page.getByRole('link', { name: 'lineage of FX_BR_COMPOSITE' }).click();
      await page.waitForURL(`**${LINEAGE}`);
      await page.getByText('BR_IPCA_MOM, up to 2022-05').click();
      await page.getByText('silver_macro: BR_IPCA_MOM level, 2022-05 = 0.47').waitFor();
      await page.getByText(/observations: BR_IPCA_MOM\s+2022-05-01 = 0.47, revision 0/).waitFor();
      const { payloads } = await stack.client.getLineage({
        params: { asset: 'agent_fx_equilibrium', partition: '2022-06-24' },
        query: { signal: 'FX_BR_COMPOSITE' },
      });
      expect(payloads.items.map(({ sha256 }) => sha256)).toEqual([BODY_HASH]);
      const [payload] = await readTable(page, '1 payload');
      expect(payload?.slice(0, 4)).toEqual([
        String(payloads.items[0]!.id),
        'bcb_sgs BR_IPCA_MOM',
        'all observations',
        BODY_HASH,
      ]);
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'Download the body of payload' }).click(),
      ]);
      expect(await readFile(await download.path(), 'utf8')).toBe(BODY);
      expect((await readTable(page, 'Upstreams')).map(([asset, outcome]) => [asset, outcome])).toEqual([
        ['silver_macro', expect.stringContaining('fresh')],
      ]);
    }));

  it('leads from an output to the signal that it was made of, and from there to the answer of the provider', () =>
    look(REPORT, async (page) => {
      await page.getByRole('link', { name: 'lineage of beer.value' }).click();
      await page.waitForURL('**/lineage/agent_fx_equilibrium/2022-06-24?output=beer');
      expect(await readTable(page, 'beer')).toContainEqual(['value', '1.23 pp']);
      await page.getByRole('link', { name: 'FX_BR_COMPOSITE' }).click();
      await page.waitForURL(`**${LINEAGE}`);
      await page.getByText('BR_IPCA_MOM, up to 2022-05').waitFor();
      await page.getByRole('link', { name: 'Everything in the report' }).click();
      await page.waitForURL('**/lineage/agent_fx_equilibrium/2022-06-24');
      const section = page
        .locator('section')
        .filter({ has: page.getByRole('heading', { name: 'fair_value' }) });
      await section.getByText('4.8700 BRL per USD').waitFor();
      await expect.poll(() => section.getByText('BR_IPCA_MOM, up to 2022-05').count()).toBe(1);
    }));

  it('keeps the day that is chosen from a number to its lineage', () =>
    look(`${REPORT}?asOf=2030-01-02`, async (page) => {
      await page.getByRole('list').getByRole('link', { name: 'FX_BR_COMPOSITE' }).click();
      await page.waitForURL(`**${LINEAGE}&asOf=2030-01-02`);
      expect(new URL(page.url()).searchParams.get('asOf')).toBe('2030-01-02');
      await page.getByText('BR_IPCA_MOM, up to 2022-05').waitFor();
    }));

  it('says what there is not', async () => {
    for (const [path, words] of [
      ['/signals?from=2022-01-03&to=2022-01-04', 'no agent has reported on these partitions'],
      ['/signals/agent_fiscal/2022-06-24', 'agent_fiscal has no report of model version 1 for 2022-06-24'],
      ['/signals/agent_none/2022-06-24', 'There is no report at this address'],
      ['/lineage/none/2022-06-24', 'There is no asset none.'],
    ] as const) {
      const { page } = await openPage(browser, `${stack.url}${path}`);
      await page.getByText(words).first().waitFor();
      expect(await page.getByRole('img').count()).toBe(0);
      await page.context().close();
    }
  });

  it.each(THEMES.flatMap((theme) => ['/signals', REPORT, LINEAGE].map((path) => ({ theme, path }))))(
    'is accessible and fits a phone: $path in the $theme theme',
    async ({ theme, path }) => {
      const { page, complaints } = await openPage(browser, `${stack.url}${path}`, { theme, width: 390 });
      await page.getByRole('table').first().waitFor();
      await page.waitForLoadState('networkidle');
      expect(await listAccessibilityIssues(page)).toEqual([]);
      expect(await hasHorizontalScroll(page)).toBe(false);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  );
});

/** The colour beside words of the legend. */
async function readSwatch(page: Page, words: string): Promise<string> {
  const text = await page
    .getByRole('listitem')
    .filter({ hasText: words })
    .locator('.swatch')
    .getAttribute('style');
  return /rgb\([^)]*\)/.exec(text ?? '')?.[0] ?? `no colour for ${words}`;
}

interface Canvas {
  readonly width: number;
  readonly height: number;
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray };
  };
}

/** Every colour that the layers of a chart show, as `rgb(r, g, b)`. */
async function readColors(canvas: ReturnType<Page['locator']>): Promise<readonly string[]> {
  return canvas.evaluateAll((layers) => {
    const found = new Set<string>();
    for (const layer of layers as unknown as Canvas[]) {
      const { data } = layer.getContext('2d').getImageData(0, 0, layer.width, layer.height);
      for (let place = 0; place < data.length; place += 4)
        found.add(`rgb(${data[place]}, ${data[place + 1]}, ${data[place + 2]})`);
    }
    return [...found];
  });
}
