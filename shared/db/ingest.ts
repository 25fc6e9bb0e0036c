import { getTableColumns, sql, type SQL } from 'drizzle-orm';
import type { BronzeRow } from '../connectors/connector.ts';
import type { BronzeName } from '../pipeline/graph.ts';
import { toIso, type Instant } from '../time.ts';
import type { Transaction } from './client.ts';
import { FACT_TABLES, type FactTable } from './facts.ts';

const ROWS_PER_STATEMENT = 10_000;

/** A parsed row with where it came from and when we saw it. */
export interface IngestRow {
  readonly row: BronzeRow;
  readonly payloadId: number | null;
  /** Vintage stamp of a value whose provider keeps no vintages: when it was first seen. */
  readonly seenAt: Instant;
}

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
    vintage_basis: row.vintageAt === null ? 'first_seen' : 'provider',
    payload_id: item.payloadId === null ? null : String(item.payloadId),
  };
}

function toColumns(items: readonly IngestRow[], names: readonly string[]): (string | null)[][] {
  const records = items.map((item) => ({ ...item.row, lineage: lineageOf(item) }));
  return names.map((name) =>
    records.map((record) => {
      if (name in record.lineage) return record.lineage[name as (typeof LINEAGE)[number]];
      const value = (record as unknown as Record<string, unknown>)[propertyOf(name)];
      return value === null || value === undefined ? null : String(value as string | number);
    }),
  );
}

function sqlTypes(fact: FactTable): ReadonlyMap<string, string> {
  return new Map(
    Object.values(getTableColumns(fact.table)).map((column) => [column.name, column.getSQLType()]),
  );
}

/**
 * Inserts the rows of one table that say something new: every vintage of a provider that keeps vintages, and of the
 * others only a value that differs from the latest stored one.
 */
async function insertVintages(
  tx: Transaction,
  fact: FactTable,
  items: readonly IngestRow[],
  version: number,
  taskId: string,
): Promise<Map<string, number>> {
  const names = [...fact.keys, ...fact.values, ...LINEAGE];
  const types = sqlTypes(fact);
  const casts = sql.join(
    names.map((name) => sql`${sql.identifier(name)}::${sql.raw(types.get(name) ?? 'text')}`),
    sql`, `,
  );
  const sameFact = sql.join(
    fact.keys.map((name) => sql`stored.${sql.identifier(name)} = incoming.${sql.identifier(name)}`),
    sql` and `,
  );
  const inserted = new Map<string, number>();
  for (let start = 0; start < items.length; start += ROWS_PER_STATEMENT) {
    const columns = toColumns(items.slice(start, start + ROWS_PER_STATEMENT), names);
    const arrays = sql.join(
      columns.map((column) => sql`${sql.param(column)}::text[]`),
      sql`, `,
    );
    const result = await tx.execute<{ key: string; count: string }>(sql`
      with written as (
      insert into ${fact.table} (${columnList(names)}, revision, release_time, release_time_basis, ingest_version, task_id)
      select ${columnList(names, 'incoming.')}, 0,
        least(incoming.rule_release_time, incoming.vintage_at),
        case when incoming.rule_release_time <= incoming.vintage_at then incoming.rule_release_basis
          else incoming.vintage_basis end,
        ${version}::bigint, ${taskId}::uuid
      from (select ${casts} from unnest(${arrays}) as raw (${columnList(names)})) incoming
      where incoming.vintage_basis = 'provider' or not exists (
        select from (
          select ${columnList(fact.values, 'stored.')} from ${fact.table} stored
          where ${sameFact} order by stored.vintage_at desc limit 1
        ) latest
        where (${columnList(fact.values, 'latest.')}) is not distinct from (${columnList(fact.values, 'incoming.')}))
      on conflict do nothing
      returning key)
      select key, count(*) from written group by key`);
    for (const row of result.rows) inserted.set(row.key, (inserted.get(row.key) ?? 0) + Number(row.count));
  }
  return inserted;
}

/**
 * Derives revision number and release time of every fact that has several vintages, from the whole set of them: the
 * order in which they were ingested leaves no trace. A vintage that repeats the value before it shares its number and
 * release time.
 */
async function deriveRevisions(tx: Transaction, fact: FactTable, keys: readonly string[]): Promise<void> {
  const identity = columnList(fact.keys);
  const values = columnList(fact.values);
  const sameRow = sql.join(
    [...fact.keys, 'vintage_at'].map(
      (name) => sql`stored.${sql.identifier(name)} = derived.${sql.identifier(name)}`,
    ),
    sql` and `,
  );
  const previous = sql.join(
    fact.values.map((name) => sql`lag(${sql.identifier(name)}) over vintages`),
    sql`, `,
  );
  await tx.execute(sql`
    with several as (
      select ${identity} from ${fact.table} where key = any(${sql.param([...keys])}::text[])
      group by ${identity} having count(*) > 1
    ), changes as (
      select ${identity}, vintage_at, rule_release_time, rule_release_basis, vintage_basis,
        case when row_number() over vintages > 1 and (${values}) is distinct from (${previous}) then 1 else 0 end as changed
      from ${fact.table} where (${identity}) in (select ${identity} from several)
      window vintages as (partition by ${identity} order by vintage_at)
    ), numbered as (
      select *, (sum(changed) over (partition by ${identity} order by vintage_at))::int as revision from changes
    ), derived as (
      select ${identity}, vintage_at, revision,
        first_value(case when revision = 0 then least(rule_release_time, vintage_at) else vintage_at end) over same as release_time,
        first_value(case when revision = 0 and rule_release_time <= vintage_at then rule_release_basis else vintage_basis end)
          over same as release_time_basis
      from numbered window same as (partition by ${identity}, revision order by vintage_at)
    )
    update ${fact.table} stored
    set revision = derived.revision, release_time = derived.release_time, release_time_basis = derived.release_time_basis
    from derived
    where ${sameRow} and (stored.revision, stored.release_time, stored.release_time_basis)
      is distinct from (derived.revision, derived.release_time, derived.release_time_basis)`);
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

/** Stores parsed rows of one bronze asset, whose ingest is locked, and returns how many of each key were new. */
export async function ingestRows(
  tx: Transaction,
  asset: BronzeName,
  version: number,
  taskId: string,
  items: readonly IngestRow[],
): Promise<ReadonlyMap<string, number>> {
  const inserted = new Map<string, number>();
  for (const [name, rows] of Map.groupBy(items, (item) => item.row.table)) {
    const fact = FACT_TABLES[name];
    const counts = await insertVintages(tx, fact, rows, version, taskId);
    if (counts.size > 0) await deriveRevisions(tx, fact, [...counts.keys()]);
    for (const [key, count] of counts) inserted.set(key, (inserted.get(key) ?? 0) + count);
  }
  if (inserted.size > 0)
    await tx.execute(sql`update bronze_versions set version = ${version} where asset = ${asset}`);
  return inserted;
}
