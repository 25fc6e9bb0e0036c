import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askRedis, connectRedis } from '../../../shared/health.ts';
import { takeToken } from '../../../shared/queues/budget.ts';
import { connectForCommands, connectForWorker, type RedisClient } from '../../../shared/queues/connection.ts';
import { findFreePort } from '../../../infra/local/free-port.ts';
import {
  startRedisCluster,
  startRedisSentinel,
  type RedisClusterServers,
  type RedisSentinelServers,
} from '../../helpers/redis-servers.ts';

let cluster: RedisClusterServers;
let sentinel: RedisSentinelServers;
const open: RedisClient[] = [];

beforeAll(async () => {
  [cluster, sentinel] = await Promise.all([startRedisCluster(), startRedisSentinel()]);
});
afterAll(async () => {
  for (const redis of open) redis.disconnect();
  await Promise.all([cluster.close(), sentinel.close()]);
});

async function connect(url: string): Promise<RedisClient> {
  const redis = connectForCommands(url);
  open.push(redis);
  await connectRedis(redis);
  return redis;
}

describe('a URL of a cluster', () => {
  it('reaches every master from one of them', async () => {
    const redis = await connect(cluster.url.replace(/,.*/, ''));
    const keys = Array.from({ length: 50 }, (_, index) => `spread:${index}`);
    await Promise.all(keys.map((key) => redis.set(key, key)));
    expect(await Promise.all(keys.map((key) => redis.get(key)))).toEqual(keys);
    const sizes = await Promise.all(cluster.masters.map((master) => master.ask((one) => one.dbsize())));
    expect(sizes.every((size) => size > 0)).toBe(true);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(50);
  });

  it('asks the server that holds the keys of a prefix, and no other', async () => {
    const redis = await connect(cluster.url);
    for (const prefix of ['{one}', '{two}', '{three}', '{four}', '{five}', '{six}']) {
      const { port } = await cluster.findMaster(prefix.slice(1, -1));
      for (let time = 0; time < 5; time += 1)
        expect(await askRedis(redis, { prefix, section: 'server' })).toContain(`tcp_port:${port}\r\n`);
    }
  });

  it('shares one token bucket between connections', async () => {
    const clients = await Promise.all([connect(cluster.url), connect(cluster.url)]);
    const now = Date.parse('2022-07-01T09:00:00Z');
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const client = clients[index % 2]!;
        return takeToken({ redis: client, prefix: '{budget}', host: 'one', ceiling: 1 }, 'scheduled', now);
      }),
    );
    expect(answers.filter(({ kind }) => kind === 'taken')).toHaveLength(4);
  });

  it('is refused with a wrong password, which is not repeated', async () => {
    const redis = connectForCommands(cluster.url.replace(/:[^:]*@/, ':hunter2@'));
    const failure = await connectRedis(redis).then(
      () => 'connected',
      (error: unknown) => String(error),
    );
    redis.disconnect();
    expect(failure).toMatch(/^Error: /);
    expect(failure).not.toContain('hunter2');
  });
});

describe('a URL of sentinels', () => {
  it('reaches the master, for commands and for a worker', async () => {
    const redis = await connect(sentinel.url);
    const worker = connectForWorker(sentinel.url);
    open.push(worker);
    await redis.set('one', '1');
    expect(await worker.get('one')).toBe('1');
    expect(await askRedis(redis, { prefix: 'macro', section: 'server' })).toContain(
      `tcp_port:${sentinel.master.port}\r\n`,
    );
  });

  it('selects the database that it names', async () => {
    const redis = await connect(sentinel.url.replace('?', '/3?'));
    await redis.set('in-three', '1');
    expect(await (await connect(sentinel.url)).exists('in-three')).toBe(0);
    expect(await redis.exists('in-three')).toBe(1);
  });

  it('is given up when no sentinel answers in time', async () => {
    const redis = connectForCommands(`redis+sentinel://127.0.0.1:${await findFreePort()}?name=macro`);
    await expect(connectRedis(redis, 500)).rejects.toThrow('Redis did not answer within 500 ms');
    redis.disconnect();
  });
});
