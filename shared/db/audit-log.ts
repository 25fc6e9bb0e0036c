import { sql } from 'drizzle-orm';
import type { ChangeOrigin } from '../pipeline/changes.ts';
import type { Queryable } from './client.ts';
import { isoText } from './iso-text.ts';
import { auditLog } from './schema.ts';

/** What was changed. */
export interface AuditedChange {
  /** What was done: `run_retry`, `schedule_pause`, … */
  readonly action: string;
  /** What it was done to: an id or a name. */
  readonly subject: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Writes one row of the audit log. Call it in the transaction of the change: there is none without the other. */
export async function recordAudit(
  tx: Queryable,
  { actor, reason, onBehalfOf }: ChangeOrigin,
  { action, subject, detail = {} }: AuditedChange,
): Promise<void> {
  const origin = { reason, ...(onBehalfOf === undefined ? {} : { onBehalfOf }) };
  await tx.insert(auditLog).values({ actor, action, subject, detail: { ...detail, ...origin } });
}

/** A change that somebody made. */
export interface AuditRow {
  readonly id: number;
  /** UTC ISO 8601. */
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: Record<string, unknown>;
}

/** Which rows of the audit log are wanted. */
export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly subject?: string | undefined;
  /** UTC ISO 8601, included. */
  readonly from?: string | undefined;
  /** UTC ISO 8601, not included. */
  readonly to?: string | undefined;
  /** Only rows older than this one. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Rows of the audit log, newest first. */
export async function listAudit(db: Queryable, filter: AuditFilter): Promise<AuditRow[]> {
  const { actor, action, subject, from, to, before, limit } = filter;
  const conditions = [
    ...(actor === undefined ? [] : [sql`actor = ${actor}`]),
    ...(action === undefined ? [] : [sql`action = ${action}`]),
    ...(subject === undefined ? [] : [sql`subject = ${subject}`]),
    ...(from === undefined ? [] : [sql`at >= ${from}::timestamptz`]),
    ...(to === undefined ? [] : [sql`at < ${to}::timestamptz`]),
    ...(before === undefined ? [] : [sql`id < ${before}`]),
  ];
  const result = await db.execute<AuditRow & Record<string, unknown>>(sql`
    select id::int, ${isoText(sql`at`)} as at, actor, action, subject, detail from audit_log
    where ${conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `)}
    order by id desc limit ${limit}`);
  return result.rows;
}
