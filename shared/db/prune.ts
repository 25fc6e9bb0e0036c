import { sql, type SQL } from 'drizzle-orm';
import { DAY_MS, toIso, type Instant } from '../time.ts';
import { lockBodies, selectPrunableBodies } from './archive.ts';
import type { Database, Queryable, Transaction } from './client.ts';
import { auditLog } from './schema.ts';

/** Rows that one transaction removes: seconds of work, so that nobody waits long for its locks. */
const ROWS_PER_BATCH = 10_000;

/** What may go of a table. Everything that no rule names is kept for ever. */
interface PruneRule {
  readonly table: string;
  /** The condition of a row of `row`, the table, that may go. */
  readonly where: (before: Instant) => SQL;
  readonly lock?: (tx: Transaction) => Promise<void>;
}

const at = (instant: Instant): SQL => sql`${toIso(instant)}::timestamptz`;

const BODIES: PruneRule = {
  table: 'payload_bodies',
  where: (before) => sql`row.sha256 in (${selectPrunableBodies(before)})`,
  lock: lockBodies,
};

const RULES: readonly PruneRule[] = [
  BODIES,
  { table: 'provider_requests', where: (before) => sql`row.at < ${at(before)}` },
  {
    // The newest result of a check says how its key stands; one that failed explains a decision or a hole.
    table: 'check_results',
    where: (before) => sql`row.status = 'passed' and row.recorded_at < ${at(before)} and exists (
      select from check_results newer where newer.key = row.key and newer.check_name = row.check_name and newer.id > row.id)`,
  },
  {
    // The newest of the old ones stays: it marks how far back listeners may resume (`pruneEvents`).
    table: 'events',
    where: (before) => sql`(row.tx, row.id) < (
      select tx, id from events where at < ${at(before)} order by tx desc, id desc limit 1)`,
  },
  {
    // What was said of an alert that is still open decides what is said next.
    table: 'alert_deliveries',
    where: (before) => sql`row.outcome = 'delivered' and row.delivered_at < ${at(before)} and not exists (
      select from alerts where alerts.id = row.alert_id and alerts.resolved_at is null)`,
  },
];

/** What to prune, and for whom. */
export interface PruneOptions {
  readonly db: Database;
  /** Rows from before this moment go. */
  readonly before: Instant;
  /** `PAYLOAD_RETENTION_DAYS`: archived answers are kept at least as long; 0: for ever. */
  readonly retentionDays: number;
  readonly now: Instant;
  readonly isDryRun: boolean;
  readonly actor: string;
  /** Rows of one transaction. @default 10,000 */
  readonly rowsPerBatch?: number;
}

/** What went of a table, or would go. */
export interface PrunedTable {
  readonly table: string;
  readonly rows: number;
  /** Size of the rows, without that of their entries in indexes. */
  readonly bytes: number;
  /** Why nothing of it goes, whatever its age; null when rows may go. */
  readonly kept: string | null;
}

interface Sum {
  readonly rows: number;
  readonly bytes: number;
}

async function readSum(db: Queryable, query: SQL): Promise<Sum> {
  const result = await db.execute<{ rows: string; bytes: string }>(query);
  const [row] = result.rows;
  return { rows: Number(row?.rows ?? 0), bytes: Number(row?.bytes ?? 0) };
}

const measure = (db: Queryable, { table, where }: PruneRule, before: Instant): Promise<Sum> =>
  readSum(
    db,
    sql`select count(*) as rows, coalesce(sum(pg_column_size(row.*)), 0) as bytes from ${sql.identifier(table)} row
      where ${where(before)}`,
  );

/** Removes one batch and says so in the audit log, in one transaction. */
async function pruneBatch(options: PruneOptions, rule: PruneRule, before: Instant): Promise<Sum> {
  const { db, actor, rowsPerBatch = ROWS_PER_BATCH } = options;
  return db.transaction(async (tx) => {
    await rule.lock?.(tx);
    const table = sql.identifier(rule.table);
    const gone = await readSum(
      tx,
      sql`with gone as (
          delete from ${table} row where ctid = any(array(
            select ctid from ${table} row where ${rule.where(before)} limit ${rowsPerBatch}))
          returning pg_column_size(row.*) as size)
        select count(*) as rows, coalesce(sum(size), 0) as bytes from gone`,
    );
    const detail = { ...gone, before: toIso(before) };
    if (gone.rows > 0)
      await tx.insert(auditLog).values({ actor, action: 'prune', subject: rule.table, detail });
    return gone;
  });
}

async function pruneTable(options: PruneOptions, rule: PruneRule): Promise<PrunedTable> {
  const { db, now, retentionDays, isDryRun } = options;
  const { table } = rule;
  if (rule === BODIES && retentionDays === 0)
    return { table, rows: 0, bytes: 0, kept: 'PAYLOAD_RETENTION_DAYS=0 keeps archived answers for ever' };
  const before = rule === BODIES ? Math.min(options.before, now - retentionDays * DAY_MS) : options.before;
  if (isDryRun) return { table, ...(await measure(db, rule, before)), kept: null };
  let rows = 0;
  let bytes = 0;
  for (;;) {
    const batch = await pruneBatch(options, rule, before);
    if (batch.rows === 0) return { table, rows, bytes, kept: null };
    rows += batch.rows;
    bytes += batch.bytes;
  }
}

/**
 * Removes old rows that nothing is computed from and no decision rests on, a batch at a time. Interrupted, it goes on where it
 * was with the next call.
 */
export async function prune(options: PruneOptions): Promise<PrunedTable[]> {
  const tables: PrunedTable[] = [];
  for (const rule of RULES) tables.push(await pruneTable(options, rule));
  return tables;
}
