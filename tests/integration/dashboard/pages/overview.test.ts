import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEFAULT_RULES } from '../../../../shared/alerts/rules.ts';
import { seedRules } from '../../../../shared/db/alert-rules.ts';
import { syncAlerts } from '../../../../shared/db/alerts.ts';
import { storeReports, type ReportRecord, type SignalRecord } from '../../../../shared/db/signals.ts';
import { graph } from '../../../../shared/pipeline/graph.ts';
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
import { NOW } from '../../api/running-api.ts';

const PARTITION = '2022-06-30';
const PREVIOUS = '2022-06-29';

const composite = (value: number, direction: SignalRecord['direction']): SignalRecord => ({
  signalId: 'FISCAL_BR_COMPOSITE',
  axis: 'USDBRL',
  direction,
  strength: 'WEAK',
  confidence: 0.25,
  value,
  unit: 'score',
  horizonDays: 63,
  status: 'OK',
  reason: null,
  inputs: [],
  proxies: [],
  metadata: {},
});

const report = (partition: string, signal: SignalRecord): ReportRecord => ({
  agent: 'agent_fiscal',
  partition,
  modelVersion: '1',
  status: 'complete',
  coverage: 1,
  narrative: '',
  outputs: {},
  outputSources: [],
  diagnostics: {},
  dataQualityFlags: [],
  signals: [signal],
});

describeWithChromium('the overview', (executablePath) => {
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

  it('says that nothing has run yet', async () => {
    const { page, complaints } = await openPage(browser, stack.url);
    await page.getByText('Nothing has run yet').waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('says that all assets are there, with rows, and signals against the partition before', async () => {
    const { db } = stack.api;
    await seedRules(db, DEFAULT_RULES);
    await playRun(db, 'scheduled', PREVIOUS);
    const runId = await playRun(db, 'scheduled', PARTITION);
    await db.transaction((tx) =>
      storeReports(
        tx,
        [report(PREVIOUS, composite(0.5, 'LONG')), report(PARTITION, composite(-0.25, 'SHORT'))],
        runId,
      ),
    );
    const { page, complaints } = await openPage(browser, stack.url);
    await page.getByText(`All 14 assets are materialized for ${PARTITION}.`).waitFor();
    await page.getByRole('link', { name: runId.slice(0, 8) }).waitFor();
    const { data } = await stack.client.listPartitions({ query: { from: PARTITION, to: PARTITION } });
    const freshness = await readTable(page, `Freshness of ${PARTITION}`);
    expect(freshness.map(([asset, state, rows]) => [asset, state, Number(rows)])).toEqual(
      data.map((cell) => ('rows' in cell ? [cell.asset, cell.state, cell.rows] : [])),
    );
    expect(freshness.map(([, , , , deadline]) => deadline)).toEqual(
      graph.names.map(() => '2022-07-01 08:30:00'),
    );
    const lineage = page.getByRole('link', { name: 'lineage of FISCAL_BR_COMPOSITE' });
    expect(await lineage.getAttribute('href')).toBe(
      `/lineage/agent_fiscal/${PARTITION}?signal=FISCAL_BR_COMPOSITE`,
    );
    expect(await readTable(page, `Signals of ${PARTITION}`)).toEqual([
      ['agent_fiscal', 'FISCAL_BR_COMPOSITE', 'SHORT USDBRL', '-0.25', 'score', '25.0%', 'was LONG'],
    ]);
    expect(
      await page
        .getByRole('region', { name: /^Assets of/ })
        .getByRole('link')
        .count(),
    ).toBe(14);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('asks little while tasks change without a pause: everybody who shares its key has so many answers a minute', async () => {
    const { db } = stack.api;
    const { page } = await openPage(browser, stack.url);
    await page.getByText(`All 14 assets are materialized for ${PARTITION}.`).waitFor();
    let asked = 0;
    page.on('request', (request) => {
      if (request.url().includes('/v1/partitions?')) asked += 1;
    });
    const startMs = performance.now();
    while (performance.now() < startMs + 4_000 || asked === 0) await playRun(db, 'manual', '2022-06-27');
    // One at once, and then one in a second and a half.
    expect(asked).toBeLessThanOrEqual(1 + (performance.now() - startMs) / 1_500);
    await page.context().close();
  });

  it('names what failed and shows what waits for it, with the open alerts', async () => {
    const { db } = stack.api;
    await playRun(db, 'scheduled', '2022-06-28', { bronze_fred: 'HTTP 503' });
    const rule = { name: 'provider_down', severity: 'critical' } as const;
    const condition = { subject: 'fred', message: 'fred does not answer' };
    await syncAlerts(db, rule, [condition], { now: NOW, channels: [] });
    const { page, complaints } = await openPage(browser, stack.url);
    await page
      .getByText(/^7 assets are not materialized for 2022-06-28, because bronze_fred failed \(HTTP 503\)\.$/)
      .waitFor();
    await page.getByRole('link', { name: /^silver_macro\s*skipped$/ }).waitFor();
    expect((await readTable(page, 'Alerts that last')).map((row) => row.slice(0, 4))).toEqual([
      ['critical', 'provider_down', 'fred', 'fred does not answer'],
    ]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('asks again after the events have been refused, with a pause, and hears of changes then', async () => {
    const { page } = await openPage(browser, 'about:blank');
    let asked = 0;
    let isRefused = true;
    await page.route('**/v1/events', async (route) => {
      asked += 1;
      await (isRefused ? route.fulfill({ status: 503, body: '' }) : route.continue());
    });
    const startMs = performance.now();
    await page.goto(stack.url);
    await page.getByText('no connection').waitFor();
    await expect.poll(() => asked).toBeGreaterThan(1);
    // One at once, and then one in three seconds.
    expect(asked).toBeLessThanOrEqual(1 + (performance.now() - startMs) / 3_000);
    isRefused = false;
    await page.getByRole('status').getByText('live', { exact: true }).waitFor();
    await page.context().close();
  });

  it('is accessible in both themes, fits a phone and complains of nothing', async () => {
    expect(await listFaults(browser, stack.url, 'assets are not materialized')).toEqual([]);
  });
});
