import { pino, stdSerializers, type Logger as PinoLogger } from 'pino';
import { unwrapQueryError } from './errors.ts';

export type Logger = PinoLogger;

/** The one list of names whose values never reach a log line. */
const REDACTED_PATHS = [
  'api_key',
  'apiKey',
  'password',
  'authorization',
  'cookie',
  'databaseUrl',
  'redisUrl',
].flatMap((name) => [name, `*.${name}`]);

/** JSON logger of one process. Ids of run, task and partition come from child loggers. */
export function createLogger(service: string, level: string): Logger {
  return pino({
    serializers: { err: (error: unknown) => stdSerializers.err(unwrapQueryError(error) as Error) },
    base: { service },
    level,
    redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
  });
}
