import { z } from 'zod';
import { defineEndpoint } from './endpoint.ts';
import { bronzeSchema, countSchema, pageOf, providerSchema, timeSchema } from './primitives.ts';

const circuitStateSchema = z.enum(['closed', 'open', 'half_open']);

const CircuitSchema = z
  .strictObject({
    name: z.string(),
    state: circuitStateSchema,
    openUntil: timeSchema
      .nullable()
      .meta({ description: 'When one request may try; null while it is closed.' }),
    failuresInARow: countSchema,
    throttlesInARow: countSchema,
    cause: z.enum(['failed', 'throttled']).nullable(),
  })
  .meta({ id: 'Circuit' });

const BudgetSchema = z
  .strictObject({
    host: z.string(),
    configuredRate: z.number().meta({ description: 'Requests per second.' }),
    currentRate: z
      .number()
      .meta({ description: 'Requests per second: what is left after what the provider taught.' }),
    bulkShare: z.number().meta({ description: 'Share of it that backfills may take, 0 to 1.' }),
    pausedUntil: timeSchema
      .nullable()
      .meta({ description: 'The end of a pause that the provider asked for.' }),
  })
  .meta({ id: 'Budget' });

const RequestStatsSchema = z
  .strictObject({
    requests: countSchema,
    failures: countSchema.meta({
      description: 'No usable answer, 408, 425, 5xx, or refused credentials; 429 is counted by itself.',
    }),
    throttled: countSchema,
    serverErrors: countSchema,
    p50Ms: z.number().nullable().meta({ description: 'Median latency of answered requests, milliseconds.' }),
    p95Ms: z.number().nullable(),
  })
  .meta({ id: 'RequestStats' });

const FailingKeySchema = z
  .strictObject({
    key: z.string(),
    outcome: z.string(),
    error: z.string().nullable(),
    since: timeSchema,
  })
  .meta({ id: 'FailingKey' });

const ProviderHealthSchema = z
  .strictObject({
    provider: providerSchema,
    asset: bronzeSchema,
    state: z.enum(['ok', 'degraded', 'down', 'unknown']).meta({
      description: '`unknown`: nobody asked within a day and nothing in Redis says otherwise.',
    }),
    circuit: circuitStateSchema
      .nullable()
      .meta({ description: 'The worst of its circuits; null when Redis does not answer.' }),
    circuits: z.array(CircuitSchema).nullable().meta({ description: 'Null when Redis does not answer.' }),
    budgets: z.array(BudgetSchema).nullable().meta({ description: 'Null when Redis does not answer.' }),
    isLimited: z.boolean().meta({ description: 'False when recorded data is served: budgets do not count.' }),
    lastHour: RequestStatsSchema,
    lastDay: RequestStatsSchema,
    lastSuccessAt: timeSchema.nullable(),
    lastFailure: z
      .strictObject({
        at: timeSchema,
        host: z.string(),
        key: z.string().nullable(),
        status: z.int().nullable(),
        error: z.string().nullable(),
      })
      .nullable(),
    failingKeys: z
      .array(FailingKeySchema)
      .meta({ description: 'Keys whose newest outcome is a failure or unexpected silence.' }),
  })
  .meta({ id: 'ProviderHealth' });

export const listProviders = defineEndpoint({
  method: 'get',
  path: '/v1/providers',
  tag: 'Providers',
  summary: 'The health of each provider',
  role: 'viewer',
  answers: { 200: pageOf(ProviderHealthSchema) },
  problems: [],
});
