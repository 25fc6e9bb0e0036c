import { createHmac } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { migrate } from '../../shared/db/migrate.ts';
import { keepInOneSlot } from '../../shared/redis-url.ts';
import { findFreePort, isPortFree } from './free-port.ts';
import { type LocalServer, startPostgres } from './postgres.ts';
import { waitForOk, waitForPort } from './readiness.ts';
import { startRedis } from './redis.ts';
import { inventFredKey, type LocalSettings, locateStackFile, PROJECT_DIR } from './settings.ts';
import { lockDataDir } from './stack-lock.ts';
import { type SupervisedProcess, superviseProcess, type SupervisionHooks } from './supervisor.ts';

const SECOND = 1_000;
const READY_TIMEOUT_MS = 90 * SECOND;
const SERVICE_GRACE_MS = 5 * SECOND;

/** The services of a stack beside the replay providers: folders of `services/`. */
export const SERVICES = ['scheduler', 'api', 'bronze', 'silver', 'agents', 'dashboard'] as const;

/** A running local stack. */
export interface Stack {
  apiUrl: string;
  dashboardUrl: string;
  /** Of the owner of the tables; services have a login of their own. */
  databaseUrl: string;
  /** As the services reach it, in transactions and, where that leads to a pooler, in sessions. */
  servicesUrl: string;
  servicesDirectUrl: string | null;
  redisUrl: string;
  /** Prefix of all keys in Redis. */
  queuePrefix: string;
  /** Where each process answers `GET /metrics`. */
  metricsUrls: Readonly<Record<string, string>>;
}

/** Services that listen for nothing but the questions of a monitor. */
const SILENT_SERVICES: readonly (typeof SERVICES)[number][] = ['scheduler', 'bronze', 'silver', 'agents'];

/** What a stack under way needs from its launcher. */
export interface StackHooks extends SupervisionHooks {
  /** Ends the start. */
  signal: AbortSignal;
  /** Receives every action that must run to stop what has been started, in order of start. */
  defer: (stop: () => Promise<void> | void) => void;
}

async function checkPorts(settings: LocalSettings): Promise<void> {
  const wanted = [
    { name: 'API', port: settings.apiPort, variable: 'API_PORT' },
    { name: 'dashboard', port: settings.dashboardPort, variable: 'DASHBOARD_PORT' },
  ];
  for (const { name, port, variable } of wanted) {
    if (!(await isPortFree(port))) {
      throw new Error(
        `port ${port} for the ${name} is taken: free it, or choose another with ${variable}=<port>`,
      );
    }
  }
}

/** The login of the services, which may do what services do and nothing else; its password follows from that of the owner. */
function nameWriter(ownerUrl: string): string {
  const url = new URL(ownerUrl);
  url.password = createHmac('sha256', url.password).update('macro_app').digest('hex');
  url.username = 'macro_app';
  return url.href;
}

/** The database as its owner and as the services reach it. */
interface DatabasePlaces {
  readonly ownerUrl: string;
  readonly servicesUrl: string;
  readonly directUrl: string;
}

async function startDatabase(
  settings: LocalSettings,
  hooks: StackHooks,
  servers: LocalServer[],
): Promise<DatabasePlaces> {
  const { databaseUrl, ownerUrl } = settings;
  if (databaseUrl !== undefined && ownerUrl !== undefined) {
    hooks.announce('PostgreSQL: the one of DATABASE_URL');
    return { ownerUrl, servicesUrl: databaseUrl, directUrl: settings.env['DATABASE_DIRECT_URL'] ?? '' };
  }
  const logFile = join(settings.dataDir, 'logs', 'postgres.log');
  const server = await startPostgres({ dataDir: settings.dataDir, hooks, logFile });
  servers.push(server);
  hooks.announce(`PostgreSQL ${server.version}: private, files in ${server.dir}`);
  return { ownerUrl: server.url, servicesUrl: nameWriter(server.url), directUrl: '' };
}

async function startQueue(
  settings: LocalSettings,
  hooks: StackHooks,
  servers: LocalServer[],
): Promise<string> {
  if (settings.redisUrl) {
    hooks.announce('Redis: the one of REDIS_URL');
    return settings.redisUrl;
  }
  const logFile = join(settings.dataDir, 'logs', 'redis.log');
  const server = await startRedis({
    dataDir: settings.dataDir,
    hooks,
    logFile,
    prefix: settings.queuePrefix,
  });
  servers.push(server);
  hooks.announce(`Redis ${server.version}: private (program: ${server.rung}), files in ${server.dir}`);
  return server.url;
}

/** Keeps requests to this machine away from a proxy that the environment names for the rest. */
function exemptFromProxy(env: NodeJS.ProcessEnv): Record<string, string> {
  const hosts = [env['no_proxy'] ?? env['NO_PROXY'], '127.0.0.1', 'localhost'].filter(Boolean).join(',');
  return { NO_PROXY: hosts, no_proxy: hosts };
}

/** Tells a Prometheus on this machine (`infra/prometheus/local.yml`) what to ask. @returns what removes the file */
function writeTargets(dataDir: string, urls: Stack['metricsUrls']): () => void {
  const file = join(dataDir, 'prometheus-targets.json');
  const groups = Object.entries(urls).map(([service, url]) => ({
    targets: [new URL(url).host],
    labels: { service },
  }));
  writeFileSync(file, `${JSON.stringify(groups, undefined, 2)}\n`);
  return () => rmSync(file, { force: true });
}

function startService(
  name: string,
  env: NodeJS.ProcessEnv,
  settings: LocalSettings,
  hooks: StackHooks,
): SupervisedProcess {
  return superviseProcess(
    {
      args: [join(PROJECT_DIR, 'services', name, 'main.ts')],
      // The launcher runs on the Node.js of node_modules; the services must too.
      command: process.execPath,
      cwd: PROJECT_DIR,
      env,
      ipc: true,
      logFile: join(settings.dataDir, 'logs', `${name}.log`),
      name,
      stopSignal: 'SIGTERM',
    },
    hooks,
  );
}

/**
 * Starts PostgreSQL and Redis (or uses those of `DATABASE_URL` and `REDIS_URL`), migrates, starts the replay providers and one
 * process per service, and waits until the API says that it is ready. Everything to stop later goes to `hooks.defer`.
 *
 * @throws StackLockedError, RedisMissingError, or Error that says what to change; the reason of `hooks.signal`.
 */
export async function startStack(settings: LocalSettings, hooks: StackHooks): Promise<Stack> {
  hooks.defer(lockDataDir(settings.dataDir));
  await checkPorts(settings);
  hooks.signal.throwIfAborted();

  const servers: LocalServer[] = [];
  hooks.defer(async () => {
    await Promise.all(servers.map((server) => server.stop()));
  });
  const [database, queue] = await Promise.allSettled([
    startDatabase(settings, hooks, servers),
    startQueue(settings, hooks, servers),
  ]);
  if (database.status === 'rejected') throw database.reason;
  if (queue.status === 'rejected') throw queue.reason;
  const stack: Stack = {
    apiUrl: `http://127.0.0.1:${settings.apiPort}`,
    dashboardUrl: `http://127.0.0.1:${settings.dashboardPort}`,
    databaseUrl: database.value.ownerUrl,
    servicesUrl: database.value.servicesUrl,
    servicesDirectUrl: database.value.directUrl || null,
    redisUrl: queue.value,
    queuePrefix: keepInOneSlot(settings.queuePrefix, queue.value),
    metricsUrls: {},
  };
  hooks.signal.throwIfAborted();
  const { ownerUrl, servicesUrl, directUrl } = database.value;
  for (const warning of await migrate(ownerUrl, servicesUrl)) hooks.announce(warning);
  hooks.signal.throwIfAborted();

  const replayPort = await findFreePort();
  const healthPorts = new Map<string, number>();
  for (const name of SILENT_SERVICES) healthPorts.set(name, await findFreePort());
  const ports = { replay: replayPort, api: settings.apiPort, dashboard: settings.dashboardPort };
  stack.metricsUrls = Object.fromEntries(
    [...Object.entries(ports), ...healthPorts].map(([name, port]) => [
      name,
      `http://127.0.0.1:${port}/metrics`,
    ]),
  );
  const env: NodeJS.ProcessEnv = {
    ...settings.env,
    ...exemptFromProxy(settings.env),
    API_PORT: String(settings.apiPort),
    DASHBOARD_PORT: String(settings.dashboardPort),
    DATABASE_URL: servicesUrl,
    DATABASE_DIRECT_URL: directUrl,
    MIGRATE_DATABASE_URL: '',
    DATA_DIR: settings.dataDir,
    FRED_API_KEY: inventFredKey(),
    NODE_ENV: 'development',
    PROVIDERS: 'replay',
    QUEUE_PREFIX: stack.queuePrefix,
    REDIS_URL: stack.redisUrl,
    REPLAY_DATA: settings.replayData,
    REPLAY_PORT: String(replayPort),
    REPLAY_URL: `http://127.0.0.1:${replayPort}`,
    SUPERVISED: '1',
  };
  const services: SupervisedProcess[] = [];
  hooks.defer(async () => {
    await Promise.all(services.map((service) => service.stop(SERVICE_GRACE_MS)));
  });
  services.push(startService('replay', env, settings, hooks));
  await waitForPort(replayPort, 'the replay server', READY_TIMEOUT_MS, hooks.signal);
  for (const name of SERVICES) {
    // Each of them has a port of its own, whatever HEALTH_PORT says.
    const health = { HEALTH_PORT: String(healthPorts.get(name) ?? 0) };
    services.push(startService(name, { ...env, ...health }, settings, hooks));
  }
  hooks.defer(writeTargets(settings.dataDir, stack.metricsUrls));

  const stackFile = locateStackFile(settings.dataDir);
  writeFileSync(stackFile, `${JSON.stringify({ ...stack, replayUrl: env['REPLAY_URL'] }, undefined, 2)}\n`, {
    mode: 0o600,
  });
  hooks.defer(() => rmSync(stackFile, { force: true }));
  await waitForOk(`${stack.apiUrl}/readyz`, 'the API', READY_TIMEOUT_MS, hooks.signal);
  return stack;
}
