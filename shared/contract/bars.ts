import { z } from 'zod';
import { cursorOf } from './cursor.ts';
import { defineEndpoint } from './endpoint.ts';
import { FILE_TYPES, formatSchema } from './formats.ts';
import {
  asOfSchema,
  dayRangeShape,
  daySchema,
  isAscending,
  limitSchema,
  NOT_ASCENDING,
  orderSchema,
  pageOf,
  timeSchema,
} from './primitives.ts';

const price = z.string().nullable().meta({ description: 'Decimal text in `unit`.' });

export const BarSchema = z
  .strictObject({
    sessionDate: daySchema,
    open: price,
    high: price,
    low: price,
    close: z.string(),
    adjustedClose: price.meta({ description: 'Close corrected for splits and dividends.' }),
    volume: z.string().nullable().meta({ description: 'Units traded.' }),
    currency: z.string().nullable(),
    unit: z.string(),
    revision: z.int(),
    releaseTime: timeSchema,
    releaseTimeBasis: z.string(),
    vintageBasis: z.string(),
  })
  .meta({ id: 'Bar' });

export const listBars = defineEndpoint({
  method: 'get',
  path: '/v1/bars/{key}',
  tag: 'Series',
  summary: 'Daily bars of an instrument as they were known at a moment',
  role: 'viewer',
  params: z.strictObject({
    key: z.string().regex(/^\w{1,100}$/, { error: ({ input }) => `There is no series ${String(input)}` }),
  }),
  query: z
    .strictObject({
      ...dayRangeShape,
      asOf: asOfSchema.optional(),
      order: orderSchema.default('oldest').meta({ description: 'Which session comes first.' }),
      format: formatSchema,
      limit: limitSchema(1_000, 10_000),
      cursor: cursorOf(z.tuple([daySchema])).optional(),
    })
    .refine(isAscending, NOT_ASCENDING),
  answers: { 200: pageOf(BarSchema) },
  files: FILE_TYPES,
  problems: ['not-found', 'too-many-rows'],
});
