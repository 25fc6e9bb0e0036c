import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithPgBouncer, startPgBouncer, type PgBouncer } from '../../helpers/pgbouncer.ts';
import { createWorld, type World } from '../../helpers/world.ts';
import { expectInTime, measureAlong } from './patience.ts';
import { startApi, type Answer, type RunningApi } from './running-api.ts';

const POOL_SIZE = 2;
/** For what comes by itself, sooner or later. */
const WITH_TIME = { timeout: 60_000 };
const POOLER = 'No answer from the pooler before PostgreSQL, which itself answers';

describeWithPgBouncer('an API behind a PgBouncer whose connections are all in use', (program) => {
  let world: World;
  let pooler: PgBouncer;
  let api: RunningApi;
  let holders: Client[] = [];

  beforeAll(async () => {
    world = await createWorld();
    pooler = await startPgBouncer(program, [world.databaseUrl], POOL_SIZE);
    api = await startApi({
      directUrl: world.databaseUrl,
      createWorld: async () => ({ ...world, databaseUrl: pooler.through(world.databaseUrl) }),
    });
  });
  afterAll(async () => {
    await giveBack();
    await api.close();
    await pooler.stop();
  });

  /** Transactions of others that take every connection and keep it. */
  async function useAll(): Promise<void> {
    for (let count = 0; count < POOL_SIZE; count += 1) {
      const client = new Client({ connectionString: pooler.through(world.databaseUrl) });
      await client.connect();
      await client.query('begin');
      holders.push(client);
    }
  }
  async function giveBack(): Promise<void> {
    for (const client of holders) {
      await client.query('rollback');
      await client.end();
    }
    holders = [];
  }

  const ask = async (path: string): Promise<Answer & { readonly tookMs: number }> => {
    const startedMs = performance.now();
    const answer = await api.send('GET', path);
    return { ...answer, tookMs: performance.now() - startedMs };
  };

  it('tells the probe and whoever asks for data within two seconds who does not answer, and serves again afterwards', async () => {
    expect((await ask('/readyz')).status).toBe(200);
    await useAll();
    const measured = await measureAlong(api.url, async () => {
      const requests = Array.from({ length: 30 }, () => ask('/v1/runs'));
      const probes = [await ask('/readyz'), await ask('/readyz'), await ask('/readyz')];
      return [...probes, ...(await Promise.all(requests))];
    });
    expectInTime(measured);
    expect(new Set(measured.result.map(({ status }) => status))).toEqual(new Set([503]));
    // A machine that is slow for a moment makes PostgreSQL seem silent too.
    await expect.poll(async () => (await ask('/readyz')).body['detail'], WITH_TIME).toBe(POOLER);
    expect((await ask('/livez')).status).toBe(200);
    await giveBack();
    await expect.poll(async () => (await ask('/readyz')).status, WITH_TIME).toBe(200);
    await expect.poll(async () => (await ask('/v1/runs')).status, WITH_TIME).toBe(200);
  });

  it('tells the probe that the pooler is gone', async () => {
    await pooler.stop();
    await expect.poll(async () => (await ask('/readyz')).body['detail'], WITH_TIME).toBe(POOLER);
  });
});
