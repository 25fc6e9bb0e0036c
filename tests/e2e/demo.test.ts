import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectForWorker } from '../../shared/queues/connection.ts';
import { MINUTE } from '../../shared/time.ts';
import {
  endDemo,
  listProcesses,
  makeDemoDir,
  readRequests,
  readStack,
  startDemo,
  waitInDemo,
  type DemoProcess,
} from '../helpers/demo-process.ts';
import { countWritten, listArchivedTwice, listLateInputs, writtenOnce } from '../helpers/demo-results.ts';
import { emptyRedis } from '../helpers/empty-redis.ts';

const FIRST = '2021-01-04';
const LAST = '2022-06-24';
const PARTITIONS = 385;

let demo: DemoProcess;
let client: Client;
let apiUrl: string;

async function list<Row extends object>(text: string): Promise<Row[]> {
  return (await client.query<Row & Record<string, unknown>>(text)).rows;
}

async function one<Value>(text: string): Promise<Value> {
  const [row] = await list<Record<string, Value>>(text);
  return Object.values(row ?? {})[0] as Value;
}

function killService(name: string): void {
  const found = listProcesses(dataDir).find(({ command }) => command.includes(`services/${name}/main.ts`));
  if (found === undefined) throw new Error(`expected a process of ${name}`);
  process.kill(found.pid, 'SIGKILL');
}

const countDone = () =>
  one<string>(`select count(*) from materializations where state <> 'failed'`).then(Number);

const waitForDone = (atLeast: number) =>
  waitInDemo(demo, async () => ((await countDone()) >= atLeast ? true : undefined));

/** When a task was taken up that a killed worker had left. */
async function findRecovery(): Promise<Date | undefined> {
  const at = await one<Date | null>(
    `select min(at) from task_events where kind = 'started' and (detail ->> 'crashes')::int > 0`,
  );
  return at ?? undefined;
}

/** How long the machine takes now for the least that a process can do. */
async function timeProcess(): Promise<number> {
  const startMs = performance.now();
  await promisify(execFile)(process.execPath, ['--eval', '']);
  return performance.now() - startMs;
}

/** Before the kill there must be something that could be asked for again. */
const COVERED_BEFORE = 50;

/**
 * Waits until the archive has some answers of a window and not yet all, so that killing the worker of bronze hurts. Returns the
 * windows that are covered at that moment.
 */
async function waitForOpenWindow(): Promise<ReadonlySet<string>> {
  const deadline = Date.now() + 5 * MINUTE;
  for (;;) {
    const [found] = await list<{ isOpen: boolean; covered: string[] }>(`
      select exists (
        select from payloads answer where not exists (
          select from coverage where (provider, key, window_id) = (answer.provider, answer.key, answer.window_id))) as "isOpen",
        array(select concat_ws(' ', provider, key, window_id) from coverage) as covered`);
    if (found?.isOpen === true && found.covered.length >= COVERED_BEFORE) return new Set(found.covered);
    if (Date.now() > deadline) throw new Error(`no window was being fetched:\n${demo.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const dataDir = makeDemoDir();
let killedAt: number;
let coveredBefore: ReadonlySet<string>;
let recoveredAt: number;

// One whole demo, disturbed three times, and then questioned.
beforeAll(async () => {
  demo = await startDemo(dataDir, FIRST, LAST);
  await waitInDemo(demo, () => /\d+ tasks/.exec(demo.output()) ?? undefined);
  const { databaseUrl, redisUrl, apiUrl: url } = readStack(demo);
  apiUrl = url;
  client = new Client({ connectionString: databaseUrl });
  await client.connect();
  coveredBefore = await waitForOpenWindow();
  killService('bronze');
  killedAt = Date.now();
  // An emptied Redis has no lock that could expire: what the worker left would be dispatched again, and no crash counted.
  recoveredAt = (await waitInDemo(demo, findRecovery)).getTime();
  await waitForDone(800);
  const redis = connectForWorker(redisUrl);
  await emptyRedis(redis);
  redis.disconnect();
  await waitForDone(2_000);
  killService('agents');
  await waitInDemo(demo, () => /materialized +[\d,]+ of [\d,]+/.exec(demo.output()) ?? undefined);
});

afterAll(async () => {
  try {
    await client?.end();
  } finally {
    if (demo !== undefined) await endDemo(demo);
  }
});

describe('the demo, with two workers killed and Redis emptied on the way', () => {
  it('ends complete', async () => {
    expect(demo.output()).toContain('5,390 of 5,390: complete');
    expect(await one(`select state from backfills`)).toBe('succeeded');
    expect(
      await list(`select layer, state, count(*)::int from (select split_part(asset, '_', 1) as layer, state from materializations) m
        group by 1, 2 order by 1, 2`),
    ).toEqual([
      { layer: 'agent', state: 'fresh', count: 5 * PARTITIONS },
      { layer: 'bronze', state: 'fresh', count: 371 * 4 + 381 + 77 },
      { layer: 'bronze', state: 'no_data_expected', count: 14 * 4 + 4 + 308 },
      { layer: 'silver', state: 'fresh', count: 3 * PARTITIONS },
    ]);
  });

  it('wrote nothing twice', async () => {
    expect(await countWritten(list)).toEqual(writtenOnce(PARTITIONS));
  });

  it('took up the task of the killed worker within 15 s of having a worker again, or as the machine let it', () => {
    const starts = [
      ...readFileSync(join(dataDir, 'logs', 'bronze.log'), 'utf8').matchAll(
        /"time":(\d+),.*"msg":"started"/g,
      ),
    ];
    const restartedAt = starts.map(([, time]) => Number(time)).find((time) => time > killedAt) ?? Number.NaN;
    // A new worker is there within two seconds, where nothing else wants the processor.
    expect(recoveredAt - restartedAt).toBeLessThan(Math.max(15_000, 8 * (restartedAt - killedAt)));
  });

  it('asked and archived again only what was in flight at the kill', async () => {
    const again = await listArchivedTwice(list);
    // The rest of a window was lost with the worker: it is asked for once more, as a whole.
    const other = again.filter(
      ({ provider, key, window, times, first, last }) =>
        times > 2 ||
        first.getTime() > killedAt ||
        last.getTime() < killedAt ||
        coveredBefore.has(`${provider} ${key} ${window}`),
    );
    expect(other).toEqual([]);
    const { total, duplicates } = await readRequests(demo);
    expect(total).toBeGreaterThan(1_000);
    // Six tasks with four windows each may be interrupted; a window of FRED takes up to three requests, the others one.
    expect(duplicates.length).toBeLessThanOrEqual(5 * 4 + 4 * 3);
  });

  it('kept the event loops free: 99 % of all turns began within half a second, or as the machine let them', () => {
    const readLag = (service: string): number => {
      const lags = [
        ...readFileSync(join(dataDir, 'logs', `${service}.log`), 'utf8').matchAll(/"totalP99Ms":([\d.]+)/g),
      ];
      return Number(lags.at(-1)?.[1]);
    };
    // Nobody looks at the dashboard: what it waits for is the machine alone.
    const limit = Math.max(500, 5 * readLag('dashboard'));
    for (const service of ['api', 'scheduler', 'bronze', 'silver', 'agents'])
      expect(readLag(service), service).toBeLessThan(limit);
  });
});

describe('what the agents knew', () => {
  it('shows the IPCA of 2021 from the partition of its release on', async () => {
    const known = await list<{ partition: string; period: string; value: number }>(`
      select partition::text, diagnostics #>> '{ipca12m,period}' as period, (diagnostics #>> '{ipca12m,value}')::float8 as value
      from agent_reports where agent = 'agent_inflation' and partition in ('2022-01-10', '2022-01-11') order by partition`);
    expect(known.map(({ partition, period }) => [partition, period])).toEqual([
      ['2022-01-10', '2021-11'],
      ['2022-01-11', '2021-12'],
    ]);
    // Published by IBGE on 2022-01-11: 10.06 %.
    expect(Math.abs((known[1]?.value ?? 0) - 10.06)).toBeLessThan(0.01);
  });

  it('saw IPCA above the band in every partition from 2021-04-09 on', async () => {
    const below = await list(`
      select partition from agent_reports where agent = 'agent_inflation' and partition >= '2021-04-09'
        and not (diagnostics #>> '{ipca12m,value}')::float8 > case when partition < '2022-01-01' then 3.75 else 3.5 end + 1.5`);
    expect(below).toEqual([]);
  });

  it('was surprised by inflation upwards in three spells, and never downwards', async () => {
    const spells = await list(`
      select min(partition)::text as from, max(partition)::text as to, direction from (
        select partition, direction, status, row_number() over (order by partition)
          - row_number() over (partition by status order by partition) as spell
        from signals where signal_id = 'INFLATION_BR_SURPRISE') s
      where status = 'OK' group by spell, direction order by 1`);
    expect(spells).toEqual([
      { from: '2021-01-04', to: '2021-02-08', direction: 'LONG' },
      { from: '2021-10-08', to: '2022-01-10', direction: 'LONG' },
      { from: '2022-04-08', to: '2022-06-08', direction: 'LONG' },
    ]);
  });

  it('found the Selic below its Taylor rate throughout 2021, and never above it', async () => {
    const directions = await list(`
      select direction, count(*)::int from signals where signal_id = 'MONETARY_BR_TAYLOR' and partition < '2022-01-01' group by 1`);
    expect(directions).toEqual([{ direction: 'LONG', count: 260 }]);
    expect(
      await list(`select from signals where signal_id = 'MONETARY_BR_TAYLOR' and direction = 'SHORT'`),
    ).toEqual([]);
    const selic = await list(`
      select (outputs ->> 'selic_target')::float8 as selic from agent_reports
      where agent = 'agent_monetary_policy' and partition in ('${FIRST}', '${LAST}') order by partition`);
    expect(selic).toEqual([{ selic: 2 }, { selic: 13.25 }]);
  });

  it('says of every signal whether it could be computed, and what was missing', async () => {
    const states = await list<{ signal_id: string; states: string }>(`
      select signal_id, string_agg(distinct status, ' ' order by status) as states from signals group by 1 order by 1`);
    expect(Object.fromEntries(states.map((row) => [row.signal_id, row.states]))).toMatchObject({
      CROSSASSET_CORRELATION: 'OK',
      CROSSASSET_REGIME: 'OK',
      CROSSASSET_SENTIMENT: 'INSUFFICIENT_DATA OK',
      FISCAL_BR_DOMINANCE_RISK: 'OK',
      FISCAL_BR_DSA: 'INSUFFICIENT_DATA',
      FISCAL_BR_IMPULSE: 'INSUFFICIENT_DATA',
      FX_BR_BEER: 'INSUFFICIENT_DATA',
      FX_BR_FLOW: 'INSUFFICIENT_DATA',
      INFLATION_BR_BOTTOMUP: 'INSUFFICIENT_DATA',
      INFLATION_BR_COMPOSITE: 'BELOW_THRESHOLD OK',
      INFLATION_BR_PERSISTENCE: 'INSUFFICIENT_DATA',
      INFLATION_BR_PHILLIPS: 'INSUFFICIENT_DATA',
      INFLATION_US_TREND: 'OK',
      MONETARY_BR_TERM_PREMIUM: 'INSUFFICIENT_DATA OK',
    });
    expect(states).toHaveLength(23);
    const unexplained = await list(`select from signals where status <> 'OK' and coalesce(reason, '') = ''`);
    expect(unexplained).toEqual([]);
    const reasons = await list<{ signal_id: string; reason: string }>(`
      select signal_id, reason from signals where partition = '${LAST}' and status = 'INSUFFICIENT_DATA'`);
    const named = {
      FISCAL_BR_IMPULSE: 'SGS 5793',
      FX_BR_BEER: 'SGS 29042',
      FX_BR_FLOW: 'SGS 13961',
      CROSSASSET_SENTIMENT: 'DX-Y.NYB',
    };
    for (const [signal, code] of Object.entries(named)) {
      expect(reasons.find((row) => row.signal_id === signal)?.reason).toContain(code);
    }
  });

  it('used no value released after the cutoff of its partition', async () => {
    expect(await listLateInputs(list)).toEqual([]);
  });
});

describe('the curves', () => {
  it('serves the DI curve of the last recorded session, each node from the prices of that day', async () => {
    const response = await fetch(`${apiUrl}/v1/curves/DI_PRE?date=${LAST}&asOf=${LAST}`);
    const curve = (await response.json()) as {
      date: string;
      points: { tenor: string; businessDays: number; rate: number; method: string }[];
    };
    expect(curve.date).toBe('2022-06-20');
    const rates = Object.fromEntries(curve.points.map((point) => [point.tenor, point.rate]));
    expect(rates['DI1F23']).toBeCloseTo(0.1358, 4);
    expect(rates['DI1F25']).toBeCloseTo(0.12465, 4);
    expect(rates['DI1F31']).toBeCloseTo(0.1262, 4);
    const settled = await list<{ vertex: string; price: string; business_days: number }>(
      `select vertex, price, business_days from curve_points where key = 'DI1' and date = '2022-06-20'`,
    );
    expect(settled.length).toBeGreaterThan(30);
    for (const { vertex, price, business_days: days } of settled) {
      expect(rates[vertex], vertex).toBeCloseTo((100_000 / Number(price)) ** (252 / days) - 1, 9);
    }
  });

  it('agrees with FRED on the ten-year Treasury on every common day', async () => {
    const [common] = await list(`
      select count(*)::int as days, count(*) filter (where o.value <> c.rate * 100)::int as different
      from observations o join curve_points c on c.date = o.date and c.key = 'UST_NOM' and c.vertex = '10Y'
      where o.key = 'US_UST_10Y' and o.value is not null`);
    expect(common).toMatchObject({ different: 0 });
    expect((common as { days: number }).days).toBeGreaterThan(1_800);
  });

  it('finds the US curve inverted between two and ten years on two days only', async () => {
    const slopes = await list<{ day: string; value: number }>(`
      select distinct on (curve_date) curve_date::text as day, value from silver_curve_metric
      where curve_id = 'UST_NOM' and metric = 'slope' and curve_date between '${FIRST}' and '${LAST}'
      order by curve_date, known_at desc`);
    expect(slopes.filter(({ value }) => value <= 0).map(({ day }) => day)).toEqual([
      '2022-04-01',
      '2022-04-04',
    ]);
    const [breakeven] = await list(`
      select min(value)::float8 as low, max(value)::float8 as high from observations
      where key = 'US_BEI_10Y' and date between '${FIRST}' and '${LAST}'`);
    expect(breakeven).toEqual({ low: 2.01, high: 3.02 });
  });
});

describe('the demo as a command', () => {
  /** The watchdog of the demo hears of its end by that end, and is gone a moment later. */
  const expectNoProcess = () => expect.poll(() => listProcesses(dataDir)).toEqual([]);

  it('stops within ten seconds of Ctrl-C, or as the machine lets it, and leaves no process behind', async () => {
    await client.end();
    const startMs = Date.now();
    demo.child.kill('SIGINT');
    expect(await demo.ended, demo.output()).toBe(0);
    const stoppedInMs = Date.now() - startMs;
    expect(stoppedInMs).toBeLessThan(Math.max(10_000, 200 * (await timeProcess())));
    await expectNoProcess();
  });

  it('finds nothing missing the second time, and stops by itself when asked to', async () => {
    demo = await startDemo(dataDir, FIRST, LAST, { ONCE: '1' });
    expect(await demo.ended, demo.output()).toBe(0);
    expect(demo.output()).toContain('nothing was missing');
    expect(demo.output()).toContain('5,390 of 5,390: complete');
    await expectNoProcess();
  });
});
