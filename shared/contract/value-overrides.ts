import { z } from 'zod';
import { cursorOf } from './cursor.ts';
import { defineEndpoint } from './endpoint.ts';
import { daySchema, limitSchema, pageOf, textSchema, timeSchema } from './primitives.ts';

const keyParams = z.strictObject({
  key: z.string().regex(/^\w{1,100}$/, { error: ({ input }) => `There is no series ${String(input)}` }),
});

/** A number as text: no exponent, so that what is stored is what was sent. */
const decimalSchema = z
  .string()
  .regex(/^-?\d{1,30}(\.\d{1,30})?$/, { error: 'expected a decimal number as text, such as "0.73"' })
  .meta({ example: '0.73' });

const valueShape = {
  observationDate: daySchema,
  value: decimalSchema
    .nullable()
    .meta({ description: 'In the unit of the series; null says that there is no value.' }),
};

export const ValueOverrideSchema = z
  .strictObject({
    id: z.int(),
    ...valueShape,
    previousValue: z
      .string()
      .nullable()
      .meta({ description: 'The value in force before; null without one.' }),
    revision: z.int(),
    actor: z.string(),
    reason: z.string(),
    createdAt: timeSchema.meta({ description: 'When it was set, and from when it counts as known.' }),
    inForce: z
      .boolean()
      .meta({ description: 'False when the provider or a person has changed the value since.' }),
  })
  .meta({ id: 'ValueOverride' });

export const createValueOverride = defineEndpoint({
  method: 'post',
  path: '/v1/series/{key}/overrides',
  tag: 'Series',
  summary: 'Set a value by hand, as a new revision with who and why',
  description:
    'The value is known from now on and never before; silver derives it at its next run. A later different value of the ' +
    'provider wins; reading its old value again does not undo the override.',
  role: 'admin',
  params: keyParams,
  body: z.strictObject({
    ...valueShape,
    reason: textSchema(2_000),
    actor: textSchema(200)
      .optional()
      .meta({ description: 'Who sets it. A key that has a name says it itself.' }),
  }),
  answers: {
    201: z
      .strictObject({
        ...ValueOverrideSchema.shape,
        key: z.string(),
        unit: z.string(),
        warnings: z
          .array(z.strictObject({ check: z.string(), expected: z.string(), observed: z.string() }))
          .meta({ description: 'What the checks would have said of the value; it is stored all the same.' }),
      })
      .meta({ id: 'AcceptedValueOverride' }),
  },
  problems: ['not-found', 'invalid-request'],
});

export const listValueOverrides = defineEndpoint({
  method: 'get',
  path: '/v1/series/{key}/overrides',
  tag: 'Series',
  summary: 'Values of a series that were set by hand, newest first',
  role: 'viewer',
  params: keyParams,
  query: z.strictObject({
    limit: limitSchema(100, 1_000),
    cursor: cursorOf(z.tuple([z.int().min(1)])).optional(),
  }),
  answers: { 200: pageOf(ValueOverrideSchema) },
  problems: ['not-found'],
});
