import { z } from 'zod';
import { RULE_KINDS, type RuleKind } from '../alerts/rules.ts';
import { cursorOf } from './cursor.ts';
import { defineEndpoint } from './endpoint.ts';
import { OriginSchema } from './origin.ts';
import {
  assetSchema,
  countSchema,
  daySchema,
  flagSchema,
  limitSchema,
  pageOf,
  timeSchema,
} from './primitives.ts';

const severitySchema = z.enum(['warning', 'critical']);
const channelSchema = z.enum(['slack', 'webhook', 'email']);
const outcomeSchema = z.enum(['waiting', 'delivered', 'failed']);
const placeSchema = cursorOf(z.tuple([z.int()]));

const AlertSchema = z
  .strictObject({
    id: countSchema,
    rule: z.string(),
    subject: z.string().meta({ description: 'What it is about. One open alert per rule and subject.' }),
    severity: severitySchema,
    message: z.string(),
    raisedAt: timeSchema,
    lastSeenAt: timeSchema,
    resolvedAt: timeSchema.nullable().meta({ description: 'Null while it lasts.' }),
  })
  .meta({ id: 'Alert' });

export const AlertRuleSchema = z
  .strictObject({
    name: z.string(),
    kind: z.enum(Object.keys(RULE_KINDS) as [RuleKind, ...RuleKind[]]),
    severity: severitySchema,
    threshold: z.number().nullable().meta({ description: 'From which value it raises; null without one.' }),
    thresholdUnit: z.string().nullable(),
    deadline: z.string().nullable().meta({ description: 'HH:MM in the time zone of the schedule.' }),
    assets: z.array(assetSchema).nullable().meta({ description: 'Assets it watches; null for all.' }),
    cooldownMinutes: z.int().meta({
      description: 'For so long after a delivery the same alert is not delivered again.',
    }),
    enabled: z.boolean(),
    updatedAt: timeSchema,
    updatedBy: z.string(),
  })
  .meta({ id: 'AlertRule' });

const DeliverySchema = z
  .strictObject({
    id: z.int(),
    kind: z.enum(['raised', 'resolved', 'digest', 'test']),
    channel: channelSchema,
    alertId: z.int().nullable(),
    digest: daySchema.nullable().meta({ description: 'Partition of the digest it carries.' }),
    outcome: outcomeSchema,
    attempts: z.int(),
    error: z.string().nullable().meta({ description: 'Why the last attempt failed.' }),
    nextAttemptAt: timeSchema.nullable(),
    createdAt: timeSchema,
    deliveredAt: timeSchema.nullable(),
  })
  .meta({ id: 'AlertDelivery' });

export const listAlerts = defineEndpoint({
  method: 'get',
  path: '/v1/alerts',
  tag: 'Alerts',
  summary: 'The log of alerts, newest first',
  role: 'viewer',
  query: z.strictObject({
    open: flagSchema.optional().meta({ description: 'Only those that last, or only those that ended.' }),
    limit: limitSchema(50, 500),
    cursor: placeSchema.optional(),
  }),
  answers: { 200: pageOf(AlertSchema) },
  problems: [],
});

export const listAlertRules = defineEndpoint({
  method: 'get',
  path: '/v1/alerts/rules',
  tag: 'Alerts',
  summary: 'When alerts are raised and for what, by name',
  role: 'viewer',
  answers: { 200: pageOf(AlertRuleSchema) },
  problems: [],
});

export const changeAlertRule = defineEndpoint({
  method: 'patch',
  path: '/v1/alerts/rules/{name}',
  tag: 'Alerts',
  summary: 'Switch a rule on or off, or change its threshold, deadline or cool-down',
  description:
    'Holds from the next evaluation on, within 15 seconds. Switching a rule off ends its open alerts.',
  role: 'operator',
  params: z.strictObject({
    name: z.string().regex(/^\w{1,100}$/, { error: ({ input }) => `There is no rule ${String(input)}` }),
  }),
  body: OriginSchema.extend({
    enabled: z.boolean().optional(),
    threshold: z.number().min(0).max(1_000_000).optional(),
    deadline: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'expected a time of day, HH:MM' })
      .optional(),
    cooldownMinutes: z.int().min(0).max(10_080).optional(),
  }),
  answers: { 200: AlertRuleSchema },
  problems: ['not-found'],
});

export const listAlertDeliveries = defineEndpoint({
  method: 'get',
  path: '/v1/alerts/deliveries',
  tag: 'Alerts',
  summary: 'What was sent, or has to be sent, to which channel, newest first',
  role: 'viewer',
  query: z.strictObject({
    alertId: z.coerce.number<number | string>().int().min(1).optional(),
    channel: channelSchema.optional(),
    outcome: outcomeSchema.optional(),
    limit: limitSchema(50, 500),
    cursor: placeSchema.optional(),
  }),
  answers: { 200: pageOf(DeliverySchema) },
  problems: [],
});

export const testAlertChannels = defineEndpoint({
  method: 'post',
  path: '/v1/alerts/test',
  tag: 'Alerts',
  summary: 'Send a test message to each channel that is configured',
  description: 'Queued for the scheduler: `/v1/alerts/deliveries` says what came of it.',
  role: 'operator',
  body: OriginSchema,
  answers: { 202: pageOf(DeliverySchema).meta({ description: 'The deliveries; none without a channel.' }) },
  problems: [],
});
