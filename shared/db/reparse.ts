import { sql, type SQL } from 'drizzle-orm';
import type { Provider } from '../connectors/connector.ts';
import type { BronzeName } from '../pipeline/graph.ts';
import type { RunKind } from '../pipeline/handler.ts';
import type { Day, Instant } from '../time.ts';
import type { Queryable, Transaction } from './client.ts';
import { FACT_TABLES, type FactTable } from './facts.ts';
import { deriveRevisions, raiseVersion } from './ingest.ts';
import { isoText } from './iso-text.ts';
import { renumberFrom } from './materializations.ts';

const texts = (values: readonly string[]): SQL => sql`${sql.param([...values])}::text[]`;

/** A read of a window that the archive can repeat. */
export interface ArchivedRead {
  readonly windowId: string;
  readonly from: Day;
  readonly to: Day;
  readonly payloadIds: readonly number[];
  readonly fetchedAt: Instant;
  readonly taskId: string;
  /** Kind and last partition of the run that made it. */
  readonly runKind: RunKind;
  readonly lastPartition: Day | null;
  /** First sight of the values that are stored from it; null when none of them needs a stamp. */
  readonly seenAt: Instant | null;
}

const forEachTable = (select: (table: SQL) => SQL): SQL =>
  sql.join(
    Object.keys(FACT_TABLES).map((table) => select(sql.identifier(table) as unknown as SQL)),
    sql` union all `,
  );

/**
 * Keys of the values that are stored from the answers of each key of a provider: a file may bring the rows of several keys.
 */
export async function listFamilies(
  db: Queryable,
  provider: Provider,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const result = await db.execute<{ owner: string; keys: string[] }>(sql`
    select payloads.key as owner, array_agg(distinct facts.key) as keys
    from (${forEachTable((table) => sql`select distinct key, payload_id from ${table}`)}) facts
    join payloads on payloads.id = facts.payload_id
    where payloads.provider = ${provider} group by payloads.key`);
  return new Map(result.rows.map((row) => [row.owner, row.keys]));
}

/**
 * Reads of one key whose windows touch the range, in the order in which they were ingested and, within one ingest, in that of
 * their first sight: the last read of each window, and
 * every earlier one that a stored value came from. Earlier reads that said nothing new are left out: their bodies may be gone.
 */
export async function listArchivedReads(
  tx: Transaction,
  provider: Provider,
  key: string,
  family: readonly string[],
  range: { readonly from: Day; readonly to: Day },
): Promise<ArchivedRead[]> {
  const result = await tx.execute<{
    window_id: string;
    from_date: Day;
    to_date: Day;
    payload_ids: string[];
    fetched_at: Date;
    task_id: string;
    kind: RunKind;
    last_partition: Day | null;
    seen_at: Date | null;
  }>(sql`
    with sources as materialized (
      select facts.payload_id, min(facts.date) as first_date, max(facts.date) as last_date,
        min(facts.vintage_at) filter (where facts.vintage_basis <> 'provider') as seen_at
      from (${forEachTable((table) => sql`select payload_id, date, vintage_at, vintage_basis from ${table} where key = any(${texts(family)})`)}) facts
      join payloads on payloads.id = facts.payload_id
      where payloads.provider = ${provider} and payloads.key = ${key}
      group by facts.payload_id
    ), current_reads as (
      select window_id, from_date, to_date, payload_ids, fetched_at, task_id, ingested_at as at
      from coverage where provider = ${provider} and key = ${key} and ingested_at is not null
    ), earlier_reads as (
      select source.window_id, coalesce(window_now.from_date, sources.first_date) as from_date,
        coalesce(window_now.to_date, sources.last_date) as to_date,
        (select array_agg(id order by id) from (
          select max(part.id) as id from payloads part
          where part.provider = source.provider and part.key = source.key and part.window_id = source.window_id
            and part.task_id = source.task_id and part.id <= source.id and part.status = source.status
          group by part.part) parts) as payload_ids,
        source.fetched_at, source.task_id, source.fetched_at as at
      from sources join payloads source on source.id = sources.payload_id
      left join coverage window_now on window_now.provider = source.provider and window_now.key = source.key
        and window_now.window_id = source.window_id
      where not exists (
        select from current_reads same
        where same.window_id = source.window_id and source.id = any(same.payload_ids))
    ), every_read as (select * from current_reads union all select * from earlier_reads)
    select window_id, from_date::text, to_date::text, payload_ids, fetched_at, every_read.task_id,
      coalesce(runs.kind, 'manual') as kind, runs.to_partition::text as last_partition,
      (select min(seen_at) from sources where sources.payload_id = any(every_read.payload_ids)) as seen_at
    from every_read left join tasks on tasks.id = every_read.task_id left join runs on runs.id = tasks.run_id
    where from_date <= ${range.to} and to_date >= ${range.from}
    order by at, coalesce((select min(seen_at) from sources where sources.payload_id = any(every_read.payload_ids)), fetched_at), window_id`);
  return result.rows.map((row) => ({
    windowId: row.window_id,
    from: row.from_date,
    to: row.to_date,
    payloadIds: row.payload_ids.map(Number),
    fetchedAt: new Date(row.fetched_at).getTime(),
    taskId: row.task_id,
    runKind: row.kind,
    lastPartition: row.last_partition,
    seenAt: row.seen_at === null ? null : new Date(row.seen_at).getTime(),
  }));
}

/** How the stored values of a key differ from what the archive gives now. */
export interface KeyChange {
  readonly key: string;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  /** The first of them by date: the stored row before and after, null where there is none. */
  readonly examples: readonly {
    readonly before: Readonly<Record<string, unknown>> | null;
    readonly after: Readonly<Record<string, unknown>> | null;
  }[];
}

const EXAMPLES = 5;
const CHANGES_PER_ENTRY = 1_000;

const names = (columns: readonly string[], alias: string): SQL =>
  sql.join(
    columns.map((name) => sql`${sql.raw(alias)}.${sql.identifier(name)}`),
    sql`, `,
  );

/** What makes two rows of a vintage the same: its values, and what is derived from all vintages of its fact. */
const contentOf = (fact: FactTable): readonly string[] => [
  ...fact.values,
  'rule_release_time',
  'rule_release_basis',
  'vintage_basis',
  'revision',
  'release_time',
  'release_time_basis',
];

const identityOf = (fact: FactTable): readonly string[] => [...fact.keys, 'vintage_at'];

/**
 * Sets the stored values of some answers aside, from which `listChanges` tells the difference, and removes them. They come
 * back with the rows that are ingested next, or with the end of the transaction.
 */
export async function setFactsAside(
  tx: Transaction,
  payloadIds: readonly number[],
  family: readonly string[],
  range: { readonly from: Day; readonly to: Day },
): Promise<void> {
  await tx.execute(sql`
    create temp table reparse_changes (key text, date date, before jsonb, after jsonb) on commit drop`);
  for (const [name, fact] of Object.entries(FACT_TABLES)) {
    await tx.execute(
      sql`create temp table ${sql.identifier(`before_${name}`)} (like ${fact.table}) on commit drop`,
    );
    await tx.execute(sql`
      with gone as (
        delete from ${fact.table}
        where key = any(${texts(family)}) and payload_id = any(${sql.param([...payloadIds])}::bigint[]) and date between ${range.from} and ${range.to}
        returning *)
      insert into ${sql.identifier(`before_${name}`)} select * from gone`);
    // Without statistics the joins below would be planned for a handful of rows.
    await tx.execute(sql`analyze ${sql.identifier(`before_${name}`)}`);
  }
}

/**
 * Compares what was ingested under a version of the asset with what was set aside, for some of its keys, and returns the
 * differences by key.
 */
export async function listChanges(
  tx: Transaction,
  version: number,
  wanted: readonly string[],
): Promise<KeyChange[]> {
  for (const [name, fact] of Object.entries(FACT_TABLES)) {
    const before = sql.identifier(`before_${name}`);
    const identity = identityOf(fact);
    const same = sql.join(
      identity.map((column) => sql`b.${sql.identifier(column)} = a.${sql.identifier(column)}`),
      sql` and `,
    );
    // Only a read that missed a value can tell that its rule came too early, and that read may be gone from the coverage.
    await tx.execute(sql`
      update ${fact.table} a set rule_release_time = null, rule_release_basis = 'first_seen', vintage_basis = b.vintage_basis,
        release_time = a.vintage_at, release_time_basis = 'first_seen'
      from ${before} b
      where ${same} and a.ingest_version = ${version} and a.rule_release_time is not null
        and b.rule_release_time is null and b.vintage_basis <> 'provider'`);
    const keys = await tx.execute<{ key: string }>(sql`select distinct key from ${before}`);
    if (keys.rows.length > 0)
      await deriveRevisions(
        tx,
        fact,
        keys.rows.map((row) => row.key),
      );
    const content = contentOf(fact);
    await tx.execute(sql`
      insert into reparse_changes
      select coalesce(a.key, b.key), coalesce(a.date, b.date), to_jsonb(b), to_jsonb(a)
      from ${before} b full join (select * from ${fact.table} where ingest_version = ${version} and key = any(${texts(wanted)})) a on ${same}
      where a.key is null or b.key is null or (${names(content, 'a')}) is distinct from (${names(content, 'b')})`);
    // A row that is as it was keeps the task and the version that brought it.
    await tx.execute(sql`
      update ${fact.table} a set task_id = b.task_id, ingest_version = b.ingest_version, payload_id = b.payload_id
      from ${before} b
      where ${same} and (${names(content, 'a')}) is not distinct from (${names(content, 'b')})`);
  }
  const result = await tx.execute<{
    key: string;
    added: string;
    changed: string;
    removed: string;
    examples: KeyChange['examples'];
  }>(sql`
    select key, count(*) filter (where before is null) as added,
      count(*) filter (where before is not null and after is not null) as changed,
      count(*) filter (where after is null) as removed,
      (array_agg(jsonb_build_object('before', before, 'after', after) order by date))[1:${sql.raw(String(EXAMPLES))}] as examples
    from reparse_changes group by key order by key`);
  return result.rows.map((row) => ({
    key: row.key,
    added: Number(row.added),
    changed: Number(row.changed),
    removed: Number(row.removed),
    examples: row.examples,
  }));
}

/**
 * Writes the differences that `listChanges` found to the audit log, old rows in full, and has silver derive them: where
 * values went, everything, since nothing is left to say what they fed.
 */
export async function recordChanges(
  tx: Transaction,
  asset: BronzeName,
  version: number,
  { actor, shiftedFrom }: { readonly actor: string; readonly shiftedFrom: Instant | null },
): Promise<void> {
  await tx.execute(sql`
    insert into audit_log (actor, action, subject, detail)
    select ${actor}, 'bronze.reparse', key, jsonb_build_object('changes', jsonb_agg(
      jsonb_build_object('before', before, 'after', after) order by date))
    from (
      select *, (row_number() over (partition by key order by date) - 1) / ${CHANGES_PER_ENTRY}::int as entry from reparse_changes
    ) numbered
    group by key, entry order by key, entry`);
  await raiseVersion(tx, asset, version);
  const first = await tx.execute<{ moment: string | null }>(sql`
    select ${isoText(sql`min(least((before ->> 'release_time')::timestamptz, (after ->> 'release_time')::timestamptz))`)} as moment
    from reparse_changes`);
  const moment = first.rows[0]?.moment ?? null;
  const moments = [shiftedFrom, moment === null ? null : Date.parse(moment)].filter((one) => one !== null);
  if (moments.length > 0) await renumberFrom(tx, asset, Math.min(...moments));
  await tx.execute(sql`
    update silver_versions set model_version = 'values were removed'
    where upstream = ${asset} and exists (select from reparse_changes where after is null)`);
}
