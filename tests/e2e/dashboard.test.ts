import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { Client as Database } from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { MAP_WORDS } from '../../shared/contract/partition-map.ts';
import { upstreamAddress } from '../../services/dashboard/web/src/lineage/address.ts';
import { AGENT_NAMES, graph, type AssetName } from '../../shared/pipeline/graph.ts';
import { MINUTE } from '../../shared/time.ts';
import { describeWithChromium } from '../helpers/chromium.ts';
import { listFaults } from '../helpers/dashboard-stack.ts';
import { startDemoDashboard, type DemoDashboard } from '../helpers/demo-dashboard.ts';
import { listNumbers } from '../helpers/output-numbers.ts';
import { cellOf, expectShown, readFacts, readRecords, type ShownRecord } from '../helpers/shown-records.ts';

const FROM = '2022-06-13';
const LAST = '2022-06-24';
const PARTITIONS = 10;
/** Rules are evaluated every fifteen seconds: what they find may come between two questions, and pages hear of it. */
const patience = { timeout: MINUTE, interval: 500 };

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
  ['/alerts?view=rules', 'Cool-down'],
  ['/alerts?view=deliveries', 'Deliveries'],
  ['/alerts?view=digests', 'Digests'],
  ['/audit', 'backfill'],
];

describeWithChromium('the dashboard on the data of the demo', (executablePath) => {
  let demo: DemoDashboard;

  beforeAll(async () => {
    // This one of the suite always runs so.
    demo = await startDemoDashboard(executablePath, [FROM, LAST], { env: { E2E_STORES: 'clustered' } });
  });
  afterAll(() => demo?.close());

  const look = async (path: string, action: (page: Page) => Promise<void>): Promise<void> => {
    const page = await demo.open(path);
    await action(page);
    await page.context().close();
  };
  const findBackfill = async () => {
    const [backfill] = (await demo.api.listBackfills()).data;
    if (backfill === undefined) throw new Error('The demo has no backfill');
    return backfill;
  };
  const findRun = async () => {
    const [run] = (await demo.api.listRuns()).data;
    if (run === undefined) throw new Error('The demo has no run');
    return demo.api.getRun({ params: { id: run.id } });
  };
  const listCells = async (from: string, assets?: string) =>
    (await demo.api.listPartitions({ query: { from, to: LAST, assets } })).data.flatMap((row) =>
      'rows' in row ? [row] : [],
    );

  /** Whether what is at an address of a lineage, or what that was made of, has answers of providers behind it. */
  const followLineage = async (address: string): Promise<boolean> => {
    const { pathname, searchParams } = new URL(address, demo.url);
    const [, , asset, partition] = pathname.split('/');
    const { signals, outputs, payloads } = await demo.api.getLineage({
      params: { asset: asset as AssetName, partition: partition ?? '' },
      query: Object.fromEntries(searchParams),
    });
    if (payloads.total > 0) return true;
    const upstreams = [...(signals ?? []), ...(outputs ?? [])].flatMap(({ inputs }) =>
      inputs.flatMap(
        (input) => upstreamAddress(input, { agent: asset ?? '', partition: partition ?? '' }) ?? [],
      ),
    );
    for (const upstream of upstreams)
      if (upstream.startsWith('/signals/') || (await followLineage(upstream))) return true;
    return false;
  };

  it('/ says that the data is ready, and shows agents, providers, alerts and assets as the API does', () =>
    look('/', async (page) => {
      await page.getByText(`All 14 assets are materialized for ${LAST}.`).waitFor();
      const shown = await readRecords(page, `Signals of ${LAST}`);
      const { data: signals } = await demo.api.listSignals({ query: { from: LAST, to: LAST } });
      expect(shown.map((row) => row['Agent'])).toEqual(AGENT_NAMES);
      for (const row of shown) {
        const signal = signals.find(({ signalId }) => signalId === row['Signal']);
        expect(row['Direction']).toBe(`${signal?.direction} ${signal?.axis}`);
        expectShown(cellOf(row, 'Value'), signal?.value ?? null, `value of ${row['Signal']}`);
        expectShown(cellOf(row, 'Confidence'), 100 * (signal?.confidence ?? 0), `of ${row['Signal']}`);
      }
      await vi.waitFor(async () => {
        const { data: providers } = await demo.api.listProviders();
        const rows = await readRecords(page, 'Providers');
        expect(rows.map((row) => [row['Provider'], row['State'], row['Failures, 1 h']])).toEqual(
          providers.map(({ provider, state, lastHour }) => [provider, state, String(lastHour.failures)]),
        );
      }, patience);
      await vi.waitFor(async () => {
        const { data: alerts } = await demo.api.listAlerts({ query: { open: 'true' } });
        expect(alerts.length).toBeGreaterThan(0);
        const rows = await readRecords(page, 'Alerts that last');
        expect(rows.map((row) => [row['Rule'], row['About']])).toEqual(
          alerts.map(({ rule, subject }) => [rule, subject]),
        );
      }, patience);
      const cells = await listCells(LAST);
      const freshness = await readRecords(page, `Freshness of ${LAST}`);
      expect(freshness.map((row) => [row['Asset'], row['State']])).toEqual(
        cells.map(({ asset, state }) => [asset, state.replaceAll('_', ' ')]),
      );
      for (const [index, { asset, rows }] of cells.entries())
        expectShown(cellOf(freshness[index], 'Rows'), rows, `rows of ${asset}`);
    }));

  it('/partitions counts the cells of each asset in each state as the map of the API has them', () =>
    look('/partitions', async (page) => {
      const shown = await readRecords(page, 'Partitions by state, All years');
      const { assets } = await demo.api.getPartitionMap();
      expect(shown.map((row) => row['Asset'])).toEqual(graph.names);
      for (const [index, { asset, states }] of assets.entries())
        for (const [letter, word] of Object.entries(MAP_WORDS)) {
          const count = states.split('').filter((each) => each === letter).length;
          expectShown(cellOf(shown[index], word.replaceAll('_', ' ')), count, `${word} of ${asset}`);
        }
    }));

  it('/assets/… tells the partitions of an asset, their rows and its totals', () =>
    look('/assets/bronze_b3_market_data', async (page) => {
      const asset = 'bronze_b3_market_data';
      const rows = (await readRecords(page, 'Materializations')).filter(
        (row) => cellOf(row, 'Partition') >= FROM,
      );
      const cells = (await listCells(FROM, asset)).toReversed();
      expect(rows.map((row) => [row['Partition'], row['State'], row['Reason']])).toEqual(
        cells.map(({ partition, state, reason }) => [
          partition,
          state.replaceAll('_', ' '),
          reason?.replaceAll('_', ' ') ?? '–',
        ]),
      );
      for (const [index, cell] of cells.entries())
        expectShown(cellOf(rows[index], 'Rows'), cell.rows, `rows of ${cell.partition}`);
      const { partitions } = await demo.api.getAsset({ params: { key: asset } });
      const { holiday, not_recorded: notRecorded } = partitions.noDataExpected;
      // Corpus Christi, and the sessions that the recordings do not have.
      expect([partitions.fresh, holiday, notRecorded]).toEqual([2, 1, 7]);
      expect(cellOf(await readFacts(page), 'Partitions')).toMatch(/fresh 2\s+holiday 1\s+not recorded 7/);
    }));

  it('/backfills and the page of one show range, progress, requests and rows as the API does', async () => {
    const backfill = await findBackfill();
    expect(backfill).toMatchObject({ state: 'succeeded', partitions: { total: 14 * PARTITIONS } });
    await look('/backfills', async (page) => {
      const [row] = await readRecords(page, 'Backfills, newest first');
      expect(row).toMatchObject({ Range: `${FROM} to ${LAST}`, State: 'succeeded' });
      expect(cellOf(row, 'Partitions')).toContain('140 of 140 (100.0%)');
      for (const [provider, count] of Object.entries(backfill.requests))
        expect(cellOf(row, 'Requests')).toMatch(new RegExp(`${provider}\\s+${count}\\b`));
    });
    await look(`/backfills/${backfill.id}`, async (page) => {
      const rows = await readRecords(page, 'Progress by asset');
      const { data } = await demo.api.listBackfillAssets({ params: { id: backfill.id } });
      expect(rows.map((row) => row['Asset'])).toEqual(data.map(({ asset }) => asset));
      expect(rows).toHaveLength(14);
      for (const [index, { asset, partitions, rows: written, requests }] of data.entries()) {
        const row = rows[index];
        expect(cellOf(row, 'Partitions')).toContain(`${partitions.done} of ${partitions.total}`);
        expectShown(cellOf(row, 'Rows'), written, `rows of ${asset}`);
        expectShown(cellOf(row, 'Requests'), requests, `requests of ${asset}`);
      }
    });
  });

  it('/runs and the page of one show the tasks with attempts, rows and requests as the API does', async () => {
    const run = await findRun();
    await look('/runs', async (page) => {
      const [row] = await readRecords(page, 'Runs, newest first');
      expect(row).toMatchObject({
        Run: run.id.slice(0, 8),
        State: 'succeeded',
        Kind: 'backfill',
        Partition: `${FROM} to ${LAST}`,
        Tasks: '14 succeeded',
        'Pairs done': '140 of 140',
      });
    });
    await look(`/runs/${run.id}`, async (page) => {
      const rows = await readRecords(page, 'Tasks');
      expect(rows.map((row) => [row['Asset'], row['State']])).toEqual(
        run.tasks.map(({ asset, state }) => [asset, state]),
      );
      for (const [index, { asset, partitions, attempts, rows: written, requests }] of run.tasks.entries()) {
        const row = rows[index];
        expect(cellOf(row, 'Partitions')).toBe(`${partitions.done} of ${partitions.total}`);
        expectShown(cellOf(row, 'Attempts'), attempts, `attempts at ${asset}`);
        expectShown(cellOf(row, 'Rows'), written, `rows of ${asset}`);
        expectShown(cellOf(row, 'Requests'), requests, `requests of ${asset}`);
      }
    });
  });

  it('/data lists every series, and the page of one has the published IPCA of May 2022', async () => {
    await look('/data', async (page) => {
      const { data } = await demo.api.listSeries({ query: { limit: 1_000 } });
      const rows = await readRecords(page, /^\d+ of \d+ series$/);
      expect(rows.map((row) => row['Key'])).toEqual(data.map(({ key }) => key));
    });
    const range = { from: '2021-01-01', to: '2022-06-30' };
    await look(`/data/series/BR_IPCA_MOM?from=${range.from}&to=${range.to}`, async (page) => {
      const rows = await readRecords(page, /dates$/);
      const { data } = await demo.api.listObservations({
        params: { key: 'BR_IPCA_MOM' },
        query: range,
      });
      const shown = new Map(rows.map((row) => [cellOf(row, 'Date'), cellOf(row, 'Latest (% a month)')]));
      expect(data).toHaveLength(18);
      for (const { observationDate, value } of data)
        expectShown(shown.get(observationDate) ?? '', Number(value), `IPCA of ${observationDate}`);
      // IBGE, 9 June and 11 May 2022.
      expectShown(shown.get('2022-05-01') ?? '', 0.47, 'IPCA of May 2022');
      expectShown(shown.get('2022-04-01') ?? '', 1.06, 'IPCA of April 2022');
    });
  });

  it('/data/curves/… shows the points of a curve with the rates of the API, in percent a year', () =>
    look('/data/curves/DI_PRE?date=2022-06-20', async (page) => {
      const curve = await demo.api.getCurve({ params: { id: 'DI_PRE' }, query: { date: '2022-06-20' } });
      const rows = await readRecords(page, 'Points of 2022-06-20');
      expect(rows.map((row) => row['Tenor'])).toEqual(curve.points.map(({ tenor }) => tenor));
      expect(curve.points.length).toBeGreaterThan(30);
      for (const [index, { tenor, rate, years }] of curve.points.entries()) {
        const text = cellOf(rows[index], '2022-06-20 (% a year)');
        expectShown(text, rate === null ? null : 100 * rate, `rate of ${tenor}`);
        expectShown(cellOf(rows[index], 'Years'), years, `years to ${tenor}`);
      }
      // Selic was at 13.25 % and expected to peak a little higher.
      const oneYear = rows.find((row) => row['Tenor'] === '1Y');
      expect(Number.parseFloat(cellOf(oneYear, '2022-06-20 (% a year)'))).toBeGreaterThan(13);
      expect(Number.parseFloat(cellOf(oneYear, '2022-06-20 (% a year)'))).toBeLessThan(14);
    }));

  it('/data/returns/… shows the bars of the API, and the published close of 24 June 2022', () =>
    look(`/data/returns/IBOVESPA?from=${FROM}&to=${LAST}`, async (page) => {
      const rows = await readRecords(page, /bars$/);
      const { data } = await demo.api.listBars({
        params: { key: 'IBOVESPA' },
        query: { from: FROM, to: LAST },
      });
      const shown = new Map(rows.map((row) => [cellOf(row, 'Session'), row]));
      expect(data.length).toBeGreaterThan(5);
      for (const { sessionDate, open, high, low, close } of data) {
        const prices = { Open: open, High: high, Low: low, Close: close };
        for (const [label, price] of Object.entries(prices))
          expectShown(
            cellOf(shown.get(sessionDate), `${label} (index points)`),
            price === null ? null : Number(price),
            `${label} of ${sessionDate}`,
          );
      }
      expectShown(cellOf(shown.get(LAST), 'Close (index points)'), 98_672, 'close of the Ibovespa');
      for (const name of ['price in index points', 'log return in %', 'ewma vol in % a year'])
        await page.getByRole('img', { name: `IBOVESPA ${name}` }).waitFor();
    }));

  const expectSignals = (
    rows: readonly ShownRecord[],
    signals: Awaited<ReturnType<typeof demo.api.listSignals>>['data'],
  ): void => {
    expect(rows.map((row) => row['Signal'])).toEqual(signals.map(({ signalId }) => signalId));
    for (const [
      index,
      { signalId, axis, horizonDays, confidence, value, status, reason },
    ] of signals.entries()) {
      const row = rows[index];
      expect(row).toMatchObject({
        About: `${axis}, ${horizonDays.toLocaleString('en-US')} d`,
        Status: [status.replaceAll('_', ' '), reason].filter((text) => text !== null).join(' '),
      });
      expectShown(cellOf(row, 'Confidence'), 100 * confidence, `confidence of ${signalId}`);
      expectShown(cellOf(row, 'Value'), value, `value of ${signalId}`);
    }
  };

  it('/signals and the report of an agent show every signal with value, unit and status of the API', async () => {
    const { data } = await demo.api.listSignals({ query: { from: LAST, to: LAST } });
    expect(data).toHaveLength(23);
    await look('/signals', async (page) => {
      expectSignals(await readRecords(page, `Signals of ${LAST}`), data);
    });
    await look(`/signals/agent_monetary_policy/${LAST}`, async (page) => {
      const report = await demo.api.getReport({
        params: { agent: 'agent_monetary_policy' },
        query: { partition: LAST },
      });
      const rows = await readRecords(page, `Signals of ${LAST}`);
      expectSignals(rows, report.signals);
      const taylor = rows.find((row) => row['Signal'] === 'MONETARY_BR_TAYLOR');
      expect(cellOf(taylor, 'Value')).toMatch(/ pp$/);
      expectShown(
        cellOf(await readFacts(page), 'State').split(',')[1] ?? '',
        100 * report.coverage,
        'coverage',
      );
      expect(await page.locator('ul.narrative li').allTextContents()).toEqual(report.narrative.split('\n'));
    });
  });

  it('/signals/… links every number of a report to its lineage, which ends at answers of providers', async () => {
    for (const agent of AGENT_NAMES) {
      const report = await demo.api.getReport({ params: { agent }, query: { partition: LAST } });
      await look(`/signals/${agent}/${LAST}`, async (page) => {
        await page.getByText('Narrative').waitFor();
        const numbers = [
          ...report.signals.flatMap(({ signalId, value }) => (value === null ? [] : [signalId])),
          // Records in a list share a line of the page.
          ...new Set(listNumbers(report.outputs).map((path) => path.replace(/(\.\d+)\..*/, '$1'))),
        ];
        for (const name of numbers) {
          const link = page.getByRole('link', { name: new RegExp(`: lineage of ${name}$`) });
          expect([name, await link.count()]).toEqual([name, 1]);
          expect([name, await followLineage((await link.getAttribute('href')) ?? '')]).toEqual([name, true]);
        }
      });
    }
  });

  it('/lineage/… leads from a report to payloads whose hashes are those of the stored answers', () =>
    look(`/lineage/agent_fiscal/${LAST}`, async (page) => {
      const lineage = await demo.api.getLineage({
        params: { asset: 'agent_fiscal', partition: LAST },
        query: {},
      });
      const upstreams = await readRecords(page, 'Upstreams');
      expect(upstreams.map((row) => [row['Asset'], row['Number'], row['Rows']?.replaceAll(',', '')])).toEqual(
        lineage.upstreams.map(({ asset, id, rows }) => [asset, String(id), String(rows)]),
      );
      const payloads = await readRecords(page, /payloads?$/);
      expect(payloads.map((row) => row['SHA-256 of the body'])).toEqual(
        lineage.payloads.items.map(({ sha256 }) => sha256),
      );
      expect(payloads.length).toBeGreaterThan(0);
      const database = new Database({ connectionString: demo.databaseUrl });
      await database.connect();
      const { rows } = await database.query<{ body: Buffer }>(
        `select body_gzip as body from payloads join payload_bodies using (sha256) where id = $1`,
        [Number(cellOf(payloads[0], 'Payload').replaceAll(',', ''))],
      );
      await database.end();
      const body = gunzipSync(rows[0]?.body ?? Buffer.alloc(0));
      expect(createHash('sha256').update(body).digest('hex')).toBe(payloads[0]?.['SHA-256 of the body']);
      expectShown(cellOf(payloads[0], 'Bytes'), body.length, 'bytes of the payload');
    }));

  it('/schedule tells when the next run is due, in the time of Brasília', () =>
    look('/schedule', async (page) => {
      const { cron, timezone, nextTick } = await demo.api.getSchedule();
      const facts = await readFacts(page);
      expect(cellOf(facts, 'Due')).toBe(`${cron} ${timezone}`);
      expect(cellOf(facts, 'Next tick')).toMatch(new RegExp(`06:00:00, partition ${nextTick?.partition}$`));
    }));

  it('/providers shows of each provider the requests, failures and failing keys of the API', () =>
    look('/providers', async (page) => {
      const { data } = await demo.api.listProviders();
      const { requests } = await findBackfill();
      expect(data).toHaveLength(6);
      for (const { provider, state, lastHour, failingKeys } of data) {
        await page.getByRole('region', { name: new RegExp(`^${provider} ${state}$`) }).waitFor();
        const facts = await readFacts(page, `#${provider}`);
        expect(lastHour.requests).toBe(requests[provider]);
        expectShown(cellOf(facts, 'Last hour'), lastHour.requests, `requests to ${provider}`);
        expect(cellOf(facts, 'Last hour')).toContain(`${lastHour.failures} failures`);
        for (const { key } of failingKeys) expect(cellOf(facts, 'Failing keys')).toContain(key);
        if (failingKeys.length === 0) expect(cellOf(facts, 'Failing keys')).toBe('none');
      }
    }));

  it('/alerts shows what lasts and the rules as the API has them', async () => {
    await look('/alerts', async (page) => {
      await vi.waitFor(async () => {
        const { data } = await demo.api.listAlerts({ query: { open: 'true' } });
        expect(data.length).toBeGreaterThan(0);
        const rows = await readRecords(page, 'Alerts that last');
        expect(rows.map((row) => [row['Severity'], row['Rule'], row['About'], row['Message']])).toEqual(
          data.map(({ severity, rule, subject, message }) => [severity, rule, subject, message]),
        );
      }, patience);
    });
    await look('/alerts?view=rules', async (page) => {
      const { data } = await demo.api.listAlertRules();
      const rows = await readRecords(page, 'Rules');
      expect(rows.map((row) => [row['Rule'], row['Severity'], row['Deadline']])).toEqual(
        data.map(({ name, severity, deadline }) => [name, severity, deadline ?? '–']),
      );
      for (const [index, { name, threshold }] of data.entries())
        expectShown(cellOf(rows[index], 'Threshold'), threshold, `threshold of ${name}`);
    });
  });

  it('/audit tells who asked for the backfill of the demo, and for what', () =>
    look('/audit', async (page) => {
      const { data } = await demo.api.listAudit();
      const rows = await readRecords(page, 'Changes, newest first');
      expect(rows.map((row) => [row['Who'], row['What'], row['To what']])).toEqual(
        data.map(({ actor, action, subject }) => [
          actor,
          action.replaceAll(/[._]/g, ' '),
          subject.slice(0, 8),
        ]),
      );
      expect(cellOf(rows.at(-1), 'Detail')).toContain(`from: ${FROM}`);
    }));

  it.each(PAGES)(
    '%s is accessible in both themes, fits a phone and complains of nothing',
    async (path, landmark) => {
      expect(await listFaults(demo.browser, `${demo.url}${path}`, landmark)).toEqual([]);
    },
  );

  it('the pages of one backfill and of one run are accessible, fit a phone and complain of nothing', async () => {
    const [backfill, run] = [await findBackfill(), await findRun()];
    for (const [path, landmark] of [
      [`/backfills/${backfill.id}`, 'Progress by asset'],
      [`/runs/${run.id}`, 'Attempts'],
    ] as const)
      expect(await listFaults(demo.browser, `${demo.url}${path}`, landmark)).toEqual([]);
  });
});
