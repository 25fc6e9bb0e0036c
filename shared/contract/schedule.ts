import { z } from 'zod';
import { cursorOf } from './cursor.ts';
import { defineEndpoint } from './endpoint.ts';
import { OriginSchema } from './origin.ts';
import { daySchema, limitSchema, momentSchema, runStateSchema, timeSchema } from './primitives.ts';

const TickSchema = z.strictObject({
  schedule: z.string(),
  dueAt: timeSchema,
  partition: daySchema,
  outcome: z.enum(['started', 'late', 'caught_up', 'missed']),
  reason: z
    .enum(['paused', 'no_scheduler'])
    .nullable()
    .meta({ description: 'Why it did not start when it was due; null when it did.' }),
  runId: z.uuid().nullable().meta({ description: 'The run that it started.' }),
  runState: runStateSchema.nullable().meta({ description: 'What has become of that run.' }),
  recordedAt: timeSchema,
});

export const ScheduleSchema = z
  .strictObject({
    name: z.string(),
    cron: z.string(),
    timezone: z.string(),
    enabled: z.boolean().meta({ description: 'False when the environment has switched it off.' }),
    catchUp: z.enum(['none', 'last', 'all']),
    maxCaughtUp: z.int().meta({
      description: 'How many past ticks are made up for, the newest ones; older ones are missed.',
    }),
    paused: z
      .strictObject({ since: timeSchema, by: z.string(), reason: z.string().nullable() })
      .nullable()
      .meta({ description: 'Since when, by whom and why it is paused; null while it runs.' }),
    nextTick: z
      .strictObject({ dueAt: timeSchema, partition: daySchema })
      .nullable()
      .meta({ description: 'Null while it is paused or off.' }),
    ticks: z.array(TickSchema).meta({ description: 'What became of the past ticks, newest first.' }),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'Schedule' });

export const getSchedule = defineEndpoint({
  method: 'get',
  path: '/v1/schedule',
  tag: 'Schedule',
  summary: 'The schedule: its next tick and what became of the past ones',
  role: 'viewer',
  query: z.strictObject({
    limit: limitSchema(20, 200),
    cursor: cursorOf(z.tuple([momentSchema])).optional(),
  }),
  answers: { 200: ScheduleSchema },
  problems: [],
});

export const pauseSchedule = defineEndpoint({
  method: 'post',
  path: '/v1/schedule/pause',
  tag: 'Schedule',
  summary: 'Start no more scheduled runs',
  role: 'operator',
  body: OriginSchema,
  answers: { 200: ScheduleSchema },
  problems: [],
});

export const resumeSchedule = defineEndpoint({
  method: 'post',
  path: '/v1/schedule/resume',
  tag: 'Schedule',
  summary: 'Start scheduled runs again',
  role: 'operator',
  body: OriginSchema,
  answers: { 200: ScheduleSchema },
  problems: [],
});
