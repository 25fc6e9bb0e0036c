import { and, eq, gte, inArray, lte, sql } from 'drizzle-orm';
import type { CheckName } from '../checks/catalog.ts';
import type { Override } from '../checks/run-checks.ts';
import type { FetchWindow, Provider } from '../connectors/connector.ts';
import type { Day } from '../time.ts';
import { recordAudit } from './audit-log.ts';
import type { Database, Queryable, Transaction } from './client.ts';
import { checkOverrides, coverage, rejectedRows } from './schema.ts';

/** A decision to take what a check holds back. */
export interface OverrideRequest {
  readonly provider: Provider;
  readonly key: string;
  readonly check: CheckName;
  readonly from: Day;
  readonly to: Day;
  readonly actor: string;
  readonly reason: string;
  /** Whom the actor says it is for. */
  readonly onBehalfOf?: string;
}

/** What an override will have read again from the archive by the next task of the asset. */
export interface AcceptedOverride {
  readonly id: number;
  readonly windows: readonly FetchWindow[];
  /** Distinct dates of the key that the check has held back in the range, ascending. */
  readonly heldDates: readonly Day[];
}

/** Every override of some keys. */
export async function listOverrides(db: Queryable, keys: readonly string[]): Promise<Override[]> {
  if (keys.length === 0) return [];
  const rows = await db
    .select()
    .from(checkOverrides)
    .where(inArray(checkOverrides.key, [...keys]))
    .orderBy(checkOverrides.id);
  return rows.map(({ key, check, fromDate, toDate }) => ({ key, check, from: fromDate, to: toDate }));
}

/** Marks the windows that hold dates of a key as not ingested: its own, or those of the files it arrives with. */
async function reopenWindows(tx: Transaction, request: OverrideRequest): Promise<FetchWindow[]> {
  const { provider, key, from, to } = request;
  const ofKey = and(eq(coverage.provider, provider), eq(coverage.key, key));
  const [own] = await tx.select({ key: coverage.key }).from(coverage).where(ofKey).limit(1);
  const rows = await tx
    .update(coverage)
    .set({ ingestedAt: null })
    .where(
      and(
        own === undefined ? eq(coverage.provider, provider) : ofKey,
        lte(coverage.fromDate, to),
        gte(coverage.toDate, from),
      ),
    )
    .returning();
  return rows
    .map((row) => ({ key: row.key, id: row.windowId, from: row.fromDate, to: row.toDate }))
    .sort((a, b) => (a.key === b.key ? (a.from < b.from ? -1 : 1) : a.key < b.key ? -1 : 1));
}

/**
 * Records an override with who and why, and opens the windows concerned again, in one transaction: the next task of the
 * asset parses them from the archive and takes the rows.
 */
export async function createOverride(db: Database, request: OverrideRequest): Promise<AcceptedOverride> {
  const { key, check, from, to, actor, reason } = request;
  return db.transaction(async (tx) => {
    const [override] = await tx
      .insert(checkOverrides)
      .values({ key, check, fromDate: from, toDate: to, actor, reason })
      .returning({ id: checkOverrides.id });
    if (override === undefined) throw new Error('An override was not written');
    const windows = await reopenWindows(tx, request);
    await recordAudit(tx, request, {
      action: 'check_override',
      subject: `${key} ${check}`,
      detail: { overrideId: override.id, from, to, windows: windows.map(({ id }) => id) },
    });
    const held = await tx
      .selectDistinct({ date: rejectedRows.date })
      .from(rejectedRows)
      .where(
        and(
          eq(rejectedRows.key, key),
          eq(rejectedRows.check, check),
          gte(rejectedRows.date, from),
          lte(rejectedRows.date, to),
        ),
      )
      .orderBy(rejectedRows.date);
    return {
      id: override.id,
      windows,
      heldDates: held.flatMap(({ date }) => (date === null ? [] : [date])),
    };
  });
}

/**
 * Windows of a provider that an override of one of its keys has opened again and nobody has parsed since, whatever the
 * range of the task that asks: an override is due with the next task of the asset.
 */
export async function listReopened(
  db: Queryable,
  provider: Provider,
  keys: readonly string[],
): Promise<FetchWindow[]> {
  const result = await db.execute<FetchWindow & Record<string, unknown>>(sql`
    select distinct c.key, c.window_id as id, c.from_date::text as "from", c.to_date::text as "to"
    from check_overrides o join coverage c on c.provider = ${provider} and c.ingested_at is null
      and c.fetched_at < o.created_at and c.from_date <= o.to_date and c.to_date >= o.from_date
    where o.key = any(${sql.param([...keys])}::text[]) and (o.key = c.key
      or not exists (select from coverage own where own.provider = ${provider} and own.key = o.key))
    order by 1, 2`);
  return result.rows;
}
