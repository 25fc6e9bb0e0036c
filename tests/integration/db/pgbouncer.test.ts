import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiDatabase } from '../../../services/api/database.ts';
import { LEADER_LOCK } from '../../../services/scheduler/leader.ts';
import { withAssetLock } from '../../../shared/db/asset-lock.ts';
import { openDatabase, type DatabaseHandle, type Queryable } from '../../../shared/db/client.ts';
import { startListener } from '../../../shared/db/listener.ts';
import { detectPooling, refuseLostSettings, refuseSharedSessions } from '../../../shared/db/pooling.ts';
import { unwrapQueryError } from '../../../shared/errors.ts';
import { createLogger } from '../../../shared/logger.ts';
import { graph } from '../../../shared/pipeline/graph.ts';
import { readBackfill, readTasks, requestBackfill } from '../../helpers/backfills.ts';
import { createLogin, type Login } from '../../helpers/login.ts';
import { describeWithPgBouncer, startPgBouncer, type PgBouncer } from '../../helpers/pgbouncer.ts';
import { createPipeline, handlersWith, waitFor } from '../../helpers/pipeline.ts';
import { withClient } from '../../helpers/template-database.ts';
import { createWorld, type World } from '../../helpers/world.ts';

/** Far fewer than there are clients: each transaction may find itself on another one. */
const POOL_SIZE = 3;
const log = createLogger('test', 'silent');

describeWithPgBouncer('PgBouncer in transaction mode', (program) => {
  let world: World;
  let writer: Login;
  let pooler: PgBouncer;
  let database: DatabaseHandle;
  let urls: { DATABASE_URL: string; DATABASE_DIRECT_URL: string };

  beforeAll(async () => {
    world = await createWorld();
    writer = await createLogin(world.databaseUrl, 'in role macro_writer');
    pooler = await startPgBouncer(program, [world.databaseUrl, writer.url], POOL_SIZE);
    urls = { DATABASE_URL: pooler.through(writer.url), DATABASE_DIRECT_URL: writer.url };
    database = openDatabase(urls, { name: 'test-pooled', max: 10, statementMs: 2_000 });
  });
  afterAll(async () => {
    await database.close();
    await pooler.stop();
    await writer.drop();
    await world.close();
  });

  const readSettings = async (db: Queryable) =>
    (
      await db.execute(sql`
        select current_setting('timezone') as zone, current_setting('jit') as jit,
          current_setting('idle_in_transaction_session_timeout') as silence,
          current_setting('statement_timeout') as limit, current_setting('application_name') as name`)
    ).rows[0];
  const SET = { zone: 'UTC', jit: 'off', silence: '30s', limit: '2s', name: 'test-pooled' };

  describe('what statements work under', () => {
    it('is the same for single statements and for transactions, whatever others have set on the connection', async () => {
      await withClient(pooler.through(writer.url), async (other) => {
        await other.query(
          `set jit = on; set statement_timeout = 0; set idle_in_transaction_session_timeout = 0`,
        );
        const many = Array.from({ length: 12 }, () => readSettings(database.db));
        expect(new Set((await Promise.all(many)).map((row) => JSON.stringify(row)))).toEqual(
          new Set([JSON.stringify(SET)]),
        );
        expect(await database.db.transaction(readSettings)).toEqual(SET);
        expect(
          await database.db.transaction(readSettings, {
            isolationLevel: 'repeatable read',
            accessMode: 'read only',
          }),
        ).toEqual(SET);
      });
    });

    it('stays with the transaction: whoever has the connection next works under the defaults', async () => {
      await readSettings(database.db);
      await withClient(pooler.through(world.databaseUrl), async (other) => {
        const { rows } = await other.query(`select current_setting('statement_timeout') as limit`);
        expect(rows).toEqual([{ limit: '0' }]);
      });
    });

    it('ends a statement that takes too long, alone and in a transaction, and leaves the connection in order', async () => {
      const codeOf = (work: Promise<unknown>): Promise<unknown> =>
        work.then(
          () => 'none',
          (error: unknown) => (unwrapQueryError(error) as pg.DatabaseError).code,
        );
      const slow = sql`select pg_sleep(30)`;
      expect(await codeOf(database.db.execute(slow))).toBe('57014');
      expect(await codeOf(database.db.transaction((tx) => tx.execute(slow)))).toBe('57014');
      expect(await codeOf(database.db.execute(sql`select 1 / 0`))).toBe('22012');
      const after = Array.from({ length: POOL_SIZE * 2 }, () => readSettings(database.db));
      expect(await Promise.all(after)).toEqual(after.map(() => SET));
    });

    it('includes the limit of the API', async () => {
      const api = openApiDatabase(urls, 'test-pooled-api');
      expect(await readSettings(api.db)).toEqual({ ...SET, limit: '30s', name: 'test-pooled-api' });
      expect(await api.findSilence()).toBeNull();
      await api.close();
    });

    it('rolls back what a statement of several rows did when one fails', async () => {
      const insert = database.db.execute(
        sql`insert into bronze_versions (asset) values ('a'), ('a') returning asset`,
      );
      await expect(insert).rejects.toThrow(/bronze_versions/);
      expect((await database.db.execute(sql`select from bronze_versions where asset = 'a'`)).rowCount).toBe(
        0,
      );
    });
  });

  describe('what needs a session', () => {
    it('excludes others by the lock of an asset, and holds no connection of the pooler', async () => {
      const order: string[] = [];
      const work = (name: string) =>
        withAssetLock(database.db, 'silver_macro', async () => {
          order.push(`${name} in`);
          await readSettings(database.db);
          order.push(`${name} out`);
        });
      // More than the pooler has connections: each would hold one while it waits.
      await Promise.all(['a', 'b', 'c', 'd', 'e'].map(work));
      expect(order).toHaveLength(10);
      for (let place = 0; place < order.length; place += 2)
        expect(order[place + 1]).toBe(order[place]?.replace('in', 'out'));
    });

    it('hears notifications that come through the pooler', async () => {
      let heard = 0;
      const listener = startListener({
        url: urls.DATABASE_DIRECT_URL,
        name: 'test-listener',
        channel: 'pooled',
        log,
        onNotify: () => (heard += 1),
      });
      await waitFor('the listener', async () => heard > 0);
      await database.db.execute(sql`select pg_notify('pooled', '')`);
      await waitFor('the notification', async () => heard > 1);
      await listener.close();
      expect(heard).toBe(2);
    });
  });

  describe('a URL', () => {
    it('is told apart: PostgreSQL itself, a pooler of sessions, a pooler of transactions', async () => {
      expect(await detectPooling(writer.url)).toBe('direct');
      expect(await detectPooling(pooler.throughSessions(writer.url))).toBe('sessions');
      expect(await detectPooling(pooler.through(writer.url))).toBe('transactions');
    });

    it('for locks is refused when it leads to this pooler', async () => {
      await expect(refuseSharedSessions(writer.url)).resolves.toBeUndefined();
      await expect(refuseSharedSessions(pooler.through(writer.url))).rejects.toThrow(
        /^DATABASE_DIRECT_URL: expected .* that leads to PostgreSQL itself.*, got a pooler/,
      );
    });

    it('to a pooler that swallows what connections are opened with is refused, since nobody would notice', async () => {
      await expect(refuseLostSettings(database.db)).resolves.toBeUndefined();
      const swallowing = await startPgBouncer(program, [writer.url], POOL_SIZE, {
        ignore_startup_parameters: 'options',
      });
      const bare = openDatabase(swallowing.throughSessions(writer.url), { name: 'test-bare', max: 1 });
      await expect(refuseLostSettings(bare.db)).rejects.toThrow(
        /^DATABASE_URL: expected .*, got a connection with idle_in_transaction_session_timeout = 0$/,
      );
      await bare.close();
      await swallowing.stop();
    });

    it('to this pooler alone starts neither a scheduler nor a worker', async () => {
      const pipeline = createPipeline(world, { DATABASE_URL: urls.DATABASE_URL });
      await expect(pipeline.startScheduler()).rejects.toThrow(/^DATABASE_DIRECT_URL: /);
      for (const queue of ['bronze', 'silver', 'agents'] as const)
        await expect(pipeline.startWorkers(handlersWith(), { queues: [queue] })).rejects.toThrow(
          /^DATABASE_DIRECT_URL: /,
        );
      await pipeline.close();
    });
  });

  it('carries a whole backfill, with the rights of a writer and one leader among two schedulers', async () => {
    const pipeline = createPipeline(world, urls);
    await pipeline.startScheduler();
    await pipeline.startScheduler();
    await pipeline.startWorkers(handlersWith());
    const { db } = pipeline.database;
    const id = await requestBackfill(db, '2020-01-01', '2020-03-31', { assets: [...graph.names] });
    await waitFor('the end', async () => (await readBackfill(db, id)).finishedAt !== null);
    expect((await readBackfill(db, id)).state).toBe('succeeded');
    const tasks = await readTasks(db, id);
    expect(tasks).toHaveLength(3 * graph.names.length);
    expect(tasks.filter(({ state }) => state !== 'succeeded')).toEqual([]);
    const leaders = await withClient(world.databaseUrl, (client) =>
      client.query<{ name: string; login: string }>(
        `select application_name as name, usename as login from pg_locks join pg_stat_activity using (pid)
          where locktype = 'advisory' and granted and objid = ${LEADER_LOCK} and pg_locks.database =
            (select oid from pg_database where datname = current_database())`,
      ),
    );
    expect(leaders.rows).toEqual([{ name: 'macro-scheduler-sessions', login: writer.name }]);
    await pipeline.close();
  });
});
