/**
 * The whole history, computed and looked at: what 1,000 asset-partitions cost each process, PostgreSQL and Redis, and how
 * long every page of the dashboard takes over it.
 *
 * `node bench/history.ts` starts a stack of its own on the recorded data and backfills all assets from 2010 on by month, then half
 * a year of it again by day.
 * Takes about ten minutes; the pages are looked at with Chromium, and left out without one.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { END_STATES } from '../infra/cli/follow-backfill.ts';
import { createClient } from '../shared/client/client.ts';
import { openDatabase, type Database } from '../shared/db/client.ts';
import { findChromium } from '../tests/helpers/chromium.ts';
import { launchBrowser } from '../tests/helpers/dashboard-stack.ts';
import { readCpu, readStorage, type Storage } from './support/cost.ts';
import { median, print } from './support/figures.ts';
import { withOwnStack, type OwnStack } from './support/own-stack.ts';
import { timePage, type PageTimes } from './support/page-times.ts';

const HISTORY = { from: '2010-01-01', to: '2026-11-20', slice: 'month', only: 'missing' } as const;
/** Days whose data is there already: what is left is the cost of tasks as the run of a weekday has them. */
const DAILY = { from: '2022-01-03', to: '2022-06-30', slice: 'day', only: 'all' } as const;
const VIEWS = 5;
const DAY = '2022-06-20';

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

const listPages = ({ id, run }: { id: string; run: string }): readonly string[] => [
  '/',
  '/partitions',
  '/backfills',
  `/backfills/${id}`,
  '/runs',
  `/runs/${run}`,
  '/assets/silver_macro',
  '/data',
  '/data/series/BR_IPCA_MOM',
  '/data/curves/DI_PRE',
  '/data/returns/IBOVESPA',
  '/signals',
  `/signals/agent_fiscal/${DAY}`,
  `/lineage/agent_fiscal/${DAY}`,
  '/schedule',
  '/providers',
  '/alerts',
  '/audit',
];

async function benchPages(stack: OwnStack, history: { id: string; run: string }): Promise<void> {
  const program = findChromium();
  if (program === undefined) return print('\nNOT RUN: pages, because there is no Chromium on this machine');
  const browser = await launchBrowser(program);
  print('\npage                             paint   complete   slowest answer');
  for (const path of listPages(history)) {
    const views: PageTimes[] = [];
    for (let view = 0; view < VIEWS; view += 1)
      views.push(await timePage(browser, stack.dashboardUrl + path));
    const slowest = Object.keys(views[0]!.requests)
      .map((address) => [address, median(views.map(({ requests }) => requests[address] ?? 0))] as const)
      .toSorted((a, b) => b[1] - a[1])[0];
    const figure = (name: 'paint' | 'complete'): string =>
      `${median(views.map((view) => view[name])).toFixed(0)} ms`;
    print(
      `${path.slice(0, 30).padEnd(30)} ${figure('paint').padStart(7)} ${figure('complete').padStart(10)} ${slowest?.[1].toFixed(0).padStart(8) ?? '–'} ms ${slowest?.[0] ?? ''}`,
    );
  }
  await browser.close();
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
