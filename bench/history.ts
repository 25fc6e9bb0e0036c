/**
 * The whole history, computed and looked at: what 1,000 asset-partitions cost each process, PostgreSQL and Redis, and how
 * long every page of the dashboard takes over it.
 *
 * `node bench/history.ts` starts a stack of its own on the recorded data and backfills all assets from 2010 on by month, then half
 * a year of it again by day.
 * Takes about ten minutes; the pages are looked at with Chromium, and left out without one. Exit code 1 when a page is slow.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { loadavg } from 'node:os';
import type { Browser } from 'playwright-core';
import { END_STATES } from '../infra/cli/follow-backfill.ts';
import { createClient } from '../shared/client/client.ts';
import { openDatabase, type Database } from '../shared/db/client.ts';
import { findChromium } from '../tests/helpers/chromium.ts';
import { launchBrowser } from '../tests/helpers/dashboard-stack.ts';
import { listPageAddresses } from '../tests/helpers/page-addresses.ts';
import { readCpu, readStorage, type Storage } from './support/cost.ts';
import { median, print } from './support/figures.ts';
import { withOwnStack, type OwnStack } from './support/own-stack.ts';
import { timePage, type PageTimes } from './support/page-times.ts';

const HISTORY = { from: '2010-01-01', to: '2026-11-20', slice: 'month', only: 'missing' } as const;
/** Days whose data is there already: what is left is the cost of tasks as the run of a weekday has them. */
const DAILY = { from: '2022-01-03', to: '2022-06-30', slice: 'day', only: 'all' } as const;
const VIEWS = 5;
const DAY = '2022-06-20';

/** The most that an answer and the first paint of a page may take, medians of all views. */
const MOST_ANSWER_MS = 200;
const MOST_PAINT_MS = 1_000;

const formatMs = (taken: number): string => `${taken.toFixed(0)} ms`.padStart(10);
const kib = (bytes: number): string => `${(bytes / 1_024).toFixed(0).padStart(8)} KiB`;

/** Asks for a backfill and waits for its end. */
async function runBackfill(
  { apiUrl }: OwnStack,
  body: typeof HISTORY | typeof DAILY,
): Promise<{ id: string; run: string; done: number }> {
  const client = createClient({ baseUrl: apiUrl });
  const created = await client.createBackfill({ body });
  if ('dryRun' in created) throw new Error('a backfill was asked for, and a plan of one came');
  const params = { id: created.id };
  for (;;) {
    const { state, partitions } = await client.getBackfill({ params });
    if (END_STATES.has(state)) {
      const runs = await client.listRuns({ query: { backfillId: created.id, limit: 1 } });
      return { id: created.id, run: runs.data[0]!.id, done: partitions.done };
    }
    await sleep(1_000);
  }
}

function printCost(cpu: Record<string, number>, before: Storage, after: Storage, thousands: number): void {
  print('\nper 1,000 asset-partitions');
  for (const [name, seconds] of Object.entries(cpu))
    print(`processor of ${name.padEnd(20)} ${(seconds / thousands).toFixed(2).padStart(8)} s`);
  const grown = Object.entries(after.tables)
    .map(([name, bytes]) => [name, bytes - (before.tables[name] ?? 0)] as const)
    .filter(([, bytes]) => bytes > 0)
    .toSorted((a, b) => b[1] - a[1]);
  for (const [name, bytes] of grown) print(`table ${name.padEnd(27)} ${kib(bytes / thousands)}`);
  print(
    `all tables                        ${kib(grown.reduce((sum, [, bytes]) => sum + bytes, 0) / thousands)}`,
  );
  print(`write-ahead log                   ${kib((after.wal - before.wal) / thousands)}`);
  print(`Redis at its peak, in all         ${kib(after.redisPeak)}`);
}

async function benchCost(
  stack: OwnStack,
  db: Database,
  body: typeof HISTORY | typeof DAILY,
): Promise<{ id: string; run: string }> {
  const [cpuBefore, before] = [await readCpu(stack, db), await readStorage(stack, db)];
  const start = performance.now();
  const backfill = await runBackfill(stack, body);
  const seconds = (performance.now() - start) / 1_000;
  const [cpuAfter, after] = [await readCpu(stack, db), await readStorage(stack, db)];
  print(
    `\n${body.from} … ${body.to} by ${body.slice}: ${backfill.done} materializations in ${seconds.toFixed(0)} s`,
  );
  const cpu = Object.entries(cpuAfter).map(
    ([name, value]) => [name, value - (cpuBefore[name] ?? 0)] as const,
  );
  printCost(Object.fromEntries(cpu), before, after, backfill.done / 1_000);
  return backfill;
}

/** An answer or a first paint that takes longer than it may. */
interface Slow {
  readonly page: string;
  readonly what: string;
  readonly ms: number;
  readonly mostMs: number;
}

/** Looks at a page some times, prints its medians and says which of them are too long. */
async function benchPage(browser: Browser, dashboardUrl: string, page: string): Promise<Slow[]> {
  const views: PageTimes[] = [];
  for (let view = 0; view < VIEWS; view += 1) views.push(await timePage(browser, dashboardUrl + page));
  const of = (pick: (view: PageTimes) => number): number => median(views.map(pick));
  const [paint, complete] = [of((view) => view.paint), of((view) => view.complete)];
  const answers = Object.keys(views[0]!.requests)
    .map((address) => ({ address, ms: of(({ requests }) => requests[address] ?? 0) }))
    .toSorted((a, b) => b.ms - a.ms);
  const slowest = answers[0] === undefined ? '–' : `${answers[0].ms.toFixed(0)} ms ${answers[0].address}`;
  print(`${page.slice(0, 30).padEnd(30)} ${formatMs(paint)} ${formatMs(complete)}   ${slowest}`);
  return [
    { page, what: 'first paint', ms: paint, mostMs: MOST_PAINT_MS },
    ...answers.map((answer) => ({
      page,
      what: answer.address,
      ms: answer.ms,
      mostMs: MOST_ANSWER_MS,
    })),
  ].filter((taken) => taken.ms > taken.mostMs);
}

/** Times every page, and fails the benchmark when one of them is slow. */
async function benchPages(stack: OwnStack, { id, run }: { id: string; run: string }): Promise<void> {
  const program = findChromium();
  if (program === undefined) return print('\nNOT RUN: pages, because there is no Chromium on this machine');
  const browser = await launchBrowser(program);
  print(`\nload ${loadavg()[0]!.toFixed(1)}`);
  print('page                             paint   complete   slowest answer');
  const slow: Slow[] = [];
  for (const page of listPageAddresses({ backfill: id, run, partition: DAY }))
    slow.push(...(await benchPage(browser, stack.dashboardUrl, page)));
  await browser.close();
  for (const { page, what, ms: taken, mostMs } of slow)
    print(`TOO SLOW: ${what} of ${page} took ${taken.toFixed(0)} ms; ${mostMs} ms is the most`);
  if (slow.length > 0) process.exitCode = 1;
}

await withOwnStack(async (stack) => {
  const { db, close } = openDatabase(stack.databaseUrl, { name: 'bench', max: 1 });
  try {
    const history = await benchCost(stack, db, HISTORY);
    await benchCost(stack, db, DAILY);
    await benchPages(stack, history);
  } finally {
    await close();
  }
});
