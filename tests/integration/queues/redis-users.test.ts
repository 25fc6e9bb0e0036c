import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { LocalServer } from '../../../infra/local/postgres.ts';
import { renderUsers, startRedis } from '../../../infra/local/redis.ts';
import { PROJECT_DIR, readLocalSettings } from '../../../infra/local/settings.ts';
import { inheritEnvironment } from '../../../shared/config.ts';
import type { Closable } from '../../../shared/process.ts';
import { countWorkers } from '../../../shared/queues/workers.ts';
import { readBackfill, requestBackfill } from '../../helpers/backfills.ts';
import { openBrowserSession } from '../../helpers/browser-session.ts';
import { startDashboardStack, type DashboardStack } from '../../helpers/dashboard-stack.ts';
import { delayJob, startRun } from '../../helpers/dispatched-run.ts';
import { emptyRedis } from '../../helpers/empty-redis.ts';
import { createPipeline, handlersWith, succeed, waitFor, type TestPipeline } from '../../helpers/pipeline.ts';
import { createWorld, type World } from '../../helpers/world.ts';

/** One of the forms that QUEUE_PREFIX may have. */
const PREFIX = '{acl-test}';
const OPERATOR = 'a-key-to-run-things-with';

let folder: string;
let server: LocalServer;
let world: World;
let redis: Redis;
let stack: DashboardStack;
let pipeline: TestPipeline;
const parts: Closable[] = [];

/** Asks for nothing by itself, so that every refusal is that of the test. */
const connect = (url: string): Redis => {
  const client = new Redis(url, { retryStrategy: () => null, lazyConnect: true, enableReadyCheck: false });
  client.on('error', () => undefined);
  return client;
};

/** How often the server refused a command or a key to anybody. */
async function countRefusals(): Promise<number> {
  const errors = await redis.info('errorstats');
  return Number(/^errorstat_NOPERM:count=(\d+)/m.exec(errors)?.[1] ?? 0);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'redis-users-'));
  server = await startRedis({
    dataDir: folder,
    binDir: readLocalSettings(inheritEnvironment()).dataDir,
    logFile: join(folder, 'redis.log'),
    hooks: { announce: () => undefined, giveUp: () => undefined },
    prefix: PREFIX,
  });
  const own = await createWorld();
  world = { ...own, redisUrl: server.url, redisPrefix: PREFIX };
  redis = connect(server.url);
  stack = await startDashboardStack({
    createWorld: async () => world,
    keys: [`olga:operator:${OPERATOR}`],
  });
  pipeline = createPipeline(world);
});
afterAll(async () => {
  await pipeline.close();
  await stack.close();
  redis.disconnect();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('the user of the services', () => {
  it('retries and promotes jobs on Bull Board', async () => {
    const run = await startRun(stack.api, ['bronze_fred']);
    const job = `${run.tasks.get('bronze_fred')?.taskId}_1`;
    const session = await openBrowserSession(stack.url, { apiKey: OPERATOR });
    await delayJob(stack.api, 'bronze', job);
    const change = (what: string) => session.send('PUT', `/queues/api/queues/bronze/${job}/${what}`);
    expect((await change('promote')).status).toBe(204);
    await stack.client.cancelRun({ params: { id: run.runId } });
    expect((await change('retry/failed')).status).toBe(204);
    const queues = await session.send('GET', '/queues/api/queues?activeQueue=bronze&page=1');
    expect(queues.status).toBe(200);
    expect(await queues.text()).toContain(job);
    await stack.client.cancelRun({ params: { id: run.runId } });
  });

  it('runs scheduler and workers over retries and failures to the end of a backfill', async () => {
    let isFirst = true;
    parts.push(
      await pipeline.startScheduler(),
      await pipeline.startWorkers(
        handlersWith({
          bronze_fred: () => Promise.reject(new Error('fails to the end')),
          bronze_yahoo: async (ctx) => {
            if (isFirst) {
              isFirst = false;
              throw new Error('fails once');
            }
            return succeed(ctx);
          },
        }),
      ),
    );
    const { db } = pipeline.database;
    const id = await requestBackfill(db, '2022-01-03', '2022-01-14');
    await waitFor('the backfill', async () => (await readBackfill(db, id)).finishedAt !== null);
    expect((await readBackfill(db, id)).state).toBe('partially_failed');
    expect(await countWorkers({ redisUrl: world.redisUrl, prefix: PREFIX })).toEqual({
      bronze: 1,
      silver: 1,
      agents: 1,
      runs: 1,
    });
  });

  it('was refused nothing of all this, and left no key outside of its prefix', async () => {
    expect(await countRefusals()).toBe(0);
    const [, keys] = await redis.scan('0', 'COUNT', 1_000_000);
    expect(keys.length).toBeGreaterThan(5);
    expect(keys.filter((key) => !key.startsWith(`${PREFIX}:`))).toEqual([]);
  });

  it.each([
    ['FLUSHALL'],
    ['FLUSHDB'],
    ['CONFIG', 'SET', 'maxmemory', '1'],
    ['CONFIG', 'GET', 'requirepass'],
    ['KEYS', '*'],
    ['SHUTDOWN', 'NOSAVE'],
    ['ACL', 'LIST'],
    ['ACL', 'SETUSER', 'macro', '+@all'],
    ['MONITOR'],
    ['SAVE'],
    ['REPLICAOF', '127.0.0.1', '1'],
    ['SCRIPT', 'FLUSH'],
    ['FUNCTION', 'LIST'],
    ['CLIENT', 'KILL', 'TYPE', 'normal'],
    ['MODULE', 'LIST'],
    ['SLOWLOG', 'GET'],
    ['MIGRATE', '127.0.0.1', '1', `${PREFIX}:k`, '0', '10'],
    ['GET', 'another:key'],
    ['SET', 'another:key', '1'],
    ['SET', PREFIX.slice(0, -1), '1'],
    ['RENAME', `${PREFIX}:k`, 'another:key'],
    ['EVAL', "return redis.call('GET', 'another:key')", '0'],
    ['EVAL', "return redis.call('FLUSHALL')", '0'],
    ['PUBLISH', `${PREFIX}:news`, '1'],
    ['SUBSCRIBE', 'news'],
  ])('is refused %s %s', async (command, ...args) => {
    await expect(redis.call(command, ...args)).rejects.toThrow(/NOPERM|executing the script can't/);
  });

  it('is seen when it is refused something', async () => {
    expect(await countRefusals()).toBeGreaterThan(15);
  });

  it('can empty its own corner at once, as restoring a backup does', async () => {
    for (const part of parts) await part.close();
    expect(await emptyRedis(redis)).toBeGreaterThan(5);
    expect(await redis.scan('0', 'COUNT', 1_000_000)).toEqual(['0', []]);
  });
});

it('lets nobody else in', async () => {
  const { password, host } = new URL(server.url);
  for (const user of ['', 'default:nothing', 'default:', `:${password}`, `keda:${password}`, 'macro:guess']) {
    const stranger = connect(`redis://${user}${user === '' ? '' : '@'}${host}`);
    await expect(
      stranger.connect().then(() => stranger.get(`${PREFIX}:k`)),
      user,
    ).rejects.toThrow(/NOAUTH|WRONGPASS|NOPERM|Connection is closed/);
    stranger.disconnect();
  }
});

describe('the users of infra/redis/users.conf', () => {
  const admin = () => connect(inject('redisUrl'));
  const NAMES = { macro: 'acl-test-macro', keda: 'acl-test-keda' };

  /** Makes users of another name with the rules of the file on the Redis of the tests, which lets us ask what they may do. */
  async function define(client: Redis, name: keyof typeof NAMES, ...more: string[]): Promise<void> {
    const line = renderUsers('secret', PREFIX)
      .split('\n')
      .find((text) => text.startsWith(`user ${name} `));
    const rules = String(line).split(' ').slice(2);
    await client.call('ACL', 'SETUSER', NAMES[name], 'reset', ...rules, ...more);
  }

  it('may run every command in the scripts of BullMQ', async () => {
    const scripts = join(PROJECT_DIR, 'node_modules/bullmq/dist/esm/scripts');
    const commands = new Set(
      readdirSync(scripts)
        .filter((file) => file.endsWith('.js'))
        .flatMap((file) => [
          ...readFileSync(join(scripts, file), 'utf8').matchAll(/\b(?:rcall|redis\.call)\(["'](\w+)["']/g),
        ])
        .map(([, command]) => String(command).toUpperCase()),
    );
    expect(commands.size).toBeGreaterThan(40);
    const client = admin();
    try {
      await define(client, 'macro');
      const refused: string[] = [];
      for (const command of commands) {
        const [info] = (await client.call('COMMAND', 'INFO', command)) as [[string, number]];
        const args = Array.from({ length: Math.abs(info[1]) - 1 }, () => `${PREFIX}:k`);
        const answer = await client
          .call('ACL', 'DRYRUN', NAMES.macro, command, ...args)
          .catch((error: unknown) => String(error));
        if (/no permissions to run/.test(String(answer))) refused.push(command);
      }
      expect(refused).toEqual([]);
      expect(await client.call('ACL', 'DRYRUN', NAMES.macro, 'FLUSHALL')).toMatch(/no permissions to run/);
    } finally {
      await client.call('ACL', 'DELUSER', NAMES.macro);
      client.disconnect();
    }
  });

  it('lets KEDA see how long the queues are, once it has a password, and nothing else', async () => {
    const client = admin();
    const url = new URL(inject('redisUrl'));
    Object.assign(url, { username: NAMES.keda, password: 'keda-secret' });
    const keda = connect(url.href);
    // The script of KEDA 2, of its scaler `redis`.
    const script = `
      local listName = KEYS[1]
      local listType = redis.call('type',listName).ok
      local cmd = { zset = 'zcard', set = 'scard', list = 'llen', hash = 'hlen', none = 'llen' }
      return redis.call(cmd[listType],listName)`;
    const key = `${PREFIX}:bronze:wait`;
    try {
      await define(client, 'keda', 'on', '>keda-secret');
      await client.rpush(key, 'one', 'two');
      expect(await keda.ping()).toBe('PONG');
      expect(await keda.eval(script, 1, key)).toBe(2);
      // In a cluster it asks where that key is, and which argument of a command is one: this server is none, and says so.
      await expect(keda.cluster('SLOTS')).rejects.toThrow(/cluster support disabled/);
      expect(await keda.call('COMMAND', 'COUNT')).toBeGreaterThan(200);
      for (const command of [['LRANGE', key, '0', '-1'], ['DEL', key], ['INFO'], ['GET', 'another:key']])
        await expect(keda.call(...(command as [string]))).rejects.toThrow(/NOPERM/);
      await expect(keda.eval(`return redis.call('DEL', KEYS[1])`, 1, key)).rejects.toThrow(
        /executing the script can't/,
      );
    } finally {
      keda.disconnect();
      await client.del(key);
      await client.call('ACL', 'DELUSER', NAMES.keda);
      client.disconnect();
    }
  });
});
