import { sql } from 'drizzle-orm';
import { getCalendar } from '../calendars/calendars.ts';
import type { CheckName } from '../checks/catalog.ts';
import type { Candidate } from '../checks/check.ts';
import { runChecks } from '../checks/run-checks.ts';
import type { KeyDefinition } from '../connectors/connector.ts';
import type { RegisteredKey } from '../connectors/registry.ts';
import { assetOf } from '../pipeline/providers.ts';
import type { Day, Instant } from '../time.ts';
import { readNeighbours, readSide } from './check-inputs.ts';
import { recordAudit } from './audit-log.ts';
import type { Database, Queryable, Transaction } from './client.ts';
import { FACT_TABLES } from './facts.ts';
import { deriveRevisions, lockIngest, MANUAL, raiseVersion } from './ingest.ts';
import { isoText } from './iso-text.ts';
import { observations, valueOverrides } from './schema.ts';

/** Stands for the task of a value that no task brought. */
const NO_TASK = '00000000-0000-0000-0000-000000000000';

/** Checks that say something about one value set by hand. None of them holds it back: a person has decided. */
const TOLD: readonly CheckName[] = ['future', 'range', 'jump', 'revision'];

/** A value to set. */
export interface ValueRequest {
  readonly key: RegisteredKey;
  readonly date: Day;
  /** Decimal text in the unit of the key; null says that there is no value. */
  readonly value: string | null;
  readonly actor: string;
  /** Whom the actor says it is for. */
  readonly onBehalfOf?: string;
  readonly reason: string;
  readonly now: Instant;
}

/** What a check would have said of the value. */
export interface ValueWarning {
  readonly check: CheckName;
  readonly expected: string;
  readonly observed: string;
}

/** A value as it was set. */
export interface AcceptedValue {
  readonly id: number;
  /** The value in force before; null without one. */
  readonly previousValue: string | null;
  readonly revision: number;
  readonly releaseTime: string;
  readonly warnings: readonly ValueWarning[];
}

/** True when the key can have a value of a date by its frequency and calendar. Weekly keys say no weekday. */
export function isObservationDate({ frequency, calendar }: KeyDefinition, date: Day): boolean {
  if (frequency === 'W') return true;
  if (frequency === 'D') return getCalendar(calendar).isSession(date);
  const month = Number(date.slice(5, 7)) - 1;
  const months = { M: 1, Q: 3, A: 12 }[frequency];
  return date.endsWith('-01') && month % months === 0;
}

/** True when some vintage of a value is stored. */
export async function isStored(db: Queryable, key: string, date: Day): Promise<boolean> {
  const result = await db.execute(
    sql`select 1 from observations where key = ${key} and date = ${date} limit 1`,
  );
  return result.rows.length > 0;
}

async function checkValue(tx: Transaction, request: ValueRequest): Promise<ValueWarning[]> {
  const { key, date, value, now } = request;
  const lineage = { vintageAt: null, releaseTime: null, releaseBasis: 'first_seen' } as const;
  const candidate: Candidate = {
    row: { table: 'observations', key: key.key, date, value, ...lineage },
    payloadId: null,
    seenAt: now,
  };
  const { results } = runChecks(
    {
      key,
      candidates: [candidate],
      neighbours: await readNeighbours(tx, key.key, 'observations', date),
      stored: await readSide(tx, { key: key.key, field: 'value' }, date, date),
      asked: { at: now, covers: () => false, to: date },
      counterparts: new Map(),
    },
    [],
  );
  return results
    .filter(({ check, status }) => status === 'failed' && TOLD.includes(check))
    .map(({ check, expected, observed }) => ({ check, expected, observed }));
}

interface StoredVintage extends Record<string, unknown> {
  readonly value: string | null;
  readonly vintageAt: number;
}

/** The vintage in force of a value, and the newest moment of any: a later one must come after it. */
async function readVintages(
  tx: Transaction,
  key: string,
  date: Day,
): Promise<{ readonly inForce: string | null; readonly newest: Instant }> {
  const result = await tx.execute<StoredVintage>(sql`
    select value::text as value, ceil(extract(epoch from vintage_at) * 1000)::float8 as "vintageAt" from observations
    where key = ${key} and date = ${date} order by release_time desc, vintage_at desc`);
  return {
    inForce: result.rows[0]?.value ?? null,
    newest: Math.max(...result.rows.map(({ vintageAt }) => vintageAt)),
  };
}

/** Adds the vintage and derives the revisions of its value anew; returns the number of its own. */
async function storeVintage(
  tx: Transaction,
  { key, date, value }: ValueRequest,
  vintageAt: Date,
  version: number,
): Promise<number> {
  await tx.insert(observations).values({
    key: key.key,
    date,
    value,
    vintageAt,
    ruleReleaseTime: null,
    ruleReleaseBasis: MANUAL,
    revision: 0,
    releaseTime: vintageAt,
    releaseTimeBasis: MANUAL,
    vintageBasis: MANUAL,
    ingestVersion: version,
    payloadId: null,
    taskId: NO_TASK,
  });
  await deriveRevisions(tx, FACT_TABLES.observations, [key.key], version);
  const stored = await tx.execute<{ revision: number }>(sql`
    select revision from observations
    where key = ${key.key} and date = ${date} and vintage_at = ${vintageAt.toISOString()}`);
  return stored.rows[0]?.revision ?? 0;
}

/**
 * Sets a value of a key of single observations by hand, in one transaction: a new revision, known from now on, that silver
 * derives at its next run; who and why; and the audit row. The provider's next different value comes after it and wins.
 */
export async function overrideValue(db: Database, request: ValueRequest): Promise<AcceptedValue> {
  const { key, date, value, actor, reason, now } = request;
  const asset = assetOf(key.provider);
  return db.transaction(async (tx) => {
    const version = await lockIngest(tx, asset);
    const warnings = await checkValue(tx, request);
    const { inForce, newest } = await readVintages(tx, key.key, date);
    const vintageAt = new Date(Math.max(now, newest + 1));
    const revision = await storeVintage(tx, request, vintageAt, version);
    await raiseVersion(tx, asset, version);
    const [stored] = await tx
      .insert(valueOverrides)
      .values({
        key: key.key,
        date,
        value,
        previousValue: inForce,
        revision,
        actor,
        reason,
        createdAt: vintageAt,
      })
      .returning({ id: valueOverrides.id });
    if (stored === undefined) throw new Error(`The override of ${key.key} of ${date} was not written`);
    await recordAudit(tx, request, {
      action: 'value_override',
      subject: `${key.key} ${date}`,
      detail: { overrideId: stored.id, previousValue: inForce, value, revision },
    });
    return {
      id: stored.id,
      previousValue: inForce,
      revision,
      releaseTime: vintageAt.toISOString(),
      warnings,
    };
  });
}

/** A value that was set by hand. */
export interface ValueOverrideView {
  readonly id: number;
  readonly observationDate: Day;
  readonly value: string | null;
  readonly previousValue: string | null;
  readonly revision: number;
  readonly actor: string;
  readonly reason: string;
  readonly createdAt: string;
  /** False when the provider or a person has changed the value since. */
  readonly inForce: boolean;
}

/** Overrides of a key, newest first. */
export async function listValueOverrides(
  db: Queryable,
  key: string,
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<ValueOverrideView[]> {
  const result = await db.execute<ValueOverrideView & Record<string, unknown>>(sql`
    select o.id::int as id, o.date::text as "observationDate", o.value::text as value, o.previous_value::text as "previousValue",
      v.revision, o.actor, o.reason, ${isoText(sql`o.created_at`)} as "createdAt",
      o.created_at = (
        select vintage_at from observations newest
        where newest.key = o.key and newest.date = o.date
        order by newest.release_time desc, newest.vintage_at desc limit 1) as "inForce"
    from value_overrides o
    join observations v on v.key = o.key and v.date = o.date and v.vintage_at = o.created_at
    where o.key = ${key} and ${page.before === undefined ? sql`true` : sql`o.id < ${page.before}`}
    order by o.id desc limit ${page.limit}`);
  return result.rows;
}
