import {
  and,
  between,
  eq,
  getTableColumns,
  getTableName,
  inArray,
  sql,
  type InferInsertModel,
  type SQL,
} from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { TransientError } from '../errors.ts';
import type { SilverName } from '../pipeline/graph.ts';
import type {
  CurveFitRecord,
  CurveMetricRecord,
  CurvePointRecord,
  MacroRecord,
  PriceRecord,
  StatRecord,
} from '../silver/rows.ts';
import { cutoffOf, previousWeekday, toIso, type Day, type Instant } from '../time.ts';
import { insertRows } from './bulk.ts';
import { becameKnown } from './as-of.ts';
import type { Transaction } from './client.ts';
import {
  silverCurveFit,
  silverCurveMetric,
  silverCurvePoint,
  silverMacro,
  silverPrice,
  silverStat,
  silverVersions,
} from './schema.ts';

type StoredRow = Readonly<Record<string, unknown>>;

const TABLES = {
  silver_macro: [silverMacro],
  silver_returns: [silverPrice, silverStat],
  silver_curves: [silverCurvePoint, silverCurveFit, silverCurveMetric],
} as const satisfies Readonly<Record<SilverName, readonly PgTable[]>>;

/** Properties that identify a row of each table. */
const KEYS = {
  silver_macro: ['seriesKey', 'transform', 'period', 'knownAt'],
  silver_price: ['instrument', 'sessionDate', 'knownAt'],
  silver_stat: ['instrument', 'stat', 'window', 'sessionDate', 'knownAt'],
  silver_curve_point: ['curveId', 'curveDate', 'tenor', 'method', 'knownAt'],
  silver_curve_fit: ['curveId', 'curveDate', 'model', 'knownAt'],
  silver_curve_metric: ['curveId', 'curveDate', 'metric', 'knownAt'],
} as const;

const ROWS_PER_DELETE = 10_000;

/** What a write came to: how many rows, and the first moment at which one that differs is or was known; null without one. */
export interface Written {
  readonly rows: number;
  readonly since: Instant | null;
}

export const NOTHING: Written = { rows: 0, since: null };

/** Two writes as one. */
export function addWritten(a: Written, b: Written): Written {
  const since = a.since === null || (b.since !== null && b.since < a.since) ? b.since : a.since;
  return { rows: a.rows + b.rows, since };
}

/** Moments as instants, arrays as text: two rows are equal when these are. */
function comparable(value: unknown): unknown {
  if (value instanceof Date) return value.getTime();
  return Array.isArray(value) ? value.join('\n') : value;
}

function identify(row: StoredRow, keys: readonly string[]): string {
  return keys.map((key) => String(comparable(row[key]))).join('|');
}

async function deleteRows(
  tx: Transaction,
  table: PgTable,
  keys: readonly string[],
  rows: readonly StoredRow[],
): Promise<void> {
  const columns = Object.entries(getTableColumns(table)).filter(([property]) => keys.includes(property));
  const names = sql.join(
    columns.map(([, column]) => sql.identifier(column.name)),
    sql`, `,
  );
  const matches = sql.join(
    columns.map(([, { name }]) => sql`${table}.${sql.identifier(name)} = gone.${sql.identifier(name)}`),
    sql` and `,
  );
  for (let start = 0; start < rows.length; start += ROWS_PER_DELETE) {
    const chunk = rows.slice(start, start + ROWS_PER_DELETE);
    const arrays = sql.join(
      columns.map(([property, column]) => {
        const texts = chunk.map((row) => {
          const value = row[property];
          return value instanceof Date ? value.toISOString() : String(value);
        });
        return sql`${sql.param(texts)}::text[]::${sql.raw(column.getSQLType())}[]`;
      }),
      sql`, `,
    );
    await tx.execute(sql`delete from ${table} using unnest(${arrays}) as gone (${names}) where ${matches}`);
  }
}

/**
 * Makes the stored rows under `where` (of these, those that are `ours`) equal to `rows`, touching only what differs.
 */
async function replaceRows<Row extends { readonly knownAt: Instant }>(
  tx: Transaction,
  table: PgTable,
  where: SQL | undefined,
  rows: readonly Row[],
  ours: (row: StoredRow) => boolean = () => true,
): Promise<Written> {
  const keys: readonly string[] = KEYS[getTableName(table) as keyof typeof KEYS];
  const stored = ((await tx.select().from(table).where(where)) as StoredRow[]).filter(ours);
  const storedByKey = new Map(stored.map((row) => [identify(row, keys), row]));
  const changed: StoredRow[] = [];
  for (const row of rows as readonly (Row & StoredRow)[]) {
    if (stored.length === 0) {
      changed.push({ ...row, knownAt: new Date(row.knownAt) });
      continue;
    }
    const id = identify(row, keys);
    const before = storedByKey.get(id);
    storedByKey.delete(id);
    const isSame =
      before !== undefined &&
      Object.keys(before).every((property) => comparable(before[property]) === comparable(row[property]));
    if (!isSame) changed.push({ ...row, knownAt: new Date(row.knownAt) });
  }
  await deleteRows(tx, table, keys, [...storedByKey.values()]);
  const columns = Object.entries(getTableColumns(table));
  const namesOf = (wanted: boolean): string[] =>
    columns.filter(([property]) => keys.includes(property) === wanted).map(([, column]) => column.name);
  const conflict = { keys: namesOf(true), update: namesOf(false) };
  const written = await insertRows(tx, table, changed as InferInsertModel<PgTable>[], conflict);
  let since: Instant | null = null;
  for (const row of [...changed, ...storedByKey.values()]) {
    const knownAt = (row['knownAt'] as Date).getTime();
    if (since === null || knownAt < since) since = knownAt;
  }
  return { rows: written, since };
}

/** Makes the stored rows of these series exactly `rows`. */
export function replaceMacro(
  tx: Transaction,
  keys: readonly string[],
  rows: readonly MacroRecord[],
): Promise<Written> {
  return replaceRows(tx, silverMacro, inArray(silverMacro.seriesKey, [...keys]), rows);
}

/** Makes the stored prices and statistics of an instrument exactly these. */
export async function replaceReturns(
  tx: Transaction,
  instrument: string,
  prices: readonly PriceRecord[],
  stats: readonly StatRecord[],
): Promise<Written> {
  const written = await replaceRows(tx, silverPrice, eq(silverPrice.instrument, instrument), prices);
  return addWritten(written, await replaceRows(tx, silverStat, eq(silverStat.instrument, instrument), stats));
}

/** Rows of the three curve tables. */
export interface CurveRows {
  readonly points: readonly CurvePointRecord[];
  readonly fits: readonly CurveFitRecord[];
  readonly metrics: readonly CurveMetricRecord[];
}

/** Curves and the curve dates on which they are derived, ascending. */
interface CurveScope {
  readonly curveIds: readonly string[];
  readonly dates: readonly Day[];
}

/** Makes the stored rows of these curves on these dates exactly `rows`. */
export async function replaceCurves(tx: Transaction, scope: CurveScope, rows: CurveRows): Promise<Written> {
  const [first, last] = [scope.dates[0], scope.dates.at(-1)];
  if (first === undefined || last === undefined) return NOTHING;
  const dates = new Set(scope.dates);
  // A range of dates is read by the key; a long list of dates would be compared one by one.
  const inRange = (table: typeof silverCurvePoint | typeof silverCurveFit | typeof silverCurveMetric) =>
    and(inArray(table.curveId, [...scope.curveIds]), between(table.curveDate, first, last));
  const isOurs = (row: StoredRow): boolean => dates.has(row['curveDate'] as Day);
  const points = await replaceRows(tx, silverCurvePoint, inRange(silverCurvePoint), rows.points, isOurs);
  const fits = await replaceRows(tx, silverCurveFit, inRange(silverCurveFit), rows.fits, isOurs);
  const metrics = await replaceRows(tx, silverCurveMetric, inRange(silverCurveMetric), rows.metrics, isOurs);
  return [points, fits, metrics].reduce(addWritten);
}

/** Texts as a subquery, which PostgreSQL hashes where it would walk through a long array for every row. */
function listed(texts: readonly string[]): SQL {
  return sql`select unnest(${sql.param([...texts])}::text[])`;
}

async function removeRows(tx: Transaction, table: PgTable, where: SQL): Promise<Written> {
  const result = await tx.execute<{ since: string | null }>(sql`
    with gone as (delete from ${table} where ${where} returning known_at)
    select extract(epoch from min(known_at)) * 1000 as since from gone`);
  const since = result.rows[0]?.since ?? null;
  return { rows: 0, since: since === null ? null : Number(since) };
}

/** Removes the rows of series that the model no longer derives. */
export function keepOnlyMacro(tx: Transaction, keys: readonly string[]): Promise<Written> {
  return removeRows(tx, silverMacro, sql`series_key not in (${listed(keys)})`);
}

/** Removes the rows of instruments that the model no longer derives. */
export async function keepOnlyReturns(tx: Transaction, instruments: readonly string[]): Promise<Written> {
  let written = NOTHING;
  for (const table of TABLES.silver_returns) {
    const removed = await removeRows(tx, table, sql`instrument not in (${listed(instruments)})`);
    written = addWritten(written, removed);
  }
  return written;
}

/** Removes the rows of these curves on other dates, and of all curves outside `known`. */
export async function keepOnlyCurves(
  tx: Transaction,
  known: readonly string[],
  scope: CurveScope,
): Promise<Written> {
  const where = sql`curve_id not in (${listed(known)})
    or (curve_id in (${listed(scope.curveIds)}) and curve_date::text not in (${listed(scope.dates)}))`;
  let written = NOTHING;
  for (const table of TABLES.silver_curves) written = addWritten(written, await removeRows(tx, table, where));
  return written;
}

/** Up to which version of each upstream an asset has derived, and the model that did. */
type DerivedVersions = ReadonlyMap<string, { readonly version: number; readonly modelVersion: string }>;

/**
 * Records what has now been derived.
 *
 * @throws TransientError when another task recorded something since `before` was read: its rows must be read first.
 */
export async function recordDerived(
  tx: Transaction,
  asset: SilverName,
  before: DerivedVersions,
  after: DerivedVersions,
): Promise<void> {
  const stored = await tx.select().from(silverVersions).where(eq(silverVersions.asset, asset)).for('update');
  const isUnchanged =
    stored.length === before.size &&
    stored.every((row) => {
      const seen = before.get(row.upstream);
      return seen?.version === row.derivedVersion && seen.modelVersion === row.modelVersion;
    });
  if (!isUnchanged) {
    throw new TransientError(`Deriving ${asset}`, {
      subject: asset,
      expected: 'no other task at it',
      got: 'one that committed',
    });
  }
  const rows = [...after].map(([upstream, { version, modelVersion }]) => ({
    asset,
    upstream,
    derivedVersion: version,
    modelVersion,
  }));
  await insertRows(tx, silverVersions, rows, {
    keys: ['asset', 'upstream'],
    update: ['derived_version', 'model_version'],
  });
}

/** Rows of an asset that became known in each partition, `(cutoff(previous weekday), cutoff(D)]`, in their order. */
export async function countRowsByPartition(
  tx: Transaction,
  asset: SilverName,
  partitions: readonly Day[],
): Promise<number[]> {
  const first = partitions[0];
  const last = partitions.at(-1);
  if (first === undefined || last === undefined) return [];
  const starts = partitions.map((partition) => cutoffOf(previousWeekday(partition)));
  const bounds = [...new Set([...starts, ...partitions.map(cutoffOf)])].sort((a, b) => a - b);
  // Moments are whole milliseconds and an interval is open at its start.
  const thresholds = sql.param(bounds.map((bound) => toIso(bound + 1)));
  const counts = new Map<number, number>();
  for (const table of TABLES[asset]) {
    const result = await tx.execute<{ bucket: number; rows: string }>(sql`
      select width_bucket(known_at, ${thresholds}::text[]::timestamptz[]) as bucket, count(*) as rows
      from ${table}
      where ${becameKnown('known_at', bounds[0]!, bounds.at(-1)!)}
      group by 1`);
    for (const { bucket, rows } of result.rows) counts.set(bucket, (counts.get(bucket) ?? 0) + Number(rows));
  }
  return starts.map((start) => counts.get(bounds.indexOf(start) + 1) ?? 0);
}
