import { z } from 'zod';
import { cursorOf } from './cursor.ts';
import { defineEndpoint } from './endpoint.ts';
import { FILE_TYPES, formatSchema } from './formats.ts';
import {
  asOfSchema,
  countSchema,
  dayRangeShape,
  daySchema,
  isAscending,
  limitSchema,
  NOT_ASCENDING,
  pageOf,
  textSchema,
  timeSchema,
} from './primitives.ts';

/** The last moment and the last revision that a cursor may name. */
const LAST_MOMENT = Date.parse('2200-01-01');
const LAST_REVISION = 1_000_000;

/** Digits of any number: `1.50`, never `1.5e0`. */
const decimalSchema = z.string().meta({ description: 'Decimal text.', example: '0.73' });

const TransformSchema = z
  .strictObject({
    transform: z.string().meta({
      description: '`level`, `yoy`, …; `log_return`, …; a statistic with its window: `vol_21`.',
    }),
    unit: z.string(),
  })
  .meta({ id: 'Transform' });

const transforms = z
  .array(TransformSchema)
  .meta({ description: 'What silver derives from it; empty while it has derived nothing.' });

const SeriesSchema = z
  .strictObject({
    key: z.string().meta({ example: 'BR_IPCA_MOM' }),
    asset: z.string().meta({ description: 'The asset that fetches it.' }),
    code: z.string().meta({ description: 'What its provider calls it.' }),
    name: z.string(),
    unit: z.string(),
    frequency: z.string(),
    country: z.string(),
    calendar: z.string().meta({ description: 'Business days on which it is published.' }),
    releaseRule: z.string().meta({ description: 'When a value becomes public.' }),
    mandatory: z.boolean().meta({ description: 'Whether its asset fails without it.' }),
    disabled: z.string().nullable().meta({ description: 'Why the key is never asked for; null when it is.' }),
  })
  .meta({ id: 'Series' });

const DerivedSeriesSchema = z
  .strictObject({
    key: z.string().meta({ description: 'A derived series, or a pair of instruments: `left~right`.' }),
    asset: z.enum(['silver_macro', 'silver_returns']).meta({ description: 'The asset that derives it.' }),
    transforms,
  })
  .meta({ id: 'DerivedSeries' });

const ObservationSchema = z
  .strictObject({
    observationDate: daySchema,
    value: decimalSchema
      .nullable()
      .meta({ description: 'Decimal text; null when the provider has withdrawn the value.' }),
    unit: z.string(),
    revision: countSchema,
    releaseTime: timeSchema.meta({ description: 'When the value became public.' }),
    releaseTimeBasis: z.enum(['provider', 'calendar', 'lag_rule', 'first_seen', 'manual']),
    vintageBasis: z.enum(['provider', 'first_seen', 'latest', 'imported', 'manual']).meta({
      description:
        '`provider` keeps vintages, `first_seen` by us in time, `latest`: the newest vintage of a value that is ' +
        'revised, under an old release time, `imported`: seen by the system before this one, or `manual`: set by a person.',
    }),
  })
  .meta({ id: 'Observation' });

const DerivedValueSchema = z
  .strictObject({
    observationDate: daySchema.meta({ description: 'First day of the period, or the session.' }),
    period: z.string().meta({ description: '`2021-12`, `2021-Q4`, `2021`, or the day.' }),
    value: decimalSchema.nullable().meta({ description: 'Decimal text; null with a reason.' }),
    unit: z.string(),
    knownAt: timeSchema.meta({ description: 'Latest release time among the inputs.' }),
    reason: z.string().nullable(),
    flags: z.array(z.string()),
    inputs: z.string().meta({ description: '`key[first…last] rN` of each input.' }),
  })
  .meta({ id: 'DerivedValue' });

const DerivedValuesSchema = pageOf(DerivedValueSchema)
  .extend({
    key: z.string(),
    transform: z.string(),
    asOf: timeSchema.meta({ description: 'Nothing that became known later is among them.' }),
  })
  .meta({ id: 'DerivedValues' });

const SeriesPointsSchema = z
  .strictObject({
    key: z.string(),
    transform: z.string(),
    unit: z.string(),
    asOf: timeSchema.meta({ description: 'Nothing that became known later is among them.' }),
    points: z.array(z.tuple([daySchema, decimalSchema.nullable()])).meta({
      description: 'Date (first day of the period, or the session) and value, by date.',
      example: [['2022-06-24', '98672.26']],
    }),
  })
  .meta({ id: 'SeriesPoints' });

const transformSchema = textSchema(100).meta({
  description: 'One of the transforms of the series: `yoy`, `log_return`, `vol_21`, …',
});

/** A key of the registry, a derived series, or a pair of instruments. */
const seriesParams = z.strictObject({
  key: z
    .string()
    .regex(/^[\w.~-]{1,100}$/, { error: ({ input }) => `There is no series ${String(input)}` })
    .meta({ example: 'BR_IPCA_MOM' }),
});

export const listSeries = defineEndpoint({
  method: 'get',
  path: '/v1/series',
  tag: 'Series',
  summary: 'The registry of keys, in alphabetical order',
  role: 'viewer',
  query: z.strictObject({
    limit: limitSchema(500, 1_000),
    cursor: cursorOf(z.tuple([textSchema(100)])).optional(),
  }),
  answers: { 200: pageOf(SeriesSchema) },
  problems: [],
});

export const listDerivedSeries = defineEndpoint({
  method: 'get',
  path: '/v1/derived-series',
  tag: 'Series',
  summary: 'Keys that only silver has: series and pairs of instruments that are computed from others',
  description: 'In alphabetical order. `GET /v1/series/{key}` has the transforms of each.',
  role: 'viewer',
  answers: {
    200: pageOf(DerivedSeriesSchema.pick({ key: true, asset: true }).meta({ id: 'DerivedSeriesName' })),
  },
  problems: [],
});

export const getSeries = defineEndpoint({
  method: 'get',
  path: '/v1/series/{key}',
  tag: 'Series',
  summary: 'A key of the registry, or of silver, with its transforms',
  role: 'viewer',
  params: seriesParams,
  answers: {
    200: z.union([SeriesSchema.extend({ transforms }).meta({ id: 'SeriesDetail' }), DerivedSeriesSchema]),
  },
  problems: ['not-found'],
});

export const listObservations = defineEndpoint({
  method: 'get',
  path: '/v1/series/{key}/observations',
  tag: 'Series',
  summary: 'Values of a series as they were known at a moment',
  description:
    'Without `transform` as their provider published them; with it as silver derived them. The cursor of one is not that ' +
    'of the other.',
  role: 'viewer',
  params: seriesParams,
  query: z
    .strictObject({
      ...dayRangeShape,
      asOf: asOfSchema.optional(),
      vintages: z.enum(['latest', 'all']).default('latest').meta({
        description: 'Only the value in force at `asOf`, or every revision.',
      }),
      transform: transformSchema.optional(),
      format: formatSchema,
      limit: limitSchema(1_000, 10_000),
      cursor: cursorOf(z.tuple([daySchema, z.int().min(0).max(LAST_MOMENT)])).optional(),
    })
    .refine(isAscending, NOT_ASCENDING)
    .refine(({ transform, cursor }) => transform !== undefined || (cursor?.[1] ?? 0) <= LAST_REVISION, {
      error: 'expected the nextCursor of an earlier page',
      path: ['cursor'],
    }),
  answers: { 200: z.union([pageOf(ObservationSchema), DerivedValuesSchema]) },
  files: FILE_TYPES,
  problems: ['not-found', 'too-many-rows'],
});

export const getSeriesPoints = defineEndpoint({
  method: 'get',
  path: '/v1/series/{key}/points',
  tag: 'Series',
  summary: 'All values of a transform in one small answer, as they were known at a moment',
  description:
    'For a chart of decades: date and value of each, without pages. `GET /v1/series/{key}/observations` tells the rest.',
  role: 'viewer',
  params: seriesParams,
  query: z
    .strictObject({ ...dayRangeShape, asOf: asOfSchema.optional(), transform: transformSchema })
    .refine(isAscending, NOT_ASCENDING),
  answers: { 200: SeriesPointsSchema },
  problems: ['not-found'],
});
