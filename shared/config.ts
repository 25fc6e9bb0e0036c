import { CronExpressionParser } from 'cron-parser';
import { IANAZone } from 'luxon';
import { z } from 'zod';
import { parseApiKeys, type ConfiguredKey } from './api-key.ts';
import { ConfigError } from './errors.ts';
import { AGENT_NAMES, SCHEDULES, type AgentName } from './pipeline/graph.ts';
import { DEFAULT_QUEUE_PREFIX, hasHashTag, keepInOneSlot, parseRedisUrl, redisUrl } from './redis-url.ts';
import { hashSecret } from './secret.ts';

const port = z.coerce.number().int().min(0).max(65_535);

/** True unless user and password hold a `%` that begins no percent encoding, such as that of a password put in as it is. */
function hasReadableLogin(text: string): boolean {
  const parsed = URL.parse(text);
  try {
    decodeURIComponent(`${parsed?.username}:${parsed?.password}`);
    return true;
  } catch {
    return false;
  }
}

const url = (...protocols: string[]) =>
  z
    .string()
    .refine(
      (text) => {
        const parsed = URL.parse(text);
        return parsed !== null && protocols.includes(parsed.protocol);
      },
      { error: `expected a URL with ${protocols.join(' or ')}` },
    )
    .refine(hasReadableLogin, { error: 'expected user and password in percent encoding' });
const optionalText = z
  .string()
  .optional()
  .transform((text) => (text === undefined || text === '' ? null : text));

/** A URL, or nothing where the variable is empty. */
const optionalUrl = (...protocols: string[]) =>
  z.preprocess((text) => (text === '' ? undefined : text), url(...protocols).optional());
const urlOrNull = (...protocols: string[]) => optionalUrl(...protocols).transform((text) => text ?? null);
/** `fetch` refuses addresses with a user: better at the start than at the first alert. */
const webhookUrl = urlOrNull('http:', 'https:').refine(
  (text) => text === null || (new URL(text).username === '' && new URL(text).password === ''),
  { error: 'expected a URL without user and password' },
);

const DEFAULT_DATABASE_URL = 'postgres://macro:macro@127.0.0.1:5432/macro';

/** Passwords of examples and of fresh installations, which production refuses. */
const DEFAULT_PASSWORDS = ['admin', 'changeme', 'macro', 'password', 'postgres', 'redis'];

/** True for text that the scheduler can read as a schedule. */
function isCron(text: string): boolean {
  try {
    CronExpressionParser.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Every variable of the environment, with its default. The only reader of `process.env`. */
/** A header as OpenTelemetry writes it, `name=value` with a percent-encoded value; null when it is none. */
function readHeader(pair: string): [name: string, value: string] | null {
  const [, name = '', value = ''] = /^\s*([\w-]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
  try {
    return name === '' ? null : [name, decodeURIComponent(value)];
  } catch {
    // A percent sign that encodes nothing.
    return null;
  }
}

const environment = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  DATABASE_URL: url('postgres:', 'postgresql:').default(DEFAULT_DATABASE_URL),
  DATABASE_DIRECT_URL: urlOrNull('postgres:', 'postgresql:'),
  MIGRATE_DATABASE_URL: urlOrNull('postgres:', 'postgresql:'),
  REDIS_URL: redisUrl.default('redis://127.0.0.1:6379'),
  QUEUE_PREFIX: z
    .string()
    .regex(/^[a-z0-9{}_-]+$/, { error: 'expected lower-case letters, digits, _ - { }' })
    .default(DEFAULT_QUEUE_PREFIX),
  BIND_HOST: z.string().default('127.0.0.1'),
  API_PORT: port.default(3000),
  DASHBOARD_PORT: port.default(3001),
  REPLAY_PORT: port.default(3002),
  HEALTH_PORT: port.default(0),
  OTEL_EXPORTER_OTLP_ENDPOINT: urlOrNull('http:', 'https:'),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .default('')
    .transform((text, context): Readonly<Record<string, string>> => {
      const headers = text
        .split(',')
        .filter((pair) => pair.trim() !== '')
        .map(readHeader);
      if (headers.includes(null))
        context.addIssue({ code: 'custom', message: 'expected name=value,… with percent-encoded values' });
      return Object.fromEntries(headers.filter((header) => header !== null));
    }),
  API_KEYS: z
    .string()
    .default('')
    .transform((text, context): readonly ConfiguredKey[] => {
      const keys = parseApiKeys(text);
      if (keys !== null) return keys;
      context.addIssue({
        code: 'custom',
        message:
          'expected key, name:role:key or name:role:sha256:<64 hexadecimal digits>, separated by commas',
      });
      return z.NEVER;
    }),
  RATE_LIMIT_PER_MINUTE: z.coerce.number().int().min(0).default(600),
  TRUST_PROXY: z.coerce.number().int().min(0).max(10).default(0),
  API_URL: optionalUrl('http:', 'https:'),
  DASHBOARD_USER: optionalText,
  DASHBOARD_PASSWORD: optionalText,
  DASHBOARD_API_KEY: optionalText,
  SESSION_SECRET: optionalText,
  FRED_API_KEY: optionalText,
  PROVIDERS: z.enum(['live', 'replay']).default('live'),
  REPLAY_URL: url('http:', 'https:').default('http://127.0.0.1:3002'),
  REPLAY_DATA: z.string().default('data/replay'),
  REPLAY_FAULTS: z
    .string()
    .default('[]')
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'expected JSON' });
        return z.NEVER;
      }
    }),
  DATA_DIR: z.string().default('.data'),
  SCHEDULE_ENABLED: z.stringbool().default(true),
  SCHEDULE_CRON: z
    .string()
    .refine(isCron, { error: 'expected a cron expression' })
    .default(SCHEDULES.weekday.cron),
  SCHEDULE_TZ: z
    .string()
    .refine((zone) => IANAZone.isValidZone(zone), { error: 'expected a time zone such as America/Sao_Paulo' })
    .default(SCHEDULES.weekday.zone),
  SCHEDULE_CATCH_UP: z.enum(['none', 'last', 'all']).default('all'),
  RETRY_BASE_MS: z.coerce.number().int().min(1).default(30_000),
  RECONCILE_INTERVAL_MS: z.coerce.number().int().min(50).default(1_000),
  BRONZE_CONCURRENCY: z.coerce.number().int().min(1).max(100).default(6),
  SILVER_CONCURRENCY: z.coerce.number().int().min(1).max(100).default(3),
  AGENTS_CONCURRENCY: z.coerce.number().int().min(1).max(100).default(2),
  AGENT_VERSIONS: z
    .string()
    .default('')
    .transform((text, context): Readonly<Partial<Record<AgentName, readonly string[]>>> => {
      const versions: Partial<Record<AgentName, string[]>> = {};
      for (const pair of text.split(',').filter((item) => item !== '')) {
        const [agent = '', version = ''] = pair.split('=');
        const name = AGENT_NAMES.find((known) => known === agent || known === `agent_${agent}`);
        if (name === undefined || version === '') {
          context.addIssue({ code: 'custom', message: 'expected agent=version,…' });
          continue;
        }
        (versions[name] ??= []).push(version);
      }
      return versions;
    }),
  PUBLIC_URL: url('http:', 'https:')
    .default('http://127.0.0.1:3000')
    .transform((text) => text.replace(/\/+$/, '')),
  ALERT_SLACK_WEBHOOK_URL: webhookUrl,
  ALERT_WEBHOOK_URL: webhookUrl,
  ALERT_WEBHOOK_SECRET: optionalText,
  ALERT_SMTP_URL: urlOrNull('smtp:', 'smtps:'),
  ALERT_EMAIL_FROM: optionalText,
  ALERT_EMAIL_TO: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((address) => address.trim())
        .filter((address) => address !== ''),
    ),
  // Twice the largest file we know of, all prices of the Tesouro Direto since 2004 (some 14 MB). Six tasks with four requests each,
  // every answer as large as this, still fit into the memory of the bronze worker.
  MAX_BODY_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .default(32 * 1024 * 1024),
  PAYLOAD_RETENTION_DAYS: z.coerce.number().int().min(0).default(0),
  PROVIDER_RATES: z
    .string()
    .default('')
    .transform((text, context): Readonly<Record<string, number>> => {
      const rates: Record<string, number> = {};
      for (const pair of text.split(',').filter((item) => item !== '')) {
        const [host = '', rate = ''] = pair.split('=');
        if (!(Number(rate) > 0))
          context.addIssue({ code: 'custom', message: 'expected host=requests-per-second,…' });
        rates[host] = Number(rate);
      }
      return rates;
    }),
});

/** Names of all variables, for the test that compares them with `.env.example`. */
export const ENVIRONMENT_NAMES: readonly string[] = Object.keys(environment.shape);

export type Config = z.output<typeof environment>;

/** The whole environment of this process, for children that inherit it. Values are not validated. */
export function inheritEnvironment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}

function describeIssues(error: z.ZodError, source: Readonly<Record<string, string | undefined>>): string {
  return error.issues
    .map((issue) => {
      const name = issue.path.join('.');
      // A value with a password in it is not repeated.
      const isSecret = /URL|KEY|PASSWORD|SECRET|HEADERS/.test(name);
      const got =
        source[name] === undefined ? 'nothing' : isSecret ? 'another value' : JSON.stringify(source[name]);
      return `${name}: ${issue.message}; got ${got}`;
    })
    .join('\n');
}

/** The hash of the password of a URL, or of none. */
function hashPassword(address: string | null): string {
  return hashSecret(address === null ? '' : decodeURIComponent(new URL(address).password));
}

/** @throws ConfigError naming the first variable with a password that anyone could guess. */
function refuseDefaultPasswords(config: Config): void {
  const redis = parseRedisUrl(config.REDIS_URL);
  const hashes = {
    DATABASE_URL: [hashPassword(config.DATABASE_URL)],
    DATABASE_DIRECT_URL: [hashPassword(config.DATABASE_DIRECT_URL)],
    MIGRATE_DATABASE_URL: [hashPassword(config.MIGRATE_DATABASE_URL)],
    REDIS_URL: [redis.password, redis.sentinel?.password].map((password) => hashSecret(password ?? '')),
    DASHBOARD_PASSWORD: [hashSecret(config.DASHBOARD_PASSWORD ?? '')],
    API_KEYS: config.API_KEYS.map(({ hash }) => hash),
  };
  const refused = DEFAULT_PASSWORDS.map(hashSecret);
  for (const [name, given] of Object.entries(hashes)) {
    if (given.some((hash) => refused.includes(hash)))
      throw new ConfigError(name, { expected: 'no default password in production', got: 'the default' });
  }
}

/** The prefix of all keys. @throws ConfigError when a cluster would spread them over several slots */
function readPrefix({ QUEUE_PREFIX, REDIS_URL }: Config): string {
  const prefix = keepInOneSlot(QUEUE_PREFIX, REDIS_URL);
  if (parseRedisUrl(REDIS_URL).kind === 'cluster' && !hasHashTag(prefix)) {
    const got = JSON.stringify(QUEUE_PREFIX);
    throw new ConfigError('QUEUE_PREFIX', { expected: 'one hash tag for a cluster, such as {macro}', got });
  }
  return prefix;
}

/** @throws ConfigError naming the variable without which a channel of alerts cannot work. */
function refuseHalfChannels(config: Config): void {
  if ((config.ALERT_WEBHOOK_URL === null) !== (config.ALERT_WEBHOOK_SECRET === null)) {
    throw new ConfigError('ALERT_WEBHOOK_URL and ALERT_WEBHOOK_SECRET', {
      expected: 'both or neither',
      got: 'one of them',
    });
  }
  const email = [
    config.ALERT_SMTP_URL !== null,
    config.ALERT_EMAIL_FROM !== null,
    config.ALERT_EMAIL_TO.length > 0,
  ];
  if (new Set(email).size > 1) {
    throw new ConfigError('ALERT_SMTP_URL, ALERT_EMAIL_FROM and ALERT_EMAIL_TO', {
      expected: 'all or none',
      got: 'some of them',
    });
  }
}

/**
 * Reads and checks the environment once, at the start of a process.
 *
 * @throws ConfigError naming every wrong variable, what was expected and what came.
 */
export function loadConfig(source: Readonly<Record<string, string | undefined>> = process.env): Config {
  const parsed = environment.safeParse(source);
  if (!parsed.success)
    throw new ConfigError(`The environment is wrong:\n${describeIssues(parsed.error, source)}`);
  const config = parsed.data;
  if (config.NODE_ENV === 'production' && config.API_KEYS.length === 0) {
    throw new ConfigError('API_KEYS', { expected: 'at least one key in production', got: 'nothing' });
  }
  if (config.NODE_ENV === 'production') refuseDefaultPasswords(config);
  if ((config.DASHBOARD_USER === null) !== (config.DASHBOARD_PASSWORD === null)) {
    throw new ConfigError('DASHBOARD_USER and DASHBOARD_PASSWORD', {
      expected: 'both or neither',
      got: 'one of them',
    });
  }
  if (config.SESSION_SECRET !== null && config.SESSION_SECRET.length < 32) {
    throw new ConfigError('SESSION_SECRET', { expected: 'at least 32 characters', got: 'fewer' });
  }
  refuseHalfChannels(config);
  return { ...config, QUEUE_PREFIX: readPrefix(config) };
}
