import { z } from 'zod';
import { cursorOf } from './cursor.ts';
import { defineEndpoint } from './endpoint.ts';
import { FILE_TYPES, formatSchema } from './formats.ts';
import {
  agentSchema,
  asOfSchema,
  countSchema,
  dayRangeShape,
  daySchema,
  flagSchema,
  isAscending,
  limitSchema,
  modelVersionSchema,
  NOT_ASCENDING,
  pageOf,
  textSchema,
  timeSchema,
} from './primitives.ts';

export const SignalInputSchema = z
  .strictObject({
    key: z.string(),
    lastPeriod: z.string().nullable().meta({ description: 'The last period that was used.' }),
    releaseTime: z.string().nullable().meta({ description: 'When that became public.' }),
    proxy: z.string().optional().meta({ description: 'The right input that this one stands for.' }),
    from: z
      .strictObject({ agent: agentSchema, kind: z.enum(['signal', 'output', 'report']) })
      .optional()
      .meta({
        description:
          'The agent whose signal, output or report of the same partition it is, named by `key`. Absent: a stored series, instrument or curve.',
      }),
  })
  .meta({ id: 'SignalInput' });

/** What a signal rests on. */
export type SignalInput = z.output<typeof SignalInputSchema>;

export const SignalSchema = z
  .strictObject({
    signalId: z.string(),
    agent: agentSchema,
    partition: daySchema,
    axis: z.string().meta({ description: 'The factor that it is about.' }),
    direction: z.enum(['LONG', 'SHORT', 'NEUTRAL']).meta({ description: 'LONG: the factor goes up.' }),
    strength: z.enum(['STRONG', 'MODERATE', 'WEAK', 'NO_SIGNAL']),
    confidence: z.number().meta({ description: '0 to 1.' }),
    value: z.number().nullable().meta({ description: 'In the unit of the signal.' }),
    unit: z.string(),
    horizonDays: countSchema,
    status: z.enum(['OK', 'BELOW_THRESHOLD', 'INSUFFICIENT_DATA', 'STALE_DATA', 'MODEL_ERROR']),
    reason: z.string().nullable().meta({ description: 'Why the model did not run, or says nothing.' }),
    inputs: z.array(SignalInputSchema),
    proxies: z.array(z.string()).meta({ description: 'Substitutes that were used: `DI_PRE for DI_IPCA`.' }),
    modelVersion: modelVersionSchema,
  })
  .meta({ id: 'Signal' });

const ListedSignalSchema = SignalSchema.extend({
  inputs: z.array(SignalInputSchema).optional().meta({ description: 'Absent with `inputs=false`.' }),
}).meta({ id: 'ListedSignal' });

export const listSignals = defineEndpoint({
  method: 'get',
  path: '/v1/signals',
  tag: 'Signals',
  summary: 'What the agents say, by partition, agent and id',
  description: 'The newest revision of each report, of the current model versions unless one is named.',
  role: 'viewer',
  query: z
    .strictObject({
      ...dayRangeShape,
      agent: agentSchema.optional(),
      modelVersion: modelVersionSchema.optional(),
      asOf: asOfSchema.optional(),
      inputs: flagSchema
        .default(true)
        .meta({ description: 'Whether each signal says what it rests on: most of the size of the answer.' }),
      format: formatSchema,
      limit: limitSchema(200, 2_000),
      cursor: cursorOf(z.tuple([daySchema, agentSchema, textSchema(200)])).optional(),
    })
    .refine(isAscending, NOT_ASCENDING),
  answers: { 200: pageOf(ListedSignalSchema) },
  files: FILE_TYPES,
  problems: ['too-many-rows'],
});

export const OutputSourceSchema = z
  .strictObject({
    path: z.string().meta({ description: 'Where it stands among the outputs: `r_star`, `view.trades`.' }),
    units: z.record(z.string(), z.string()).meta({
      description:
        'Units of its numbers by name; `*`: of every other, and of an output that is a number itself.',
    }),
    inputs: z.array(SignalInputSchema),
  })
  .meta({ id: 'OutputSource' });

/** What an output of a report rests on. */
export type OutputSource = z.output<typeof OutputSourceSchema>;

const ReportSchema = z
  .strictObject({
    agent: agentSchema,
    partition: daySchema,
    modelVersion: modelVersionSchema,
    revision: countSchema,
    status: z.enum(['complete', 'degraded']),
    coverage: z.number().meta({ description: 'Share of the signals whose model ran, 0 to 1.' }),
    narrative: z.string(),
    outputs: z.record(z.string(), z.unknown()).meta({ description: 'What the models give beside signals.' }),
    outputSources: z.array(OutputSourceSchema).meta({
      description: 'What the outputs rest on. Empty in reports that were made before it was recorded.',
    }),
    diagnostics: z.record(z.string(), z.unknown()),
    dataQualityFlags: z.array(z.string()),
    createdAt: timeSchema,
    versions: z
      .array(modelVersionSchema)
      .meta({ description: 'Model versions that there are reports of for the partition.' }),
    signals: z.array(SignalSchema),
  })
  .meta({ id: 'Report' });

const ReportNameSchema = ReportSchema.pick({
  agent: true,
  partition: true,
  modelVersion: true,
  revision: true,
  status: true,
  coverage: true,
  createdAt: true,
}).meta({ id: 'ReportName' });

export const listReports = defineEndpoint({
  method: 'get',
  path: '/v1/reports',
  tag: 'Signals',
  summary: 'The newest report of each agent, without what it says',
  description: 'Of the current model versions. An agent that has none yet is left out.',
  role: 'viewer',
  answers: { 200: pageOf(ReportNameSchema) },
  problems: [],
});

export const getReport = defineEndpoint({
  method: 'get',
  path: '/v1/reports/{agent}',
  tag: 'Signals',
  summary: 'The report of an agent with its signals',
  description: 'Of the newest partition and the current model version by default.',
  role: 'viewer',
  params: z.strictObject({
    agent: z
      .enum(agentSchema.options, { error: ({ input }) => `There is no agent ${String(input)}` })
      .meta({ description: 'An agent of the graph.' }),
  }),
  query: z.strictObject({
    partition: daySchema.optional(),
    modelVersion: modelVersionSchema.optional(),
    asOf: asOfSchema.optional(),
  }),
  answers: { 200: ReportSchema },
  problems: ['not-found'],
});
