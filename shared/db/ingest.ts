import { getTableColumns, sql, type SQL } from 'drizzle-orm';
import type { BronzeRow } from '../connectors/connector.ts';
import type { BronzeName } from '../pipeline/graph.ts';
import { toIso, type Instant } from '../time.ts';
import type { Transaction } from './client.ts';
import { FACT_TABLES, type FactTable } from './facts.ts';
import { isoText } from './iso-text.ts';
import { hasMaterialized, renumberFrom } from './materializations.ts';

const ROWS_PER_STATEMENT = 10_000;

/** A parsed row with where it came from and when we saw it. */
export interface IngestRow {
  readonly row: BronzeRow;
  readonly payloadId: number | null;
  /** Vintage stamp of a value whose provider keeps no vintages: when it was first seen. */
  readonly seenAt: Instant;
  readonly taskId: string;
  /**
   * The last read before `seenAt` that covered the date, was made after the time its rule gives, and did not bring the row;
   * null without one. If nothing was stored by then, the value was released after that read, whatever the rule says.
   */
  readonly missedAt: Instant | null;
  /** Stored by another system, which saw it first at `seenAt`: no rule dates it earlier. @default false */
  readonly isImported?: boolean;
}

/** How many rows of a key said something new, and how many of those changed a stored value. */
export interface IngestCount {
  readonly inserted: number;
  readonly revised: number;
}

/** Basis of a value that a person set. */
export const MANUAL = 'manual';

/**
 * A value that may change after its release and is first seen this much later is today's vintage under an old release
 * time. Longer than a holiday or an outage keeps us from looking, shorter than the month after which agencies revise.
 */
const TIMELY = sql.raw(`interval '15 days'`);

const columnList = (names: readonly string[], prefix = ''): SQL =>
  sql.join(
    names.map((name) => sql`${sql.raw(prefix)}${sql.identifier(name)}`),
    sql`, `,
  );

const LINEAGE = [
  'vintage_at',
  'rule_release_time',
  'rule_release_basis',
  'vintage_basis',
  'payload_id',
] as const;

const propertyOf = (column: string): string =>
  column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

function lineageOf(item: IngestRow): Record<(typeof LINEAGE)[number], string | null> {
  const { row } = item;
  return {
    vintage_at: toIso(row.vintageAt ?? item.seenAt),
    rule_release_time: row.releaseTime === null ? null : toIso(row.releaseTime),
    rule_release_basis: row.releaseBasis,
    vintage_basis: item.isImported ? 'imported' : row.vintageAt === null ? 'first_seen' : 'provider',
    payload_id: item.payloadId === null ? null : String(item.payloadId),
  };
}

/** The columns by name, then the task and the missed read. */
function toColumns(items: readonly IngestRow[], names: readonly string[]): (string | null)[][] {
  const records = items.map((item) => ({ ...item.row, lineage: lineageOf(item) }));
  const columns = names.map((name) =>
    records.map((record) => {
      if (name in record.lineage) return record.lineage[name as (typeof LINEAGE)[number]];
      const value = (record as unknown as Record<string, unknown>)[propertyOf(name)];
      return value === null || value === undefined ? null : String(value as string | number);
    }),
  );
  const missed = items.map(({ missedAt }) => (missedAt === null ? null : toIso(missedAt)));
  return [...columns, items.map(({ taskId }) => taskId), missed];
}

function sqlTypes(fact: FactTable): ReadonlyMap<string, string> {
  return new Map(
    Object.values(getTableColumns(fact.table)).map((column) => [column.name, column.getSQLType()]),
  );
}

const sameFact = (fact: FactTable, left: string, right: string): SQL =>
  sql.join(
    fact.keys.map(
      (name) => sql`${sql.raw(left)}.${sql.identifier(name)} = ${sql.raw(right)}.${sql.identifier(name)}`,
    ),
    sql` and `,
  );

const laggedValues = (fact: FactTable, window = 'vintages'): SQL =>
  sql.join(
    fact.values.map((name) => sql`lag(${sql.identifier(name)}) over ${sql.raw(window)}`),
    sql`, `,
  );

/**
 * Inserts the rows of one table that say something new: every vintage of a provider that keeps vintages, and of the
 * others only a value that differs from the one before it, among the rows in their order or else the latest stored one.
 * What a person set is not what the provider said before: reading the provider's value again does not undo it.
 */
async function insertVintages(
  tx: Transaction,
  fact: FactTable,
  items: readonly IngestRow[],
  version: number,
): Promise<Map<string, number>> {
  const names = [...fact.keys, ...fact.values, ...LINEAGE];
  const types = sqlTypes(fact);
  const casts = sql.join(
    names.map((name) => sql`${sql.identifier(name)}::${sql.raw(types.get(name) ?? 'text')}`),
    sql`, `,
  );
  const columns = columnList(names);
  const written = names.filter((name) => !name.startsWith('rule_release') && name !== 'vintage_basis');
  const inserted = new Map<string, number>();
  for (let start = 0; start < items.length; start += ROWS_PER_STATEMENT) {
    const arrays = sql.join(
      toColumns(items.slice(start, start + ROWS_PER_STATEMENT), names).map(
        (column) => sql`${sql.param(column)}::text[]`,
      ),
      sql`, `,
    );
    const result = await tx.execute<{ key: string; count: string }>(sql`
      with incoming as (
        select ${casts}, task_id::uuid, missed_at::timestamptz, arrival
        from unnest(${arrays}) with ordinality as raw (${columns}, task_id, missed_at, arrival)
      ), compared as (
        select incoming.*, row_number() over vintages as place,
          (${columnList(fact.values)}) is not distinct from (${laggedValues(fact)}) as repeats
        from incoming window vintages as (partition by ${columnList(fact.keys)} order by arrival)
      ), telling as (
        select ${columnList(written, 'compared.')}, compared.task_id, compared.vintage_basis, compared.place,
          coalesce(series.revises, false) as revises,
          case when missed.is_so then null else rule_release_time end as rule_release_time,
          case when missed.is_so then 'first_seen' else rule_release_basis end as rule_release_basis
        from compared left join series on series.key = compared.key
        cross join lateral (
          select compared.missed_at is not null and not exists (
            select from ${fact.table} stored
            where ${sameFact(fact, 'stored', 'compared')} and stored.vintage_basis <> ${MANUAL}
              and stored.vintage_at <= compared.missed_at) as is_so
        ) missed
        where compared.vintage_basis = 'provider' or (compared.place > 1 and not compared.repeats)
          or (compared.place = 1 and not exists (
            select from (
              select ${columnList(fact.values, 'stored.')} from ${fact.table} stored
              where ${sameFact(fact, 'stored', 'compared')} and stored.vintage_basis <> ${MANUAL}
              order by stored.vintage_at desc limit 1
            ) latest
            where (${columnList(fact.values, 'latest.')}) is not distinct from (${columnList(fact.values, 'compared.')})))
      ), written as (
        insert into ${fact.table} (${columnList(written)}, task_id, rule_release_time, rule_release_basis, vintage_basis,
          revision, release_time, release_time_basis, ingest_version)
        select ${columnList(written)}, task_id, rule_release_time, rule_release_basis,
          case when vintage_basis = 'first_seen' and place = 1 and revises and rule_release_time < vintage_at - ${TIMELY}
            then 'latest' else vintage_basis end,
          0, least(rule_release_time, vintage_at),
          case when rule_release_time <= vintage_at then rule_release_basis
            when vintage_basis = 'provider' then 'provider' else 'first_seen' end,
          ${version}::bigint
        from telling
        on conflict do nothing
        returning key)
      select key, count(*) from written group by key`);
    for (const row of result.rows) inserted.set(row.key, (inserted.get(row.key) ?? 0) + Number(row.count));
  }
  return inserted;
}

/**
 * Derives revision number, release time and vintage basis of every fact of some keys that has several vintages, from the
 * whole set of them: the order in which they were ingested leaves no trace. A vintage that repeats the value before it
 * shares its number and release time; a provider's vintage is compared with the provider's one before it, so that one that
 * repeats what a person has overridden stays behind the override. With a version of the asset, only of the facts that it brought a vintage of: the
 * others are as they were, and a curve has millions of them.
 *
 * Returns the first release time that a row of another version had and has no more, or has and had not; null without one.
 */
export async function deriveRevisions(
  tx: Transaction,
  fact: FactTable,
  keys: readonly string[],
  version?: number,
): Promise<Instant | null> {
  const identity = columnList(fact.keys);
  const isTouched =
    version === undefined
      ? sql`true`
      : sql`(${identity}) in (select ${identity} from ${fact.table} where ingest_version = ${version}::bigint)`;
  const values = columnList(fact.values);
  const sameRow = sql`${sameFact(fact, 'stored', 'derived')} and stored.vintage_at = derived.vintage_at`;
  const result = await tx.execute<{ moment: string | null }>(sql`
    with several as (
      select ${identity} from ${fact.table} where key = any(${sql.param([...keys])}::text[]) and ${isTouched}
      group by ${identity} having count(*) > 1
    ), changes as (
      select ${identity}, vintage_at, rule_release_time, rule_release_basis, vintage_basis, release_time as was_released,
        row_number() over vintages as place,
        case when row_number() over vintages > 1 and (vintage_basis = ${MANUAL} or row_number() over alike = 1
          or (${values}) is distinct from (${laggedValues(fact, 'alike')})) then 1 else 0 end as changed
      from ${fact.table} where (${identity}) in (select ${identity} from several)
      window vintages as (partition by ${identity} order by vintage_at),
        alike as (partition by ${identity}, vintage_basis = ${MANUAL} order by vintage_at)
    ), counted as (
      select *, (sum(changed) over (partition by ${identity} order by vintage_at))::int as changes from changes
    ), numbered as (
      select *, max(case when changed = 1 or place = 1 then changes end)
        over (partition by ${identity}, vintage_basis = ${MANUAL} order by vintage_at) as revision from counted
    ), derived as (
      select ${columnList(fact.keys, 'numbered.')}, vintage_at, revision, was_released,
        first_value(case when revision = 0 then least(rule_release_time, vintage_at) else vintage_at end) over same as release_time,
        first_value(case when revision = 0 and rule_release_time <= vintage_at then rule_release_basis
          when vintage_basis in ('provider', ${MANUAL}) then vintage_basis else 'first_seen' end) over same as release_time_basis,
        case when vintage_basis in ('provider', 'imported', ${MANUAL}) then vintage_basis
          when place = 1 and series.revises and rule_release_time < vintage_at - ${TIMELY} then 'latest'
          else 'first_seen' end as vintage_basis
      from numbered left join series on series.key = numbered.key
      window same as (partition by ${columnList(fact.keys, 'numbered.')}, revision order by vintage_at)
    )
    , shifted as (
    update ${fact.table} stored
    set revision = derived.revision, release_time = derived.release_time, release_time_basis = derived.release_time_basis,
      vintage_basis = derived.vintage_basis
    from derived
    where ${sameRow} and (stored.revision, stored.release_time, stored.release_time_basis, stored.vintage_basis)
      is distinct from (derived.revision, derived.release_time, derived.release_time_basis, derived.vintage_basis)
    returning stored.ingest_version, stored.release_time, derived.was_released)
    select ${isoText(sql`min(least(release_time, was_released))`)} as moment from shifted
    where release_time <> was_released and ingest_version is distinct from ${version ?? null}::bigint`);
  const moment = result.rows[0]?.moment ?? null;
  return moment === null ? null : Date.parse(moment);
}

/** Revisions of each key that this version of the asset brought: rows that begin a revision other than the first. */
async function countRevised(
  tx: Transaction,
  fact: FactTable,
  version: number,
  keys: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const result = await tx.execute<{ key: string; count: string }>(sql`
    select key, count(*) from ${fact.table}
    where key = any(${sql.param([...keys])}::text[]) and ingest_version = ${version}
      and revision > 0 and release_time = vintage_at
    group by key`);
  return new Map(result.rows.map((row) => [row.key, Number(row.count)]));
}

/**
 * Makes ingests of one asset follow each other until the end of the transaction, so that whatever a version counts is
 * complete, and returns the version that this one will be.
 */
export async function lockIngest(tx: Transaction, asset: BronzeName): Promise<number> {
  await tx.execute(sql`insert into bronze_versions (asset) values (${asset}) on conflict do nothing`);
  const locked = await tx.execute<{ version: string }>(
    sql`select version from bronze_versions where asset = ${asset} for update`,
  );
  return Number(locked.rows[0]?.version ?? 0) + 1;
}

/**
 * Writes parsed rows of one bronze asset, whose ingest is locked, in the order in which they were read; counts by key, and
 * the first moment at which something is known otherwise that was stored before. Says nothing to the partitions that are
 * materialized: `ingestRows` does.
 */
export async function writeRows(
  tx: Transaction,
  asset: BronzeName,
  version: number,
  items: readonly IngestRow[],
): Promise<{ readonly counts: ReadonlyMap<string, IngestCount>; readonly shiftedFrom: Instant | null }> {
  const counts = new Map<string, IngestCount>();
  const shifts: Instant[] = [];
  for (const [name, rows] of Map.groupBy(items, (item) => item.row.table)) {
    const fact = FACT_TABLES[name];
    const inserted = await insertVintages(tx, fact, rows, version);
    if (inserted.size === 0) continue;
    const keys = [...inserted.keys()];
    const shiftedFrom = await deriveRevisions(tx, fact, keys, version);
    if (shiftedFrom !== null) shifts.push(shiftedFrom);
    const revised = await countRevised(tx, fact, version, keys);
    for (const [key, count] of inserted) {
      const before = counts.get(key) ?? { inserted: 0, revised: 0 };
      counts.set(key, {
        inserted: before.inserted + count,
        revised: before.revised + (revised.get(key) ?? 0),
      });
    }
  }
  if (counts.size > 0) await raiseVersion(tx, asset, version);
  return { counts, shiftedFrom: shifts.length === 0 ? null : Math.min(...shifts) };
}

/** The first moment at which a row that this version of the asset brought is known, ISO-8601; null without one. */
async function findFirstKnown(tx: Transaction, asset: BronzeName, version: number): Promise<string | null> {
  // By the rows of the version: the index of release times would be walked from its start, through all of the history.
  const moment = sql`min(release_time + interval '0 s')`;
  const tables = sql.join(
    Object.values(FACT_TABLES).map(
      ({ table }) => sql`
        select ${moment} as moment from ${table}
        where ingest_version = ${version} and key in (select key from series where asset = ${asset})`,
    ),
    sql` union all `,
  );
  const result = await tx.execute<{ moment: string | null }>(
    sql`select ${isoText(sql`min(moment)`)} as moment from (${tables}) firsts`,
  );
  return result.rows[0]?.moment ?? null;
}

/**
 * Stores parsed rows of one bronze asset, whose ingest is locked, in the order in which they were read; counts by key.
 * Partitions that are materialized and whose cutoff is not before one of the rows are outcomes of their own from now on.
 */
export async function ingestRows(
  tx: Transaction,
  asset: BronzeName,
  version: number,
  items: readonly IngestRow[],
): Promise<ReadonlyMap<string, IngestCount>> {
  const { counts, shiftedFrom } = await writeRows(tx, asset, version, items);
  if (counts.size > 0 && (await hasMaterialized(tx, asset))) {
    const moment = await findFirstKnown(tx, asset, version);
    const moments = [shiftedFrom, moment === null ? null : Date.parse(moment)].filter((one) => one !== null);
    if (moments.length > 0) await renumberFrom(tx, asset, Math.min(...moments));
  }
  return counts;
}

/** Tells silver that an asset has changed. Its ingest is locked. */
export async function raiseVersion(tx: Transaction, asset: BronzeName, version: number): Promise<void> {
  await tx.execute(sql`update bronze_versions set version = ${version} where asset = ${asset}`);
}
