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

/** Evaluated once: the policy of the pages refuses what polls from within. */
const WAIT_FOR_PAINT = `new Promise((resolve) =>
  new PerformanceObserver((list) => {
    for (const { startTime } of list.getEntriesByName('first-contentful-paint')) resolve(startTime);
  }).observe({ type: 'paint', buffered: true }))`;
const READ_REQUESTS = `performance.getEntriesByType('resource').map((entry) => entry.toJSON())`;

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
  const paint = await page.evaluate<number>(WAIT_FOR_PAINT);
  const requests = (await page.evaluate<Timing[]>(READ_REQUESTS)).filter(
    ({ name }) => name.includes('/v1/') && !name.includes('/v1/events'),
  );
  await context.close();
  return {
    paint,
    complete: Math.max(paint, ...requests.map(({ responseEnd }) => responseEnd)),
    requests: Object.fromEntries(
      requests.map(({ name, requestStart, responseEnd }) => {
        const { pathname, search } = new URL(name);
        return [`${pathname}${search}`, responseEnd - requestStart];
      }),
    ),
  };
}
