import type { Locator, Page } from 'playwright-core';
import { Client as Database } from 'pg';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { MAP_WORDS } from '../../shared/contract/partition-map.ts';
import { graph } from '../../shared/pipeline/graph.ts';
import { MINUTE, SECOND } from '../../shared/time.ts';
import { openBrowserSession } from '../helpers/browser-session.ts';
import { describeWithChromium } from '../helpers/chromium.ts';
import { startDemoDashboard, type DemoDashboard } from '../helpers/demo-dashboard.ts';
import { pointAtCell } from '../helpers/heat-map.ts';
import { cellOf, readFacts, readRecords } from '../helpers/shown-records.ts';

const OPERATOR = 'a-key-of-otto-that-nobody-guesses';
const VIEWER = 'a-key-of-vera-that-nobody-guesses';
const FRED = 'api.stlouisfed.org';
/** A failing provider is seen this soon after its failure was recorded, where nothing else wants the processor. */
const VISIBLE_WITHIN_MS = 5 * SECOND;
/** For what workers do, and for what pages hear of it, on a machine that does other things too. */
const patience = { timeout: 5 * MINUTE };
/** The partition after those of the demo. */
const LACKING = '2021-11-12';

/** Buttons that change nothing but the page itself. */
const HARMLESS = ['All', 'None', 'Print', 'Search', 'Show'];

/** Whether a table is wider than its place, so that one has to scroll for its last columns. */
const isCutOff = (table: Locator): Promise<boolean> =>
  table.evaluate(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth);

describeWithChromium('changes on the dashboard of the demo', (executablePath) => {
  let demo: DemoDashboard;
  let database: Database;

  beforeAll(async () => {
    demo = await startDemoDashboard(executablePath, ['2021-11-01', '2021-11-11'], {
      apiKey: OPERATOR,
      env: {
        API_KEYS: `otto:operator:${OPERATOR},vera:viewer:${VIEWER}`,
        RETRY_BASE_MS: '50',
        // A tick before long, with its run and its digest.
        SCHEDULE_CRON: '* * * * *',
      },
    });
    database = new Database({ connectionString: demo.databaseUrl });
    await database.connect();
  });
  afterAll(async () => {
    await database?.end();
    await demo?.close();
  });

  /** Opens a page and logs in at it. */
  async function openAs(apiKey: string, path: string): Promise<Page> {
    const page = await demo.open(path);
    await page.getByLabel('API key').fill(apiKey);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('button', { name: 'Log out' }).waitFor();
    return page;
  }

  const ask = (path: string, init?: RequestInit): Promise<Response> => fetch(`${demo.url}${path}`, init);

  /** What the replay server does to FRED from now on. */
  async function setFaults(rules: readonly object[]): Promise<void> {
    const response = await fetch(`${demo.replayUrl}/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(rules),
    });
    expect(response.status).toBe(200);
  }

  it('lets nobody in without a login: no data, no change, no Bull Board', async () => {
    for (const path of ['/v1/assets', '/v1/events', '/session', '/queues/api/queues'])
      expect([path, (await ask(path)).status]).toEqual([path, 401]);
    expect((await ask('/v1/runs', { method: 'POST' })).status).toBe(401);
    const page = await demo.open('/queues');
    await page.getByLabel('API key').fill(`${VIEWER}!`);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('These credentials are not known').waitFor();
    await page.getByLabel('API key').fill(VIEWER);
    await page.getByRole('button', { name: 'Log in' }).click();
    // Bull Board, which was asked for.
    await page.getByRole('link', { name: 'bronze' }).first().waitFor();
    expect(new URL(page.url()).pathname).toMatch(/^\/queues/);
    await page.context().close();
  });

  it('lets a viewer look at every page, where no button acts', async () => {
    const [backfill] = (await demo.api.listBackfills()).data;
    const [run] = (await demo.api.listRuns()).data;
    const page = await openAs(VIEWER, '/');
    const acting: Record<string, string[]> = {};
    const disabled = new Set<string>();
    for (const [path, landmark] of [
      ['/', 'Providers'],
      ['/partitions?view=2021-11', 'Needs the role operator.'],
      ['/backfills', '2021-11-01'],
      [`/backfills/${backfill?.id}`, 'Progress by asset'],
      ['/runs', 'Runs, newest first'],
      [`/runs/${run?.id}`, 'Tasks'],
      [`/runs/${run?.id}?view=events`, 'Search'],
      ['/signals/agent_fiscal/2021-11-11', 'Narrative'],
      ['/assets/bronze_fred', 'Materializations'],
      ['/data/series/BR_IPCA_MOM', 'Released'],
      ['/schedule', 'Next tick'],
      ['/providers', 'Failing keys'],
      ['/alerts', 'Alerts that last'],
      ['/alerts?view=rules', 'Cool-down'],
      ['/audit', 'it needs the role operator'],
    ] as const) {
      await page.goto(`${demo.url}${path}`);
      await page.getByText(landmark).first().waitFor();
      for (const name of await page.locator('main button:disabled:visible').allInnerTexts())
        disabled.add(name);
      const names = await page.locator('main button:enabled:visible').allInnerTexts();
      const found = names.filter((name) => !HARMLESS.includes(name.trim()));
      if (found.length > 0) acting[path] = found;
    }
    expect(acting).toEqual({});
    expect([...disabled]).toEqual(
      expect.arrayContaining(['Backfill …', 'Start run', 'Set a value', 'Pause', 'Disable']),
    );
    await page.context().close();
  });

  it('refuses what a viewer sends by hand and what comes with a wrong token, and takes it from an operator', async () => {
    const change = { from: '2021-12-01', to: '2021-12-31', dryRun: true };
    const viewer = await openBrowserSession(demo.url, { apiKey: VIEWER });
    const operator = await openBrowserSession(demo.url, { apiKey: OPERATOR });
    const audited = (await demo.api.listAudit()).data.length;
    const refused = await viewer.send('POST', '/v1/backfills', change);
    expect([refused.status, refused.headers.get('content-type')]).toEqual([
      403,
      expect.stringContaining('application/problem+json'),
    ]);
    expect(await refused.json()).toMatchObject({
      detail: 'This needs the role operator; the key has the role viewer',
    });
    for (const token of ['', 'wrong', viewer.csrf])
      expect((await operator.send('POST', '/v1/schedule/pause', {}, token)).status).toBe(403);
    expect((await viewer.send('PUT', '/queues/api/queues/bronze/pause')).status).toBe(403);
    expect((await demo.api.getSchedule()).paused).toBeNull();
    expect((await demo.api.listAudit()).data.length).toBe(audited);
    expect((await operator.send('POST', '/v1/backfills', change)).status).toBe(200);
  });

  it('shows the tick of the schedule, its run and the digest made after it, as the API does', async () => {
    await expect.poll(async () => (await demo.api.listDigests()).data.length, patience).toBeGreaterThan(0);
    const page = await openAs(VIEWER, '/schedule');
    const ticks = await readRecords(page, 'Past ticks');
    const schedule = await demo.api.getSchedule();
    const known = schedule.ticks.map(({ partition, outcome, runId }) => [
      partition,
      outcome,
      runId?.slice(0, 8),
    ]);
    const [shown] = ticks.toReversed();
    expect(known).toContainEqual([shown?.['Partition'], shown?.['Outcome'], shown?.['Run']]);
    const [digest] = (await demo.api.listDigests()).data;
    const partition = digest?.partition ?? '';
    await page.goto(`${demo.url}/alerts?view=digests`);
    const [line] = await readRecords(page, 'Morning digests');
    const ready = digest?.assets.filter(({ state }) => state === 'fresh' || state === 'no_data_expected');
    expect([line?.['Partition'], line?.['Assets ready'], line?.['Alerts']]).toEqual([
      partition,
      `${ready?.length} of 14`,
      String(digest?.alerts.length),
    ]);
    await page.getByRole('link', { name: partition }).click();
    const assets = await readRecords(page, 'State of the fourteen assets');
    expect(assets.map((row) => [row['Asset'], row['State'], row['Newest partition']])).toEqual(
      digest?.assets.map(({ asset, state, newestPartition }) => [
        asset,
        state.replaceAll('_', ' '),
        newestPartition ?? '–',
      ]),
    );
    expect(cellOf(await readFacts(page), 'Compared with')).toBe(digest?.previousPartition);
    await page.context().close();
  });

  it('shows on both open pages within five seconds that a provider has begun to fail, or as the machine lets it', async () => {
    const overview = await openAs(OPERATOR, '/');
    const providers = await openAs(OPERATOR, '/providers');
    await overview.getByRole('row', { name: /^fred ok 0 / }).waitFor();
    await providers.getByRole('region', { name: /^fred ok$/ }).waitFor();
    const seen = (locator: Locator): Promise<number> => locator.waitFor(patience).then(() => Date.now());
    const seenAt = Promise.all([
      seen(overview.getByRole('row', { name: /^fred (degraded|down) [1-9]/ })),
      seen(providers.getByRole('region', { name: /^fred (degraded|down)$/ })),
    ]);
    await setFaults([{ host: FRED, kind: 'status', status: 503, probability: 1 }]);
    onTestFinished(() => setFaults([]));
    const openedAt = Date.now();
    const page = await openAs(OPERATOR, '/runs');
    const openedInMs = Date.now() - openedAt;
    await page.getByRole('button', { name: 'Start run' }).click();
    await page.getByLabel('Partition, a weekday').fill(LACKING);
    await page.getByRole('dialog').getByRole('button', { name: 'Start run' }).click();
    await page.waitForURL(`${demo.url}/runs/*`);
    const moments = await seenAt;
    const failures = await database.query<{ at: Date }>(
      `select min(at) as at from provider_requests where host = $1 and status = 503`,
      [FRED],
    );
    const recordedAt = failures.rows[0]?.at.getTime() ?? Number.NaN;
    const delaysMs = moments.map((moment) => moment - recordedAt);
    process.stdout.write(`a failing provider was visible after ${delaysMs.join(' and ')} ms\n`);
    // A page is opened within a second, of which hearing and asking again is a part.
    expect(Math.max(...delaysMs)).toBeLessThan(Math.max(VISIBLE_WITHIN_MS, 5 * openedInMs));
    const { data } = await demo.api.listProviders();
    expect(data.find(({ provider }) => provider === 'fred')?.state).not.toBe('ok');
    // The retries are used up, and what reads FRED is skipped.
    const id = page.url().split('/').at(-1) ?? '';
    await page.locator('dl.facts').getByText('partially failed', { exact: true }).waitFor(patience);
    expect((await demo.api.getRun({ params: { id } })).state).toBe('partially_failed');
    const tasks = await readRecords(page, 'Tasks');
    const stateOf = (asset: string) => tasks.find((row) => row['Asset'] === asset)?.['State'];
    expect([stateOf('bronze_fred'), stateOf('silver_macro'), stateOf('silver_curves')]).toEqual([
      'failed',
      'skipped',
      'succeeded',
    ]);
    for (const one of [overview, providers, page]) await one.context().close();
  });

  it('leads in three clicks from its first page to why silver_macro is missing on 2021-11-12', async () => {
    const page = await openAs(VIEWER, '/');
    await page.getByRole('link', { name: 'Partitions', exact: true }).click();
    await page.getByRole('link', { name: '2021', exact: true }).click();
    await page.waitForURL('**/partitions?view=2021');
    const { x, y } = await pointAtCell(page, 'silver_macro', LACKING);
    await page.mouse.click(x, y);
    const detail = page.getByRole('region', { name: `silver_macro on ${LACKING}` });
    await detail.getByText('Its task was skipped: upstream failed: bronze_fred.').waitFor();
    const [first, last] = await detail.locator('ol.chain li').allInnerTexts();
    expect(first).toMatch(
      /^bronze_fred failed It begins here\. Failed: .*(HTTP 503|its requests failed time after time)/s,
    );
    expect(last).toBe('silver_macro waits for it.');
    expect(new URL(page.url()).search).toBe(`?view=2021-11&day=${LACKING}&asset=silver_macro`);
    await page.context().close();
  });

  it('starts a backfill of what is chosen on the map, and turns its cells when the workers are done', async () => {
    const page = await openAs(OPERATOR, '/partitions?view=2021-11');
    const countOf = async (word: string): Promise<number> => {
      const item = page.locator('.legend li').filter({ hasText: new RegExp(`\\b${word} `) });
      return Number((await item.locator('.number').innerText()).replaceAll(',', ''));
    };
    const map = page.locator('.heat-map');
    const line = page.locator('#cell-line');
    await map.focus();
    await expect.poll(() => line.innerText(), patience).toContain('bronze_bcb_sgs · 2021-11-01');
    for (let day = 0; day < 10; day += 1) await page.keyboard.press('ArrowRight');
    await expect.poll(() => line.innerText(), patience).toContain('bronze_bcb_sgs · 2021-11-15 · missing');
    await page.keyboard.press('Shift+ArrowRight');
    for (let asset = 1; asset < graph.names.length; asset += 1) await page.keyboard.press('Shift+ArrowDown');
    await expect.poll(() => page.getByLabel('To', { exact: true }).inputValue(), patience).toBe('2021-11-16');
    await expect.poll(() => page.getByLabel('From', { exact: true }).inputValue()).toBe('2021-11-15');
    await expect.poll(() => page.locator('fieldset input:checked').count()).toBe(14);
    const missing = await countOf('missing');
    const before = await map.screenshot();
    await page.evaluate('globalThis.isSamePage = true');

    await page.getByRole('button', { name: 'Backfill …' }).click();
    const plan = page.getByRole('region', { name: 'What it takes' });
    const range = { from: '2021-11-15', to: '2021-11-16' };
    const dryRun = await demo.api.createBackfill({ body: { ...range, dryRun: true } });
    if (!('plan' in dryRun)) throw new Error('Expected a plan');
    expect(dryRun).toMatchObject({ partitions: 28, tasks: 14, runs: 1 });
    await plan.getByText('28 partitions in 14 tasks of 1 run').waitFor();
    for (const [provider, count] of Object.entries(dryRun.estimate.requestsPerProvider))
      if (count > 0) await plan.getByText(`${provider} ${count.toLocaleString('en-US')}`).waitFor();
    await page.getByRole('button', { name: 'Start backfill' }).click();
    const progress = page.getByRole('region', { name: 'Progress of the backfill' });
    await progress.getByText('28 of 28 (100.0%)').waitFor(patience);
    await progress.getByText('succeeded', { exact: true }).waitFor(patience);

    await expect.poll(() => countOf('missing'), patience).toBe(missing - 28);
    await expect
      .poll(() => line.innerText(), patience)
      .toMatch(/agent_cross_asset · 2021-11-16 · (fresh|degraded)/);
    expect((await map.screenshot()).equals(before)).toBe(false);
    expect(await page.evaluate('globalThis.isSamePage')).toBe(true);
    const { assets } = await demo.api.getPartitionMap({ query: { from: '2021-11-01', to: '2021-11-30' } });
    const letters = assets.flatMap(({ states }) => states.split(''));
    for (const [letter, word] of Object.entries(MAP_WORDS))
      await expect
        .poll(() => countOf(word.replaceAll('_', ' ')), { ...patience, message: word })
        .toBe(letters.filter((each) => each === letter).length);
    await page.context().close();
  });

  it('opens the dialog of a backfill for just the range that the pointer was dragged over', async () => {
    const page = await openAs(OPERATOR, '/partitions?view=2021-10');
    const start = await pointAtCell(page, 'bronze_bcb_ptax', '2021-10-06');
    const end = await pointAtCell(page, 'silver_macro', '2021-10-14');
    await page.mouse.move(start.x, start.y);
    await page.mouse.down();
    await page.mouse.move(end.x, end.y, { steps: 5 });
    await page.mouse.up();
    await page.waitForURL((url) => url.searchParams.get('to') === '2021-10-14');
    await expect.poll(() => page.getByLabel('From', { exact: true }).inputValue()).toBe('2021-10-06');
    await page.getByRole('button', { name: 'Backfill …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Backfill 2021-10-06 to 2021-10-14' });
    await dialog
      .getByText('bronze_bcb_ptax, bronze_b3_market_data, bronze_treasury_gov, silver_macro', { exact: true })
      .waitFor();
    await dialog.getByText(/\d+ partitions in \d+ tasks of 1 run/).waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.context().close();
  });

  it('pauses, resumes and cancels a backfill under way, and tells who did it and why', async () => {
    const created = await demo.api.createBackfill({
      body: { from: '2021-07-01', to: '2021-10-29', slice: 'day', maxConcurrentRuns: 1 },
    });
    if (!('id' in created)) throw new Error('Expected a backfill');
    const { id } = created;
    const page = await openAs(OPERATOR, `/backfills/${id}`);
    const change = async (button: string, reason: string): Promise<void> => {
      await page.getByRole('button', { name: button, exact: true }).first().click();
      const dialog = page.locator('dialog[open]');
      await dialog.getByLabel('Reason').fill(reason);
      await dialog.getByRole('button', { name: button, exact: true }).click();
    };
    const read = () => demo.api.getBackfill({ params: { id } });
    const shownState = page.locator('dl.facts .state').first();
    const shownDone = async (): Promise<number> => {
      const text = cellOf(await readFacts(page), 'Partitions');
      return Number((/([\d,]+) of/.exec(text)?.[1] ?? '').replaceAll(',', ''));
    };
    await expect.poll(shownDone, patience).toBeGreaterThan(0);
    const list = await openAs(OPERATOR, '/backfills');
    const table = list.getByRole('region', { name: 'Backfills, newest first' });
    await table.getByText('running', { exact: true }).waitFor(patience);
    await expect.poll(() => table.getByText('about').count(), patience).toBe(1);
    expect(await isCutOff(table)).toBe(false);
    await list.context().close();

    await change('Pause', 'look first');
    await expect.poll(() => shownState.innerText(), patience).toBe('paused');
    await expect.poll(async () => (await read()).tasks.running ?? 0, patience).toBe(0);
    const paused = await read();
    expect(paused.state).toBe('paused');
    await expect.poll(shownDone, patience).toBe(paused.partitions.done);

    await change('Resume', 'looked');
    await expect.poll(() => shownState.innerText(), patience).toBe('running');
    await expect.poll(shownDone, patience).toBeGreaterThan(paused.partitions.done);

    await change('Cancel backfill', 'not needed');
    await expect.poll(() => shownState.innerText(), patience).toBe('cancelled');
    const cancelled = await read();
    expect(cancelled.state).toBe('cancelled');
    expect(cancelled.partitions.done).toBeLessThan(cancelled.partitions.total);
    expect(cancelled.partitions.done).toBeGreaterThan(paused.partitions.done);
    await page.getByRole('button', { name: 'Retry', exact: true }).waitFor();
    await expect
      .poll(
        async () =>
          (await readRecords(page, 'Changes, newest first')).map((row) => [
            row['Who'],
            row['What'],
            row['Why'],
          ]),
        patience,
      )
      .toEqual([
        ['otto', 'backfill cancel', 'not needed'],
        ['otto', 'backfill resume', 'looked'],
        ['otto', 'backfill pause', 'look first'],
        ['otto', 'backfill create', '–'],
      ]);
    await page.context().close();
  });
});
