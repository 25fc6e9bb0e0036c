import { sql, type SQL } from 'drizzle-orm';
import { datesOf, parseInputs, type InputReference } from '../silver/inputs.ts';
import type { Day } from '../time.ts';
import type { Queryable } from './client.ts';
import { isoText } from './iso-text.ts';

/** A value of silver with what it was made from. */
export interface SilverValue {
  readonly table: 'silver_macro' | 'silver_price' | 'silver_curve_point';
  readonly key: string;
  /** Transform, field or tenor. */
  readonly part: string;
  readonly period: string;
  readonly value: number | null;
  readonly knownAt: string;
  readonly inputs: string;
}

/** A stored value of bronze, as it was known when silver used it. */
export interface BronzeValue {
  readonly table: 'observations' | 'bars' | 'fixings' | 'curve_points';
  readonly key: string;
  readonly date: Day;
  /** Curve and vertex, or bulletin; null for what has one value a date. */
  readonly part: string | null;
  /** Decimal text as it is stored; null = withdrawn. */
  readonly value: string | null;
  readonly revision: number;
  readonly releaseTime: string;
  readonly releaseTimeBasis: string;
  readonly payloadId: number | null;
}

/** Part of a list, with the length of the whole. */
export interface Excerpt<Item> {
  readonly total: number;
  readonly items: readonly Item[];
}

/** What an input of a signal was made of. */
export interface InputLineage {
  readonly silver: Excerpt<SilverValue>;
  readonly observations: Excerpt<BronzeValue>;
  /** Numbers of the answers that brought them. */
  readonly payloadIds: readonly number[];
}

/** What names a value of silver in a signal. */
export interface NamedInput {
  readonly key: string;
  readonly lastPeriod: string | null;
  readonly releaseTime: string | null;
}

const MOST_VALUES = 50;
/** Silver made of silver made of silver: the formulas are not nested deeper. */
const MAX_DEPTH = 5;

const columns = (...lists: readonly (readonly unknown[])[]): SQL =>
  sql.join(
    lists.map((list) => sql`${sql.param(list)}::text[]`),
    sql`, `,
  );

type Placed<Item> = Item & { readonly place: number };

const SILVER_PARTS = sql.raw(`
  select distinct on (series_key, transform, period) 'silver_macro' as "table", series_key as key, transform as part,
    period, value, known_at, inputs
  from silver_macro where series_key = wanted.key and period = wanted.period and known_at <= wanted.known_by
  order by series_key, transform, period, known_at desc`);
const PRICE_PARTS = sql.raw(`
  select 'silver_price', instrument, field, session_date::text, price, known_at, inputs
  from silver_price where instrument = wanted.key and session_date = wanted.day and known_at <= wanted.known_by
  order by known_at desc limit 1`);
const CURVE_PARTS = sql.raw(`
  select distinct on (tenor, method) 'silver_curve_point', curve_id, tenor || ' ' || method, curve_date::text, value, known_at, inputs
  from silver_curve_point where curve_id = wanted.key and curve_date = wanted.day and known_at <= wanted.known_by
  order by tenor, method, known_at desc`);

type SilverRow = SilverValue & { readonly place: number } & Record<string, unknown>;

/** The silver values that inputs of signals name, as they were known then. */
async function findNamed(db: Queryable, inputs: readonly NamedInput[]): Promise<SilverRow[]> {
  const named = inputs.flatMap(({ key, lastPeriod, releaseTime }, place) =>
    lastPeriod === null || releaseTime === null ? [] : [{ place, key, lastPeriod, releaseTime }],
  );
  const days = named.map(({ lastPeriod }) => {
    const dates = datesOf(lastPeriod);
    return dates !== null && dates.from === lastPeriod ? lastPeriod : null;
  });
  const result = await db.execute<SilverRow>(sql`
    select wanted.place, found."table", found.key, found.part, found.period, found.value,
      ${isoText(sql`found.known_at`)} as "knownAt", found.inputs
    from (select place::int, key, period, day::date, known_by::timestamptz from unnest(${columns(
      named.map(({ place }) => place),
      named.map(({ key }) => key),
      named.map(({ lastPeriod }) => lastPeriod),
      days,
      named.map(({ releaseTime }) => releaseTime),
    )}) as raw (place, key, period, day, known_by)) wanted
    cross join lateral ((${SILVER_PARTS}) union all (${PRICE_PARTS}) union all (${CURVE_PARTS})) found
    order by wanted.place, found."table", found.part`);
  return result.rows;
}

interface Reference extends InputReference {
  readonly place: number;
  readonly knownAt: string;
}

const referenceColumns = (references: readonly Reference[]): SQL =>
  columns(
    references.map(({ place }) => place),
    references.map(({ key }) => key),
    references.map(({ transform }) => transform),
    references.map(({ from }) => from),
    references.map(({ to }) => to),
    references.map(({ vertex }) => vertex),
    references.map(({ knownAt }) => knownAt),
  );

const wantedReferences = (references: readonly Reference[]): SQL => sql`
  (select distinct place::int, key, transform, from_date::date, to_date::date, vertex, known_by::timestamptz
   from unnest(${referenceColumns(references)}) as raw (place, key, transform, from_date, to_date, vertex, known_by)) wanted`;

/** The silver values that other silver values were made from. */
async function findSilver(db: Queryable, references: readonly Reference[]): Promise<SilverRow[]> {
  const result = await db.execute<SilverRow>(sql`
    select wanted.place, 'silver_macro' as "table", found.series_key as key, found.transform as part, found.period, found.value,
      ${isoText(sql`found.known_at`)} as "knownAt", found.inputs
    from ${wantedReferences(references)}
    cross join lateral (
      select distinct on (period) series_key, transform, period, value, known_at, inputs from silver_macro
      where series_key = wanted.key and transform = coalesce(wanted.transform, 'level')
        and period_start between wanted.from_date and wanted.to_date and known_at <= wanted.known_by
      order by period, known_at desc
    ) found
    where wanted.transform is not null or wanted.key not in (select key from series)
    order by wanted.place, found.period desc`);
  return result.rows;
}

const FACTS = sql.raw(
  [
    `select 'observations' as "table", key, date, null as part, null as vertex, value, revision, release_time, release_time_basis, payload_id, vintage_at from observations`,
    `select 'bars', key, date, null, null, close, revision, release_time, release_time_basis, payload_id, vintage_at from bars`,
    `select 'fixings', key, date, bulletin, null, bid, revision, release_time, release_time_basis, payload_id, vintage_at from fixings`,
    `select 'curve_points', key, date, curve_id || ' ' || vertex, vertex, coalesce(rate, price), revision, release_time, release_time_basis, payload_id, vintage_at from curve_points`,
  ].join(' union all '),
);

/** The values of bronze that silver values were made from, as they were known then, newest dates first. */
async function findBronze(
  db: Queryable,
  references: readonly Reference[],
): Promise<(BronzeValue & { readonly place: number })[]> {
  const result = await db.execute<Placed<BronzeValue> & Record<string, unknown>>(sql`
    select distinct wanted.place, found."table", found.key, found.date::text as date, found.part, found.value::text as value,
      found.revision, ${isoText(sql`found.release_time`)} as "releaseTime",
      found.release_time_basis as "releaseTimeBasis", found.payload_id::float8 as "payloadId"
    from ${wantedReferences(references)}
    cross join lateral (
      select distinct on (facts."table", key, date, part) * from (${FACTS}) facts
      where key = wanted.key and date between wanted.from_date and wanted.to_date and release_time <= wanted.known_by
        and (wanted.vertex is null or vertex = wanted.vertex)
      order by facts."table", key, date, part, release_time desc, vintage_at desc
    ) found
    where wanted.transform is null or not exists (
      select from silver_macro where series_key = wanted.key and transform = wanted.transform)
    order by wanted.place, date desc, found.key, found.part`);
  return result.rows;
}

function cutShort<Item>(items: readonly Item[] | undefined): Excerpt<Item> {
  return { total: items?.length ?? 0, items: (items ?? []).slice(0, MOST_VALUES) };
}

const withoutPlace = <Item extends { readonly place: number }>({ place: _place, ...item }: Item) => item;

/**
 * Follows the inputs of signals to silver, through the silver that this was made of, and to the values of bronze and the
 * answers that brought them; one result for each input. An input that is no stored value (an output of another agent, a
 * series without observations) has empty lists.
 */
export async function traceInputs(db: Queryable, inputs: readonly NamedInput[]): Promise<InputLineage[]> {
  const silver: SilverRow[] = [];
  const references: Reference[] = [];
  let found = await findNamed(db, inputs);
  for (let depth = 0; depth < MAX_DEPTH && found.length > 0; depth += 1) {
    silver.push(...found);
    const next = found.flatMap(({ place, knownAt, inputs: text }) =>
      parseInputs(text).map((reference) => ({ ...reference, place, knownAt })),
    );
    references.push(...next);
    found = next.length === 0 ? [] : await findSilver(db, next);
  }
  const bronze = references.length === 0 ? [] : await findBronze(db, references);
  const silverOf = Map.groupBy(silver, ({ place }) => place);
  const bronzeOf = Map.groupBy(bronze, ({ place }) => place);
  return inputs.map((_, place) => {
    const values = bronzeOf.get(place) ?? [];
    const payloadIds = new Set(values.flatMap(({ payloadId }) => (payloadId === null ? [] : [payloadId])));
    return {
      silver: cutShort(silverOf.get(place)?.map(withoutPlace) as SilverValue[] | undefined),
      observations: cutShort(values.map(withoutPlace) as BronzeValue[]),
      payloadIds: [...payloadIds].toSorted((a, b) => a - b),
    };
  });
}
