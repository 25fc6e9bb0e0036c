import { z } from 'zod';
import { cursorOf } from './cursor.ts';
import { defineEndpoint, ROLES } from './endpoint.ts';
import { OriginSchema } from './origin.ts';
import { limitSchema, pageOf, timeSchema } from './primitives.ts';

/** What the names of keys look like: they stand in logs and in the audit log. */
const KEY_NAME = /^[\w.@-]{1,100}$/;

const nameSchema = z
  .string()
  .regex(KEY_NAME, { error: 'expected 1 to 100 letters, digits, _ . @ -' })
  .meta({ description: 'Who holds it: the actor of the audit log.', example: 'ana' });
const roleSchema = z.enum(ROLES).meta({ description: 'Each role may do what those before it may.' });

export const ApiKeySchema = z
  .strictObject({ name: nameSchema, role: roleSchema, createdAt: timeSchema, createdBy: z.string() })
  .meta({ id: 'ApiKey' });

export const createKey = defineEndpoint({
  method: 'post',
  path: '/v1/keys',
  tag: 'Keys',
  summary: 'Make a key',
  description:
    'The answer is the only place where the key is ever shown: what is stored is its hash. Where no key was asked for before, this one is from now on, so the first one must be that of an admin.',
  role: 'admin',
  body: OriginSchema.extend({ name: nameSchema, role: roleSchema }),
  answers: {
    201: ApiKeySchema.extend({
      key: z.string().meta({ description: 'Send it as `Authorization: Bearer <key>`.' }),
    }).meta({ id: 'NewApiKey' }),
  },
  problems: ['key-exists', 'no-admin-left'],
});

export const listKeys = defineEndpoint({
  method: 'get',
  path: '/v1/keys',
  tag: 'Keys',
  summary: 'The keys that are good, by name',
  description: 'Those of API_KEYS are not among them.',
  role: 'admin',
  query: z.strictObject({
    limit: limitSchema(50, 500),
    cursor: cursorOf(z.tuple([nameSchema])).optional(),
  }),
  answers: { 200: pageOf(ApiKeySchema) },
  problems: [],
});

export const revokeKey = defineEndpoint({
  method: 'delete',
  path: '/v1/keys/{name}',
  tag: 'Keys',
  summary: 'Revoke a key',
  description:
    'Its next request is refused, by every process of the API. Its event streams end within 15 seconds.',
  role: 'admin',
  params: z.strictObject({
    name: z.string().regex(KEY_NAME, { error: ({ input }) => `There is no key of ${String(input)}` }),
  }),
  answers: { 200: ApiKeySchema },
  problems: ['not-found', 'no-admin-left'],
});
