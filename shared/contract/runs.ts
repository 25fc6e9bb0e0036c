import { z } from 'zod';
import { cursorOf } from './cursor.ts';
import { defineEndpoint } from './endpoint.ts';
import { OriginSchema } from './origin.ts';
import { assetSchema, daySchema, limitSchema, pageOf, timeSchema } from './primitives.ts';

export const runStateSchema = z.enum([
  'planned',
  'running',
  'paused',
  'succeeded',
  'partially_failed',
  'failed',
  'cancelled',
]);

export const runKindSchema = z.enum(['scheduled', 'manual', 'backfill']);

/** How many there are in which state. */
export const countsSchema = z.record(z.string(), z.int());

/** Asset × partition pairs. */
export const partitionsSchema = z
  .strictObject({ total: z.int(), done: z.int() })
  .meta({ description: 'Asset × partition pairs.' });

const taskStateSchema = z.enum([
  'pending',
  'queued',
  'running',
  'succeeded',
  'failed',
  'skipped',
  'cancelled',
]);

const failureSchema = z.strictObject({
  name: z.string(),
  message: z.string(),
  retried: z.boolean().meta({ description: 'Whether another attempt follows by itself.' }),
});

const KeyOutcomeSchema = z
  .strictObject({
    key: z.string(),
    outcome: z.enum(['rows', 'no_data_expected', 'no_data_unexpected', 'partial', 'failed']),
    reason: z.string().nullable(),
    fromDate: daySchema.nullable(),
    toDate: daySchema.nullable(),
    windows: z.int(),
    requests: z.int(),
    fetched: z.int(),
    inserted: z.int(),
    revised: z.int(),
    unchanged: z.int(),
    rejected: z.int(),
    held: z.int(),
    payloadId: z.int().nullable(),
    error: failureSchema.nullable(),
  })
  .meta({ id: 'KeyOutcome', description: 'What became of one key of a provider in a task.' });

export const RunSchema = z
  .strictObject({
    id: z.uuid(),
    kind: runKindSchema,
    state: runStateSchema,
    backfillId: z.uuid().nullable(),
    from: daySchema,
    to: daySchema,
    only: z.enum(['missing', 'failed', 'all']),
    createdAt: timeSchema,
    startedAt: timeSchema.nullable(),
    finishedAt: timeSchema.nullable(),
    taskCounts: countsSchema.meta({ description: 'Tasks by state.' }),
    partitions: partitionsSchema,
  })
  .meta({ id: 'Run' });

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
    attempt: z.int().meta({ description: 'Counts from 1, over all retries of the run.' }),
    worker: z.string().nullable().meta({ description: 'The process that made it.' }),
    waitedMs: z
      .int()
      .nullable()
      .meta({ description: 'From the dispatch, or from the end of the attempt before, to its start.' }),
    startedAt: timeSchema,
    endedAt: timeSchema.nullable().meta({ description: 'Null while it runs, and when its process died.' }),
    outcome: z.enum(ATTEMPT_OUTCOMES).meta({
      description:
        'retrying: another follows; postponed: the provider asked to wait; released: its process shut down; superseded: the task was dispatched again.',
    }),
    error: z.string().nullable(),
    rows: z.int().meta({ description: 'Rows that it wrote.' }),
  })
  .meta({ id: 'Attempt' });

const TaskSchema = z
  .strictObject({
    id: z.uuid(),
    asset: assetSchema,
    state: taskStateSchema,
    reason: z.string().nullable(),
    partitions: partitionsSchema,
    attempts: z.int(),
    crashes: z.int(),
    postponements: z.int(),
    rows: z.int(),
    requests: z.int().meta({ description: 'Requests sent to the provider.' }),
    failure: failureSchema.nullable(),
    events: z.int(),
    queuedAt: timeSchema.nullable().meta({ description: 'The newest dispatch.' }),
    startedAt: timeSchema.nullable().meta({ description: 'The start of the first attempt.' }),
    finishedAt: timeSchema.nullable(),
    waitedMs: z.int().nullable().meta({ description: 'The waits of all attempts together.' }),
    timeline: z.array(AttemptSchema).meta({ description: 'Every attempt, oldest first.' }),
    keys: z.array(KeyOutcomeSchema),
  })
  .meta({ id: 'Task' });

export const RunDetailSchema = RunSchema.extend({ tasks: z.array(TaskSchema) }).meta({ id: 'RunDetail' });

export const TaskEventSchema = z
  .strictObject({
    id: z.int(),
    at: timeSchema,
    runId: z.uuid(),
    taskId: z.uuid(),
    asset: assetSchema,
    kind: z.string().meta({ description: 'started, retrying, postponed, succeeded, failed, …' }),
    attempt: z.int(),
    detail: z.record(z.string(), z.unknown()).nullable(),
  })
  .meta({ id: 'TaskEvent', description: 'One line of the history of a task. Kept for ever.' });

const params = z.strictObject({ id: z.uuid() });
const eventCursor = cursorOf(z.tuple([z.int().min(0)])).optional();

export const createRun = defineEndpoint({
  method: 'post',
  path: '/v1/runs',
  tag: 'Runs',
  summary: 'Compute one partition again, for all assets or for those that are named',
  role: 'operator',
  body: z.strictObject({ partition: daySchema, assets: z.array(assetSchema).min(1).max(100).optional() }),
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
    cursor: cursorOf(
      z.tuple([z.iso.datetime({ precision: 6 }), z.int().min(0).max(1_000_000_000), z.uuid()]),
    ).optional(),
  }),
  answers: { 200: pageOf(RunSchema) },
  problems: [],
});

export const getRun = defineEndpoint({
  method: 'get',
  path: '/v1/runs/{id}',
  tag: 'Runs',
  summary: 'A run with its tasks: waits, attempts, errors and rows',
  role: 'viewer',
  params,
  answers: { 200: RunDetailSchema },
  problems: ['not-found'],
});

export const listRunEvents = defineEndpoint({
  method: 'get',
  path: '/v1/runs/{id}/events',
  tag: 'Runs',
  summary: 'The history of the tasks of a run, oldest first',
  role: 'viewer',
  params,
  query: z.strictObject({ limit: limitSchema(200, 1_000), cursor: eventCursor }),
  answers: { 200: pageOf(TaskEventSchema) },
  problems: ['not-found'],
});

const momentSchema = z.union([daySchema, z.iso.datetime({ offset: true })], {
  error: 'expected a day (2022-01-11) or a time with its offset (2022-01-11T12:00:00Z)',
});

export const searchTaskEvents = defineEndpoint({
  method: 'get',
  path: '/v1/task-events',
  tag: 'Runs',
  summary: 'Search the history of all tasks, newest first',
  role: 'viewer',
  query: z.strictObject({
    q: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .optional()
      .meta({ description: 'Words that an event has somewhere, each also as a part of a longer one.' }),
    runId: z.uuid().optional(),
    asset: assetSchema.optional(),
    kind: z.string().max(40).optional(),
    from: momentSchema.optional().meta({ description: 'Events at or after it; a day begins at 00:00 UTC.' }),
    to: momentSchema.optional().meta({ description: 'Events at or before it; a day ends at 24:00 UTC.' }),
    limit: limitSchema(50, 500),
    cursor: eventCursor,
  }),
  answers: { 200: pageOf(TaskEventSchema) },
  problems: [],
});

const defineChange = <const Path extends `/${string}`>(path: Path, summary: string) =>
  defineEndpoint({
    method: 'post',
    path,
    tag: 'Runs',
    summary,
    role: 'operator',
    params,
    body: OriginSchema,
    answers: { 202: RunSchema },
    problems: ['not-found', 'invalid-transition'],
  });

export const cancelRun = defineChange('/v1/runs/{id}/cancel', 'End all that has not ended');
export const retryRun = defineChange(
  '/v1/runs/{id}/retry',
  'Run again what failed and what was skipped for it',
);
