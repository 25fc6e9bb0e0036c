import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRun } from '../../../shared/db/backfills.ts';
import { providerRequests, taskKeys, tasks } from '../../../shared/db/schema.ts';
import { registerSeries } from '../../../shared/db/series.ts';
import { storeTaskKeys } from '../../../shared/db/task-keys.ts';
import { pauseHost } from '../../../shared/queues/budget.ts';
import { policyOf, reportToCircuit } from '../../../shared/queues/circuit.ts';
import { HOUR, MINUTE, SECOND, toIso } from '../../../shared/time.ts';
import { NOW, startApi, type Row, type RunningApi } from './running-api.ts';

let api: RunningApi;
let redis: Redis;
beforeAll(async () => {
  api = await startApi();
  await registerSeries(api.db);
  redis = new Redis(api.world.redisUrl);
});
afterAll(async () => {
  redis.disconnect();
  await api.close();
});

type Request = typeof providerRequests.$inferInsert;

function requestOf(
  provider: string,
  host: string,
  agoMs: number,
  latencyMs: number,
  rest: Partial<Request>,
): Request {
  return { provider, host, key: null, at: new Date(NOW - agoMs), waitedMs: 0, latencyMs, ...rest };
}

async function findProvider(name: string): Promise<Row> {
  const { status, body } = await api.send('GET', '/v1/providers');
  expect(status).toBe(200);
  const found = body.data.find(({ provider }) => provider === name);
  if (found === undefined) throw new Error(`no provider ${name}`);
  return found;
}

describe('/v1/providers', () => {
  it('lists the six, unknown while nobody asked them', async () => {
    const { body } = await api.send('GET', '/v1/providers');
    expect(body.data.map(({ provider, state }) => [provider, state])).toEqual([
      ['bcb_sgs', 'unknown'],
      ['fred', 'unknown'],
      ['yahoo', 'unknown'],
      ['bcb_ptax', 'unknown'],
      ['b3', 'unknown'],
      ['treasury', 'unknown'],
    ]);
    expect(await findProvider('bcb_sgs')).toMatchObject({
      asset: 'bronze_bcb_sgs',
      circuit: 'closed',
      budgets: [
        {
          host: 'api.bcb.gov.br',
          configuredRate: 3,
          currentRate: 3,
          bulkShare: 0.8,
          pausedUntil: null,
        },
      ],
      lastHour: { requests: 0, failures: 0, throttled: 0, serverErrors: 0, p50Ms: null, p95Ms: null },
      lastSuccessAt: null,
      lastFailure: null,
      failingKeys: [],
    });
    expect((await api.send('DELETE', '/v1/providers')).status).toBe(405);
  });

  it('counts requests, failures, 429 and latencies of the last hour and day', async () => {
    const host = 'api.stlouisfed.org';
    await api.db
      .insert(providerRequests)
      .values([
        ...Array.from({ length: 18 }, (_, index) =>
          requestOf('fred', host, (index + 1) * MINUTE, (index + 1) * 10, { status: 200 }),
        ),
        requestOf('fred', host, 30 * MINUTE, 500, { status: 503, key: 'US_GDP' }),
        requestOf('fred', host, 40 * MINUTE, 60_000, { status: null, error: 'ECONNABORTED' }),
        requestOf('fred', host, 2 * HOUR, 1_000, { status: 429 }),
        requestOf('fred', host, 3 * HOUR, 1_000, { status: 404 }),
        requestOf('fred', host, 25 * HOUR, 1_000, { status: 500 }),
        requestOf('fred', host, -MINUTE, 1_000, { status: 500 }),
      ]);
    expect(await findProvider('fred')).toMatchObject({
      state: 'ok',
      lastHour: { requests: 20, failures: 2, throttled: 0, serverErrors: 1, p50Ms: 100, p95Ms: 500 },
      lastDay: { requests: 22, failures: 2, throttled: 1, serverErrors: 1, p50Ms: 110, p95Ms: 1_000 },
      lastSuccessAt: toIso(NOW - MINUTE),
      lastFailure: { at: toIso(NOW - 30 * MINUTE), host, key: 'US_GDP', status: 503, error: null },
    });
  });

  it('is degraded when more than a tenth fails, and down when nothing is answered', async () => {
    const host = 'home.treasury.gov';
    const answered = Array.from({ length: 8 }, () =>
      requestOf('treasury', host, 5 * MINUTE, 10, { status: 200 }),
    );
    await api.db
      .insert(providerRequests)
      .values([...answered, requestOf('treasury', host, MINUTE, 10, { status: 500 })]);
    expect(await findProvider('treasury')).toMatchObject({ state: 'degraded', circuit: 'closed' });
    await api.db
      .insert(providerRequests)
      .values([requestOf('bcb_ptax', 'olinda.bcb.gov.br', MINUTE, 10, { status: 502 })]);
    expect(await findProvider('bcb_ptax')).toMatchObject({ state: 'down' });
  });

  it('shows a circuit that is open and a host that asked for a pause', async () => {
    const shared = { redis, prefix: api.world.redisPrefix };
    for (let time = 0; time < 3; time += 1) {
      await reportToCircuit(
        { ...shared, circuit: 'yahoo' },
        policyOf('yahoo', 'live'),
        'throttled',
        0,
        NOW - MINUTE,
      );
    }
    expect(await findProvider('yahoo')).toMatchObject({
      state: 'down',
      circuit: 'open',
      circuits: [
        {
          name: 'yahoo',
          state: 'open',
          openUntil: toIso(NOW + 14 * MINUTE),
          throttlesInARow: 3,
          cause: 'throttled',
        },
      ],
    });
    await pauseHost({ ...shared, host: 'www.b3.com.br', ceiling: 2 }, 30 * SECOND, 'slower', NOW - SECOND);
    const exchange = await findProvider('b3');
    expect(exchange).toMatchObject({ state: 'degraded', circuit: 'closed' });
    expect(exchange['budgets']).toMatchObject([
      {
        host: 'www.b3.com.br',
        configuredRate: 2,
        currentRate: 1,
        pausedUntil: toIso(NOW + 29 * SECOND),
      },
      { host: 'www.tesourotransparente.gov.br', configuredRate: 1, currentRate: 1, pausedUntil: null },
    ]);
  });

  it('names the keys whose newest outcome is a failure', async () => {
    const runId = await createRun(api.db, 'manual', '2022-06-30', ['bronze_bcb_sgs']);
    const older = randomUUID();
    const [task] = await api.db.select({ id: tasks.id, runId: tasks.runId }).from(tasks);
    expect(task?.runId).toBe(runId);
    const otherRun = await createRun(api.db, 'manual', '2022-06-29', ['bronze_bcb_sgs']);
    await api.db.update(tasks).set({ id: older }).where(eq(tasks.runId, otherRun));
    const counts = { windows: 1, requests: 1, fetched: 0, inserted: 0, rejected: 0 };
    const error = { name: 'TransientError', message: 'HTTP 503', retried: false };
    const keyOf = (taskId: string, key: string, outcome: string, at: number, rest: object = {}) => ({
      taskId,
      key,
      outcome,
      ...counts,
      recordedAt: new Date(at),
      ...rest,
    });
    await api.db
      .insert(taskKeys)
      .values([
        keyOf(older, 'BR_IPCA_MOM', 'failed', NOW - HOUR, { error }),
        keyOf(task!.id, 'BR_IPCA_MOM', 'rows', NOW),
        keyOf(older, 'BR_IGP_M_MOM', 'rows', NOW - HOUR),
        keyOf(task!.id, 'BR_IGP_M_MOM', 'failed', NOW, { error }),
        keyOf(task!.id, 'BR_CDI', 'no_data_expected', NOW),
      ]);
    expect(await findProvider('bcb_sgs')).toMatchObject({
      state: 'degraded',
      failingKeys: [{ key: 'BR_IGP_M_MOM', outcome: 'failed', error: 'HTTP 503', since: toIso(NOW) }],
    });
    // Another attempt of the older task is the newest that is known of its keys.
    const outcome = {
      key: 'BR_IGP_M_MOM',
      outcome: 'rows',
      reason: null,
      fromDate: null,
      toDate: null,
    } as const;
    const rest = { revised: 0, unchanged: 0, held: 0, payloadId: null, error: null };
    await api.db.transaction((tx) => storeTaskKeys(tx, older, [{ ...outcome, ...counts, ...rest }]));
    expect(await findProvider('bcb_sgs')).toMatchObject({ failingKeys: [] });
  });

  it('tells what the ledger knows while Redis is away', async () => {
    const alone = await startApi({ redisUrl: 'redis://127.0.0.1:1' });
    const { status, body } = await alone.send('GET', '/v1/providers');
    await alone.close();
    expect(status).toBe(200);
    expect(body.data[0]).toMatchObject({ provider: 'bcb_sgs', circuit: null, circuits: null, budgets: null });
  });
});
