import type { Browser } from 'playwright-core';

/** One view of a page by a browser that has nothing in its cache (ms). */
export interface PageTimes {
  /** Until something is painted, and until what it shows is complete. */
  readonly paint: number;
  readonly complete: number;
  /** Until the server has answered, by address, without what is between pages and server. */
  readonly requests: Readonly<Record<string, number>>;
}

/** What a browser notes about a request. */
interface Timing {
  readonly name: string;
  readonly startTime: number;
  readonly requestStart: number;
  readonly responseEnd: number;
}

/**
 * Looks at a page once. It is complete when the last answer that it asked for has come and has been painted; the stream of
 * events never ends and does not count.
 */
export async function timePage(browser: Browser, address: string): Promise<PageTimes> {
  const context = await browser.newContext({ viewport: { width: 1_280, height: 900 } });
  const page = await context.newPage();
  // The stream keeps the network busy for ever.
  await page.route('**/v1/events*', (route) => route.abort());
  await page.goto(address, { waitUntil: 'networkidle' });
  const read = (type: string): Promise<Timing[]> =>
    page.evaluate(`performance.getEntriesByType('${type}').map((entry) => entry.toJSON())`);
  await page.waitForFunction(`performance.getEntriesByName('first-contentful-paint').length > 0`);
  const paint = (await read('paint')).find(({ name }) => name === 'first-contentful-paint');
  const requests = (await read('resource')).filter(
    ({ name }) => name.includes('/v1/') && !name.includes('/v1/events'),
  );
  await context.close();
  if (paint === undefined) throw new Error(`${address} has painted nothing`);
  return {
    paint: paint.startTime,
    complete: Math.max(paint.startTime, ...requests.map(({ responseEnd }) => responseEnd)),
    requests: Object.fromEntries(
      requests.map(({ name, requestStart, responseEnd }) => {
        const { pathname, search } = new URL(name);
        return [`${pathname}${search}`, responseEnd - requestStart];
      }),
    ),
  };
}
