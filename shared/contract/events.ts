import { z } from 'zod';
import { graph, type AssetName } from '../pipeline/graph.ts';
import { defineEndpoint } from './endpoint.ts';
import { daySchema, timeSchema } from './primitives.ts';

/** A place in the order of events: `<transaction>-<number>`. */
export const eventIdSchema = z
  .string()
  .regex(/^\d{1,19}-\d{1,18}$/, { error: 'expected the id of an event' })
  .meta({ description: 'Place of an event in the order in which all are told.', example: '48213-991' });

const runStates = [
  'planned',
  'running',
  'paused',
  'succeeded',
  'partially_failed',
  'failed',
  'cancelled',
] as const;
const backfillIdSchema = z.uuid().nullable();

/** What each kind of thing tells when its state has changed. */
const DATA = {
  backfill: z.strictObject({
    backfillId: z.uuid(),
    state: z.enum(runStates),
    from: daySchema,
    to: daySchema,
  }),
  run: z.strictObject({
    runId: z.uuid(),
    backfillId: backfillIdSchema,
    state: z.enum(runStates),
    kind: z.enum(['scheduled', 'manual', 'backfill']),
    from: daySchema,
    to: daySchema,
  }),
  task: z.strictObject({
    taskId: z.uuid(),
    runId: z.uuid(),
    backfillId: backfillIdSchema,
    asset: z.enum(graph.names as readonly [AssetName, ...AssetName[]]),
    state: z.enum(['queued', 'running', 'succeeded', 'failed', 'skipped']),
    reason: z.string().nullable(),
    attempt: z.int(),
  }),
  tick: z.strictObject({
    schedule: z.string(),
    dueAt: timeSchema,
    partition: daySchema,
    outcome: z.string(),
    runId: z.uuid().nullable(),
  }),
  alert: z.strictObject({
    alertId: z.int(),
    rule: z.string(),
    subject: z.string(),
    severity: z.string(),
    message: z.string(),
  }),
  schedule: z.strictObject({ schedule: z.string(), by: z.string() }),
  provider: z.strictObject({
    provider: z.string(),
    host: z.string(),
    state: z.enum(['failing', 'answering']),
  }),
} as const;

const shapeOf = <Noun extends keyof typeof DATA>(noun: Noun) =>
  z.strictObject({
    id: eventIdSchema,
    at: timeSchema,
    kind: z
      .templateLiteral([`${noun}.`, z.string()])
      .meta({ description: 'What changed, and its state after the change.' }),
    data: DATA[noun],
  });

/** An event of the stream: the `data` of its message, as JSON. */
export const StreamEventSchema = z
  .union([
    shapeOf('backfill'),
    shapeOf('run'),
    shapeOf('task'),
    shapeOf('tick'),
    shapeOf('alert'),
    shapeOf('schedule'),
    shapeOf('provider'),
    z
      .strictObject({ id: eventIdSchema, at: timeSchema, kind: z.literal('reset'), data: z.strictObject({}) })
      .meta({
        description:
          'Events after the one that was asked for are no longer kept: read the present state anew. The stream goes on from now.',
      }),
  ])
  .meta({ id: 'StreamEvent' });

export type StreamEvent = z.output<typeof StreamEventSchema>;

export const watchEvents = defineEndpoint({
  method: 'get',
  path: '/v1/events',
  tag: 'Events',
  summary: 'Changes of state as they happen (server-sent events)',
  description:
    'Each message has the event as JSON in `data` and its place in `id`. A client that comes back with `Last-Event-ID` (browsers do it by themselves) or `after` is told everything that happened since, in order and once, for seven days; without either, the stream begins now. Changes of many tasks at once are one event of their run.',
  role: 'viewer',
  stream: true,
  query: z.strictObject({
    after: eventIdSchema.optional(),
    runId: z.uuid().optional().meta({ description: 'Only what concerns this run.' }),
    backfillId: z
      .uuid()
      .optional()
      .meta({ description: 'Only what concerns this backfill, its runs and tasks.' }),
  }),
  headers: z.strictObject({ 'Last-Event-ID': eventIdSchema.optional() }),
  answers: { 200: StreamEventSchema },
  problems: ['too-many-requests'],
});
