import { z } from 'zod';

/** The kinds of problem that the API answers with (RFC 9457): the last part of their `type`, status, title and meaning. */
export const PROBLEMS = {
  'invalid-request': {
    status: 400,
    title: 'The request is not valid',
    meaning: 'The `errors` say which fields are wrong.',
  },
  'malformed-request': {
    status: 400,
    title: 'The request cannot be read',
    meaning: 'The body is not JSON, or the address is not well-formed.',
  },
  unauthorized: {
    status: 401,
    title: 'A key is required',
    meaning: 'Send `Authorization: Bearer <key>` with a key of API_KEYS or one made with POST /v1/keys.',
  },
  forbidden: {
    status: 403,
    title: 'The key does not allow it',
    meaning: 'The `detail` names the role that is needed: viewer, operator or admin.',
  },
  'not-found': { status: 404, title: 'Not found', meaning: 'Nothing has this address or id.' },
  'method-not-allowed': {
    status: 405,
    title: 'Method not allowed',
    meaning: 'The `Allow` header lists the methods of this address.',
  },
  'idempotency-conflict': {
    status: 409,
    title: 'The Idempotency-Key was used for another request',
    meaning: 'Send a new key, or the same request again.',
  },
  'invalid-transition': {
    status: 409,
    title: 'The state does not allow it',
    meaning: 'The `detail` says in which state it is, and in which states it could be changed so.',
  },
  'key-exists': {
    status: 409,
    title: 'There is a key with this name',
    meaning: 'Revoke it first, or choose another name.',
  },
  'no-admin-left': {
    status: 409,
    title: 'No admin would be left',
    meaning: 'At least one key must have the role admin, in API_KEYS or made with POST /v1/keys.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is too large',
    meaning: 'A request body may have up to 100 kB.',
  },
  'too-many-rows': {
    status: 413,
    title: 'The file would have too many rows',
    meaning: 'A file may have up to 1,000,000 rows: ask for a shorter range.',
  },
  'payload-too-large': {
    status: 413,
    title: 'The body of the payload is too large',
    meaning: 'The API gives bodies of up to 64 MiB: larger ones are read from the archive.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body must be JSON',
    meaning: 'Send `Content-Type: application/json`.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    meaning: 'The `Retry-After` header says when the next one is taken (seconds).',
  },
  internal: {
    status: 500,
    title: 'Internal error',
    meaning: 'The log has the details under the request id.',
  },
  unavailable: {
    status: 503,
    title: 'A server that this one needs cannot be reached',
    meaning: 'PostgreSQL or Redis does not answer; try again after `Retry-After` (seconds).',
  },
} as const satisfies Record<string, { status: number; title: string; meaning: string }>;

export type ProblemName = keyof typeof PROBLEMS;

/** What is wrong with one field: `pointer` is a JSON pointer into the body, the others are names. */
export const FieldErrorSchema = z
  .strictObject({
    pointer: z.string().optional().meta({ description: 'JSON pointer into the body.' }),
    parameter: z.string().optional().meta({ description: 'Name of a parameter of the query.' }),
    header: z.string().optional().meta({ description: 'Name of a header.' }),
    detail: z.string(),
  })
  .meta({ id: 'FieldError' });

export type FieldError = z.output<typeof FieldErrorSchema>;

/** The body of every answer with a status of 400 or more. */
export const ProblemSchema = z
  .looseObject({
    type: z.string().meta({ description: 'Address of a description of this kind of problem.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What was wrong this time.' }),
    requestId: z
      .string()
      .optional()
      .meta({ description: 'Under this id the log of the server has the details.' }),
    errors: z.array(FieldErrorSchema).optional().meta({ description: 'The fields that are wrong.' }),
    state: z.string().optional().meta({ description: 'The state that does not allow a change.' }),
  })
  .meta({ id: 'Problem' });

export type Problem = z.output<typeof ProblemSchema>;
