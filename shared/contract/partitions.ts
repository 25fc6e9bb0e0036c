import { z } from 'zod';
import { cursorOf } from './cursor.ts';
import { defineEndpoint } from './endpoint.ts';
import {
  assetListSchema,
  assetSchema,
  countSchema,
  daySchema,
  flagSchema,
  limitSchema,
  pageOf,
  partitionParam,
  taskStateSchema,
  timeSchema,
} from './primitives.ts';
import { FailureSchema } from './runs.ts';

const PartitionSchema = z
  .strictObject({
    asset: assetSchema,
    partition: daySchema,
    state: z.enum(['fresh', 'no_data_expected', 'failed', 'missing']),
    reason: z.string().nullable().meta({ description: 'Why no data is expected, or why it failed.' }),
    degraded: z.boolean(),
    stale: z.boolean().meta({ description: 'An upstream or the code has changed since.' }),
    blocked: z.boolean(),
    rows: countSchema,
    runId: z.uuid().nullable().meta({ description: 'The run that made it.' }),
    materializedAt: timeSchema.nullable(),
  })
  .meta({ id: 'Partition' });

const countsShape = {
  fresh: countSchema,
  noDataExpected: z
    .strictObject({ holiday: countSchema, not_released: countSchema, not_recorded: countSchema })
    .meta({ description: 'By reason.' }),
  failed: countSchema,
  missing: countSchema,
  degraded: countSchema.meta({ description: 'How many of the fresh ones are degraded.' }),
  stale: countSchema.meta({
    description: 'Of how many an upstream or the code has changed since they were materialized.',
  }),
};

/** Partitions of one asset by state. */
export const PartitionCountsSchema = z.strictObject(countsShape).meta({ id: 'PartitionCounts' });

const AssetPartitionsSchema = z
  .strictObject({ asset: assetSchema, ...countsShape })
  .meta({ id: 'AssetPartitions' });

export const listPartitions = defineEndpoint({
  method: 'get',
  path: '/v1/partitions',
  tag: 'Assets',
  summary: 'The grid of assets × weekdays, or its counts',
  role: 'viewer',
  query: z.strictObject({
    from: daySchema.meta({ description: 'First partition.' }),
    to: daySchema.meta({ description: 'Last partition; a complete one.' }),
    assets: assetListSchema.optional(),
    summary: flagSchema.optional().meta({ description: 'Counts by asset instead of the grid.' }),
    limit: limitSchema(1_000, 10_000),
    cursor: cursorOf(z.tuple([daySchema, assetSchema])).optional(),
  }),
  answers: { 200: z.union([pageOf(PartitionSchema), pageOf(AssetPartitionsSchema)]) },
  problems: [],
});

const PartitionWithTaskSchema = z
  .strictObject({
    ...PartitionSchema.shape,
    task: z
      .strictObject({
        id: z.uuid(),
        runId: z.uuid(),
        backfillId: z.uuid().nullable(),
        state: taskStateSchema,
        reason: z.string().nullable().meta({ description: 'Why it was skipped, failed or cancelled.' }),
        failure: FailureSchema.nullable(),
        finishedAt: timeSchema.nullable(),
      })
      .nullable()
      .meta({
        description: 'The newest task of the asset whose run covers the partition; null: there is none.',
      }),
  })
  .meta({ id: 'PartitionWithTask' });

export const getPartition = defineEndpoint({
  method: 'get',
  path: '/v1/partitions/{asset}/{partition}',
  tag: 'Assets',
  summary:
    'One partition of an asset and all upstream of it, each with the task that tried last: why it is missing',
  role: 'viewer',
  params: z.strictObject({
    asset: z.enum(assetSchema.options, { error: ({ input }) => `There is no asset ${String(input)}` }),
    partition: partitionParam('partition'),
  }),
  answers: {
    200: z
      .strictObject({
        ...PartitionWithTaskSchema.shape,
        upstreams: z
          .array(PartitionWithTaskSchema)
          .meta({ description: 'Everything upstream of it, in the order of the graph.' }),
      })
      .meta({ id: 'PartitionDetail' }),
  },
  problems: ['not-found'],
});
