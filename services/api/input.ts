import type { Request } from 'express';
import { z } from 'zod';
import { AGENT_NAMES, graph, type AgentName, type AssetName } from '../../shared/pipeline/graph.ts';
import { cutoffOf, isDay, type Day, type Instant } from '../../shared/time.ts';
import { ProblemError, type FieldError } from './problem.ts';

/** Dates outside these are typing mistakes, and PostgreSQL does not know the year 0. */
const FIRST_DAY = '1900-01-01';
const LAST_DAY = '2199-12-31';

/** A civil date `YYYY-MM-DD` that exists. */
export const daySchema = z
  .string({ error: 'expected a day, YYYY-MM-DD' })
  .refine((text) => isDay(text) && text >= FIRST_DAY && text <= LAST_DAY, {
    error: 'expected a day that exists, YYYY-MM-DD',
  });

export const assetSchema = z.enum(graph.names as readonly [AssetName, ...AssetName[]]);

export const agentSchema = z.enum(AGENT_NAMES as readonly [AgentName, ...AgentName[]]);

/** A model version of an agent. */
export const modelVersionSchema = z
  .string()
  .regex(/^[\w.-]{1,40}$/, { error: 'expected a model version, such as 2' });

/** Assets separated by commas; all of them by default. Comes out in the order of the graph. */
export const assetListSchema = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(assetSchema))
  .transform((names) => graph.names.filter((name) => names.includes(name)));

/** A flag of a query. */
export const flagSchema = z.enum(['true', 'false']).transform((text) => text === 'true');

/** How many rows a page may have. */
export function limitSchema(standard: number, most: number) {
  return z.coerce.number({ error: 'expected a whole number' }).int().min(1).max(most).default(standard);
}

/**
 * A moment of knowledge: an ISO 8601 time with its offset, or a partition, which stands for what was known at its
 * cutoff.
 */
export const asOfSchema = z.string().transform((text, context): Instant => {
  if (isDay(text) && text >= FIRST_DAY && text <= LAST_DAY) return cutoffOf(text);
  const moment = z.iso.datetime({ offset: true }).safeParse(text).success ? Date.parse(text) : Number.NaN;
  if (moment >= Date.parse(FIRST_DAY) && moment <= Date.parse(LAST_DAY)) return moment;
  context.addIssue({
    code: 'custom',
    message: 'expected a time with its offset (2022-01-11T12:00:00Z) or a partition (2022-01-10)',
  });
  return z.NEVER;
});

const toPointer = (path: readonly PropertyKey[]): string =>
  `#${path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`;

function toFieldErrors(error: z.ZodError, place: 'body' | 'query'): FieldError[] {
  return error.issues.flatMap((issue) => {
    const isUnknown = issue.code === 'unrecognized_keys';
    const paths = isUnknown ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    const detail = isUnknown ? 'unknown field' : issue.message;
    return paths.map((path) =>
      place === 'body' ? { pointer: toPointer(path), detail } : { parameter: String(path[0] ?? ''), detail },
    );
  });
}

function refuse(error: z.ZodError, place: 'body' | 'query'): ProblemError {
  const errors = toFieldErrors(error, place);
  const named = errors.map((field) => `${field.pointer ?? field.parameter ?? ''}: ${field.detail}`);
  return new ProblemError('invalid-request', named.join('; '), errors);
}

/** The body of a request. @throws ProblemError naming every wrong field */
export function parseBody<Schema extends z.ZodType>(request: Request, schema: Schema): z.output<Schema> {
  if (request.is('application/json') === false) {
    throw new ProblemError(
      'unsupported-media-type',
      `expected application/json, got ${request.get('content-type') ?? 'nothing'}`,
    );
  }
  const parsed = schema.safeParse(request.body ?? {});
  if (!parsed.success) throw refuse(parsed.error, 'body');
  return parsed.data;
}

/** The query of a request. @throws ProblemError naming every wrong parameter */
export function parseQuery<Schema extends z.ZodType>(request: Request, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse({ ...request.query });
  if (!parsed.success) throw refuse(parsed.error, 'query');
  return parsed.data;
}

/** A range of days, both included, either end open. */
export const dayRangeShape = { from: daySchema.optional(), to: daySchema.optional() };

/** Refuses a range that ends before it begins. */
export function isAscending(range: {
  readonly from?: Day | undefined;
  readonly to?: Day | undefined;
}): boolean {
  return range.from === undefined || range.to === undefined || range.from <= range.to;
}

/** What `isAscending` says when it is not. */
export const NOT_ASCENDING = { error: 'is before from', path: ['to'] };
