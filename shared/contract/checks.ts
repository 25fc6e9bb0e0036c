import { z } from 'zod';
import { CHECK_NAMES, CHECKS, type CheckName } from '../checks/catalog.ts';
import { cursorOf } from './cursor.ts';
import { defineEndpoint } from './endpoint.ts';
import {
  bronzeSchema,
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

const blockingNames = CHECK_NAMES.filter((name) => CHECKS[name].severity === 'block');

// The registry itself is code of connectors, which has no place in a browser: the server looks the key up.
const keySchema = z
  .string()
  .regex(/^[\w.]{1,100}$/, { error: 'expected a key of the registry, such as BR_IPCA_MOM' });

const severitySchema = z
  .enum(['block', 'warn'])
  .meta({ description: '`block`: the rows that fail are held back. `warn`: they are taken.' });
const statusSchema = z
  .enum(['passed', 'failed', 'overridden'])
  .meta({ description: '`overridden`: everything that failed was decided to be taken.' });

const CheckResultSchema = z
  .strictObject({
    id: countSchema,
    asset: bronzeSchema,
    key: z.string(),
    check: z.enum(CHECK_NAMES),
    severity: severitySchema,
    status: statusSchema,
    fromDate: daySchema,
    toDate: daySchema,
    tested: countSchema.meta({ description: 'Values or dates that were looked at.' }),
    dates: z.array(daySchema).meta({ description: 'Dates of failures, ascending, at most 50.' }),
    expected: z.string().meta({ description: 'What would have passed.' }),
    observed: z.string().meta({ description: 'What came.' }),
    taskId: z.uuid().nullable(),
    recordedAt: timeSchema,
  })
  .meta({ id: 'CheckResult' });

export const listChecks = defineEndpoint({
  method: 'get',
  path: '/v1/checks',
  tag: 'Checks',
  summary: 'What the checks of bronze found, newest first',
  role: 'viewer',
  query: z
    .strictObject({
      ...dayRangeShape,
      key: keySchema.optional(),
      asset: bronzeSchema.optional(),
      status: statusSchema.optional(),
      severity: severitySchema.optional(),
      limit: limitSchema(100, 1_000),
      cursor: cursorOf(z.tuple([z.int().min(1)])).optional(),
    })
    .refine(isAscending, NOT_ASCENDING),
  answers: { 200: pageOf(CheckResultSchema) },
  problems: ['not-found'],
});

const overrideShape = {
  key: keySchema,
  check: z.enum(blockingNames as [CheckName, ...CheckName[]], {
    error: `expected a check that blocks: ${blockingNames.join(', ')}`,
  }),
  from: daySchema.meta({ description: 'First observation date.' }),
  to: daySchema.meta({ description: 'Last observation date.' }),
  reason: textSchema(2_000),
  // The keys of the API may be secrets without a name: who decides has to say so.
  actor: textSchema(200).meta({ description: 'Who decides.' }),
};

const OverrideSchema = z
  .strictObject({
    id: countSchema,
    ...overrideShape,
    asset: bronzeSchema,
    heldDates: z
      .array(daySchema)
      .meta({ description: 'Dates of the key that the check has held back in the range.' }),
    windows: z
      .array(
        z
          .strictObject({ key: z.string(), id: z.string(), from: daySchema, to: daySchema })
          .meta({ id: 'FetchWindow' }),
      )
      .meta({ description: 'What the next task of the asset reads again from the archive.' }),
  })
  .meta({ id: 'Override' });

export const createOverride = defineEndpoint({
  method: 'post',
  path: '/v1/checks/overrides',
  tag: 'Checks',
  summary: 'Take what a blocking check holds back',
  role: 'operator',
  body: z.strictObject(overrideShape).refine(isAscending, NOT_ASCENDING).meta({ id: 'OverrideRequest' }),
  answers: { 201: OverrideSchema },
  problems: ['not-found'],
});
