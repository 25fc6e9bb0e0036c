import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { locateStackFile } from '../../infra/local/settings.ts';
import { createClient, type Client } from '../../shared/client/client.ts';
import { launchBrowser, openPage } from './dashboard-stack.ts';
import { endDemo, makeDemoDir, readStack, startDemo, waitInDemo } from './demo-process.ts';

/** A demo that has done its work and serves, with a browser to look at it. */
export interface DemoDashboard {
  readonly browser: Browser;
  /** Asks the API as the pages do, to compare what they show with what it answers. */
  readonly api: Client;
  readonly url: string;
  readonly databaseUrl: string;
  readonly replayUrl: string;
  /** Opens a page in a context of its own; close it with `page.context().close()`. */
  open(path: string): Promise<Page>;
  close(): Promise<void>;
}

/** Starts a demo for a range of partitions and waits until it serves. `apiKey` is one of those in `env`. */
export async function startDemoDashboard(
  executablePath: string,
  [from, to]: readonly [from: string, to: string],
  { env = {}, apiKey }: { readonly env?: NodeJS.ProcessEnv; readonly apiKey?: string } = {},
): Promise<DemoDashboard> {
  const dataDir = makeDemoDir();
  const demo = await startDemo(dataDir, from, to, env);
  try {
    await waitInDemo(demo, () => (demo.output().includes('serving;') ? true : undefined));
    const { apiUrl, dashboardUrl: url, databaseUrl } = readStack(demo);
    const { replayUrl } = JSON.parse(readFileSync(locateStackFile(dataDir), 'utf8')) as { replayUrl: string };
    const browser = await launchBrowser(executablePath);
    return {
      browser,
      api: createClient({ baseUrl: apiUrl, apiKey }),
      url,
      databaseUrl,
      replayUrl,
      open: async (path) => (await openPage(browser, `${url}${path}`)).page,
      async close() {
        await browser.close();
        await endDemo(demo);
      },
    };
  } catch (error) {
    await endDemo(demo);
    throw error;
  }
}
