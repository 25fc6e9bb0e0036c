import { z } from 'zod';
import type { Provider } from '../connectors/connector.ts';
import { PROVIDER_OF } from '../pipeline/providers.ts';
import { cursorOf } from './cursor.ts';
import { defineEndpoint } from './endpoint.ts';
import { OriginSchema } from './origin.ts';
import { assetSchema, daySchema, limitSchema, pageOf, timeSchema } from './primitives.ts';
import { countsSchema, partitionsSchema, runStateSchema } from './runs.ts';

const onlySchema = z.enum(['missing', 'failed', 'all']);
const sliceSchema = z.enum(['day', 'month', 'quarter', 'year']);
const orderSchema = z.enum(['newest', 'oldest']);
const providerSchema = z.enum(Object.values(PROVIDER_OF) as [Provider, ...Provider[]]);
const requestsSchema = z.partialRecord(providerSchema, z.int().min(0));

export const EstimateSchema = z
  .strictObject({
    requestsPerProvider: requestsSchema.meta({
      description: 'Requests when every window is fetched once and every answer fits one page.',
    }),
    minutes: z.number().meta({
      description:
        'At the budgets of the providers or at the rate at which tasks were computed last, whichever is slower.',
    }),
    redisBytes: z.int().meta({ description: 'Redis that its jobs occupy at most, ended ones included.' }),
  })
  .meta({ id: 'BackfillEstimate' });

export const BackfillRequestSchema = z
  .strictObject({
    from: daySchema,
    to: daySchema.meta({ description: 'Included. Weekends are no partitions.' }),
    assets: z
      .array(assetSchema)
      .min(1)
      .max(100)
      .optional()
      .meta({ description: 'All by default. What they read is added where it is missing.' }),
    only: onlySchema.default('missing').meta({
      description: 'Which partitions to compute: without a good result, with a failed one, or all.',
    }),
    slice: sliceSchema.default('month').meta({ description: 'The range of one run.' }),
    maxConcurrentRuns: z.int().min(1).max(100).default(4),
    order: orderSchema.default('oldest').meta({ description: 'Which runs start first.' }),
    dryRun: z.boolean().default(false).meta({ description: 'Say what it would be, and write nothing.' }),
  })
  .meta({ id: 'BackfillRequest' });

export const AcceptedBackfillSchema = z
  .strictObject({
    id: z.uuid(),
    state: runStateSchema,
    runs: z.int(),
    tasks: z.int(),
    partitions: z.int().meta({ description: 'Asset × partition pairs to compute.' }),
    estimate: EstimateSchema.nullable(),
  })
  .meta({ id: 'AcceptedBackfill' });

export const DryRunSchema = z
  .strictObject({
    dryRun: z.literal(true),
    assets: z.array(assetSchema),
    runs: z.int(),
    tasks: z.int(),
    partitions: z.int(),
    estimate: EstimateSchema,
    plan: z.array(z.strictObject({ from: daySchema, to: daySchema, tasks: z.int(), partitions: z.int() })),
  })
  .meta({ id: 'DryRun' });

export const BackfillSchema = z
  .strictObject({
    id: z.uuid(),
    state: runStateSchema,
    from: daySchema,
    to: daySchema,
    assets: z.array(assetSchema),
    only: onlySchema,
    slice: sliceSchema,
    maxConcurrentRuns: z.int(),
    order: orderSchema,
    createdAt: timeSchema,
    startedAt: timeSchema.nullable(),
    finishedAt: timeSchema.nullable(),
    runs: countsSchema.meta({ description: 'Runs by state.' }),
    tasks: countsSchema.meta({ description: 'Tasks by state.' }),
    partitions: partitionsSchema,
    requests: requestsSchema.meta({ description: 'Requests sent, by provider.' }),
    estimate: EstimateSchema.nullable().meta({
      description: 'What it was expected to take when it was accepted.',
    }),
    rate: z.number().nullable().meta({
      description:
        'Partitions per minute: of the last 15 minutes, or of the whole time once it has ended. Null before the first.',
    }),
    eta: timeSchema
      .nullable()
      .meta({ description: 'When the rest will be done at that rate; null unless it is running.' }),
  })
  .meta({ id: 'Backfill' });

const params = z.strictObject({ id: z.uuid() });

export const createBackfill = defineEndpoint({
  method: 'post',
  path: '/v1/backfills',
  tag: 'Backfills',
  summary: 'Compute a range of partitions × a selection of assets',
  description:
    'With an `Idempotency-Key` the same request gets the same answer, however often it is sent; another one is refused.',
  role: 'operator',
  headers: z.strictObject({
    'idempotency-key': z
      .string()
      .regex(/^[\x21-\x7e]{1,200}$/, { error: 'expected 1 to 200 visible ASCII characters' })
      .optional(),
  }),
  body: BackfillRequestSchema,
  answers: { 200: DryRunSchema, 202: AcceptedBackfillSchema },
  problems: ['idempotency-conflict'],
});

export const listBackfills = defineEndpoint({
  method: 'get',
  path: '/v1/backfills',
  tag: 'Backfills',
  summary: 'Backfills, newest first',
  role: 'viewer',
  query: z.strictObject({
    limit: limitSchema(20, 100),
    cursor: cursorOf(z.tuple([z.iso.datetime({ precision: 6 })])).optional(),
  }),
  answers: { 200: pageOf(BackfillSchema) },
  problems: [],
});

export const getBackfill = defineEndpoint({
  method: 'get',
  path: '/v1/backfills/{id}',
  tag: 'Backfills',
  summary: 'How far a backfill is',
  role: 'viewer',
  params,
  answers: { 200: BackfillSchema },
  problems: ['not-found'],
});

const defineChange = <const Path extends `/${string}`>(path: Path, summary: string) =>
  defineEndpoint({
    method: 'post',
    path,
    tag: 'Backfills',
    summary,
    role: 'operator',
    params,
    body: OriginSchema,
    answers: { 202: BackfillSchema },
    problems: ['not-found', 'invalid-transition'],
  });

export const cancelBackfill = defineChange('/v1/backfills/{id}/cancel', 'End all that has not ended');
export const pauseBackfill = defineChange('/v1/backfills/{id}/pause', 'Start nothing more for a while');
export const resumeBackfill = defineChange('/v1/backfills/{id}/resume', 'Go on after a pause');
export const retryBackfill = defineChange('/v1/backfills/{id}/retry', 'Run again what did not succeed');
