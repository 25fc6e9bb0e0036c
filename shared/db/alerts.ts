import { sql } from 'drizzle-orm';
import type { Database, Queryable } from './client.ts';
import { isoText } from './iso-text.ts';

/** Stored names of the rules that raise alerts. */
export type AlertRule = 'calendar_horizon';

/** Something that a person should know of, as a rule sees it now. */
export interface AlertCondition {
  /** What it is about, stable: one open alert per rule and subject. */
  readonly subject: string;
  readonly severity: 'warning' | 'critical';
  readonly message: string;
}

/** What changed by writing the conditions of a rule. */
export interface AlertChange {
  readonly raised: readonly string[];
  readonly resolved: readonly string[];
}

/**
 * Makes the open alerts of a rule those of its conditions: raises what is new, refreshes what lasts, resolves what is no
 * longer true. Doing it twice changes nothing but `last_seen_at`.
 */
export async function syncAlerts(
  db: Database,
  rule: AlertRule,
  conditions: readonly AlertCondition[],
): Promise<AlertChange> {
  return db.transaction(async (tx) => {
    const subjects = sql`select subject from jsonb_to_recordset(${JSON.stringify(conditions)}) as given (subject text)`;
    const resolved = await tx.execute<{ subject: string }>(sql`
      update alerts set resolved_at = now()
      where rule = ${rule} and resolved_at is null and subject not in (${subjects})
      returning subject`);
    const written = await tx.execute<{ subject: string; isNew: boolean }>(sql`
      insert into alerts (rule, subject, severity, message)
      select ${rule}, subject, severity, message
      from jsonb_to_recordset(${JSON.stringify(conditions)}) as given (subject text, severity text, message text)
      on conflict (rule, subject) where resolved_at is null
        do update set severity = excluded.severity, message = excluded.message, last_seen_at = now()
      returning subject, xmax = 0 as "isNew"`);
    return {
      raised: written.rows.filter(({ isNew }) => isNew).map(({ subject }) => subject),
      resolved: resolved.rows.map(({ subject }) => subject),
    };
  });
}

/** An alert as it is shown. */
export interface AlertView {
  readonly id: number;
  readonly rule: AlertRule;
  readonly subject: string;
  readonly severity: 'warning' | 'critical';
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
