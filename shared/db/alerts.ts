import { sql } from 'drizzle-orm';
import type { AlertRule, Severity } from '../alerts/rules.ts';
import { toIso } from '../time.ts';
import { queueRaised, queueResolved, type DeliveryMoment } from './alert-deliveries.ts';
import type { Database, Queryable } from './client.ts';
import { isoText } from './iso-text.ts';

/** Something that a person should know of, as a rule sees it now. */
export interface AlertCondition {
  /** What it is about, stable: one open alert per rule and subject. */
  readonly subject: string;
  /** @default the severity of the rule */
  readonly severity?: Severity;
  readonly message: string;
}

/** What changed by writing the conditions of a rule. */
export interface AlertChange {
  readonly raised: readonly string[];
  readonly resolved: readonly string[];
}

/**
 * Makes the open alerts of a rule those of its conditions: raises what is new, refreshes what lasts, resolves what is no
 * longer true, and queues what has to be delivered, in one transaction. Doing it twice changes nothing but
 * `last_seen_at`. Does nothing when the rule has been switched off.
 */
export async function syncAlerts(
  db: Database,
  rule: Pick<AlertRule, 'name' | 'severity'>,
  conditions: readonly AlertCondition[],
  { now, channels }: DeliveryMoment,
): Promise<AlertChange> {
  const at = sql`${toIso(now)}::timestamptz`;
  const given = JSON.stringify(conditions.map((condition) => ({ severity: rule.severity, ...condition })));
  return db.transaction(async (tx) => {
    // Held to the end: a rule that is switched off meanwhile raises nothing afterwards.
    const enabled = await tx.execute(
      sql`select from alert_rules where name = ${rule.name} and enabled for share`,
    );
    if (enabled.rows.length === 0) return { raised: [], resolved: [] };
    const resolved = await tx.execute<{ id: number; subject: string }>(sql`
      update alerts set resolved_at = ${at}
      where rule = ${rule.name} and resolved_at is null
        and subject not in (select subject from jsonb_to_recordset(${given}) as given (subject text))
      returning id::int, subject`);
    const written = await tx.execute<{ subject: string; isNew: boolean }>(sql`
      insert into alerts (rule, subject, severity, message, raised_at, last_seen_at)
      select ${rule.name}, subject, severity, message, ${at}, ${at}
      from jsonb_to_recordset(${given}) as given (subject text, severity text, message text)
      on conflict (rule, subject) where resolved_at is null
        do update set severity = excluded.severity, message = excluded.message, last_seen_at = excluded.last_seen_at
      returning subject, xmax = 0 as "isNew"`);
    await queueRaised(tx, rule.name, { now, channels });
    await queueResolved(
      tx,
      resolved.rows.map(({ id }) => id),
      now,
    );
    return {
      raised: written.rows.filter(({ isNew }) => isNew).map(({ subject }) => subject),
      resolved: resolved.rows.map(({ subject }) => subject),
    };
  });
}

/** An alert as it is shown. */
export interface AlertView {
  readonly id: number;
  readonly rule: string;
  readonly subject: string;
  readonly severity: Severity;
  readonly message: string;
  readonly raisedAt: string;
  readonly lastSeenAt: string;
  /** Null while the condition lasts. */
  readonly resolvedAt: string | null;
}

/** Alerts, newest first; `open` takes those that last or those that ended. */
export async function listAlerts(
  db: Queryable,
  page: { readonly open?: boolean | undefined; readonly before?: number | undefined; readonly limit: number },
): Promise<AlertView[]> {
  const state =
    page.open === undefined ? sql`true` : page.open ? sql`resolved_at is null` : sql`resolved_at is not null`;
  const result = await db.execute<AlertView & Record<string, unknown>>(sql`
    select id::int, rule, subject, severity, message, ${isoText(sql`raised_at`)} as "raisedAt",
      ${isoText(sql`last_seen_at`)} as "lastSeenAt", ${isoText(sql`resolved_at`)} as "resolvedAt"
    from alerts
    where ${state} and ${page.before === undefined ? sql`true` : sql`id < ${page.before}`}
    order by id desc limit ${page.limit}`);
  return result.rows;
}
