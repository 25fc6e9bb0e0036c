import { z } from 'zod';
import { cursorOf } from './cursor.ts';
import { defineEndpoint } from './endpoint.ts';
import { countSchema, flagSchema, limitSchema, pageOf, timeSchema } from './primitives.ts';

const AlertSchema = z
  .strictObject({
    id: countSchema,
    rule: z.enum(['calendar_horizon']),
    subject: z.string().meta({ description: 'What it is about; one open alert per rule and subject.' }),
    severity: z.enum(['warning', 'critical']),
    message: z.string(),
    raisedAt: timeSchema,
    lastSeenAt: timeSchema.meta({ description: 'When the condition was last found to hold.' }),
    resolvedAt: timeSchema.nullable().meta({ description: 'Null while the condition lasts.' }),
  })
  .meta({ id: 'Alert' });

export const listAlerts = defineEndpoint({
  method: 'get',
  path: '/v1/alerts',
  tag: 'Alerts',
  summary: 'What a person should know of, newest first',
  role: 'viewer',
  query: z.strictObject({
    open: flagSchema.optional().meta({ description: 'Only those that last, or only those that ended.' }),
    limit: limitSchema(50, 500),
    cursor: cursorOf(z.tuple([z.int()])).optional(),
  }),
  answers: { 200: pageOf(AlertSchema) },
  problems: [],
});
