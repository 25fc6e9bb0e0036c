import { trace } from '@opentelemetry/api';
import { pino, stdSerializers, type Logger as PinoLogger } from 'pino';
import { unwrapQueryError } from './errors.ts';

export type Logger = PinoLogger;

/** The one list of names whose values never reach a log line. */
const REDACTED_PATHS = [
  'api_key',
  'apiKey',
  'fredApiKey',
  'API_KEYS',
  'FRED_API_KEY',
  'password',
  'secret',
  'token',
  'authorization',
  'Authorization',
  'cookie',
  '["set-cookie"]',
  'databaseUrl',
  'redisUrl',
  // Errors of ioredis carry what was sent, passwords of a login among it.
  'command.args',
  // What the last server of a cluster said.
  'lastNodeError.command.args',
].flatMap((name) => [name, name.startsWith('[') ? `*${name}` : `*.${name}`]);

/** Secrets inside of text: the password of a URL, a key in a query, a credential of a header. */
const SECRET_TEXT: readonly (readonly [RegExp, string])[] = [
  [/(\w:\/\/[^\s:/@"]*):[^\s/@"]+@/g, '$1:[redacted]@'],
  [/([?&](?:api_?key|token|password|secret)=)[^\s&"\\]+/gi, '$1[redacted]'],
  [/\b(Bearer|Basic) [\w.~+/=-]+/g, '$1 [redacted]'],
];

/** A line as it may be written. Messages of libraries repeat the addresses that they were given. */
function redactLine(line: string): string {
  return SECRET_TEXT.reduce((text, [secret, shown]) => text.replace(secret, shown), line);
}

/** The trace that a line belongs to, so that one leads to the other. */
function describeTrace(): { readonly traceId?: string } {
  const traceId = trace.getActiveSpan()?.spanContext().traceId;
  return traceId === undefined ? {} : { traceId };
}

/** JSON logger of one process. Ids of run, task and partition come from child loggers. */
export function createLogger(service: string, level: string): Logger {
  return pino({
    serializers: { err: (error: unknown) => stdSerializers.err(unwrapQueryError(error) as Error) },
    base: { service },
    level,
    mixin: describeTrace,
    hooks: { streamWrite: redactLine },
    redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
  });
}
