import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';

import { z } from 'zod';

import { readFirstKey } from '../../shared/api-key.ts';
import { DEFAULT_QUEUE_PREFIX, redisUrl } from '../../shared/redis-url.ts';

/** Root folder of the project. */
export const PROJECT_DIR = resolve(import.meta.dirname, '../..');

const port = z.coerce.number().int().min(1).max(65_535);
const day = z.iso.date();

const SettingsSchema = z.object({
  API_KEYS: z.string().optional(),
  API_PORT: port.default(3000),
  DASHBOARD_PORT: port.default(3001),
  DATABASE_URL: z.string().min(1).optional(),
  DATABASE_DIRECT_URL: z.string().min(1).optional(),
  DATA_DIR: z.string().min(1).default('.data'),
  /** Range of the demo; the recorded data decide what it may be. */
  DEMO_FROM: day.default('2021-01-04'),
  DEMO_TO: day.default('2022-06-24'),
  /** `1`: the demo stops when its job is done. */
  MIGRATE_DATABASE_URL: z.string().min(1).optional(),
  ONCE: z.string().optional(),
  QUEUE_PREFIX: z.string().default(DEFAULT_QUEUE_PREFIX),
  REDIS_URL: redisUrl.optional(),
  REPLAY_DATA: z.string().min(1).default('data/replay'),
});

/** What the launcher of the local stack reads from the environment. */
export interface LocalSettings {
  apiKey: string | undefined;
  apiPort: number;
  dashboardPort: number;
  dataDir: string;
  databaseUrl: string | undefined;
  demoFrom: string;
  demoTo: string;
  /** The whole environment, handed on to the services. */
  env: NodeJS.ProcessEnv;
  once: boolean;
  /** Whose tables they are, when there is a `databaseUrl`. */
  ownerUrl: string | undefined;
  /** Begins every key in Redis. */
  queuePrefix: string;
  redisUrl: string | undefined;
  replayData: string;
}

/**
 * Reads the settings of the local stack; an empty variable counts as unset.
 *
 * @throws Error that names every wrong variable, what was expected and what came.
 */
export function readLocalSettings(env: NodeJS.ProcessEnv): LocalSettings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const { data, error } = SettingsSchema.safeParse(given);
  if (error) {
    const lines = error.issues.map(({ message, path }) => {
      const name = String(path[0]);
      // A URL may hold a password.
      const got = name.endsWith('_URL') ? 'another value' : JSON.stringify(given[name]);
      return `  ${name}: ${message}, got ${got}`;
    });
    throw new Error(`wrong environment:\n${lines.join('\n')}`);
  }
  return {
    apiKey: readFirstKey(data.API_KEYS ?? ''),
    apiPort: data.API_PORT,
    dashboardPort: data.DASHBOARD_PORT,
    dataDir: resolve(PROJECT_DIR, data.DATA_DIR),
    databaseUrl: data.DATABASE_URL,
    demoFrom: data.DEMO_FROM,
    demoTo: data.DEMO_TO,
    env: given,
    ownerUrl: data.MIGRATE_DATABASE_URL ?? data.DATABASE_DIRECT_URL ?? data.DATABASE_URL,
    once: data.ONCE !== undefined && data.ONCE !== '0',
    queuePrefix: data.QUEUE_PREFIX,
    redisUrl: data.REDIS_URL,
    replayData: resolve(PROJECT_DIR, data.REPLAY_DATA),
  };
}

/** A key of the shape that FRED demands (32 lower-case letters and digits); the replay server accepts any of that shape. */
export function inventFredKey(): string {
  return randomBytes(16).toString('hex');
}

/** The file where a running stack writes its addresses, readable by its owner only. */
export function locateStackFile(dataDir: string): string {
  return join(dataDir, 'stack.json');
}
