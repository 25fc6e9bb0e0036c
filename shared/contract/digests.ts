import { z } from 'zod';
import { cursorOf } from './cursor.ts';
import { defineEndpoint } from './endpoint.ts';
import {
  agentSchema,
  assetSchema,
  daySchema,
  limitSchema,
  pageOf,
  timeSchema,
  partitionParam,
} from './primitives.ts';
import { SignalSchema } from './signals.ts';

const DIRECTION = SignalSchema.shape.direction.nullable().meta({ description: 'Null without one.' });

const SignalChangeSchema = z.strictObject({
  signalId: z.string(),
  agent: agentSchema,
  before: DIRECTION,
  after: DIRECTION,
  strength: SignalSchema.shape.strength.nullable(),
  confidence: z.number().nullable(),
  reason: z.string().nullable().meta({ description: 'Why it has no direction now.' }),
});

const AssetSchema = z.strictObject({
  asset: assetSchema,
  state: z.enum(['fresh', 'no_data_expected', 'failed', 'missing']),
  reason: z.string().nullable().meta({ description: 'Why it is not ready, or has no data.' }),
  stale: z.boolean(),
  blocked: z.boolean(),
  degraded: z.boolean(),
  newestPartition: daySchema.nullable().meta({ description: 'The newest one that is materialized.' }),
});

export const DigestSchema = z
  .strictObject({
    partition: daySchema,
    previousPartition: daySchema.meta({ description: 'The one that signals are compared with.' }),
    builtAt: timeSchema,
    run: z.strictObject({ id: z.uuid(), state: z.string() }).nullable().meta({
      description: 'The scheduled run of the partition; null without one.',
    }),
    signals: z.strictObject({
      flipped: z.array(SignalChangeSchema),
      appeared: z.array(SignalChangeSchema),
      disappeared: z.array(SignalChangeSchema),
    }),
    assets: z.array(AssetSchema),
    alerts: z.array(
      z.strictObject({
        id: z.int(),
        rule: z.string(),
        subject: z.string(),
        severity: z.enum(['warning', 'critical']),
        message: z.string(),
        raisedAt: timeSchema,
      }),
    ),
    links: z.record(z.string(), z.string()).meta({ description: 'Addresses of this API by what is there.' }),
  })
  .meta({ id: 'Digest' });

/** The morning digest of a partition. */
export type DigestContent = z.output<typeof DigestSchema>;

export const listDigests = defineEndpoint({
  method: 'get',
  path: '/v1/digests',
  tag: 'Alerts',
  summary: 'Morning digests, newest first',
  role: 'viewer',
  query: z.strictObject({
    limit: limitSchema(20, 200),
    cursor: cursorOf(z.tuple([daySchema])).optional(),
  }),
  answers: { 200: pageOf(DigestSchema) },
  problems: [],
});

export const getDigest = defineEndpoint({
  method: 'get',
  path: '/v1/digests/{partition}',
  tag: 'Alerts',
  summary: 'The morning digest of a partition',
  role: 'viewer',
  params: z.strictObject({ partition: partitionParam('digest') }),
  answers: { 200: DigestSchema },
  problems: ['not-found'],
});
