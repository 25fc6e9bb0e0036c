import { and, count, desc, eq, gte, inArray, isNotNull, lt, lte, notExists } from 'drizzle-orm';
import type { CheckName } from '../checks/catalog.ts';
import type { Severity } from '../checks/check.ts';
import type { CheckResult } from '../checks/run-checks.ts';
import type { BronzeName } from '../pipeline/graph.ts';
import type { Day } from '../time.ts';
import { insertRows } from './bulk.ts';
import type { Queryable, Transaction } from './client.ts';
import { checkOverrides, checkResults, rejectedRows } from './schema.ts';

/** Stores what the checks of a task found, one row per key and check; a later attempt replaces it. */
export async function storeCheckResults(
  tx: Transaction,
  taskId: string,
  asset: BronzeName,
  results: readonly CheckResult[],
): Promise<void> {
  const keys = [...new Set(results.map(({ key }) => key))];
  if (keys.length === 0) return;
  await tx.delete(checkResults).where(and(eq(checkResults.taskId, taskId), inArray(checkResults.key, keys)));
  await insertRows(
    tx,
    checkResults,
    results.map((result) => ({ taskId, asset, ...result, dates: [...result.dates] })),
  );
}

/** The dates of each key whose rows a check has held back, with the check that did last. */
export async function listHeldDates(
  db: Queryable,
  keys: readonly string[],
  from: Day,
  to: Day,
): Promise<ReadonlyMap<string, ReadonlyMap<Day, string>>> {
  const rows = await db
    .select({ key: rejectedRows.key, date: rejectedRows.date, check: rejectedRows.check })
    .from(rejectedRows)
    .where(
      and(
        inArray(rejectedRows.key, [...keys]),
        isNotNull(rejectedRows.check),
        gte(rejectedRows.date, from),
        lte(rejectedRows.date, to),
      ),
    )
    .orderBy(rejectedRows.id);
  const held = Map.groupBy(rows, ({ key }) => key);
  return new Map(
    [...held].map(([key, own]) => [
      key,
      new Map(own.flatMap(({ date, check }) => (date === null || check === null ? [] : [[date, check]]))),
    ]),
  );
}

/**
 * How many rows of each key checks have held back in the earlier attempts of a task, without those that an override has let
 * through since.
 */
export async function countHeldRows(db: Queryable, taskId: string): Promise<ReadonlyMap<string, number>> {
  const released = db
    .select({ id: checkOverrides.id })
    .from(checkOverrides)
    .where(
      and(
        eq(checkOverrides.key, rejectedRows.key),
        eq(checkOverrides.check, rejectedRows.check),
        lte(checkOverrides.fromDate, rejectedRows.date),
        gte(checkOverrides.toDate, rejectedRows.date),
      ),
    );
  const rows = await db
    .select({ key: rejectedRows.key, count: count() })
    .from(rejectedRows)
    .where(and(eq(rejectedRows.taskId, taskId), isNotNull(rejectedRows.check), notExists(released)))
    .groupBy(rejectedRows.key);
  return new Map(rows.map((row) => [row.key, row.count]));
}

/** A result as people see it. */
export interface CheckResultView extends Omit<CheckResult, 'check'> {
  readonly id: number;
  readonly asset: BronzeName;
  readonly check: CheckName;
  readonly taskId: string | null;
  readonly recordedAt: string;
}

/** Which results to list: newest first. */
export interface CheckFilter {
  readonly key?: string | undefined;
  readonly asset?: BronzeName | undefined;
  readonly status?: CheckResult['status'] | undefined;
  readonly severity?: Severity | undefined;
  /** Results that looked at a date in this range, either end open. */
  readonly from?: Day | undefined;
  readonly to?: Day | undefined;
  /** Only results older than this one. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Results of checks, newest first. */
export async function listCheckResults(db: Queryable, filter: CheckFilter): Promise<CheckResultView[]> {
  const { key, asset, status, severity, from, to, before, limit } = filter;
  const rows = await db
    .select()
    .from(checkResults)
    .where(
      and(
        key === undefined ? undefined : eq(checkResults.key, key),
        asset === undefined ? undefined : eq(checkResults.asset, asset),
        status === undefined ? undefined : eq(checkResults.status, status),
        severity === undefined ? undefined : eq(checkResults.severity, severity),
        from === undefined ? undefined : gte(checkResults.toDate, from),
        to === undefined ? undefined : lte(checkResults.fromDate, to),
        before === undefined ? undefined : lt(checkResults.id, before),
      ),
    )
    .orderBy(desc(checkResults.id))
    .limit(limit);
  return rows.map((row) => ({
    id: row.id,
    asset: row.asset as BronzeName,
    key: row.key,
    check: row.check as CheckName,
    severity: row.severity as Severity,
    status: row.status as CheckResult['status'],
    fromDate: row.fromDate,
    toDate: row.toDate,
    tested: row.tested,
    dates: row.dates,
    expected: row.expected,
    observed: row.observed,
    taskId: row.taskId,
    recordedAt: row.recordedAt.toISOString(),
  }));
}
