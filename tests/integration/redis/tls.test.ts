import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectRedis } from '../../../shared/health.ts';
import { connectForCommands } from '../../../shared/queues/connection.ts';
import {
  createCertificates,
  describeWithCertificates,
  type Certificate,
  type Certificates,
} from '../../helpers/certificates.ts';
import { COMPLETE, disturbBackfill } from '../../helpers/disturbed-backfill.ts';
import { createPipeline, type TestPipeline } from '../../helpers/pipeline.ts';
import {
  changeCertificate,
  startRedisCluster,
  startRedisSentinel,
  waitForPromotion,
  type RedisClusterServers,
  type RedisSentinelServers,
  type RedisServer,
} from '../../helpers/redis-servers.ts';
import { createWorldOn, type World } from '../../helpers/world.ts';

/** For what ends by itself. */
const PATIENCE_MS = 60_000;
/** Sentinels are asked again and again. */
const SENTINEL_PATIENCE_MS = 5_000;

let certificates: Certificates;

/** What becomes of a connection: `connected`, or why not. */
async function tryUrl(url: string, patienceMs = PATIENCE_MS): Promise<string> {
  const redis = connectForCommands(url);
  try {
    await connectRedis(redis, patienceMs);
    return await redis.set('greeting', 'hello').then(() => 'connected');
  } catch (error) {
    const { message, cause } = error as Error;
    return cause instanceof Error ? `${message}: ${cause.message}` : message;
  } finally {
    redis.disconnect();
  }
}

/** Does something while servers show another certificate than theirs to whoever connects. */
async function showing<Result>(
  certificate: Certificate,
  servers: readonly RedisServer[],
  work: () => Promise<Result>,
): Promise<Result> {
  for (const server of servers) await changeCertificate(server, certificate);
  try {
    return await work();
  } finally {
    for (const server of servers) await changeCertificate(server, certificates.server);
  }
}

const withoutAuthority = (url: string): string => url.replace(/[?&]sslrootcert=.*$/, '');
const withOtherAuthority = (url: string): string =>
  url.replace(certificates.caFile, certificates.otherCaFile);
const unencrypted = (url: string): string => withoutAuthority(url).replace(/^rediss/, 'redis');

async function runPipeline(world: World, run: (pipeline: TestPipeline) => Promise<void>): Promise<void> {
  const pipeline = createPipeline(world);
  try {
    await pipeline.startScheduler();
    await run(pipeline);
  } finally {
    await pipeline.close();
    await world.close();
  }
}

describeWithCertificates('rediss+cluster', () => {
  const REFUSED = 'None of startup nodes is available: Failed to refresh slots cache.';
  let servers: RedisClusterServers;

  beforeAll(async () => {
    certificates = createCertificates();
    servers = await startRedisCluster(certificates);
  });
  afterAll(async () => {
    await servers.close();
    certificates.remove();
  });

  it('reaches every master from one of them, each by its certificate', async () => {
    const redis = connectForCommands(servers.url.replace(/,[^?]*/, ''));
    await connectRedis(redis);
    const keys = Array.from({ length: 50 }, (_, index) => `spread:${index}`);
    await Promise.all(keys.map((key) => redis.set(key, key)));
    redis.disconnect();
    const sizes = await Promise.all(servers.masters.map((master) => master.ask((one) => one.dbsize())));
    expect(sizes.every((size) => size > 0)).toBe(true);
  });

  it('refuses certificates by an authority that was not named, and those for another address', async () => {
    expect(await tryUrl(servers.url)).toBe('connected');
    expect(await tryUrl(withoutAuthority(servers.url))).toBe(REFUSED);
    expect(await tryUrl(withOtherAuthority(servers.url))).toBe(REFUSED);
    expect(await showing(certificates.stranger, servers.masters, () => tryUrl(servers.url))).toBe(REFUSED);
    expect(await showing(certificates.neighbour, servers.masters, () => tryUrl(servers.url))).toBe(REFUSED);
    expect(await tryUrl(unencrypted(servers.url))).toBe(REFUSED);
    expect(await tryUrl(servers.url)).toBe('connected');
  });

  it('sends nothing to a master that alone shows the certificate of a stranger', async () => {
    const key = 'to-a-stranger';
    const stranger = await servers.findMaster(key);
    await showing(certificates.stranger, [stranger], async () => {
      const redis = connectForCommands(servers.url);
      await connectRedis(redis);
      // Which of the two depends on whether it asks the master itself, or is sent to it by another.
      await expect(redis.set(`{${key}}`, 'secret')).rejects.toThrow(
        /Connection is closed|Too many Cluster redirections/,
      );
      redis.disconnect();
    });
    expect(await stranger.ask((one) => one.exists(`{${key}}`))).toBe(0);
  });

  it('carries a backfill of all assets while the master of its keys is killed and started again', async () => {
    const world = await createWorldOn(servers.serviceUrl);
    await runPipeline(world, async (pipeline) => {
      const outcome = await disturbBackfill(pipeline, 2021, async () => {
        const holder = await servers.findMaster(world.redisPrefix);
        await holder.kill();
        await holder.restart();
      });
      expect(outcome).toEqual(COMPLETE);
    });
  });
});

describeWithCertificates('rediss+sentinel', () => {
  let servers: RedisSentinelServers;

  beforeAll(async () => {
    certificates = createCertificates();
    servers = await startRedisSentinel(certificates);
  });
  afterAll(async () => {
    await servers.close();
    certificates.remove();
  });

  it('refuses sentinels whose certificates are by an authority that was not named', async () => {
    expect(await tryUrl(servers.url)).toBe('connected');
    const refused = /^Redis did not answer within 5000 ms: All sentinels are unreachable/;
    for (const url of [withoutAuthority, withOtherAuthority, unencrypted])
      expect(await tryUrl(url(servers.url), SENTINEL_PATIENCE_MS)).toMatch(refused);
  });

  it('refuses a master with the certificate of a stranger or for another address, and says which', async () => {
    expect(await showing(certificates.stranger, [servers.master], () => tryUrl(servers.url))).toMatch(
      /^Connection is closed\.: unable to verify the first certificate/,
    );
    expect(await showing(certificates.neighbour, [servers.master], () => tryUrl(servers.url))).toMatch(
      /^Connection is closed\.: Hostname\/IP does not match certificate's altnames/,
    );
    expect(await tryUrl(servers.url)).toBe('connected');
  });

  // The last one: its master does not come back.
  it('carries a backfill of all assets over to the replica when the master falls silent', async () => {
    await runPipeline(await createWorldOn(servers.serviceUrl), async (pipeline) => {
      const outcome = await disturbBackfill(pipeline, 2021, async () => {
        servers.master.freeze();
        await waitForPromotion(servers.replica);
      });
      expect(outcome).toEqual(COMPLETE);
    });
  });
});
