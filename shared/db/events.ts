import { sql, type SQL } from 'drizzle-orm';
import { toIso, type Instant } from '../time.ts';
import type { Database, Queryable } from './client.ts';
import { isoText } from './iso-text.ts';

/** Channel on which listeners hear that there are new events. */
export const EVENTS_CHANNEL = 'events';

/** Events are kept for so long. */
export const EVENT_RETENTION_DAYS = 7;

/** A place in the order of events: all of an earlier transaction come before those of a later one. */
export interface EventPlace {
  readonly tx: bigint;
  readonly id: bigint;
}

/** A change of state. */
export interface StoredEvent {
  readonly place: EventPlace;
  /** UTC ISO 8601. */
  readonly at: string;
  readonly kind: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A place as text: `<transaction>-<number>`. */
export const formatPlace = ({ tx, id }: EventPlace): string => `${tx}-${id}`;

/** The place that a text of `formatPlace` names. */
export function parsePlace(text: string): EventPlace {
  const [tx = '', id = ''] = text.split('-');
  return { tx: BigInt(tx), id: BigInt(id) };
}

/** True when one place comes after another. */
export const isAfter = (one: EventPlace, other: EventPlace): boolean =>
  one.tx === other.tx ? one.id > other.id : one.tx > other.tx;

const toSql = ({ tx, id }: EventPlace): SQL => sql`(${String(tx)}::xid8, ${String(id)}::bigint)`;

/** Before this transaction all have ended: nothing can be written any more in front of it. */
const HORIZON = sql`pg_snapshot_xmin(pg_current_snapshot())`;

/** The place up to which everything has been told or is past. */
export async function readHorizon(db: Queryable): Promise<EventPlace> {
  const result = await db.execute<{ tx: string }>(sql`select ${HORIZON}::text as tx`);
  return { tx: BigInt(result.rows[0]?.tx ?? 0), id: 0n };
}

/**
 * The next events after a place, in order, and the place up to which that is all there ever will be. Events of transactions
 * that began after one that is still open are left for later: that one may yet write events in front of them.
 */
export async function readEvents(
  db: Queryable,
  after: EventPlace,
  limit: number,
): Promise<{ readonly events: readonly StoredEvent[]; readonly upTo: EventPlace }> {
  const result = await db.execute<{
    horizon: string;
    tx: string | null;
    id: string;
    at: string;
    kind: string;
    data: Record<string, unknown>;
  }>(sql`
    select horizon.tx::text as horizon, found.tx::text as tx, found.id, ${isoText(sql`found.at`)} as at, found.kind, found.data
    from (select ${HORIZON} as tx) horizon left join lateral (
      select * from events where (tx, id) > ${toSql(after)} and tx < horizon.tx and kind <> 'events.opened' order by tx, id limit ${limit}
    ) found on true
    order by found.tx, found.id`);
  const events = result.rows.flatMap(({ tx, id, at, kind, data }): StoredEvent[] =>
    tx === null ? [] : [{ place: { tx: BigInt(tx), id: BigInt(id) }, at, kind, data }],
  );
  const last = events.at(-1);
  if (last !== undefined && events.length === limit) return { events, upTo: last.place };
  return { events, upTo: { tx: BigInt(result.rows[0]?.horizon ?? after.tx), id: 0n } };
}

/** True when events after a place may have been removed, or when it is no place of this database. */
export async function isForgotten(db: Queryable, place: EventPlace): Promise<boolean> {
  const result = await db.execute<{ forgotten: boolean }>(sql`
    select ${String(place.tx)}::xid8 > pg_snapshot_xmax(pg_current_snapshot()) or not exists (
      select from events where (tx, id) <= ${toSql(place)}) as forgotten`);
  return result.rows[0]?.forgotten ?? true;
}

/**
 * Removes events that are old enough, the newest of them excepted: it marks how far back the stream goes. After the database
 * was restored into another server, where transactions are counted anew, all are removed. Returns how many.
 */
export async function pruneEvents(db: Database, before: Instant): Promise<number> {
  return db.transaction(async (tx) => {
    const foreign = await tx.execute(sql`
      delete from events where exists (select from events where tx > pg_snapshot_xmax(pg_current_snapshot()))`);
    if ((foreign.rowCount ?? 0) > 0)
      await tx.execute(sql`insert into events (kind, subject, data) values ('events.opened', '', '{}')`);
    const old = await tx.execute(sql`
      delete from events where (tx, id) < (
        select tx, id from events where at < ${toIso(before)}::timestamptz order by tx desc, id desc limit 1)`);
    return (foreign.rowCount ?? 0) + (old.rowCount ?? 0);
  });
}
