import { createApp } from '../../../services/api/app.ts';
import { openEventFeed } from '../../../services/api/event-feed.ts';
import { openApiDatabase } from '../../../services/api/database.ts';
import { parseApiKeys } from '../../../shared/api-key.ts';
import { directUrl, openDatabase, type Database } from '../../../shared/db/client.ts';
import type { ChannelSwitches } from '../../../shared/alerts/channels.ts';
import { serve } from '../../../shared/http-server.ts';
import { createLogger } from '../../../shared/logger.ts';
import { connectForCommands, type RedisClient } from '../../../shared/queues/connection.ts';
import { requireDocumented } from './documented-answer.ts';
import { createLogin } from '../../helpers/login.ts';
import { createWorld, type World } from '../../helpers/world.ts';

/** Time between two signs of life of an event stream. */
const BEAT_EVERY_MS = 200;

/** A Friday noon in São Paulo: the last complete partition is 2022-06-30. */
export const NOW = Date.parse('2022-07-01T15:00:00Z');

/** An API on a port of its own with a database of its own. */
export interface RunningApi {
  readonly world: World;
  /** As the owner of the tables; the API itself is a writer. */
  readonly db: Database;
  readonly redis: RedisClient;
  readonly url: string;
  /** Sends a request; a body goes as JSON. @throws Error when the answer is not in the contract */
  send(
    method: string,
    path: string,
    options?: { body?: unknown; headers?: Record<string, string> },
  ): Promise<Answer>;
  close(): Promise<void>;
}

/** A JSON object of which nothing is known. */
export type Row = Readonly<Record<string, unknown>>;

/** The fields of answers that tests walk through; which of them an answer has depends on the address. */
export interface Body extends Row {
  readonly id: string;
  readonly data: readonly Row[];
  readonly nextCursor: string | null;
  readonly errors: readonly {
    readonly pointer?: string;
    readonly parameter?: string;
    readonly header?: string;
  }[];
  readonly tasks: readonly Row[];
  readonly points: readonly Row[];
  readonly signals: readonly Row[];
  readonly ticks: readonly Row[];
  readonly assets: readonly string[];
  readonly runs: number;
  readonly estimate: {
    readonly requestsPerProvider: Readonly<Record<string, number>>;
    readonly minutes: number;
    readonly redisBytes: number;
  };
  readonly redis: { readonly usedMemoryBytes: number; readonly peakMemoryBytes: number };
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** What a test may want otherwise. */
export interface ApiOptions {
  /** Entries of `API_KEYS`. */
  readonly keys?: readonly string[];
  readonly redisUrl?: string;
  /** 0, the default: no limit. */
  readonly requestsPerMinute?: number;
  readonly trustedProxies?: number;
  readonly channels?: Partial<ChannelSwitches>;
  /** What its clock says; `NOW` by default. */
  readonly now?: number;
  /** Where the API finds its database past a pooler, which the URL of the world then leads to. */
  readonly directUrl?: string;
  /** Where the API finds its database and Redis. */
  readonly createWorld?: () => Promise<World>;
}

/** Starts the API as its process does, as a writer unless its world is given, with a fixed clock. */
export async function startApi(options: ApiOptions = {}): Promise<RunningApi> {
  const world = await (options.createWorld ?? createWorld)();
  const login =
    options.createWorld === undefined ? await createLogin(world.databaseUrl, 'in role macro_writer') : null;
  const databaseUrl = login?.url ?? world.databaseUrl;
  const urls = { DATABASE_URL: databaseUrl, DATABASE_DIRECT_URL: options.directUrl ?? null };
  const database = openApiDatabase(urls, 'test-api');
  const owned = openDatabase(world.databaseUrl, { name: 'test', max: 4 });
  const redis = connectForCommands(options.redisUrl ?? world.redisUrl);
  // Requests are taken without Redis too: a test that points nowhere is about that.
  await redis.connect().catch(() => undefined);
  const config = {
    API_KEYS: parseApiKeys((options.keys ?? []).join(',')) ?? [],
    RATE_LIMIT_PER_MINUTE: options.requestsPerMinute ?? 0,
    TRUST_PROXY: options.trustedProxies ?? 0,
    PROVIDERS: 'live' as const,
    PROVIDER_RATES: {},
    QUEUE_PREFIX: world.redisPrefix,
    SCHEDULE_CRON: '0 6 * * 1-5',
    SCHEDULE_TZ: 'America/Sao_Paulo',
    SCHEDULE_ENABLED: true,
    SCHEDULE_CATCH_UP: 'all' as const,
    ALERT_SLACK_WEBHOOK_URL: null,
    ALERT_WEBHOOK_URL: null,
    ALERT_SMTP_URL: null,
    ...options.channels,
  };
  const log = createLogger('test', 'silent');
  const events = openEventFeed({ db: database.db, url: directUrl(urls), log, beatEveryMs: BEAT_EVERY_MS });
  const app = createApp({
    db: database.db,
    findSilence: database.findSilence,
    redis,
    config,
    log,
    now: () => options.now ?? NOW,
    events,
  });
  const server = await serve(app, { host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${server.port}`;
  return {
    world,
    db: owned.db,
    redis,
    url,
    async send(method, path, { body, headers = {} } = {}) {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const answer = { status: response.status, headers: response.headers, body: JSON.parse(text) as Body };
      requireDocumented(method, path, answer);
      return answer;
    },
    async close() {
      await events.close();
      await server.close();
      redis.disconnect();
      await database.close();
      await owned.close();
      await login?.drop();
      await world.close();
    },
  };
}
