import { sql } from 'drizzle-orm';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBronzeHandler } from '../../../services/bronze/handler.ts';
import { startReplay, type ReplayServer } from '../../../services/replay/server.ts';
import { HORIZONS, listShortHorizons } from '../../../services/scheduler/horizons.ts';
import { RetryLaterError } from '../../../shared/errors.ts';
import { createConnectors } from '../../../shared/connectors/registry.ts';
import { DEFAULT_RULES } from '../../../shared/alerts/rules.ts';
import { seedRules } from '../../../shared/db/alert-rules.ts';
import { listAlerts, syncAlerts } from '../../../shared/db/alerts.ts';
import { openDatabase } from '../../../shared/db/client.ts';
import { createRun } from '../../../shared/db/backfills.ts';
import type { AssetName, BronzeName } from '../../../shared/pipeline/graph.ts';
import { PROVIDER_OF } from '../../../shared/pipeline/providers.ts';
import { policyOf, reportToCircuit } from '../../../shared/queues/circuit.ts';
import { circuitOf } from '../../../shared/queues/hosts.ts';
import { dayInZone, HOUR, SAO_PAULO, SECOND } from '../../../shared/time.ts';
import { createPipeline, handlersWith, succeed, waitFor, type TestPipeline } from '../../helpers/pipeline.ts';
import { createWorld, type World } from '../../helpers/world.ts';

const PTAX_HOST = 'olinda.bcb.gov.br';
const OPEN_MS = 15 * SECOND;

let world: World;
let replay: ReplayServer;
let pipeline: TestPipeline;
beforeAll(async () => {
  world = await createWorld();
  replay = await startReplay({ host: '127.0.0.1', port: 0, dataFolder: 'data/replay' });
  pipeline = createPipeline(world, { REPLAY_URL: replay.url });
});
afterAll(async () => {
  await pipeline.close();
  await replay.close();
  await world.close();
});

interface TaskRow extends Record<string, unknown> {
  readonly asset: AssetName;
  readonly state: string;
  readonly attempts: number;
  readonly postponements: number;
}

describe('the leading scheduler', () => {
  it('makes the alerts about tables of dates what they should be today', async () => {
    const { db } = pipeline.database;
    await seedRules(db, DEFAULT_RULES);
    const stale = { subject: 'a table that nobody keeps', message: '' };
    const rule = { name: 'calendar_horizon', severity: 'warning' } as const;
    await syncAlerts(db, rule, [stale], { now: Date.now(), channels: [] });
    await pipeline.startScheduler();
    await waitFor('the check', async () => (await listAlerts(db, { open: false, limit: 10 })).length > 0);
    const open = await listAlerts(db, { open: true, limit: 100 });
    const due = listShortHorizons(HORIZONS, dayInZone(Date.now(), SAO_PAULO), 60);
    expect(new Set(open.map(({ subject }) => subject))).toEqual(new Set(due.map(({ subject }) => subject)));
  });
});

/** Opens the circuit of a host for long enough that a task of it finds it open on any machine. */
async function openCircuit(host: string): Promise<void> {
  const redis = new Redis(world.redisUrl);
  const circuit = circuitOf(host);
  const policy = { ...policyOf(circuit, 'replay'), openMs: OPEN_MS, maxOpenMs: OPEN_MS };
  const shared = { redis, prefix: world.redisPrefix, circuit };
  for (let failure = 0; failure < policy.failuresToOpen; failure += 1)
    await reportToCircuit(shared, policy, 'failed', 0, Date.now());
  redis.disconnect();
}

describe('a provider that is down', () => {
  it('postpones its own task until it answers again, and no other', async () => {
    const { db } = pipeline.database;
    // As in a worker: the handlers leave the pool of the test to the test.
    const handlerDatabase = openDatabase(world.databaseUrl, { name: 'test-handlers', max: 12 });
    const connectors = createConnectors({ fredApiKey: '0'.repeat(32) });
    const handlerOf = (asset: BronzeName) =>
      createBronzeHandler({
        db: handlerDatabase.db,
        asset,
        connector: connectors[PROVIDER_OF[asset]],
        isReplay: true,
      });
    const faults = [{ host: PTAX_HOST, first: 2, kind: 'status', status: 503 }];
    await fetch(`${replay.url}/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(faults),
    });
    const assets = ['bronze_bcb_ptax', 'bronze_treasury_gov'] as const;
    const workers = await pipeline.startWorkers(
      handlersWith(Object.fromEntries(assets.map((asset) => [asset, handlerOf(asset)]))),
    );
    await openCircuit(PTAX_HOST);
    const runId = await createRun(db, 'scheduled', '2022-06-24', assets);
    const tasks = await waitFor('the run', async () => {
      const { rows } = await db.execute<TaskRow>(
        sql`select asset, state, attempts, postponements from tasks where run_id = ${runId} order by asset`,
      );
      return rows.every(({ state }) => state === 'succeeded' || state === 'failed') && rows;
    });
    await workers.close();
    await handlerDatabase.close();
    const [ptax, treasury] = tasks;
    expect(treasury).toMatchObject({ state: 'succeeded', postponements: 0 });
    expect(ptax).toMatchObject({ state: 'succeeded' });
    expect(ptax?.postponements).toBeGreaterThanOrEqual(1);
    const asked = (await (await fetch(`${replay.url}/requests`)).json()) as {
      readonly faulted: Readonly<Record<string, number>>;
      readonly duplicates: readonly unknown[];
    };
    expect(asked.faulted).toEqual({ [PTAX_HOST]: 2 });
    expect(asked.duplicates).toEqual([]);
  });
});

describe('a task that has to wait', () => {
  it('is put off ten times, and then told that it can wait no longer', async () => {
    const { db } = pipeline.database;
    const asset = 'bronze_fred';
    const answers: boolean[] = [];
    const workers = await pipeline.startWorkers(
      handlersWith({
        [asset]: async (ctx) => {
          const error = new RetryLaterError('the circuit is open', 20);
          answers.push(ctx.canPostpone(error));
          if (ctx.canPostpone(error)) throw error;
          expect(ctx.canPostpone(new RetryLaterError('for an hour', HOUR))).toBe(false);
          return succeed(ctx);
        },
      }),
    );
    const runId = await createRun(db, 'scheduled', '2022-06-23', [asset]);
    const task = await waitFor('the run', async () => {
      const { rows } = await db.execute<TaskRow>(
        sql`select asset, state, attempts, postponements from tasks where run_id = ${runId}`,
      );
      return rows[0]?.state === 'succeeded' && rows[0];
    });
    await workers.close();
    expect(task).toMatchObject({ postponements: 10 });
    expect(answers).toEqual([...Array.from({ length: 10 }, () => true), false]);
  });
});
