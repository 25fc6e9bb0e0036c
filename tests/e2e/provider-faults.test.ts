import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { locateStackFile } from '../../infra/local/settings.ts';
import { detectPooling } from '../../shared/db/pooling.ts';
import { BURST } from '../../shared/queues/budget.ts';
import { parseRedisUrl } from '../../shared/redis-url.ts';
import { SECOND } from '../../shared/time.ts';
import {
  endDemo,
  makeDemoDir,
  readStack,
  readVariable,
  startDemo,
  waitInDemo,
  type DemoProcess,
} from '../helpers/demo-process.ts';
import { describeWithPgBouncer } from '../helpers/pgbouncer.ts';

const FIRST = '2021-01-04';
const LAST = '2021-12-31';
const PARTITIONS = 260;

const SGS = 'api.bcb.gov.br';
const FRED = 'api.stlouisfed.org';
const PTAX = 'olinda.bcb.gov.br';
const TREASURY = 'home.treasury.gov';
const B3 = 'www.b3.com.br';
const YAHOO = 'query2.finance.yahoo.com';

/** What each host does to us all the while. Yahoo is well. */
const FAULTS = [
  { host: SGS, kind: 'status', status: 503, probability: 0.3 },
  { host: FRED, kind: 'retry-after-429', retryAfterSeconds: 1, everyNth: 40, burst: 5 },
  { host: B3, kind: 'slow-body', delayMs: 20, probability: 1 },
  { host: PTAX, kind: 'truncate', everyNth: 3 },
  { host: TREASURY, kind: 'html-200', everyNth: 3 },
];

/** Requests per second of each host but the one that is well. */
const RATES: Readonly<Record<string, number>> = {
  [SGS]: 12,
  [FRED]: 24,
  [B3]: 30,
  [PTAX]: 8,
  [TREASURY]: 8,
};

/** What is wrong in the recordings themselves, each row once: key, reason, rows. */
const KNOWN_REJECTS = [
  'DAP: matures on the trade date, 5',
  'DDI: matures on the trade date, 6',
  'DI1: matures on the trade date, 6',
  'DOL: matures on the trade date, 6',
  'DXY: no close, 1479',
  'GOLD: no close, 81',
  'GOLD: schema, 1',
  'IBOVESPA: no close, 150',
  'IBOVESPA: non-session, 12',
  'OIL_WTI: no close, 77',
  'VIX: non-session, 1',
];

/** What the replay server says of the requests that it was sent. */
const REPORT = z.object({
  hosts: z.record(z.string(), z.number()),
  faulted: z.record(z.string(), z.number()),
  duplicates: z.array(z.object({ url: z.string(), count: z.number() })),
});

const dataDir = makeDemoDir();
let demo: DemoProcess;
let client: Client;
let replayed: z.infer<typeof REPORT>;

async function list<Row extends object>(text: string): Promise<Row[]> {
  return (await client.query<Row & Record<string, unknown>>(text)).rows;
}

async function one<Value>(text: string): Promise<Value> {
  const [row] = await list<Record<string, Value>>(text);
  return Object.values(row ?? {})[0] as Value;
}

beforeAll(async () => {
  demo = await startDemo(dataDir, FIRST, LAST, {
    PROVIDER_RATES: Object.entries(RATES)
      .map(([host, rate]) => `${host}=${rate}`)
      .join(','),
    // This one of the suite always runs so.
    E2E_STORES: 'clustered',
    REPLAY_FAULTS: JSON.stringify(FAULTS),
    RETRY_BASE_MS: '200',
  });
  await waitInDemo(demo, () => /\d+ tasks/.exec(demo.output()) ?? undefined);
  client = new Client({ connectionString: readStack(demo).databaseUrl });
  await client.connect();
  await waitInDemo(demo, () => /materialized +[\d,]+ of [\d,]+/.exec(demo.output()) ?? undefined);
  const { replayUrl } = JSON.parse(readFileSync(locateStackFile(dataDir), 'utf8')) as { replayUrl: string };
  replayed = REPORT.parse(await (await fetch(`${replayUrl}/requests`)).json());
});

afterAll(async () => {
  try {
    await client?.end();
  } finally {
    if (demo !== undefined) await endDemo(demo);
  }
});

describe('the stores of that year', () => {
  it('are, for the jobs, a Redis Cluster', () => {
    expect(parseRedisUrl(readVariable(demo, 'bronze', 'REDIS_URL')).kind).toBe('cluster');
  });

  describeWithPgBouncer('with PgBouncer', () => {
    it('are, for the data, reached through it in transaction mode, and directly for locks and listening', async () => {
      expect(await detectPooling(readVariable(demo, 'bronze', 'DATABASE_URL'))).toBe('transactions');
      expect(await detectPooling(readVariable(demo, 'bronze', 'DATABASE_DIRECT_URL'))).toBe('direct');
    });
  });
});

describe('a year with faults on five of six hosts', () => {
  it('ends complete', async () => {
    expect(demo.output()).toContain('3,640 of 3,640: complete');
    expect(await one(`select state from backfills`)).toBe('succeeded');
    const counts = await list(`
      select split_part(asset, '_', 1) as layer, count(*)::int from materializations
      where state in ('fresh', 'no_data_expected') group by 1 order by 1`);
    expect(counts).toEqual([
      { layer: 'agent', count: 5 * PARTITIONS },
      { layer: 'bronze', count: 6 * PARTITIONS },
      { layer: 'silver', count: 3 * PARTITIONS },
    ]);
  });

  it('really had them', () => {
    const { hosts, faulted } = replayed;
    expect(Object.keys(faulted).toSorted()).toEqual([SGS, FRED, TREASURY, PTAX].toSorted());
    const share = (host: string): number => (faulted[host] ?? 0) / (hosts[host] ?? 0);
    // Drawn by chance, in the order in which requests come: three of ten, of some 150.
    expect(share(SGS)).toBeGreaterThan(0.1);
    expect(share(PTAX)).toBeGreaterThan(0.3);
    expect(share(TREASURY)).toBeGreaterThan(0.25);
    expect(faulted[FRED]).toBeGreaterThanOrEqual(3 * 5);
  });

  it('stored nothing twice', async () => {
    expect(
      await list(`select task_id from task_events where kind = 'succeeded' group by 1 having count(*) > 1`),
    ).toEqual([]);
    expect(await one(`select count(*)::int from signals`)).toBe(23 * PARTITIONS);
    expect(await one(`select count(*)::int from agent_reports`)).toBe(5 * PARTITIONS);
    // The recordings hold one vintage of everything but FRED: a second revision would be a row stored twice.
    for (const table of ['observations', 'bars', 'fixings', 'curve_points']) {
      const repeated = `select count(*)::int from ${table} where revision > 0 and vintage_basis <> 'provider'`;
      expect(await one(repeated), table).toBe(0);
    }
    const covered = await one(
      `select count(*)::int from (select distinct provider, key, window_id from coverage) c`,
    );
    expect(await one(`select count(*)::int from coverage where ingested_at is not null`)).toBe(covered);
  });

  it('asked again only for windows that had failed', async () => {
    const good = `
      select r.provider, r.key, p.window_id, p.part from provider_requests r join payloads p on p.id = r.payload_id
      where r.status in (200, 404) and p.content_type not like 'text/html%'`;
    const twice = await list<{ provider: string }>(`
      select provider, key, window_id, part from (${good}) answers group by 1, 2, 3, 4 having count(*) > 1`);
    // A window of FRED is asked for whole: what came before the 429 comes again.
    expect(twice.filter(({ provider }) => provider !== 'fred')).toEqual([]);
    expect(replayed.duplicates.filter(({ url }) => !url.startsWith(`/${FRED}/`))).toEqual([]);
    expect(replayed.duplicates.length).toBeLessThanOrEqual(2 * (replayed.faulted[FRED] ?? 0));
  });

  it('left nothing in quarantine but the rows that are bad in the recordings', async () => {
    const rows = await list<{ key: string; reason: string; count: number }>(`
      select key, split_part(reason, ':', 1) as reason, count(*)::int from rejected_rows group by 1, 2 order by 1, 2`);
    expect(rows.map(({ key, reason, count }) => `${key}: ${reason}, ${count}`)).toEqual(KNOWN_REJECTS);
  });

  it('archived every answer that failed, and the reason where none came', async () => {
    const failed = await list(`
      select r.host, count(*)::int from provider_requests r join payloads p on p.id = r.payload_id
        join payload_bodies b on b.sha256 = p.sha256
      where r.status >= 429 or p.content_type like 'text/html%' group by 1`);
    const broken = await list(`
      select host, count(*)::int from provider_requests where payload_id is null and error = 'ECONNRESET' group by 1`);
    const counted = [...failed, ...broken].map((row) => Object.values(row) as [string, number]);
    expect(Object.fromEntries(counted)).toEqual(replayed.faulted);
    expect(
      await one(`select count(*)::int from provider_requests where payload_id is null and error is null`),
    ).toBe(0);
  });
});

/** A request is noted so soon after its token was taken, where the event loop turns. */
const NOTED_WITHIN_MS = 200;

/** The longest time for which the worker that asks the providers could note nothing. */
function readLongestLag(): number {
  const log = readFileSync(join(dataDir, 'logs', 'bronze.log'), 'utf8');
  return Math.max(...[...log.matchAll(/"maxMs":([\d.]+)/g)].map(([, lag]) => Number(lag)));
}

/** Requests beyond `rate · t` in the fullest window that begins and ends with one. */
function countExcess(moments: readonly number[], rate: number): number {
  let most = 0;
  for (const [first, from] of moments.entries()) {
    for (const [offset, to] of moments.slice(first).entries())
      most = Math.max(most, offset + 1 - (rate * (to - from)) / SECOND);
  }
  return most;
}

describe('the budget of a host', () => {
  it.each(Object.entries(RATES))('of %s is %i requests per second in every window', async (host, rate) => {
    const sent = await list<{ at: Date }>(
      `select at from provider_requests where host = '${host}' order by at`,
    );
    const moments = sent.map(({ at }) => at.getTime());
    expect(moments).toHaveLength(replayed.hosts[host] ?? 0);
    // Two requests may stand closer together than their tokens, by the moment after which each was noted.
    const notedWithinMs = Math.max(NOTED_WITHIN_MS, 2 * readLongestLag());
    const closer = Math.max(1, (rate * notedWithinMs) / SECOND);
    expect(countExcess(moments, rate)).toBeLessThanOrEqual(BURST + closer);
  });
});

describe('the host that is well', () => {
  it('was asked once for each symbol, at once or as the machine let it, whatever the others did', async () => {
    const [yahoo] = await list<{ requests: number; failures: number; waitedMs: number }>(`
      select count(*)::int as requests, count(*) filter (where status <> 200 or error is not null)::int as failures,
        max(waited_ms)::int as "waitedMs" from provider_requests where host = '${YAHOO}'`);
    expect(yahoo).toMatchObject({ requests: 28, failures: 0 });
    expect(yahoo?.waitedMs).toBeLessThan(Math.max(2 * SECOND, 4 * readLongestLag()));
    const lastOf = (host: string): Promise<Date> =>
      one(`select max(at) from provider_requests where host = '${host}'`);
    const [whole] = await list<{ started: Date; tookMs: number }>(`
      select started_at as started, (extract(epoch from finished_at - started_at) * 1000)::int as "tookMs" from backfills`);
    const done = await lastOf(YAHOO);
    const doneInMs = done.getTime() - (whole?.started.getTime() ?? Number.NaN);
    expect(doneInMs).toBeLessThan(Math.max(20 * SECOND, (whole?.tookMs ?? Number.NaN) / 4));
    for (const host of [SGS, FRED, B3])
      expect((await lastOf(host)).getTime(), host).toBeGreaterThan(done.getTime());
    const retried = await list(`
      select tasks.asset from task_events e join tasks on tasks.id = e.task_id
      where tasks.asset = 'bronze_yahoo' and e.kind in ('retrying', 'postponed', 'failed')`);
    expect(retried).toEqual([]);
  });
});
