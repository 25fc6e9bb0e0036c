import { z } from 'zod';
import { cursorOf } from './cursor.ts';
import { defineEndpoint } from './endpoint.ts';
import { OriginSchema } from './origin.ts';
import {
  assetSchema,
  countSchema,
  countsOf,
  daySchema,
  idParams,
  limitSchema,
  momentSchema,
  onlySchema,
  orderSchema,
  pageOf,
  partitionProgressSchema,
  providerSchema,
  runStateSchema,
  taskStateSchema,
  timeSchema,
} from './primitives.ts';

const sliceSchema = z.enum(['day', 'month', 'quarter', 'year']);

/** What one request may ask to be at work at once. */
const MAX_CONCURRENT_RUNS = 100;

const BackfillRequestSchema = z
  .strictObject({
    from: daySchema.meta({ description: 'First partition.' }),
    to: daySchema.meta({ description: 'Last partition; a complete one.' }),
    assets: z
      .array(assetSchema)
      .min(1)
      .max(100)
      .optional()
      .meta({ description: 'All by default; their upstreams are added.' }),
    only: onlySchema.default('missing').meta({ description: 'Which partitions of the range are computed.' }),
    slice: sliceSchema.default('month').meta({ description: 'The range that one run covers.' }),
    maxConcurrentRuns: z
      .int()
      .min(1)
      .max(MAX_CONCURRENT_RUNS)
      .default(4)
      .meta({ description: 'Runs at work at once.' }),
    order: orderSchema.default('oldest').meta({ description: 'Which slice comes first.' }),
    dryRun: z.boolean().default(false).meta({ description: 'Plan only: nothing is written.' }),
  })
  .meta({ id: 'BackfillRequest', example: { from: '2022-01-03', to: '2022-01-31' } });

const EstimateSchema = z
  .strictObject({
    requestsPerProvider: countsOf(providerSchema).meta({
      description: 'Requests when every window is fetched once and every answer fits one page.',
    }),
    minutes: z.number().meta({
      description:
        'At the budgets of the providers or at the rate at which tasks were computed last, whichever is slower.',
    }),
    redisBytes: countSchema.meta({
      description: 'Redis that its jobs occupy at most, ended ones included.',
    }),
  })
  .meta({ id: 'Estimate' });

const AcceptedBackfillSchema = z
  .strictObject({
    id: z.uuid(),
    state: runStateSchema,
    runs: countSchema,
    tasks: countSchema,
    partitions: countSchema.meta({ description: 'Asset × partition pairs that will be computed.' }),
    estimate: EstimateSchema.nullable(),
  })
  .meta({ id: 'AcceptedBackfill' });

const BackfillPlanSchema = z
  .strictObject({
    dryRun: z.literal(true),
    assets: z.array(assetSchema).meta({ description: 'Those that were asked for and their upstreams.' }),
    runs: countSchema,
    tasks: countSchema,
    partitions: countSchema.meta({ description: 'Asset × partition pairs that would be computed.' }),
    estimate: EstimateSchema,
    plan: z
      .array(z.strictObject({ from: daySchema, to: daySchema, tasks: countSchema, partitions: countSchema }))
      .meta({ description: 'The runs in the order in which they would start.' }),
  })
  .meta({ id: 'BackfillPlan' });

const BackfillSchema = z
  .strictObject({
    id: z.uuid(),
    state: runStateSchema,
    from: daySchema,
    to: daySchema,
    assets: z.array(assetSchema),
    only: onlySchema,
    slice: sliceSchema,
    maxConcurrentRuns: countSchema,
    order: orderSchema,
    createdAt: timeSchema,
    startedAt: timeSchema.nullable(),
    finishedAt: timeSchema.nullable(),
    runs: countsOf(runStateSchema).meta({ description: 'Runs by state.' }),
    tasks: countsOf(taskStateSchema).meta({ description: 'Tasks by state.' }),
    partitions: partitionProgressSchema,
    requests: countsOf(providerSchema).meta({ description: 'Requests sent, by provider.' }),
    estimate: EstimateSchema.nullable().meta({
      description: 'What it was expected to take when it was accepted.',
    }),
    rate: z.number().nullable().meta({
      description:
        'Partitions per minute: of the last 15 minutes, or since a retry within them, or of all its time once it has ended. Null before the first one.',
    }),
    eta: timeSchema
      .nullable()
      .meta({ description: 'When the rest will be done at that rate; null unless it is running.' }),
  })
  .meta({ id: 'Backfill' });

export const createBackfill = defineEndpoint({
  method: 'post',
  path: '/v1/backfills',
  tag: 'Backfills',
  summary: 'Ask for a range of partitions of some assets',
  description:
    'Writes the backfill with its runs and tasks; the scheduler starts them. The same `Idempotency-Key` with the same ' +
    'request gives the first answer again.',
  role: 'operator',
  headers: z.strictObject({
    'Idempotency-Key': z
      .string()
      .regex(/^[\x21-\x7e]{1,200}$/, { error: 'expected 1 to 200 visible ASCII characters' })
      .optional(),
  }),
  body: BackfillRequestSchema,
  answers: { 200: BackfillPlanSchema, 202: AcceptedBackfillSchema },
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
    cursor: cursorOf(z.tuple([momentSchema])).optional(),
  }),
  answers: { 200: pageOf(BackfillSchema) },
  problems: [],
});

export const getBackfill = defineEndpoint({
  method: 'get',
  path: '/v1/backfills/{id}',
  tag: 'Backfills',
  summary: 'A backfill: its state and how far it is',
  role: 'viewer',
  params: idParams('backfill'),
  answers: { 200: BackfillSchema },
  problems: ['not-found'],
});

export const listBackfillAssets = defineEndpoint({
  method: 'get',
  path: '/v1/backfills/{id}/assets',
  tag: 'Backfills',
  summary: 'How far a backfill is with each asset, in the order of the graph',
  role: 'viewer',
  params: idParams('backfill'),
  answers: {
    200: pageOf(
      z
        .strictObject({
          asset: assetSchema,
          tasks: countsOf(taskStateSchema).meta({ description: 'Tasks by state.' }),
          partitions: partitionProgressSchema,
          rows: countSchema.meta({ description: 'Rows written.' }),
          requests: countSchema.meta({ description: 'Requests sent to the provider.' }),
        })
        .meta({ id: 'BackfillAsset' }),
    ),
  },
  problems: ['not-found'],
});

const change = {
  method: 'post',
  tag: 'Backfills',
  role: 'operator',
  params: idParams('backfill'),
  body: OriginSchema,
  answers: { 202: BackfillSchema },
  problems: ['not-found', 'invalid-transition'],
} as const;

export const cancelBackfill = defineEndpoint({
  ...change,
  path: '/v1/backfills/{id}/cancel',
  summary: 'End a backfill with all its runs',
});

export const pauseBackfill = defineEndpoint({
  ...change,
  path: '/v1/backfills/{id}/pause',
  summary: 'Start nothing more of a backfill',
  description: 'What is running finishes.',
});

export const resumeBackfill = defineEndpoint({
  ...change,
  path: '/v1/backfills/{id}/resume',
  summary: 'Go on with a paused backfill',
});

export const retryBackfill = defineEndpoint({
  ...change,
  path: '/v1/backfills/{id}/retry',
  summary: 'Do again what did not succeed',
  description: 'Failed, skipped and cancelled tasks; those that succeeded are not touched.',
});
