import { z } from 'zod';
import { defineEndpoint } from './endpoint.ts';
import { PartitionCountsSchema } from './partitions.ts';
import { assetSchema, pageOf } from './primitives.ts';

const AssetSchema = z
  .strictObject({
    key: assetSchema,
    layer: z.enum(['bronze', 'silver', 'agents']),
    description: z.string(),
    queue: z.string().meta({ description: 'The queue whose workers compute it.' }),
    reads: z.array(assetSchema).meta({ description: 'Its upstreams.' }),
    readBy: z.array(assetSchema),
    partitions: PartitionCountsSchema.meta({
      description: 'Partitions by state, from the first to the last complete one.',
    }),
  })
  .meta({ id: 'Asset' });

const AssetTableSchema = z
  .strictObject({
    table: z.string(),
    description: z.string(),
    columns: z.array(
      z.strictObject({
        column: z.string(),
        type: z.string().meta({ description: 'Type of PostgreSQL.' }),
        nullable: z.boolean(),
        description: z.string().meta({ description: 'What it means, with its unit.' }),
      }),
    ),
  })
  .meta({ id: 'AssetTable' });

const keyParams = z.strictObject({
  key: z.enum(assetSchema.options, { error: ({ input }) => `There is no asset ${String(input)}` }),
});

export const listAssets = defineEndpoint({
  method: 'get',
  path: '/v1/assets',
  tag: 'Assets',
  summary: 'The graph, each asset with its partitions by state',
  role: 'viewer',
  answers: { 200: pageOf(AssetSchema) },
  problems: [],
});

export const getAsset = defineEndpoint({
  method: 'get',
  path: '/v1/assets/{key}',
  tag: 'Assets',
  summary: 'One asset of the graph',
  role: 'viewer',
  params: keyParams,
  answers: { 200: AssetSchema },
  problems: ['not-found'],
});

export const listAssetTables = defineEndpoint({
  method: 'get',
  path: '/v1/assets/{key}/tables',
  tag: 'Assets',
  summary: 'Where an asset stores its results: tables and columns with their meaning',
  role: 'viewer',
  params: keyParams,
  answers: { 200: pageOf(AssetTableSchema) },
  problems: ['not-found'],
});
