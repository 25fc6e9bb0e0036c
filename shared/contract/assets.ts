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
  params: z.strictObject({
    key: z.enum(assetSchema.options, { error: ({ input }) => `There is no asset ${String(input)}` }),
  }),
  answers: { 200: AssetSchema },
  problems: ['not-found'],
});
