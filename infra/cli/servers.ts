import { existsSync, readFileSync } from 'node:fs';
import { inheritEnvironment, loadConfig, type Config } from '../../shared/config.ts';
import { locateStackFile } from '../local/settings.ts';
import { ownerUrl } from '../../shared/db/migrate.ts';
import type { Stack } from '../local/stack.ts';

/** Where the servers are, and where the services have their data from. */
export type ServerPlaces = Pick<
  Config,
  'DATABASE_URL' | 'DATABASE_DIRECT_URL' | 'MIGRATE_DATABASE_URL' | 'REDIS_URL' | 'QUEUE_PREFIX' | 'PROVIDERS'
>;

/** Those of the environment; where it names none, those of the local stack that runs in DATA_DIR. */
export function locateServers(
  config: Config,
  environment: Readonly<Record<string, string | undefined>>,
): ServerPlaces {
  const stackFile = locateStackFile(config.DATA_DIR);
  if (environment['DATABASE_URL'] || !existsSync(stackFile)) return config;
  const stack = JSON.parse(readFileSync(stackFile, 'utf8')) as Stack;
  // The launcher of the local stack replays recorded data, whatever the environment says.
  return {
    DATABASE_URL: stack.servicesUrl,
    DATABASE_DIRECT_URL: stack.servicesDirectUrl,
    MIGRATE_DATABASE_URL: config.MIGRATE_DATABASE_URL ?? stack.databaseUrl,
    REDIS_URL: stack.redisUrl,
    QUEUE_PREFIX: stack.queuePrefix,
    PROVIDERS: 'replay',
  };
}

/**
 * The database for whoever keeps house in it, as the owner of its tables: MIGRATE_DATABASE_URL, where that is set. Otherwise the
 * database of the services, or of the local stack that runs in DATA_DIR.
 */
export function locateDatabase(): string {
  const config = loadConfig();
  return ownerUrl({ ...config, ...locateServers(config, inheritEnvironment()) });
}
