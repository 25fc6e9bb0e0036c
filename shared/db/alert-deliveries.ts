import { sql, type SQL } from 'drizzle-orm';
import type { ChannelName } from '../alerts/channels.ts';
import type { ChangeOrigin } from '../pipeline/changes.ts';
import { MINUTE, toIso, type Day, type Instant } from '../time.ts';
import { recordAudit } from './audit-log.ts';
import type { Database, Queryable } from './client.ts';
import { isoText } from './iso-text.ts';

export type DeliveryKind = 'raised' | 'resolved' | 'digest' | 'test';
export type DeliveryOutcome = 'waiting' | 'delivered' | 'failed';

/** When something is queued, and for which channels. */
export interface DeliveryMoment {
  readonly now: Instant;
  readonly channels: readonly ChannelName[];
}

/** A delivery is given up after so many attempts. */
export const MAX_ATTEMPTS = 5;
/** Another process may take a delivery whose sender was not heard of for this long. Above any timeout of a channel. */
const LEASE_MS = 2 * MINUTE;
const CLAIMED_AT_ONCE = 10;

const at = (moment: Instant): SQL => sql`${toIso(moment)}::timestamptz`;
const listOf = (channels: readonly ChannelName[]): SQL => sql`${sql.param([...channels])}::text[]`;

/**
 * Queues what the open alerts of a rule owe to each channel. An alert whose subject was delivered within the cool-down of
 * the rule waits for its end; if it is still open then, it is delivered.
 */
export async function queueRaised(
  tx: Queryable,
  rule: string,
  { now, channels }: DeliveryMoment,
): Promise<void> {
  await tx.execute(sql`
    insert into alert_deliveries (alert_id, kind, channel, outcome, next_attempt_at, created_at)
    select alerts.id, 'raised', wanted.channel, 'waiting', ${at(now)}, ${at(now)}
    from alerts join alert_rules on alert_rules.name = alerts.rule
    cross join unnest(${listOf(channels)}) as wanted (channel)
    where alerts.rule = ${rule} and alerts.resolved_at is null and not exists (
      select from alert_deliveries earlier join alerts told on told.id = earlier.alert_id
      where earlier.kind = 'raised' and earlier.channel = wanted.channel
        and told.rule = alerts.rule and told.subject = alerts.subject
        and (told.id = alerts.id or earlier.created_at > ${at(now)} - make_interval(mins => alert_rules.cooldown_minutes)))
    order by alerts.id, wanted.channel`);
}

/** Queues the end of alerts, for the channels that were told of their beginning. */
export async function queueResolved(tx: Queryable, alertIds: readonly number[], now: Instant): Promise<void> {
  await tx.execute(sql`
    insert into alert_deliveries (alert_id, kind, channel, outcome, next_attempt_at, created_at)
    select alert_id, 'resolved', channel, 'waiting', ${at(now)}, ${at(now)} from alert_deliveries
    where kind = 'raised' and alert_id = any(${sql.param([...alertIds])}::bigint[]) order by alert_id, channel`);
}

/** Queues one message for each channel. Returns the numbers of the deliveries. */
async function queueMessage(
  tx: Queryable,
  kind: 'digest' | 'test',
  digest: Day | null,
  { now, channels }: DeliveryMoment,
): Promise<number[]> {
  const result = await tx.execute<{ id: number }>(sql`
    insert into alert_deliveries (digest, kind, channel, outcome, next_attempt_at, created_at)
    select ${digest}::date, ${kind}, channel, 'waiting', ${at(now)}, ${at(now)}
    from unnest(${listOf(channels)}) as wanted (channel) returning id::int`);
  return result.rows.map(({ id }) => id);
}

/** Queues a digest for each channel. */
export async function queueDigest(tx: Queryable, digest: Day, moment: DeliveryMoment): Promise<void> {
  await queueMessage(tx, 'digest', digest, moment);
}

/** Queues a test for each channel, with a row of the audit log. Returns the numbers of the deliveries. */
export async function queueTest(
  db: Database,
  origin: ChangeOrigin,
  moment: DeliveryMoment,
): Promise<number[]> {
  const { channels } = moment;
  return db.transaction(async (tx) => {
    const ids = await queueMessage(tx, 'test', null, moment);
    await recordAudit(tx, origin, { action: 'alert.test', subject: 'channels', detail: { channels } });
    return ids;
  });
}

/** A delivery that this process may send, with what it tells of. */
export interface ClaimedDelivery {
  readonly id: number;
  readonly kind: DeliveryKind;
  readonly attempt: number;
  readonly createdAt: string;
  readonly alert: {
    readonly id: number;
    readonly rule: string;
    readonly subject: string;
    readonly severity: 'warning' | 'critical';
    readonly message: string;
    readonly raisedAt: string;
    readonly resolvedAt: string | null;
  } | null;
  readonly digest: Readonly<Record<string, unknown>> | null;
}

/**
 * Takes deliveries of a channel that are due, each for one process only. Nothing about an alert overtakes what was queued
 * about it before. A sender that dies is followed by another one after two minutes, up to the last attempt.
 */
export async function claimDeliveries(
  db: Queryable,
  channel: ChannelName,
  now: Instant,
): Promise<ClaimedDelivery[]> {
  await db.execute(sql`
    update alert_deliveries set outcome = 'failed', next_attempt_at = null,
      error = coalesce(error, 'the process ended while it was sending')
    where outcome = 'waiting' and channel = ${channel} and attempts >= ${MAX_ATTEMPTS} and next_attempt_at <= ${at(now)}`);
  const result = await db.execute<ClaimedDelivery & Record<string, unknown>>(sql`
    with claimed as (
      update alert_deliveries set attempts = attempts + 1, next_attempt_at = ${at(now + LEASE_MS)}
      where id in (
        select id from alert_deliveries due
        where outcome = 'waiting' and channel = ${channel} and next_attempt_at <= ${at(now)} and not exists (
          select from alert_deliveries earlier where earlier.alert_id = due.alert_id
            and earlier.channel = due.channel and earlier.outcome = 'waiting' and earlier.id < due.id)
        order by id limit ${CLAIMED_AT_ONCE} for update skip locked)
      returning *)
    select claimed.id::int, kind, attempts as attempt, ${isoText(sql`claimed.created_at`)} as "createdAt",
      case when alerts.id is not null then jsonb_build_object('id', alerts.id, 'rule', rule, 'subject', subject,
        'severity', severity, 'message', message, 'raisedAt', ${isoText(sql`raised_at`)},
        'resolvedAt', ${isoText(sql`resolved_at`)}) end as alert,
      digests.content as digest
    from claimed left join alerts on alerts.id = claimed.alert_id left join digests on digests.partition = claimed.digest
    order by claimed.id`);
  return result.rows;
}

/** What came of an attempt. A failure with a moment is tried again then. */
export type DeliveryEnd =
  | { readonly outcome: 'delivered'; readonly at: Instant }
  | { readonly outcome: 'failed'; readonly error: string; readonly retryAt: Instant | null };

/** Records what came of an attempt, unless another process has taken the delivery since. */
export async function settleDelivery(
  db: Queryable,
  { id, attempt }: Pick<ClaimedDelivery, 'id' | 'attempt'>,
  end: DeliveryEnd,
): Promise<void> {
  const isDelivered = end.outcome === 'delivered';
  const retryAt = isDelivered ? null : end.retryAt;
  await db.execute(sql`
    update alert_deliveries set outcome = ${retryAt === null ? end.outcome : 'waiting'},
      error = ${isDelivered ? null : end.error},
      next_attempt_at = ${retryAt === null ? null : toIso(retryAt)}::timestamptz,
      delivered_at = ${isDelivered ? toIso(end.at) : null}::timestamptz
    where id = ${id} and attempts = ${attempt} and outcome = 'waiting'`);
}

/** A delivery as it is shown. */
export interface DeliveryView {
  readonly id: number;
  readonly kind: DeliveryKind;
  readonly channel: ChannelName;
  readonly alertId: number | null;
  /** Partition of the digest it carries. */
  readonly digest: Day | null;
  readonly outcome: DeliveryOutcome;
  readonly attempts: number;
  /** Why the last attempt failed. */
  readonly error: string | null;
  readonly nextAttemptAt: string | null;
  readonly createdAt: string;
  readonly deliveredAt: string | null;
}

/** Which deliveries to list, newest first. */
export interface DeliveryFilter {
  readonly ids?: readonly number[] | undefined;
  readonly alertId?: number | undefined;
  readonly channel?: ChannelName | undefined;
  readonly outcome?: DeliveryOutcome | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Deliveries, newest first. */
export async function listDeliveries(db: Queryable, filter: DeliveryFilter): Promise<DeliveryView[]> {
  const { ids, alertId, channel, outcome, before, limit } = filter;
  const conditions = [
    ids === undefined ? sql`true` : sql`id = any(${sql.param([...ids])}::bigint[])`,
    alertId === undefined ? sql`true` : sql`alert_id = ${alertId}`,
    channel === undefined ? sql`true` : sql`channel = ${channel}`,
    outcome === undefined ? sql`true` : sql`outcome = ${outcome}`,
    before === undefined ? sql`true` : sql`id < ${before}`,
  ];
  const result = await db.execute<DeliveryView & Record<string, unknown>>(sql`
    select id::int, kind, channel, alert_id::int as "alertId", digest::text, outcome, attempts, error,
      ${isoText(sql`next_attempt_at`)} as "nextAttemptAt", ${isoText(sql`created_at`)} as "createdAt",
      ${isoText(sql`delivered_at`)} as "deliveredAt"
    from alert_deliveries where ${sql.join(conditions, sql` and `)}
    order by alert_deliveries.id desc limit ${limit}`);
  return result.rows;
}
