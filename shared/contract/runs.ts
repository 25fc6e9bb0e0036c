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
  pageOf,
  partitionProgressSchema,
  runStateSchema,
  taskStateSchema,
  textSchema,
  timeSchema,
} from './primitives.ts';

const runKindSchema = z.enum(['scheduled', 'manual', 'backfill']);

const RunSchema = z
  .strictObject({
    id: z.uuid(),
    kind: runKindSchema,
    state: runStateSchema,
    backfillId: z.uuid().nullable().meta({ description: 'The backfill that it is a slice of.' }),
    from: daySchema.meta({ description: 'First partition.' }),
    to: daySchema.meta({ description: 'Last partition.' }),
    only: onlySchema.meta({ description: 'Which partitions of the range are computed.' }),
    createdAt: timeSchema,
    startedAt: timeSchema.nullable(),
    finishedAt: timeSchema.nullable(),
    taskCounts: countsOf(taskStateSchema).meta({ description: 'Tasks by state.' }),
    partitions: partitionProgressSchema,
  })
  .meta({ id: 'Run' });

export const FailureSchema = z
  .strictObject({
    name: z.string().meta({ description: 'Kind of error.' }),
    message: z.string(),
    retried: z.boolean().meta({ description: 'Whether another attempt follows.' }),
  })
  .meta({ id: 'Failure' });

const KeyOutcomeSchema = z
  .strictObject({
    key: z.string(),
    outcome: z.enum(['rows', 'no_data_expected', 'no_data_unexpected', 'partial', 'failed']).meta({
      description: '`partial`: some of its windows failed, or rows were held back, while others worked.',
    }),
    reason: z.string().nullable(),
    fromDate: daySchema
      .nullable()
      .meta({ description: 'First observation date that was asked for; null when nothing was.' }),
    toDate: daySchema.nullable().meta({ description: 'Last observation date that was asked for.' }),
    windows: countSchema.meta({ description: 'Windows that are covered.' }),
    requests: countSchema,
    fetched: countSchema.meta({ description: 'Rows parsed, those that a check held back among them.' }),
    inserted: countSchema.meta({ description: 'Rows that said something new.' }),
    revised: countSchema.meta({ description: 'Rows that changed a stored value.' }),
    unchanged: countSchema,
    rejected: countSchema.meta({ description: 'Rows that could not be read.' }),
    held: countSchema.meta({ description: 'Rows that a check held back.' }),
    payloadId: countSchema.nullable().meta({ description: 'Last archived answer that it was parsed from.' }),
    error: FailureSchema.nullable(),
  })
  .meta({ id: 'KeyOutcome', description: 'What became of one key of a provider in a task.' });

export const ATTEMPT_OUTCOMES = [
  'running',
  'succeeded',
  'failed',
  'retrying',
  'postponed',
  'released',
  'skipped',
  'cancelled',
  'crashed',
  'superseded',
] as const;

const AttemptSchema = z
  .strictObject({
    attempt: countSchema.meta({ description: 'Counts from 1, over all retries of the run.' }),
    worker: z.string().nullable().meta({ description: 'The process that made it.' }),
    waitedMs: countSchema
      .nullable()
      .meta({ description: 'From the dispatch, or from the end of the attempt before, to its start.' }),
    startedAt: timeSchema,
    endedAt: timeSchema.nullable().meta({ description: 'Null while it runs, and when its process died.' }),
    outcome: z.enum(ATTEMPT_OUTCOMES).meta({
      description:
        'retrying: another follows; postponed: the provider asked to wait; released: its process shut down; superseded: the task was dispatched again.',
    }),
    error: z.string().nullable(),
    rows: countSchema.meta({ description: 'Rows that it wrote.' }),
  })
  .meta({ id: 'Attempt' });

const TaskSchema = z
  .strictObject({
    id: z.uuid(),
    asset: assetSchema,
    state: taskStateSchema,
    reason: z.string().nullable().meta({ description: 'Why it was skipped, failed or cancelled.' }),
    partitions: partitionProgressSchema,
    attempts: countSchema,
    crashes: countSchema.meta({ description: 'Attempts whose worker died.' }),
    postponements: countSchema.meta({ description: 'Waits for a provider, which are no attempts.' }),
    rows: countSchema.meta({ description: 'Rows written.' }),
    requests: countSchema.meta({ description: 'Requests sent to the provider.' }),
    failure: FailureSchema.nullable(),
    events: countSchema.meta({ description: 'Lines of its history.' }),
    queuedAt: timeSchema.nullable(),
    startedAt: timeSchema.nullable(),
    finishedAt: timeSchema.nullable(),
    waitedMs: countSchema.nullable().meta({ description: 'The waits of all attempts together.' }),
    timeline: z.array(AttemptSchema).meta({ description: 'Every attempt, oldest first.' }),
    keys: z.array(KeyOutcomeSchema),
  })
  .meta({ id: 'Task' });

const FlowJobSchema = z
  .strictObject({
    name: z.string().meta({ description: 'The asset, or `finish` for the job that closes the run.' }),
    parent: z
      .string()
      .nullable()
      .meta({ description: 'Name of the job that waits for this one; null at the root.' }),
    queue: z.enum(['bronze', 'silver', 'agents', 'runs']),
    jobId: z.string().nullable().meta({
      description: 'Id of the newest job in the queue, which keeps it for a day; null before the first.',
    }),
    taskId: z.uuid().nullable(),
    state: taskStateSchema.nullable().meta({ description: 'Of its task; `finish` has none.' }),
  })
  .meta({ id: 'FlowJob' });

const TaskEventSchema = z
  .strictObject({
    id: countSchema,
    at: timeSchema,
    runId: z.uuid(),
    taskId: z.uuid(),
    asset: assetSchema,
    kind: z.string(),
    attempt: countSchema,
    detail: z.record(z.string(), z.unknown()).nullable(),
  })
  .meta({ id: 'TaskEvent', description: 'One line of the history of a task. Kept for ever.' });

export const createRun = defineEndpoint({
  method: 'post',
  path: '/v1/runs',
  tag: 'Runs',
  summary: 'Compute one partition now',
  description: 'Everything that is asked for is computed, whether it is materialized or not.',
  role: 'operator',
  body: z
    .strictObject({
      partition: daySchema.meta({ description: 'A complete one.' }),
      assets: z
        .array(assetSchema)
        .min(1)
        .max(100)
        .optional()
        .meta({ description: 'These and nothing else; all by default.' }),
    })
    .meta({ id: 'RunRequest', example: { partition: '2022-01-10' } }),
  answers: { 202: RunSchema },
  problems: [],
});

export const listRuns = defineEndpoint({
  method: 'get',
  path: '/v1/runs',
  tag: 'Runs',
  summary: 'Runs, newest first',
  role: 'viewer',
  query: z.strictObject({
    state: runStateSchema.optional(),
    kind: runKindSchema.optional(),
    backfillId: z.uuid().optional(),
    limit: limitSchema(50, 500),
    cursor: cursorOf(z.tuple([momentSchema, z.int().min(0).max(1_000_000_000), z.uuid()])).optional(),
  }),
  answers: { 200: pageOf(RunSchema) },
  problems: [],
});

export const getRun = defineEndpoint({
  method: 'get',
  path: '/v1/runs/{id}',
  tag: 'Runs',
  summary: 'A run with its tasks and what became of their keys',
  role: 'viewer',
  params: idParams('run'),
  answers: { 200: RunSchema.extend({ tasks: z.array(TaskSchema) }).meta({ id: 'RunDetail' }) },
  problems: ['not-found'],
});

export const listFlowJobs = defineEndpoint({
  method: 'get',
  path: '/v1/runs/{id}/flow',
  tag: 'Runs',
  summary: 'The jobs of a run as parents and children, each after its parent',
  description:
    'A job is worked on when its children have ended. Every asset is there once, and all that it reads stands below it. A retry sends those that are left.',
  role: 'viewer',
  params: idParams('run'),
  answers: { 200: pageOf(FlowJobSchema) },
  problems: ['not-found'],
});

export const listRunEvents = defineEndpoint({
  method: 'get',
  path: '/v1/runs/{id}/events',
  tag: 'Runs',
  summary: 'The history of the tasks of a run, oldest first',
  role: 'viewer',
  params: idParams('run'),
  query: z.strictObject({
    limit: limitSchema(200, 1_000),
    cursor: cursorOf(z.tuple([z.int().min(0)])).optional(),
  }),
  answers: { 200: pageOf(TaskEventSchema) },
  problems: ['not-found'],
});

const dayOrMomentSchema = z.union([daySchema, momentSchema], {
  error: 'expected a day (2022-01-11) or a time with its offset (2022-01-11T12:00:00Z)',
});

export const searchTaskEvents = defineEndpoint({
  method: 'get',
  path: '/v1/task-events',
  tag: 'Runs',
  summary: 'Search the history of all tasks, newest first',
  role: 'viewer',
  query: z.strictObject({
    q: z.string().trim().min(1).max(200).optional().meta({
      description:
        'Words that stand in the detail of an event, each also as a part of a longer one; asset and kind are asked for by name.',
    }),
    runId: z.uuid().optional(),
    asset: assetSchema.optional(),
    kind: textSchema(40).optional(),
    from: dayOrMomentSchema
      .optional()
      .meta({ description: 'Events at or after it; a day begins at 00:00 UTC.' }),
    to: dayOrMomentSchema
      .optional()
      .meta({ description: 'Events at or before it; a day ends at 24:00 UTC.' }),
    limit: limitSchema(50, 500),
    cursor: cursorOf(z.tuple([z.int().min(0)])).optional(),
  }),
  answers: { 200: pageOf(TaskEventSchema) },
  problems: [],
});

const change = {
  method: 'post',
  tag: 'Runs',
  role: 'operator',
  params: idParams('run'),
  body: OriginSchema,
  answers: { 202: RunSchema },
  problems: ['not-found', 'invalid-transition'],
} as const;

export const cancelRun = defineEndpoint({
  ...change,
  path: '/v1/runs/{id}/cancel',
  summary: 'End a run',
});

export const retryRun = defineEndpoint({
  ...change,
  path: '/v1/runs/{id}/retry',
  summary: 'Do again what did not succeed',
  description: 'Failed, skipped and cancelled tasks; those that succeeded are not touched.',
});

export const recordPromotion = defineEndpoint({
  method: 'post',
  path: '/v1/runs/{id}/promotions',
  tag: 'Runs',
  summary: 'Write down that a waiting job of a run is brought forward',
  description:
    'Whoever brings a job forward in its queue, as Bull Board does, says so here before: the audit log has it, and a job that the ledger no longer waits for is refused.',
  role: 'operator',
  params: idParams('run'),
  body: OriginSchema.extend({
    jobId: textSchema(200).meta({ description: 'Id of its newest job, as the flow of the run has it.' }),
  }).meta({ id: 'PromotionRequest' }),
  answers: { 202: RunSchema },
  problems: ['not-found', 'invalid-transition'],
});
