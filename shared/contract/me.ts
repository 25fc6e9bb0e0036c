import { z } from 'zod';
import { defineEndpoint, ROLES } from './endpoint.ts';

export const getMe = defineEndpoint({
  method: 'get',
  path: '/v1/me',
  tag: 'Keys',
  summary: 'Who the key of this request is, and what it may do',
  role: 'viewer',
  answers: {
    200: z.strictObject({
      name: z.string().nullable().meta({ description: 'Null for a key without a name.' }),
      role: z.enum(ROLES),
    }),
  },
  problems: [],
});
