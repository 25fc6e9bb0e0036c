import { Queue } from 'bullmq';
import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';
import { createDashboard } from '../../services/dashboard/app.ts';
import type { Account } from '../../services/dashboard/login.ts';
import { readFirstKey } from '../../shared/api-key.ts';
import { createClient, type Client } from '../../shared/client/client.ts';
import { serve } from '../../shared/http-server.ts';
import { createLogger } from '../../shared/logger.ts';
import { connectForCommands } from '../../shared/queues/connection.ts';
import { QUEUES } from '../../shared/queues/queues.ts';
import { MINUTE } from '../../shared/time.ts';
import { startApi, type RunningApi } from '../integration/api/running-api.ts';

/** The API and the dashboard before it, in this process, on a world of their own. */
export interface DashboardStack {
  /** What the tests write their rows through: `db`, and the fixed clock `NOW` of running-api.ts. */
  readonly api: RunningApi;
  /** Asks the API as the pages do, to compare what they show with what it answers. */
  readonly client: Client;
  /** Address of the dashboard. */
  readonly url: string;
  close(): Promise<void>;
}

export type StackOptions = Parameters<typeof startApi>[0] & { readonly account?: Account | null };

/** Starts both; without `account` and `keys` nobody has to log in and everybody may do everything. */
export async function startDashboardStack(options: StackOptions = {}): Promise<DashboardStack> {
  const { account = null, ...apiOptions } = options;
  const api = await startApi(apiOptions);
  const connection = connectForCommands(api.world.redisUrl);
  const queues = Object.keys(QUEUES).map(
    (name) => new Queue(name, { connection, prefix: api.world.redisPrefix, skipMetasUpdate: true }),
  );
  const app = createDashboard({
    host: '127.0.0.1',
    trustProxy: 0,
    queues,
    apiUrl: api.url,
    account,
    secret: 'seals the cookies of the tests and nothing else',
    log: createLogger('test', 'silent'),
  });
  const server = await serve(app, { host: '127.0.0.1', port: 0 });
  return {
    api,
    client: createClient({
      baseUrl: api.url,
      apiKey: account?.apiKey ?? readFirstKey((apiOptions.keys ?? []).join(',')),
    }),
    url: `http://127.0.0.1:${server.port}`,
    async close() {
      await server.close();
      await Promise.all(queues.map((queue) => queue.close()));
      connection.disconnect();
      await api.close();
    },
  };
}

export const THEMES = ['light', 'dark'] as const;

/** A page in a browser, and what it complained about: errors on the console, refusals of its policy, exceptions. */
export interface OpenPage {
  readonly page: Page;
  readonly complaints: readonly string[];
}

/** Starts the browser that `describeWithChromium` found. */
export const launchBrowser = (executablePath: string): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });

/** Opens an address of the dashboard in a context of its own; close it with `page.context().close()`. */
export async function openPage(
  browser: Browser,
  address: string,
  { theme = 'light', width = 1280 }: { theme?: (typeof THEMES)[number]; width?: number } = {},
): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: theme });
  // Playwright's half a minute is short for a browser that shares its processor with ten others.
  context.setDefaultTimeout(MINUTE);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(address, { waitUntil: 'domcontentloaded' });
  return { page, complaints };
}

/** What axe-core finds that is serious or critical, as `rule: element` lines. */
export async function listAccessibilityIssues(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

/** Whether the page is wider than its window. */
export const hasHorizontalScroll = (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');

/** Windows that no page may be wider than: a desk, a laptop, a tablet, a phone. */
const WIDTHS = [1280, 1024, 768, 390];

/** The widths of the window at which a page scrolls to the side. */
export async function listScrollingWidths(page: Page): Promise<number[]> {
  const found: number[] = [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    // Charts and maps are drawn anew for it.
    await page.evaluate(
      'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(undefined))))',
    );
    if (await hasHorizontalScroll(page)) found.push(width);
  }
  return found;
}

/**
 * What every page owes, in both themes and on a phone: nothing serious for axe-core, no complaint, no scroll to the side; the last
 * at every width of `WIDTHS`.
 */
export async function listFaults(browser: Browser, address: string, landmark: string): Promise<string[]> {
  const faults: string[] = [];
  for (const theme of THEMES)
    for (const width of [1280, 390]) {
      const { page, complaints } = await openPage(browser, address, { theme, width });
      await page.getByText(landmark).first().waitFor();
      const found = [...(await listAccessibilityIssues(page)), ...complaints];
      if (await hasHorizontalScroll(page)) found.push('scrolls to the side');
      if (width === 1280 && theme === 'light')
        found.push(...(await listScrollingWidths(page)).map((each) => `scrolls to the side at ${each} px`));
      faults.push(...found.map((fault) => `${theme}, ${width} px: ${fault}`));
      await page.context().close();
    }
  return faults;
}

/** The cells of a table by its caption, row by row; waits until it is there. */
export async function readTable(page: Page, caption: string): Promise<string[][]> {
  const table = page.getByRole('table', { name: caption });
  await table.waitFor();
  return table
    .locator('tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) =>
        [...(row as unknown as { cells: Iterable<{ innerText: string }> }).cells].map((cell) =>
          cell.innerText.trim(),
        ),
      ),
    );
}
