import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { contract } from '../../../shared/contract/contract.ts';
import type { Endpoint } from '../../../shared/contract/endpoint.ts';
import { startBreakableProxy, type BreakableProxy } from '../../helpers/breakable-proxy.ts';
import { withClient } from '../../helpers/template-database.ts';
import { createWorld, type World } from '../../helpers/world.ts';
import { expectInTime, measureAlong } from './patience.ts';
import { startApi, type Answer, type RunningApi } from './running-api.ts';

/** Of the pool of the API. */
const CONNECTIONS = 20;
const UUID = '00000000-0000-4000-8000-000000000000';
const HEADERS = { authorization: 'Bearer ada-key' };

/** For what comes by itself, sooner or later. */
const WITH_TIME = { timeout: 60_000 };

/** A request of each kind that every endpoint takes, with the parameters without which it would refuse it. */
const PARTS: Readonly<Record<string, { readonly query?: string; readonly body?: unknown }>> = {
  createBackfill: { body: { from: '2022-06-01', to: '2022-06-30' } },
  createRun: { body: { partition: '2022-06-30' } },
  createKey: { body: { name: 'vera', role: 'viewer' } },
  createOverride: {
    body: {
      key: 'USDBRL_PTAX_SELL',
      check: 'jump',
      from: '2022-06-01',
      to: '2022-06-02',
      reason: 'test',
      actor: 'ada',
    },
  },
  listPartitions: { query: '?from=2022-06-01&to=2022-06-30' },
  getReport: { query: '?partition=2022-06-30' },
  getCurve: { query: '?date=2022-06-30' },
};

const ENDPOINTS = Object.entries<Endpoint>(contract).filter(
  ([name]) => name !== 'isLive' && name !== 'getProblem',
);

let world: World;
let postgres: BreakableProxy;
let redis: BreakableProxy;
let api: RunningApi;

beforeAll(async () => {
  world = await createWorld();
  postgres = await startBreakableProxy(world.databaseUrl);
  redis = await startBreakableProxy(world.redisUrl);
  api = await startApi({
    keys: ['ada:admin:ada-key'],
    createWorld: async () => ({ ...world, databaseUrl: postgres.url, redisUrl: redis.url }),
  });
  // What is loaded and compiled at the first request is not what is measured.
  await askAll();
});
afterEach(() => {
  postgres.thaw();
  redis.thaw();
});
afterAll(async () => {
  postgres.cut();
  await api.close();
  await postgres.close();
  await redis.close();
});

interface TimedAnswer extends Answer {
  readonly name: string;
  readonly tookMs: number;
}

async function ask(name: string, { method, path }: Endpoint): Promise<TimedAnswer> {
  const { query = '', body = method === 'get' ? undefined : {} } = PARTS[name] ?? {};
  const address = path.replaceAll(/\{\w+\}/g, UUID);
  const startedMs = performance.now();
  const answer = await api.send(method.toUpperCase(), `${address}${query}`, { headers: HEADERS, body });
  return { ...answer, name, tookMs: performance.now() - startedMs };
}

/** Asks every endpoint at once, as happens when a server goes away. */
const askAll = (): Promise<TimedAnswer[]> =>
  Promise.all(
    ENDPOINTS.filter(([name]) => name !== 'watchEvents').map(async ([name, endpoint]) => ask(name, endpoint)),
  );

/** What twice as many requests are answered at once as there are connections. */
async function askTwiceAsMany(name: string, endpoint: Endpoint): Promise<Set<number>> {
  const answers = await Promise.all(Array.from({ length: 2 * CONNECTIONS }, () => ask(name, endpoint)));
  return new Set(answers.map(({ status }) => status));
}

function expectUnavailable(answer: TimedAnswer): void {
  expect([answer.name, answer.status, answer.body['type']]).toEqual([
    answer.name,
    503,
    '/problems/unavailable',
  ]);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
}

/** The endpoints that ask PostgreSQL nothing, or refuse the request of this test before they do. */
const isIndependent = ({ status }: TimedAnswer): boolean =>
  status === 200 || status === 400 || status === 404;

describe('a PostgreSQL that takes everything and answers nothing', () => {
  it('is told within two seconds by every endpoint that needs it, by the probe, and by the stream of events', async () => {
    postgres.freeze();
    const measured = await measureAlong(api.url, askAll);
    expectInTime(measured);
    const answers = measured.result;
    const waiting = answers.filter((answer) => !isIndependent(answer));
    for (const answer of waiting) expectUnavailable(answer);
    expect(waiting.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'createBackfill',
        'createRun',
        'createKey',
        'listRuns',
        'listBackfills',
        'listAudit',
        'isReady',
      ]),
    );
    expect(waiting.length).toBeGreaterThan(15);
    const stream = await measureAlong(api.url, async () => [await ask('watchEvents', contract.watchEvents)]);
    stream.result.forEach(expectUnavailable);
    expectInTime(stream);
    expect((await api.send('GET', '/livez')).status).toBe(200);
  });

  it('is used again as soon as it answers, by as many requests as before', async () => {
    postgres.freeze();
    await askAll();
    // What was asked meanwhile is lost with its connections, as after a network that has failed.
    postgres.cut();
    postgres.thaw();
    await expect.poll(async () => (await ask('isReady', contract.isReady)).status, WITH_TIME).toBe(200);
    await expect.poll(() => askTwiceAsMany('listRuns', contract.listRuns), WITH_TIME).toEqual(new Set([200]));
    const written = await ask('createRun', contract.createRun);
    expect(written.status).toBe(202);
  });

  it('loses no connection for good, however many transactions it has cut off', async () => {
    for (let round = 0; round < 3; round += 1) {
      postgres.freeze();
      await Promise.all(Array.from({ length: CONNECTIONS }, () => ask('createRun', contract.createRun)));
      postgres.cut();
      postgres.thaw();
      await expect.poll(async () => (await ask('createRun', contract.createRun)).status, WITH_TIME).toBe(202);
    }
    // A slow machine refuses some of so many; with connections lost for good, the next test finds fewer than there are.
    await expect
      .poll(() => askTwiceAsMany('createRun', contract.createRun), WITH_TIME)
      .toEqual(new Set([202]));
  });
});

describe('a PostgreSQL whose answers are slow', () => {
  it('is waited for as long as it lives, but a request that finds no free connection is refused in time', async () => {
    await withClient(world.databaseUrl, async (holder) => {
      await holder.query('begin');
      await holder.query('lock table runs in access exclusive mode');
      const waiting = Array.from({ length: CONNECTIONS }, () => ask('listRuns', contract.listRuns));
      // On a connection of its own: within a transaction the statistics stay as they were first seen.
      await withClient(world.databaseUrl, (watcher) =>
        expect
          .poll(async () => {
            const { rowCount } = await watcher.query(
              `select from pg_stat_activity where application_name = 'test-api' and wait_event_type = 'Lock' and datname = current_database()`,
            );
            return rowCount;
          }, WITH_TIME)
          .toBe(CONNECTIONS),
      );
      const refused = await measureAlong(api.url, async () => [
        await ask('listBackfills', contract.listBackfills),
      ]);
      refused.result.forEach(expectUnavailable);
      expectInTime(refused);
      expect((await ask('isReady', contract.isReady)).status).toBe(200);
      await holder.query('rollback');
      const answers = await Promise.all(waiting);
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    });
  });
});

describe('a Redis that takes everything and answers nothing', () => {
  it('is told by the probe within two seconds, and holds up no other endpoint', async () => {
    redis.freeze();
    const measured = await measureAlong(api.url, askAll);
    expectInTime(measured);
    const answers = measured.result;
    const unavailable = answers.filter(({ status }) => status >= 500);
    expect(unavailable.map(({ name, body }) => [name, body['detail']])).toEqual([
      ['isReady', 'No answer from Redis'],
    ]);
    expectUnavailable(unavailable[0] as TimedAnswer);
    const providers = answers.find(({ name }) => name === 'listProviders');
    expect(providers?.body.data.map(({ circuit }) => circuit)).toEqual(Array(6).fill(null));
  });
});

describe('a stream of events', () => {
  it('outlives an outage of PostgreSQL and tells afterwards what happened', async () => {
    const ending = new AbortController();
    const response = await fetch(`${api.url}/v1/events`, { headers: HEADERS, signal: ending.signal });
    let text = '';
    const reading = (async () => {
      for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) text += piece;
    })();
    const tell = (what: string) =>
      withClient(world.databaseUrl, (client) =>
        client.query(`insert into events (kind, subject, data) values ($1, '', '{}')`, [what]),
      );
    await tell('schedule.before');
    await expect.poll(() => text, WITH_TIME).toContain('"kind":"schedule.before"');
    postgres.freeze();
    await tell('schedule.meanwhile');
    postgres.cut();
    postgres.thaw();
    await expect.poll(() => text, WITH_TIME).toContain('"kind":"schedule.meanwhile"');
    ending.abort();
    await expect(reading).rejects.toThrow('aborted');
  });
});
