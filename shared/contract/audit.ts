import { z } from 'zod';
import { cursorOf } from './cursor.ts';
import { defineEndpoint } from './endpoint.ts';
import { limitSchema, momentSchema, pageOf, textSchema, timeSchema } from './primitives.ts';

export const AuditRowSchema = z
  .strictObject({
    id: z.int(),
    at: timeSchema,
    actor: z
      .string()
      .meta({ description: 'The name of the key, or what the request said where it has none.' }),
    action: z.string().meta({ description: 'What was done.', example: 'backfill_cancel' }),
    subject: z.string().meta({ description: 'What it was done to: an id or a name.' }),
    detail: z.record(z.string(), z.unknown()).meta({
      description:
        'What belongs to the action, with the `reason`, and in `onBehalfOf` the actor that the request named beside its key.',
    }),
  })
  .meta({ id: 'AuditRow' });

export const listAudit = defineEndpoint({
  method: 'get',
  path: '/v1/audit',
  tag: 'Keys',
  summary: 'What was changed by whom, newest first',
  // It tells what people do and why: that is for those who work on the pipeline, not for all who read its data.
  role: 'operator',
  query: z.strictObject({
    actor: textSchema(300).optional(),
    action: textSchema(300).optional(),
    subject: textSchema(300).optional(),
    from: momentSchema.optional().meta({ description: 'From this moment on.' }),
    to: momentSchema.optional().meta({ description: 'Until before this moment.' }),
    limit: limitSchema(50, 500),
    cursor: cursorOf(z.tuple([z.int().min(1)])).optional(),
  }),
  answers: { 200: pageOf(AuditRowSchema) },
  problems: [],
});
