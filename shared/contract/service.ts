import { z } from 'zod';
import { defineEndpoint } from './endpoint.ts';
import { PROBLEMS } from './problems.ts';

const PROBLEM_NAMES = Object.keys(PROBLEMS) as [keyof typeof PROBLEMS, ...(keyof typeof PROBLEMS)[]];

const bytes = z.number().nullable().meta({ description: 'Bytes; null when Redis does not say.' });

export const isLive = defineEndpoint({
  method: 'get',
  path: '/livez',
  tag: 'Service',
  summary: 'Whether the process answers',
  role: null,
  answers: { 200: z.strictObject({ status: z.literal('ok') }).meta({ id: 'Liveness' }) },
  problems: [],
});

export const isReady = defineEndpoint({
  method: 'get',
  path: '/readyz',
  tag: 'Service',
  summary: 'Whether PostgreSQL and Redis answer',
  role: null,
  answers: {
    200: z
      .strictObject({
        status: z.literal('ok'),
        redis: z.strictObject({ usedMemoryBytes: bytes, peakMemoryBytes: bytes }),
      })
      .meta({ id: 'Readiness' }),
  },
  problems: ['unavailable'],
});

export const getProblem = defineEndpoint({
  method: 'get',
  path: '/problems/{name}',
  tag: 'Service',
  summary: 'What the type of a problem document means',
  role: null,
  params: z.strictObject({
    name: z.enum(PROBLEM_NAMES, { error: ({ input }) => `There is no problem ${String(input)}` }),
  }),
  answers: {
    200: z
      .strictObject({ type: z.string(), status: z.int(), title: z.string(), meaning: z.string() })
      .meta({ id: 'ProblemKind' }),
  },
  problems: ['not-found'],
});

export const getOpenApi = defineEndpoint({
  method: 'get',
  path: '/openapi.json',
  tag: 'Service',
  summary: 'This description of the API (OpenAPI 3.1)',
  role: null,
  answers: { 200: z.looseObject({ openapi: z.literal('3.1.0') }).meta({ id: 'OpenApi' }) },
  problems: [],
});
