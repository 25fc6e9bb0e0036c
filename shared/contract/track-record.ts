import { z } from 'zod';
import { defineEndpoint } from './endpoint.ts';
import {
  agentSchema,
  asOfSchema,
  countSchema,
  dayRangeShape,
  daySchema,
  isAscending,
  modelVersionSchema,
  NOT_ASCENDING,
  timeSchema,
} from './primitives.ts';

/**
 * Fewer moves that do not overlap tell nothing of a signal: with twelve, one that guesses still has a standard error of 14
 * points of its hit rate. Whoever shows a track record to a person leaves rate, mean and standard error out below this.
 */
export const FEWEST_MOVES = 12;

const TargetSchema = z
  .strictObject({
    kind: z.enum(['price', 'curve']),
    key: z.string().meta({ description: 'Instrument or curve of silver.' }),
    tenor: z.string().nullable().meta({ description: 'Of a curve.' }),
    calendar: z.string().meta({ description: 'Sessions that the horizon counts.' }),
    move: z.enum(['log_return', 'change']),
    unit: z.enum(['percent', 'basis_points']),
    longMeans: z.string().meta({ description: 'What a positive move is.' }),
  })
  .meta({ id: 'SignalTarget' });

const share = z.number().min(0).max(1);

export const TrackRecordSchema = z
  .strictObject({
    signalId: z.string(),
    agent: agentSchema,
    axis: z.string(),
    modelVersion: modelVersionSchema,
    asOf: timeSchema.meta({ description: 'Moves whose end was not known then are not counted.' }),
    target: TargetSchema.nullable().meta({
      description: 'Null with a reason: no price stands for the signal.',
    }),
    reason: z.string().nullable(),
    spoke: countSchema.meta({ description: 'Partitions with status OK and a direction.' }),
    windows: countSchema.meta({
      description:
        'Moves that are counted: from the first session after the partition over as many sessions as its horizon has. They ' +
        'overlap.',
    }),
    open: countSchema.meta({ description: 'Moves that were not over.' }),
    withoutValue: countSchema.meta({ description: 'Moves that lack a value at one end.' }),
    hitRate: share.nullable().meta({
      description:
        'Share of the moves in the direction of the signal. It and the mean say little while fewer than ' +
        `${FEWEST_MOVES} moves do not overlap (nonOverlapping): the dashboard does not show them then.`,
    }),
    meanMove: z
      .number()
      .nullable()
      .meta({ description: 'In the direction of the signal and the unit of the target.' }),
    nonOverlapping: countSchema.meta({ description: 'Moves, taken from the first on, that do not overlap.' }),
    standardError: z.number().nullable().meta({
      description:
        'Of the mean: the standard deviation of all moves over the root of those that do not overlap; null for fewer than two.',
    }),
    firstPartition: daySchema.nullable(),
    lastPartition: daySchema.nullable(),
  })
  .meta({ id: 'TrackRecord' });

export const getTrackRecord = defineEndpoint({
  method: 'get',
  path: '/v1/signals/{signalId}/track-record',
  tag: 'Signals',
  summary: 'How often a signal was right, and by how much, from what was known at a moment',
  role: 'viewer',
  params: z.strictObject({
    signalId: z
      .string()
      .regex(/^\w{1,100}$/, { error: ({ input }) => `There is no signal ${String(input)}` }),
  }),
  query: z
    .strictObject({
      ...dayRangeShape,
      asOf: asOfSchema.optional(),
      modelVersion: modelVersionSchema.optional(),
    })
    .refine(isAscending, NOT_ASCENDING),
  answers: { 200: TrackRecordSchema },
  problems: ['not-found'],
});
