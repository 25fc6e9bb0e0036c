import { asc, eq, sql } from 'drizzle-orm';
import type { AlertRule, RuleKind, Severity } from '../alerts/rules.ts';
import type { AssetName } from '../pipeline/graph.ts';
import type { ChangeOrigin } from '../pipeline/changes.ts';
import { toIso, type Instant } from '../time.ts';
import { recordAudit } from './audit-log.ts';
import type { Database, Queryable } from './client.ts';
import { alertRules } from './schema.ts';

/** Who wrote the rules that nobody has changed. */
const SEEDED_BY = 'scheduler';

/** Writes the rules that the database does not have yet. Those that it has stay as people set them. */
export async function seedRules(db: Queryable, rules: readonly AlertRule[]): Promise<void> {
  const rows = rules.map((rule) => ({
    ...rule,
    assets: rule.assets === null ? null : [...rule.assets],
    updatedBy: SEEDED_BY,
  }));
  await db.insert(alertRules).values(rows).onConflictDoNothing();
}

/** A rule as it is shown. */
export interface AlertRuleView extends AlertRule {
  readonly updatedAt: string;
  readonly updatedBy: string;
}

function toView(row: typeof alertRules.$inferSelect): AlertRuleView {
  return {
    ...row,
    kind: row.kind as RuleKind,
    severity: row.severity as Severity,
    assets: row.assets as AssetName[] | null,
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** All rules, by name. */
export async function listRules(db: Queryable): Promise<AlertRuleView[]> {
  return (await db.select().from(alertRules).orderBy(asc(alertRules.name))).map(toView);
}

/** One rule, or null. */
export async function findRule(db: Queryable, name: string): Promise<AlertRuleView | null> {
  const [row] = await db.select().from(alertRules).where(eq(alertRules.name, name));
  return row === undefined ? null : toView(row);
}

/** What people may change of a rule; what is undefined stays. */
export interface RuleChange {
  readonly enabled?: boolean | undefined;
  readonly threshold?: number | undefined;
  readonly deadline?: string | undefined;
  readonly cooldownMinutes?: number | undefined;
}

const CHANGEABLE = ['enabled', 'threshold', 'deadline', 'cooldownMinutes'] as const;

/**
 * Changes a rule, with one row of the audit log that holds the old and new values; a change that changes nothing writes
 * none. Switching a rule off ends its open alerts without a delivery. Returns the rule after it, or null when there is none.
 */
export async function changeRule(
  db: Database,
  name: string,
  change: RuleChange,
  origin: ChangeOrigin & { readonly now: Instant },
): Promise<AlertRuleView | null> {
  const { actor, now } = origin;
  return db.transaction(async (tx) => {
    const [before] = await tx.select().from(alertRules).where(eq(alertRules.name, name)).for('update');
    if (before === undefined) return null;
    const changed = CHANGEABLE.filter(
      (field) => change[field] !== undefined && change[field] !== before[field],
    );
    if (changed.length === 0) return toView(before);
    const [after] = await tx
      .update(alertRules)
      .set({ ...change, updatedAt: new Date(now), updatedBy: actor })
      .where(eq(alertRules.name, name))
      .returning();
    if (after === undefined) return null;
    if (!after.enabled) {
      await tx.execute(sql`
        update alerts set resolved_at = ${toIso(now)}::timestamptz where rule = ${name} and resolved_at is null`);
    }
    const pick = (row: typeof before) => Object.fromEntries(changed.map((field) => [field, row[field]]));
    const detail = { before: pick(before), after: pick(after) };
    await recordAudit(tx, origin, { action: 'alert_rule.change', subject: name, detail });
    return toView(after);
  });
}
