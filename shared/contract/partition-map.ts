import { z } from 'zod';
import { defineEndpoint } from './endpoint.ts';
import { assetListSchema, assetSchema, daySchema } from './primitives.ts';

/** What a letter of the map stands for. What is blocked, degraded or stale is called so, whatever its state is. */
export const MAP_WORDS = {
  f: 'fresh',
  h: 'holiday',
  l: 'not_released',
  r: 'not_recorded',
  d: 'degraded',
  s: 'stale',
  b: 'blocked',
  x: 'failed',
  m: 'missing',
} as const;

export type MapLetter = keyof typeof MAP_WORDS;
export type MapWord = (typeof MAP_WORDS)[MapLetter];

export const getPartitionMap = defineEndpoint({
  method: 'get',
  path: '/v1/partitions/map',
  tag: 'Assets',
  summary: 'The grid of assets × weekdays in one small answer: a letter for each partition',
  role: 'viewer',
  query: z.strictObject({
    from: daySchema.optional().meta({ description: 'First partition; by default the first of all.' }),
    to: daySchema.optional().meta({ description: 'Last partition; by default the last complete one.' }),
    assets: assetListSchema.optional(),
  }),
  answers: {
    200: z
      .strictObject({
        from: daySchema.meta({ description: 'The day of the first letter.' }),
        to: daySchema.meta({ description: 'The day of the last letter.' }),
        legend: z
          .record(z.string().length(1), z.string())
          .meta({ description: 'What each letter stands for.', example: MAP_WORDS }),
        assets: z.array(
          z.strictObject({
            asset: assetSchema,
            states: z
              .string()
              .regex(/^[a-z]*$/)
              .meta({ description: 'One letter for each weekday, from the first to the last.' }),
          }),
        ),
      })
      .meta({ id: 'PartitionMap' }),
  },
  problems: [],
});
