import { randomBytes } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis, type RedisOptions } from 'ioredis';
import { findFreePort } from '../../infra/local/free-port.ts';
import { renderUsers } from '../../infra/local/redis.ts';
import { findRedisBinary } from '../../infra/local/redis-binary.ts';
import { readLocalSettings } from '../../infra/local/settings.ts';
import { guardProcess, releaseProcess } from '../../infra/local/watchdog.ts';
import { inheritEnvironment } from '../../shared/config.ts';
import type { Certificate, Certificates } from './certificates.ts';
import { waitFor } from './pipeline.ts';

const HOST = '127.0.0.1';
/** A server that is silent for this long is down for the others. */
const SILENCE_MS = 1_000;
const SLOTS = 16_384;
const MASTERS = 3;
const SENTINELS = 3;
const SERVER_PASSWORD = 'of-the-servers';
const USER_PASSWORD = randomBytes(12).toString('hex');
const SENTINEL_PASSWORD = 'of-the-sentinels';
/** What sentinels call the master. */
const MASTER_NAME = 'test-master';

/** One process of Redis, which a test may do anything to. */
export interface RedisServer {
  readonly port: number;
  /** Ends it with SIGKILL, as a machine does that loses its power. */
  kill(): Promise<void>;
  /** Stops it where it is: its connections stay, and nothing answers. */
  freeze(): void;
  /** Starts it again with its files, once it was killed. */
  restart(): Promise<void>;
  /** Runs something on a connection of its own. */
  ask<Answer>(question: (redis: Redis) => Promise<Answer>): Promise<Answer>;
}

type Settings = readonly string[];

const formatConfig = (settings: Settings): string => settings.map((line) => `${line}\n`).join('');

const SERVER_SETTINGS: Settings = [
  `bind ${HOST}`,
  'save ""',
  'appendonly yes',
  'appendfsync everysec',
  'maxmemory-policy noeviction',
  `requirepass ${SERVER_PASSWORD}`,
  `masterauth ${SERVER_PASSWORD}`,
];

/** The user of infra/redis/users.conf for the keys of a prefix, as a line of a configuration. Servers tell each other of no users. */
function formatServiceUser(prefix: string): string {
  const lines = renderUsers(USER_PASSWORD, prefix).split('\n');
  return lines.find((line) => line.startsWith('user macro ')) ?? '';
}

/** The URL of this group as that user. */
const asServiceUser = (url: string): string => url.replace(`:${SERVER_PASSWORD}@`, `macro:${USER_PASSWORD}@`);

/** The settings under which a server speaks TLS to all: clients, replicas, and the other servers of its cluster. */
const formatTls = ({ caFile, server }: Certificates): Settings => [
  `tls-cert-file "${server.certFile}"`,
  `tls-key-file "${server.keyFile}"`,
  `tls-ca-cert-file "${caFile}"`,
  'tls-auth-clients no',
  'tls-replication yes',
];

/** Gives a server another certificate, for the connections that come from now on. */
export async function changeCertificate(
  server: RedisServer,
  { certFile, keyFile }: Certificate,
): Promise<void> {
  await server.ask((redis) =>
    redis.call('CONFIG', 'SET', 'tls-cert-file', certFile, 'tls-key-file', keyFile),
  );
}

/** The URL of this group as it is reached: encrypted where it has certificates. */
function formatUrl(url: string, certificates: Certificates | undefined): string {
  if (certificates === undefined) return url;
  const mark = url.includes('?') ? '&' : '?';
  return `${url.replace(/^redis/, 'rediss')}${mark}sslrootcert=${certificates.caFile}`;
}

/** How often a server refused a command or a key to anybody. */
export async function countRefusals(server: RedisServer): Promise<number> {
  const errors = await server.ask((redis) => redis.info('errorstats'));
  return Number(/^errorstat_NOPERM:count=(\d+)/m.exec(errors)?.[1] ?? 0);
}

/** Processes and files of a group of servers. */
interface Group {
  start(
    name: string,
    port: number,
    settings: Settings,
    password: string,
    mode?: Settings,
  ): Promise<RedisServer>;
  close(): Promise<void>;
}

function openGroup(certificates: Certificates | undefined): Group {
  const { dataDir } = readLocalSettings(inheritEnvironment());
  const binary = findRedisBinary(dataDir, (line) => process.stderr.write(`${line}\n`));
  const folder = mkdtempSync(join(tmpdir(), 'redis-servers-'));
  const running = new Set<ChildProcess>();

  const end = async (child: ChildProcess): Promise<void> => {
    running.delete(child);
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    releaseProcess(child.pid);
  };

  return {
    async start(name, port, settings, password, mode = []) {
      const dir = join(folder, name);
      mkdirSync(dir);
      const config = join(dir, 'redis.conf');
      const listening =
        certificates === undefined
          ? [`port ${port}`]
          : ['port 0', `tls-port ${port}`, ...formatTls(certificates)];
      writeFileSync(
        config,
        formatConfig([...listening, `dir "${dir}"`, `logfile "${dir}/log"`, ...settings]),
      );
      const options: RedisOptions = {
        host: HOST,
        port,
        password,
        lazyConnect: true,
        retryStrategy: () => null,
        // A test may have given it a certificate that nobody should trust.
        ...(certificates === undefined ? {} : { tls: { rejectUnauthorized: false } }),
      };
      const ask: RedisServer['ask'] = async (question) => {
        const redis = new Redis(options);
        redis.on('error', () => undefined);
        try {
          await redis.connect();
          return await question(redis);
        } finally {
          redis.disconnect();
        }
      };
      let child: ChildProcess;
      const restart = async (): Promise<void> => {
        child = spawn(binary.command, [config, ...mode], {
          cwd: dir,
          env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', ...binary.env },
          stdio: 'ignore',
        });
        running.add(child);
        if (child.pid !== undefined) guardProcess(child.pid, 'SIGKILL');
        // It refuses connections until it has started; `waitFor` gives up with an error.
        await waitFor(`an answer of ${name}`, () => ask((redis) => redis.ping()).catch(() => null));
      };
      await restart();
      return { port, ask, restart, kill: () => end(child), freeze: () => void child.kill('SIGSTOP') };
    },
    async close() {
      await Promise.all([...running].map(end));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until a replica has been put in the place of its master. */
export const waitForPromotion = (replica: RedisServer): Promise<void> =>
  waitToSee(replica, 'replication', 'role:master');

/** Waits until a section of `INFO` says something. */
async function waitToSee(server: RedisServer, section: string, text: string): Promise<void> {
  const says = async (): Promise<boolean> =>
    (await server.ask((redis) => redis.info(section))).includes(text);
  await waitFor(`${text} of port ${server.port}`, () => says().catch(() => false));
}

/** A cluster of three masters, without replicas until one is added. */
export interface RedisClusterServers {
  /** For `REDIS_URL`, naming all of them: one that is silent must not be the only one to ask. */
  readonly url: string;
  /** The same as the user of the services, who may touch keys of the prefixes of worlds. */
  readonly serviceUrl: string;
  readonly masters: readonly RedisServer[];
  /** The master that holds the keys with this hash tag. */
  findMaster(tag: string): Promise<RedisServer>;
  /** Starts a replica of a master and waits until it follows. */
  addReplica(master: RedisServer): Promise<RedisServer>;
  close(): Promise<void>;
}

/** Divides the slots among the masters, in their order. */
const firstSlotOf = (index: number): number => Math.floor((SLOTS * index) / MASTERS);

async function joinMasters(servers: readonly { server: RedisServer; busPort: number }[]): Promise<void> {
  // Before they know each other: an epoch is not assigned afterwards.
  for (const [index, { server }] of servers.entries()) {
    await server.ask(async (redis) => {
      await redis.call('CLUSTER', 'ADDSLOTSRANGE', firstSlotOf(index), firstSlotOf(index + 1) - 1);
      await redis.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
    });
  }
  const [first, ...others] = servers;
  for (const { server, busPort } of others)
    await first?.server.ask((redis) => redis.call('CLUSTER', 'MEET', HOST, server.port, busPort));
  for (const { server } of servers)
    await waitFor('the cluster to form', async () => {
      const info = String(await server.ask((redis) => redis.call('CLUSTER', 'INFO')));
      return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${MASTERS}`);
    });
}

/** Starts a cluster of three masters; with certificates, all that is said to and among them is encrypted. */
export async function startRedisCluster(certificates?: Certificates): Promise<RedisClusterServers> {
  const group = openGroup(certificates);
  try {
    const startNode = async (name: string): Promise<{ server: RedisServer; busPort: number }> => {
      const [port, busPort] = [await findFreePort(), await findFreePort()];
      const settings = [
        ...SERVER_SETTINGS,
        formatServiceUser('{test-*}'),
        'cluster-enabled yes',
        ...(certificates === undefined ? [] : ['tls-cluster yes']),
        `cluster-port ${busPort}`,
        'cluster-config-file nodes.conf',
        `cluster-node-timeout ${SILENCE_MS}`,
      ];
      return { server: await group.start(name, port, settings, SERVER_PASSWORD), busPort };
    };
    const servers: { server: RedisServer; busPort: number }[] = [];
    for (let index = 0; index < MASTERS; index += 1) servers.push(await startNode(`master-${index}`));
    await joinMasters(servers);
    const masters = servers.map(({ server }) => server);
    const [first] = masters as [RedisServer];
    const hosts = masters.map(({ port }) => `${HOST}:${port}`).join(',');
    const url = formatUrl(`redis+cluster://:${SERVER_PASSWORD}@${hosts}`, certificates);
    return {
      url,
      serviceUrl: asServiceUser(url),
      masters,
      async findMaster(tag) {
        const other = masters.find((master) => master !== first) ?? first;
        const slot = Number(await other.ask((redis) => redis.call('CLUSTER', 'KEYSLOT', `{${tag}}`)));
        const index = masters.findLastIndex((_master, at) => firstSlotOf(at) <= slot);
        return masters[index] ?? first;
      },
      async addReplica(master) {
        const { server: replica, busPort } = await startNode('replica');
        const id = await master.ask(async (redis) => {
          await redis.call('CLUSTER', 'MEET', HOST, replica.port, busPort);
          return String(await redis.call('CLUSTER', 'MYID'));
        });
        // Refused until the two have met.
        const follow = () => replica.ask((redis) => redis.call('CLUSTER', 'REPLICATE', id)).catch(() => null);
        await waitFor('the replica to follow', follow);
        await waitToSee(replica, 'replication', 'master_link_status:up');
        return replica;
      },
      close: group.close,
    };
  } catch (error) {
    await group.close();
    throw error;
  }
}

/** Makes the user of infra/redis/users.conf on every master of a cluster, for the keys of a prefix. Returns the URL with it. */
export async function createServiceUser(servers: RedisClusterServers, prefix: string): Promise<string> {
  const rules = formatServiceUser(prefix).split(' ').slice(1);
  for (const master of servers.masters) await master.ask((redis) => redis.call('ACL', 'SETUSER', ...rules));
  return servers.serviceUrl;
}

/** A master with one replica, and three sentinels that watch them. */
export interface RedisSentinelServers {
  /** For `REDIS_URL`, naming the three sentinels. */
  readonly url: string;
  /** The same as the user of the services, who may touch keys of the prefixes of worlds. */
  readonly serviceUrl: string;
  readonly master: RedisServer;
  readonly replica: RedisServer;
  close(): Promise<void>;
}

/** Starts a master, a replica and three sentinels; with certificates, all that is said to and among them is encrypted. */
export async function startRedisSentinel(certificates?: Certificates): Promise<RedisSentinelServers> {
  const group = openGroup(certificates);
  try {
    const settings = [...SERVER_SETTINGS, formatServiceUser('test-*')];
    const master = await group.start('master', await findFreePort(), settings, SERVER_PASSWORD);
    const following = [...settings, `replicaof ${HOST} ${master.port}`];
    const replica = await group.start('replica', await findFreePort(), following, SERVER_PASSWORD);
    await waitToSee(replica, 'replication', 'master_link_status:up');
    const watching = [
      `bind ${HOST}`,
      `requirepass ${SENTINEL_PASSWORD}`,
      `sentinel sentinel-pass ${SENTINEL_PASSWORD}`,
      `sentinel monitor ${MASTER_NAME} ${HOST} ${master.port} 2`,
      `sentinel auth-pass ${MASTER_NAME} ${SERVER_PASSWORD}`,
      `sentinel down-after-milliseconds ${MASTER_NAME} ${SILENCE_MS}`,
      `sentinel failover-timeout ${MASTER_NAME} ${5 * SILENCE_MS}`,
    ];
    const sentinels: RedisServer[] = [];
    for (let index = 0; index < SENTINELS; index += 1) {
      const port = await findFreePort();
      sentinels.push(
        await group.start(`sentinel-${index}`, port, watching, SENTINEL_PASSWORD, ['--sentinel']),
      );
    }
    for (const sentinel of sentinels)
      await waitToSee(sentinel, 'sentinel', `slaves=1,sentinels=${SENTINELS}`);
    const hosts = sentinels.map(({ port }) => `${HOST}:${port}`).join(',');
    const url = formatUrl(
      `redis+sentinel://:${SERVER_PASSWORD}@${hosts}?name=${MASTER_NAME}&sentinelPassword=${SENTINEL_PASSWORD}`,
      certificates,
    );
    return {
      url,
      serviceUrl: asServiceUser(url),
      master,
      replica,
      close: group.close,
    };
  } catch (error) {
    await group.close();
    throw error;
  }
}
