import { describe } from 'vitest';
import { inheritEnvironment } from '../../shared/config.ts';
import { createLogin } from './login.ts';
import { findPgBouncer, startPgBouncer } from './pgbouncer.ts';
import { createServiceUser, startRedisCluster } from './redis-servers.ts';
import { createWorldOn } from './world.ts';

/** The pools of the services together are five times as large. */
const POOL_SIZE = 20;
/** What the launcher makes of the default of QUEUE_PREFIX on a cluster. */
const PREFIX = '{macro}';

/** Where `E2E_STORES` says that a demo keeps its jobs and its data. */
const KINDS = ['single', 'clustered'] as const;

/** Servers that a demo uses and does not start. */
interface Stores {
  /** What leads the demo to them. */
  readonly env: NodeJS.ProcessEnv;
  /** Call when the demo has ended. */
  readonly close: () => Promise<void>;
}

/** By the folder of the demo, which finds them again when it is started a second time. */
const opened = new Map<string, Stores>();

async function startCluster(closing: AsyncDisposableStack): Promise<string> {
  const servers = await startRedisCluster();
  closing.defer(() => servers.close());
  return createServiceUser(servers, PREFIX);
}

async function startPooledDatabase(
  redisUrl: string,
  closing: AsyncDisposableStack,
): Promise<NodeJS.ProcessEnv> {
  const program = findPgBouncer();
  if (program === undefined) {
    process.stderr.write(
      'NOT RUN: the demo behind PgBouncer: none on this machine (apt-get install pgbouncer)\n',
    );
    return {};
  }
  const world = await createWorldOn(redisUrl);
  closing.defer(() => world.close());
  const writer = await createLogin(world.databaseUrl, 'in role macro_writer');
  closing.defer(() => writer.drop());
  const pooler = await startPgBouncer(program, [writer.url], POOL_SIZE);
  closing.defer(() => pooler.stop());
  return {
    DATABASE_URL: pooler.through(writer.url),
    DATABASE_DIRECT_URL: writer.url,
    MIGRATE_DATABASE_URL: world.databaseUrl,
  };
}

/** Starts whatever of the two the environment does not name. */
async function startClustered(env: NodeJS.ProcessEnv): Promise<Stores> {
  await using starting = new AsyncDisposableStack();
  const redisUrl = env['REDIS_URL'] || (await startCluster(starting));
  const database = env['DATABASE_URL'] ? {} : await startPooledDatabase(redisUrl, starting);
  const closing = starting.move();
  return { env: { REDIS_URL: redisUrl, ...database }, close: () => closing.disposeAsync() };
}

/** Whether the demos of this run have servers of their own, unless a test says otherwise. */
export const HAVE_OWN_SERVERS = !areClustered(inheritEnvironment());

/** A group of tests about the servers that a demo starts itself; on clustered stores it says NOT RUN and is skipped. */
export function describeOwnServers(name: string, define: () => void): void {
  if (HAVE_OWN_SERVERS) {
    describe(name, define);
    return;
  }
  process.stderr.write(`NOT RUN: ${name}: a demo on clustered stores starts no servers\n`);
  describe.skip(`${name} (NOT RUN: on clustered stores)`, define);
}

/** Whether a demo with this environment runs on stores that it does not start itself. @throws Error for another `E2E_STORES` */
function areClustered(env: NodeJS.ProcessEnv): boolean {
  const kind = env['E2E_STORES'] || 'single';
  if (!KINDS.some((known) => known === kind))
    throw new Error(`E2E_STORES: expected one of ${KINDS.join(', ')}, got ${kind}`);
  return kind === 'clustered';
}

/**
 * The variables that lead a demo to its stores. With `E2E_STORES=clustered` in its environment these are a Redis Cluster of three
 * masters, as the user of infra/redis/users.conf, and a PostgreSQL behind PgBouncer in transaction mode, as a writer, but for those
 * that the environment names; else none, and the demo starts its own. A folder keeps its stores until `closeStores`.
 */
export async function openStores(dataDir: string, env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  if (!areClustered(env)) return {};
  const stores = opened.get(dataDir) ?? (await startClustered(env));
  opened.set(dataDir, stores);
  return stores.env;
}

/** Stops what was started for the demo of a folder, and drops its database. */
export async function closeStores(dataDir: string): Promise<void> {
  await opened.get(dataDir)?.close();
  opened.delete(dataDir);
}
