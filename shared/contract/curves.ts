import { z } from 'zod';
import { CURVE_CONVENTIONS, type CurveId } from '../silver/curve-conventions.ts';
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
  timeSchema,
} from './primitives.ts';

const CURVE_IDS = Object.keys(CURVE_CONVENTIONS) as [CurveId, ...CurveId[]];

const curveIdSchema = z.enum(CURVE_IDS);

const knownAt = timeSchema.meta({ description: 'When the last of its inputs became public.' });
const inputs = z.string().meta({ description: 'What it was computed from.' });
const flags = z.array(z.string());

const CurvePointSchema = z
  .strictObject({
    tenor: z.string().meta({ example: '10Y' }),
    years: z
      .number()
      .nullable()
      .meta({ description: 'By the day count of the curve; null where it cannot be said.' }),
    calendarDays: countSchema,
    businessDays: countSchema.nullable(),
    rate: z.number().nullable().meta({ description: 'In the unit of the curve; null with a reason.' }),
    kind: z.string().meta({ description: 'What the number is: a par yield, a zero rate, a price, …' }),
    method: z.string().meta({ description: '`observed`, or how it was interpolated.' }),
    flags,
    reason: z.string().nullable(),
    knownAt,
    inputs,
  })
  .meta({ id: 'CurvePoint' });

const beta = z.number().nullable().meta({ description: 'Decimal fraction.' });
const lambda = z.number().nullable().meta({ description: 'Years.' });

const CurveFitSchema = z
  .strictObject({
    model: z.string().meta({ description: 'Nelson-Siegel or Svensson.' }),
    status: z.string().meta({ description: '`ok`, `degenerate`, or why it is refused.' }),
    method: z.string().meta({
      description: 'What the standard tenors rest on: the model itself, or `linear` when its fit is refused.',
    }),
    flags,
    b0: beta,
    b1: beta,
    b2: beta,
    b3: beta,
    l1: lambda,
    l2: lambda,
    rmseBp: z.number().nullable().meta({ description: 'Error, basis points.' }),
    maxRmseBp: z.number().meta({ description: 'Largest error that is accepted, basis points.' }),
    condition: z.number().nullable().meta({ description: 'Condition number of the regression.' }),
    points: countSchema.meta({ description: 'Points that it was fitted to.' }),
    knownAt,
    inputs,
  })
  .meta({ id: 'CurveFit' });

const CurveMetricSchema = z
  .strictObject({
    metric: z.string(),
    value: z.number().nullable(),
    unit: z.string(),
    reason: z.string().nullable(),
    knownAt,
    inputs,
  })
  .meta({ id: 'CurveMetric' });

const CurveSchema = z
  .strictObject({
    curveId: curveIdSchema,
    date: daySchema.meta({ description: 'May lie before the one that was asked for.' }),
    asOf: timeSchema.meta({ description: 'Nothing that became known later is in it.' }),
    kind: z.string(),
    unit: z.enum(['decimal_per_year', 'brl_per_usd']),
    compounding: z.enum(['annual', 'semi_annual', 'simple']).nullable().meta({
      description: '`simple`: interest is linear in time. Null: the values are prices.',
    }),
    dayCount: z.enum(['BUS/252', 'ACT/360', 'ACT/ACT']).meta({ description: 'How a tenor becomes years.' }),
    calendar: z.enum(['BR_ANBIMA', 'US_GOV']),
    knownAt: timeSchema.meta({ description: 'When the last of its points became public.' }),
    points: z.array(CurvePointSchema),
    fit: CurveFitSchema.optional().meta({
      description: 'The accepted fit with the least error; absent when there is none.',
    }),
    fits: z.array(CurveFitSchema).meta({ description: 'Every fit, those that were rejected too.' }),
    metrics: z.array(CurveMetricSchema),
  })
  .meta({ id: 'Curve' });

const CurveTenorSchema = z
  .strictObject({
    date: daySchema,
    rate: z.number().nullable().meta({ description: 'Null with a reason.' }),
    unit: z.enum(['decimal_per_year', 'brl_per_usd']),
    method: z.string().meta({ description: '`observed`, or how it was interpolated.' }),
    flags,
    reason: z.string().nullable(),
    knownAt,
  })
  .meta({ id: 'CurveTenor' });

const curveParams = z.strictObject({
  id: z.enum(CURVE_IDS, {
    error: ({ input }) => `There is no curve id ${String(input)}: the ids are ${CURVE_IDS.join(', ')}`,
  }),
});

export const listCurves = defineEndpoint({
  method: 'get',
  path: '/v1/curves',
  tag: 'Curves',
  summary: 'The curves that have points',
  role: 'viewer',
  answers: { 200: pageOf(z.strictObject({ curveId: curveIdSchema }).meta({ id: 'CurveName' })) },
  problems: [],
});

export const getCurve = defineEndpoint({
  method: 'get',
  path: '/v1/curves/{id}',
  tag: 'Curves',
  summary: 'The newest curve up to a date, from what was known at a moment',
  role: 'viewer',
  params: curveParams,
  query: z.strictObject({
    date: daySchema.optional().meta({ description: 'Today in São Paulo by default.' }),
    asOf: asOfSchema.optional(),
    format: formatSchema,
  }),
  answers: { 200: CurveSchema },
  files: FILE_TYPES,
  problems: ['not-found'],
});

export const listCurveTenor = defineEndpoint({
  method: 'get',
  path: '/v1/curves/{id}/tenors/{tenor}',
  tag: 'Curves',
  summary: 'One tenor of a curve by date, from what was known at a moment',
  description: 'The standard tenor where the curve has it, otherwise the observed point of that name.',
  role: 'viewer',
  params: curveParams.extend({
    tenor: z
      .string()
      .regex(/^[\w.]{1,40}$/, { error: ({ input }) => `There is no tenor ${String(input)}` })
      .meta({ example: '1Y' }),
  }),
  query: z
    .strictObject({
      ...dayRangeShape,
      asOf: asOfSchema.optional(),
      format: formatSchema,
      limit: limitSchema(1_000, 10_000),
      cursor: cursorOf(z.tuple([daySchema])).optional(),
    })
    .refine(isAscending, NOT_ASCENDING),
  answers: { 200: pageOf(CurveTenorSchema) },
  files: FILE_TYPES,
  problems: ['not-found', 'too-many-rows'],
});
