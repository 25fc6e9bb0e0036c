import { z } from 'zod';
import { AGENT_NAMES, graph, type AgentName, type AssetName, type BronzeName } from '../pipeline/graph.ts';
import { ONLY } from '../pipeline/only.ts';
import { cutoffOf, isDay, type Day, type Instant } from '../time.ts';

/** Dates outside these are typing mistakes, and PostgreSQL does not know the year 0. */
const FIRST_DAY = '1900-01-01';
const LAST_DAY = '2199-12-31';

/** A civil date `YYYY-MM-DD` that exists. */
export const daySchema = z
  .string({ error: 'expected a day, YYYY-MM-DD' })
  .refine((text) => isDay(text) && text >= FIRST_DAY && text <= LAST_DAY, {
    error: 'expected a day that exists, YYYY-MM-DD',
  })
  .meta({ format: 'date', example: '2022-01-10' });

/** A partition in a path; another text names none of these things. */
export const partitionParam = (noun: string) =>
  z
    .string()
    .refine((text) => daySchema.safeParse(text).success, {
      error: ({ input }) => `There is no ${noun} ${String(input)}`,
    })
    .meta({ format: 'date', example: '2022-01-10' });

/** A moment in UTC, ISO 8601. */
export const timeSchema = z.iso.datetime().meta({ example: '2022-01-11T09:00:00.000Z' });

/** A moment that a caller may name, ISO 8601 with its offset: PostgreSQL knows no year 0. */
export const momentSchema = z.iso
  .datetime({ offset: true, error: 'expected a time with its offset (2022-01-11T12:00:00Z)' })
  .refine((text) => text >= FIRST_DAY && text < '2200', { error: 'expected a time that is near' });

/** Text that PostgreSQL can keep (no NUL, no half of a character) and that says something. Spaces around it are not kept. */
export const textSchema = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .trim()
    .regex(/\S/, { error: 'expected some text' })
    // The spelling with four digits is read by JavaScript and Python alike.
    // oxlint-disable-next-line no-control-regex -- it is what is refused
    .regex(/^[^\u0000]*$/, { error: 'expected text without NUL' })
    .refine((text) => text.isWellFormed(), { error: 'expected whole characters' });

/** A page of a list. */
export const pageOf = <Row extends z.ZodType>(row: Row) =>
  z.strictObject({
    data: z.array(row),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: 'Send it as `cursor` for the next page; null on the last one.' }),
  });

/** How many of something. */
export const countSchema = z.int().min(0);

/** How many there are of each of some names; a name that is left out has none. */
export const countsOf = <Name extends string>(names: z.ZodType<Name, Name> & z.core.$ZodRecordKey) =>
  z.partialRecord(names, countSchema);

/** Parameters of a path that ends in, or goes through, the id of a thing. */
export const idParams = (noun: string) =>
  z.strictObject({ id: z.uuid({ error: ({ input }) => `There is no ${noun} ${String(input)}` }) });

export const runStateSchema = z
  .enum(['planned', 'running', 'paused', 'succeeded', 'partially_failed', 'failed', 'cancelled'])
  .meta({ id: 'RunState' });

export const taskStateSchema = z
  .enum(['pending', 'queued', 'running', 'succeeded', 'failed', 'skipped', 'cancelled'])
  .meta({ id: 'TaskState' });

export const onlySchema = z.enum(ONLY).meta({
  description: 'Which partitions are computed; `missing` takes failed ones too.',
});

export const providerSchema = z.enum(['bcb_sgs', 'fred', 'yahoo', 'bcb_ptax', 'b3', 'treasury']);

/** Asset × partition pairs. */
export const partitionProgressSchema = z
  .strictObject({ total: countSchema, done: countSchema })
  .meta({ description: 'Asset × partition pairs.' });

export const assetSchema = z.enum(graph.names as readonly [AssetName, ...AssetName[]]);

export const bronzeSchema = z.enum(
  graph.names.filter((name): name is BronzeName => graph.assets[name].layer === 'bronze'),
);

export const agentSchema = z.enum(AGENT_NAMES as readonly [AgentName, ...AgentName[]]);

/** A model version of an agent. */
export const modelVersionSchema = z
  .string()
  .regex(/^[\w.-]{1,40}$/, { error: 'expected a model version, such as 2' });

/** Assets separated by commas; all of them by default. Comes out in the order of the graph. */
export const assetListSchema = z
  .string()
  .meta({
    description: 'Separated by commas; all by default.',
    example: 'bronze_fred,silver_macro',
    pattern: `^(${graph.names.join('|')})(,(${graph.names.join('|')}))*$`,
  })
  .transform((text) => text.split(','))
  .pipe(z.array(assetSchema))
  .transform((names) => graph.names.filter((name) => names.includes(name)));

/** Which end of time comes first. */
export const orderSchema = z.enum(['newest', 'oldest']);

/** A flag of a query. */
export const flagSchema = z.enum(['true', 'false']).transform((text) => text === 'true');

/** How many rows a page may have. */
export function limitSchema(standard: number, most: number) {
  return z.coerce
    .number<number | string>({ error: 'expected a whole number' })
    .int()
    .min(1)
    .max(most)
    .default(standard);
}

/**
 * A moment of knowledge: an ISO 8601 time with its offset, or a partition, which stands for what was known at its
 * cutoff.
 */
export const asOfSchema = z
  .string()
  .meta({
    description: 'Nothing that became known later: a time with its offset, or a partition (its cutoff).',
    example: '2022-01-10',
    anyOf: [{ format: 'date-time' }, { format: 'date' }],
  })
  .transform((text, context): Instant => {
    if (isDay(text) && text >= FIRST_DAY && text <= LAST_DAY) return cutoffOf(text);
    const moment = z.iso.datetime({ offset: true }).safeParse(text).success ? Date.parse(text) : Number.NaN;
    if (moment >= Date.parse(FIRST_DAY) && moment <= Date.parse(LAST_DAY)) return moment;
    context.addIssue({
      code: 'custom',
      message: 'expected a time with its offset (2022-01-11T12:00:00Z) or a partition (2022-01-10)',
    });
    return z.NEVER;
  });

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
