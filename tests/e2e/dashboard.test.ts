import { rmSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient, type Client } from '../../shared/client/client.ts';
import { AGENT_NAMES, graph } from '../../shared/pipeline/graph.ts';
import { describeWithChromium } from '../helpers/chromium.ts';
import { launchBrowser, listFaults, openPage, readTable } from '../helpers/dashboard-stack.ts';
import { makeDemoDir, readStack, startDemo, waitInDemo, type DemoProcess } from '../helpers/demo-process.ts';

const FROM = '2022-06-13';
const LAST = '2022-06-24';
const PARTITIONS = 10;

/** Every page, with a text that is there once it is ready. */
const PAGES: readonly (readonly [path: string, landmark: string])[] = [
  ['/', `All 14 assets are materialized for ${LAST}`],
  ['/partitions?view=2022', 'Partitions by state'],
  ['/backfills', FROM],
  ['/runs', 'Start run'],
  ['/assets/silver_macro', 'Partitions'],
  ['/data', 'BR_IPCA_MOM'],
  ['/data/series/BR_IPCA_MOM', 'BR_IPCA_MOM'],
  ['/data/curves/DI_PRE?date=2022-06-20', 'Points of 2022-06-20'],
  ['/data/returns/IBOVESPA', 'IBOVESPA'],
  ['/signals', `Signals of ${LAST}`],
  [`/signals/agent_fiscal/${LAST}`, 'Narrative'],
  [`/lineage/agent_fiscal/${LAST}`, 'agent_fiscal'],
  ['/schedule', 'Next tick'],
  ['/providers', 'treasury'],
  ['/alerts', 'Alerts'],
  ['/audit', 'backfill'],
];

describeWithChromium('the dashboard on the data of the demo', (executablePath) => {
  const dataDir = makeDemoDir();
  let demo: DemoProcess;
  let browser: Browser;
  let api: Client;
  let url: string;

  const open = async (path: string): Promise<Page> => (await openPage(browser, `${url}${path}`)).page;

  beforeAll(async () => {
    demo = await startDemo(dataDir, FROM, LAST);
    await waitInDemo(demo, () => (demo.output().includes('serving;') ? true : undefined), 240_000);
    const stack = readStack(demo);
    url = stack.dashboardUrl;
    api = createClient({ baseUrl: stack.apiUrl });
    browser = await launchBrowser(executablePath);
  }, 300_000);
  afterAll(async () => {
    await browser.close();
    demo.child.kill('SIGTERM');
    await demo.ended;
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('says in one sentence that the data is ready, and shows each agent as the API does', async () => {
    const page = await open('/');
    await page.getByText(`All 14 assets are materialized for ${LAST}.`).waitFor();
    const shown = await readTable(page, `Signals of ${LAST}`);
    const { data } = await api.listSignals({ query: { from: LAST, to: LAST } });
    expect(shown.map(([agent]) => agent)).toEqual(AGENT_NAMES);
    for (const [, signalId = '', direction = '', value = ''] of shown) {
      const signal = data.find((candidate) => candidate.signalId === signalId);
      expect(direction).toBe(`${signal?.direction} ${signal?.axis}`);
      expect(value).toBe(signal?.value?.toFixed(2));
    }
    await page.context().close();
  });

  it('counts the partitions of each asset as the API does', async () => {
    const page = await open('/partitions');
    const shown = await readTable(page, 'Partitions by state, All years');
    const { data } = await api.listAssets();
    expect(shown.map(([asset, fresh]) => [asset, fresh])).toEqual(
      data.map(({ key, partitions }) => [key, String(partitions.fresh)]),
    );
    expect(data.map(({ key }) => key)).toEqual(graph.names);
    await page.context().close();
  });

  it('shows the backfill of the demo with all that it computed', async () => {
    const [backfill] = (await api.listBackfills()).data;
    expect(backfill).toMatchObject({ state: 'succeeded', partitions: { total: 14 * PARTITIONS } });
    const page = await open(`/backfills/${backfill?.id}`);
    const assets = await readTable(page, 'Progress by asset');
    expect(assets).toHaveLength(14);
    await page.context().close();
  });

  it('shows the points of a curve with the rates of the API', async () => {
    const curve = await api.getCurve({ params: { id: 'DI_PRE' }, query: { date: '2022-06-20' } });
    const page = await open('/data/curves/DI_PRE?date=2022-06-20');
    const shown = await readTable(page, 'Points of 2022-06-20');
    const rates = new Map(shown.map(([tenor = '', , rate = '']) => [tenor, rate]));
    const points = curve.points.filter(({ rate, tenor }) => rate !== null && rates.has(tenor));
    expect(points.length).toBeGreaterThan(30);
    for (const { tenor, rate } of points) expect(rates.get(tenor)).toBe((Number(rate) * 100).toFixed(2));
    await page.context().close();
  });

  it.each(PAGES)(
    '%s is accessible in both themes, fits a phone and complains of nothing',
    async (path, landmark) => {
      expect(await listFaults(browser, `${url}${path}`, landmark)).toEqual([]);
    },
  );
});
