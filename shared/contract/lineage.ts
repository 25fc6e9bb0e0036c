import { z } from 'zod';
import { defineEndpoint } from './endpoint.ts';
import {
  asOfSchema,
  assetSchema,
  bronzeSchema,
  countSchema,
  daySchema,
  modelVersionSchema,
  providerSchema,
  textSchema,
  timeSchema,
  partitionParam,
} from './primitives.ts';
import { OutputSourceSchema, SignalInputSchema, SignalSchema } from './signals.ts';

const excerptOf = <Item extends z.ZodType>(item: Item, most: number) =>
  z
    .strictObject({ total: countSchema, items: z.array(item) })
    .meta({ description: `At most ${most} of \`total\`.` });

const MaterializationSchema = z
  .strictObject({
    asset: assetSchema,
    partition: daySchema,
    id: countSchema.meta({ description: 'A new number whenever the outcome changes.' }),
    state: z.enum(['fresh', 'no_data_expected', 'failed']),
    reason: z.string().nullable(),
    degraded: z.boolean(),
    rows: countSchema,
    codeVersion: z
      .string()
      .meta({ description: 'Version of the code that computed it; empty: not recorded.' }),
    currentCodeVersion: z.string(),
    cutoff: timeSchema.nullable().meta({ description: 'It knew nothing that was released later.' }),
    materializedAt: timeSchema.meta({ description: 'Since when the outcome has its number.' }),
    runId: z.uuid(),
    taskId: z.uuid(),
    upstreamIds: z
      .array(countSchema)
      .meta({ description: 'Numbers of the outcomes of its upstreams that it was made from.' }),
    stale: z.boolean(),
    staleBecause: z.array(
      z.strictObject({
        cause: z.enum(['code', 'upstream', 'upstream_stale']).meta({
          description:
            '`code`: it has another version now. `upstream`: the asset has another outcome now. `upstream_stale`: the asset is stale itself.',
        }),
        asset: assetSchema.nullable(),
      }),
    ),
  })
  .meta({ id: 'Materialization' });

const PayloadSchema = z
  .strictObject({
    id: countSchema,
    provider: providerSchema,
    key: z.string(),
    windowId: z.string().meta({ description: 'The piece of the key that was asked for.' }),
    part: z.string(),
    url: z.string().meta({ description: 'Without secrets.' }),
    status: z.int(),
    contentType: z.string(),
    fetchedAt: timeSchema,
    sha256: z.string().meta({ description: 'Of the body, hexadecimal.' }),
    bytes: countSchema.meta({ description: 'Size of the body.' }),
    taskId: z.uuid(),
    isKept: z.boolean().meta({ description: 'False when the body has been pruned.' }),
  })
  .meta({ id: 'Payload' });

const SilverValueSchema = z.strictObject({
  table: z.enum(['silver_macro', 'silver_price', 'silver_curve_point']),
  key: z.string(),
  part: z.string().meta({ description: 'Transform, field, or tenor and method.' }),
  period: z.string(),
  value: z.number().nullable(),
  knownAt: timeSchema,
  inputs: z.string().meta({ description: 'What it was made of: keys, periods and the highest revision.' }),
});

const BronzeValueSchema = z.strictObject({
  table: z.enum(['observations', 'bars', 'fixings', 'curve_points']),
  key: z.string(),
  date: daySchema,
  part: z.string().nullable().meta({ description: 'Curve and vertex, or bulletin.' }),
  value: z.string().nullable().meta({ description: 'As it is stored; null: withdrawn.' }),
  revision: countSchema,
  releaseTime: timeSchema,
  releaseTimeBasis: z.string(),
  payloadId: countSchema.nullable(),
});

const InputLineageSchema = SignalInputSchema.extend({
  silver: excerptOf(SilverValueSchema, 50),
  observations: excerptOf(BronzeValueSchema, 50),
  payloadIds: z.array(countSchema),
}).meta({ id: 'InputLineage' });

const SignalLineageSchema = SignalSchema.omit({ agent: true, partition: true, inputs: true })
  .extend({ inputs: z.array(InputLineageSchema) })
  .meta({ id: 'SignalLineage' });

const OutputLineageSchema = OutputSourceSchema.extend({
  value: z.unknown().meta({ description: 'The output itself.' }),
  inputs: z.array(InputLineageSchema),
}).meta({ id: 'OutputLineage' });

const LineageSchema = z
  .strictObject({
    ...MaterializationSchema.shape,
    upstreams: z
      .array(MaterializationSchema)
      .meta({ description: 'Everything upstream as it is now, upstreams first.' }),
    signals: z.array(SignalLineageSchema).optional().meta({ description: 'Of an agent.' }),
    outputs: z
      .array(OutputLineageSchema)
      .optional()
      .meta({ description: 'Of an agent: what its report gives beside signals.' }),
    sources: z
      .array(z.strictObject({ asset: bronzeSchema, rows: countSchema }))
      .optional()
      .meta({
        description: 'Of a silver asset: rows of its upstreams that became known in the partition.',
      }),
    keys: z
      .array(
        z.strictObject({
          key: z.string(),
          outcome: z.string(),
          reason: z.string().nullable(),
          fromDate: daySchema.nullable(),
          toDate: daySchema.nullable(),
          windows: countSchema,
          inserted: countSchema,
          revised: countSchema,
        }),
      )
      .optional()
      .meta({ description: 'Of a bronze asset: what its task did with each key.' }),
    payloads: excerptOf(PayloadSchema, 200),
  })
  .meta({ id: 'Lineage' });

export const getLineage = defineEndpoint({
  method: 'get',
  path: '/v1/lineage/{asset}/{partition}',
  tag: 'Lineage',
  summary: 'What a partition was made by and from, down to the answers of the providers',
  description:
    'Signals and outputs are those of the newest report of the current model version unless one is named, or of the last one by `asOf`; the outcome and its upstreams are as they are now.',
  role: 'viewer',
  params: z.strictObject({
    asset: z.enum(assetSchema.options, { error: ({ input }) => `There is no asset ${String(input)}` }),
    partition: partitionParam('partition'),
  }),
  query: z.strictObject({
    signal: textSchema(200)
      .optional()
      .meta({ description: 'Only this signal of an agent, and the output that is named.' }),
    output: textSchema(200).optional().meta({
      description:
        'Only this output of an agent, by its path: `r_star`, `view.trades`; and the signal that is named.',
    }),
    modelVersion: modelVersionSchema.optional(),
    asOf: asOfSchema.optional(),
  }),
  answers: { 200: LineageSchema },
  problems: ['not-found'],
});

const payloadParams = z.strictObject({
  id: z
    .string()
    .regex(/^[1-9]\d{0,14}$/, { error: ({ input }) => `There is no payload ${String(input)}` })
    .transform(Number),
});

export const getPayload = defineEndpoint({
  method: 'get',
  path: '/v1/payloads/{id}',
  tag: 'Lineage',
  summary: 'An archived answer of a provider, without its body',
  role: 'viewer',
  params: payloadParams,
  answers: { 200: PayloadSchema },
  problems: ['not-found'],
});

/** Largest body that can be had (bytes): what one answer of the API holds in memory. */
export const MAX_PAYLOAD_BYTES = 64 * 1024 * 1024;

export const downloadPayload = defineEndpoint({
  method: 'get',
  path: '/v1/payloads/{id}/body',
  tag: 'Lineage',
  summary: 'The body of an archived answer, byte for byte as its provider sent it',
  description:
    'Of the type that the provider gave it, always as an attachment: nothing in it runs in a browser. Of up to 64 MiB.',
  role: 'viewer',
  params: payloadParams,
  answers: { 200: z.string().meta({ description: 'The bytes of the answer.' }) },
  download: true,
  problems: ['not-found', 'payload-too-large'],
});
