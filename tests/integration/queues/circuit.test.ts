import { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startReplay, type ReplayServer } from '../../../services/replay/server.ts';
import { fetchChart } from '../../../shared/connectors/yahoo/fetch-chart.ts';
import { RetryLaterError, TransientError } from '../../../shared/errors.ts';
import { createHttpClient, type HttpClient } from '../../../shared/http.ts';
import { createLogger } from '../../../shared/logger.ts';
import {
  enterCircuit,
  policyOf,
  readCircuit,
  reportToCircuit,
  type CircuitOutcome,
  type SharedCircuit,
} from '../../../shared/queues/circuit.ts';
import { createGate } from '../../../shared/queues/gate.ts';
import { circuitOf, listHosts } from '../../../shared/queues/hosts.ts';
import { MINUTE, SECOND, type Instant } from '../../../shared/time.ts';
import { waitFor } from '../../helpers/pipeline.ts';
import { createWorld, type World } from '../../helpers/world.ts';

const START = Date.parse('2022-07-01T09:00:00Z');
const YAHOO_HOST = 'query2.finance.yahoo.com';

let world: World;
let redis: Redis;
let other: Redis;
let replay: ReplayServer;
beforeAll(async () => {
  world = await createWorld();
  redis = new Redis(world.redisUrl);
  other = new Redis(world.redisUrl);
  replay = await startReplay({ host: '127.0.0.1', port: 0, dataFolder: 'data/replay' });
});
afterAll(async () => {
  await replay.close();
  redis.disconnect();
  other.disconnect();
  await world.close();
});

const circuit = (name: string, client = redis): SharedCircuit => ({
  redis: client,
  prefix: world.redisPrefix,
  circuit: name,
});

async function report(
  name: string,
  outcome: CircuitOutcome,
  times: number,
  now: Instant,
  policy = policyOf(name, 'live'),
): Promise<string> {
  let state = '';
  for (let time = 0; time < times; time += 1)
    state = await reportToCircuit(circuit(name), policy, outcome, 0, now);
  return state;
}

describe('a circuit', () => {
  it('opens after ten failures in a row, for every worker, and for its own provider only', async () => {
    expect(await report('fred', 'failed', 9, START)).toBe('closed');
    expect(await enterCircuit(circuit('fred'), 'claim', START)).toEqual({ state: 'closed', waitMs: 0 });
    expect(await report('fred', 'failed', 1, START)).toBe('opened');
    expect(await enterCircuit(circuit('fred', other), 'claim', START + MINUTE)).toEqual({
      state: 'open',
      waitMs: MINUTE,
      cause: 'failed',
    });
    expect(await enterCircuit(circuit('treasury'), 'claim', START)).toEqual({ state: 'closed', waitMs: 0 });
  });

  it('does not open while answers come in between', async () => {
    for (let round = 0; round < 5; round += 1) {
      await report('b3', 'failed', 9, START);
      expect(await report('b3', 'answered', 1, START)).toBe('closed');
    }
    expect(await redis.exists(`${world.redisPrefix}:circuit:b3`)).toBe(0);
  });

  it('of Yahoo opens after three 429, for a quarter of an hour', async () => {
    expect(await report('yahoo', 'throttled', 2, START)).toBe('closed');
    expect(await report('yahoo', 'throttled', 1, START)).toBe('opened');
    expect(await readCircuit(circuit('yahoo'), START)).toEqual({
      name: 'yahoo',
      state: 'open',
      openUntil: START + 15 * MINUTE,
      failuresInARow: 0,
      throttlesInARow: 3,
      cause: 'throttled',
    });
    expect(await report('bcb_sgs', 'throttled', 9, START)).toBe('closed');
  });

  it('lets exactly one of many requests through when its time is over', async () => {
    await report('half', 'failed', 10, START);
    const later = START + 2 * MINUTE;
    const passages = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        enterCircuit(circuit('half', index % 2 === 0 ? redis : other), 'claim', later),
      ),
    );
    expect(passages.filter(({ state }) => state === 'half_open')).toHaveLength(1);
    expect(passages.filter(({ state }) => state === 'probing')).toHaveLength(19);
    expect(await report('half', 'answered', 1, later)).toBe('closed');
    expect(await enterCircuit(circuit('half'), 'claim', later)).toEqual({ state: 'closed', waitMs: 0 });
  });

  it('stays open for twice as long after each try that fails, fifteen minutes at most', async () => {
    await report('down', 'failed', 10, START);
    let now = START;
    const waits: number[] = [];
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const { waitMs } = await enterCircuit(circuit('down'), 'look', now);
      waits.push(waitMs / MINUTE);
      now += waitMs;
      expect(await enterCircuit(circuit('down'), 'claim', now)).toMatchObject({ state: 'half_open' });
      expect(await report('down', 'failed', 1, now)).toBe('opened');
    }
    expect(waits).toEqual([2, 4, 8, 15, 15]);
  });

  it('of an optional file keeps nobody waiting for longer than two minutes', async () => {
    const policy = policyOf('tesouro_transparente', 'live');
    await report('tesouro_transparente', 'failed', 10, START, policy);
    const later = START + 2 * MINUTE;
    expect(await report('tesouro_transparente', 'failed', 1, later, policy)).toBe('opened');
    expect(await enterCircuit(circuit('tesouro_transparente'), 'look', later)).toEqual({
      state: 'open',
      waitMs: 2 * MINUTE,
      cause: 'failed',
    });
  });

  it('gives the try to another when it was given up or its worker died', async () => {
    await report('lost', 'failed', 10, START);
    const later = START + 2 * MINUTE;
    await enterCircuit(circuit('lost'), 'claim', later);
    expect(await report('lost', 'aborted', 1, later)).toBe('half_open');
    expect(await enterCircuit(circuit('lost'), 'claim', later)).toMatchObject({ state: 'half_open' });
    expect(await enterCircuit(circuit('lost'), 'claim', later + MINUTE)).toEqual({
      state: 'probing',
      waitMs: MINUTE,
    });
    expect(await enterCircuit(circuit('lost'), 'claim', later + 2 * MINUTE)).toMatchObject({
      state: 'half_open',
    });
  });

  it('is not moved by requests that were under way when it opened, and is closed without its state', async () => {
    await report('late', 'failed', 10, START);
    expect(await report('late', 'failed', 5, START + SECOND)).toBe('open');
    expect(await report('late', 'answered', 1, START + SECOND)).toBe('open');
    expect(await enterCircuit(circuit('late'), 'claim', START + SECOND)).toMatchObject({ waitMs: 119_000 });
    await redis.del(`${world.redisPrefix}:circuit:late`);
    expect(await enterCircuit(circuit('late'), 'claim', START)).toEqual({ state: 'closed', waitMs: 0 });
  });

  it('is of a provider: Yahoo has one for both hosts, Tesouro Transparente is not the exchange', () => {
    expect(listHosts('yahoo').map(circuitOf)).toEqual(['yahoo', 'yahoo']);
    expect(listHosts('b3').map(circuitOf)).toEqual(['b3', 'tesouro_transparente']);
  });
});

async function setFaults(rules: readonly object[]): Promise<void> {
  const response = await fetch(`${replay.url}/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(rules),
  });
  expect(response.status).toBe(200);
}

function openClient(providers: 'live' | 'replay', rates: Readonly<Record<string, number>> = {}): HttpClient {
  const log = createLogger('test', 'silent');
  const gate = createGate({ redis, prefix: world.redisPrefix, rates, providers, work: 'bulk', log });
  return createHttpClient({
    replayUrl: replay.url,
    acquire: gate.acquire,
    onOutcome: gate.report,
    log,
    signal: AbortSignal.timeout(MINUTE),
    now: Date.now,
    maxBodyBytes: 1 << 20,
  });
}

const SGS_URL =
  'https://api.bcb.gov.br/dados/serie/bcdata.sgs.433/dados?formato=json&dataInicial=01/01/2021&dataFinal=31/01/2021';
const PTAX_URL =
  "https://olinda.bcb.gov.br/olinda/servico/PTAX/versao/v1/odata/CotacaoDolarDia(dataCotacao=@dataCotacao)?@dataCotacao='01-04-2021'&$format=json";

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe('a client behind the gate', () => {
  it.each([
    ['5xx', { kind: 'status', status: 503 }],
    ['pages with 200', { kind: 'html-200' }],
    ['broken connections', { kind: 'truncate' }],
  ])('stops asking a provider that only sends %s, and goes on once it recovers', async (_name, fault) => {
    await redis.flushdb();
    await setFaults([{ host: 'api.bcb.gov.br', probability: 1, ...fault }]);
    const http = openClient('replay');
    const askSgs = () => http.get({ part: 'values', url: SGS_URL });
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const error = await failureOf(askSgs());
      if (fault.kind !== 'html-200') expect(error).toBeInstanceOf(TransientError);
    }
    expect(await readCircuit(circuit(circuitOf('api.bcb.gov.br')), Date.now())).toMatchObject({
      openUntil: expect.any(Number),
      failuresInARow: 10,
      cause: 'failed',
    });
    // When its second is over before the next request, that one tries the provider and opens it again.
    const refused = await waitFor('a refusal', async () => {
      const error = await failureOf(askSgs());
      return error instanceof RetryLaterError && error;
    });
    expect(refused.delayMs).toBeGreaterThan(0);
    expect(refused.delayMs).toBeLessThanOrEqual(SECOND);
    expect((await http.get({ part: 'day', url: PTAX_URL })).status).toBe(200);
    await setFaults([]);
    await sleep(SECOND);
    const answers = await Promise.all(Array.from({ length: 6 }, askSgs));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
  });

  it('waits for a short pause of a real provider and postpones a long one', async () => {
    await redis.flushdb();
    await setFaults([{ host: 'api.bcb.gov.br', first: 1, kind: 'retry-after-429', retryAfterSeconds: 1 }]);
    const http = openClient('live');
    // The pause begins after this, however long it takes until the next request.
    const before = Date.now();
    expect(await failureOf(http.get({ part: 'values', url: SGS_URL }))).toMatchObject({ delayMs: SECOND });
    expect((await http.get({ part: 'values', url: SGS_URL })).status).toBe(200);
    expect(Date.now() - before).toBeGreaterThanOrEqual(SECOND);
    await setFaults([{ host: 'api.bcb.gov.br', first: 1, kind: 'retry-after-429', retryAfterSeconds: 90 }]);
    await failureOf(http.get({ part: 'values', url: SGS_URL }));
    const postponed = await failureOf(http.get({ part: 'values', url: SGS_URL }));
    expect(postponed).toBeInstanceOf(RetryLaterError);
    expect((postponed as RetryLaterError).delayMs).toBeGreaterThan(85 * SECOND);
    await setFaults([]);
  });

  it('holds a replayed provider to a rate that is configured, and to no other', async () => {
    await redis.flushdb();
    const http = openClient('replay', { 'api.bcb.gov.br': 10 });
    const ask = async (url: string, times: number): Promise<number> => {
      const before = Date.now();
      await Promise.all(Array.from({ length: times }, () => http.get({ part: 'answer', url })));
      return Date.now() - before;
    };
    // Four at once, and of the ten others one each 1/8 s: bulk work has 80 % of the rate.
    expect(await ask(SGS_URL, 14)).toBeGreaterThan(1_000);
    await ask(PTAX_URL, 14);
    expect(await redis.keys(`${world.redisPrefix}:budget:*`)).toEqual([
      `${world.redisPrefix}:budget:api.bcb.gov.br`,
    ]);
  });
});

describe('requests through yahoo-finance2', () => {
  const window = { key: 'IBOVESPA', id: 'all', from: '2022-05-02', to: '2022-05-31' };

  it('pass the library, two at a time, and our budget, over all of them', async () => {
    await redis.flushdb();
    const rate = 10;
    const client = openClient('live', { [YAHOO_HOST]: rate });
    const sentAt: number[] = [];
    let underWay = 0;
    let most = 0;
    const http: HttpClient = {
      get: client.get,
      async fetch(input, init) {
        underWay += 1;
        most = Math.max(most, underWay);
        const response = await client.fetch(input, init);
        sentAt.push(Date.now());
        underWay -= 1;
        return response;
      },
    };
    const before = Date.now();
    const payloads = await Promise.all(Array.from({ length: 16 }, () => fetchChart('^BVSP', window, http)));
    expect(payloads.map(({ status }) => status)).toEqual(Array.from({ length: 16 }, () => 200));
    expect(most).toBe(2);
    expect(sentAt).toHaveLength(16);
    // 16 at 80 % of ten a second, four at once.
    expect(Date.now() - before).toBeGreaterThanOrEqual(1_300);
  });

  it('are refused after three 429', async () => {
    await redis.flushdb();
    await setFaults([{ host: YAHOO_HOST, probability: 1, kind: 'retry-after-429', retryAfterSeconds: 0 }]);
    const http = openClient('live', { [YAHOO_HOST]: 100 });
    for (let attempt = 0; attempt < 3; attempt += 1)
      expect(await failureOf(fetchChart('^BVSP', window, http))).toMatchObject({ delayMs: 0 });
    const refused = await failureOf(fetchChart('^BVSP', window, http));
    expect(refused).toBeInstanceOf(RetryLaterError);
    expect((refused as RetryLaterError).delayMs).toBeGreaterThan(14 * MINUTE);
    expect((refused as RetryLaterError).message).toContain('because it answered 429 time after time');
    await setFaults([]);
  });
});
