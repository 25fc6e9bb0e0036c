import { sql, type SQL } from 'drizzle-orm';
import { toIso, type Day, type Instant } from '../time.ts';
import { isKnownBy } from './as-of.ts';
import type { Queryable } from './client.ts';
import { isoText } from './iso-text.ts';

/** A number that silver derives from a series, an instrument or a pair of instruments. */
export interface TransformView {
  /** `level`, `yoy`, …; `log_return`, …; a statistic with its window: `vol_21`, `correlation_63`. */
  readonly transform: string;
  readonly unit: string;
}

/** A transform with the place of its values. */
interface Transform extends TransformView {
  readonly asset: 'silver_macro' | 'silver_returns';
  readonly rows: SQL;
}

/** Numbers of a price row by the name of their transform; the price and the close have the unit of the instrument. */
const PRICE_COLUMNS = {
  price: { column: 'price', unit: null },
  close: { column: 'close', unit: null },
  log_return: { column: 'log_return', unit: 'decimal' },
  simple_return: { column: 'simple_return', unit: 'decimal' },
  price_return: { column: 'price_return', unit: 'decimal' },
} as const;

const NO_FLAGS = sql`'{}'::text[]`;

async function listMacroTransforms(db: Queryable, key: string): Promise<Transform[]> {
  const found = await db.execute<{ transform: string; unit: string }>(sql`
    with recursive found as (
      (select transform, unit from silver_macro where series_key = ${key} order by transform limit 1)
      union all
      select next.* from found cross join lateral (
        select transform, unit from silver_macro
        where series_key = ${key} and transform > found.transform order by transform limit 1) next)
    select transform, unit from found order by transform`);
  return found.rows.map(({ transform, unit }) => ({
    transform,
    unit,
    asset: 'silver_macro',
    rows: sql`select period_start as date, period, known_at, value, unit, reason, ${NO_FLAGS} as flags, inputs
      from silver_macro where series_key = ${key} and transform = ${transform}`,
  }));
}

async function listPriceTransforms(db: Queryable, key: string): Promise<Transform[]> {
  const found = await db.execute<{ unit: string }>(
    sql`select unit from silver_price where instrument = ${key} limit 1`,
  );
  const first = found.rows[0];
  if (first === undefined) return [];
  return Object.entries(PRICE_COLUMNS).map(([transform, { column, unit }]) => ({
    transform,
    unit: unit ?? first.unit,
    asset: 'silver_returns',
    rows: sql`select session_date as date, session_date::text as period, known_at, ${sql.identifier(column)} as value,
        ${unit ?? first.unit}::text as unit,
        case when ${sql.identifier(column)} is null
          then coalesce(nullif(array_to_string(flags, ', '), ''), 'no session known before') end as reason,
        flags, inputs
      from silver_price where instrument = ${key}`,
  }));
}

async function listStatTransforms(db: Queryable, key: string): Promise<Transform[]> {
  const found = await db.execute<{ stat: string; window: number; unit: string }>(sql`
    with recursive found as (
      (select stat, "window", unit from silver_stat where instrument = ${key} order by stat, "window" limit 1)
      union all
      select next.* from found cross join lateral (
        select stat, "window", unit from silver_stat
        where instrument = ${key} and (stat, "window") > (found.stat, found."window")
        order by stat, "window" limit 1) next)
    select stat, "window", unit from found order by stat, "window"`);
  return found.rows.map(({ stat, window, unit }) => ({
    transform: window === 0 ? stat : `${stat}_${window}`,
    unit,
    asset: 'silver_returns',
    rows: sql`select session_date as date, session_date::text as period, known_at, value, unit, reason,
        ${NO_FLAGS} as flags, inputs
      from silver_stat where instrument = ${key} and stat = ${stat} and "window" = ${window}`,
  }));
}

async function listAll(db: Queryable, key: string): Promise<Transform[]> {
  const macro = await listMacroTransforms(db, key);
  if (macro.length > 0) return macro;
  return [...(await listPriceTransforms(db, key)), ...(await listStatTransforms(db, key))];
}

/** What silver holds under one key. */
export interface SilverKeyView {
  readonly key: string;
  readonly asset: 'silver_macro' | 'silver_returns';
  readonly transforms: readonly TransformView[];
}

/** The distinct values of the first column of a table's key, by one look into its index for each. */
const distinct = (table: string, column: string): SQL => {
  const [from, key] = [sql.identifier(table), sql.identifier(column)];
  return sql`
    with recursive found (key) as (
      (select ${key} from ${from} order by ${key} limit 1)
      union all
      select (select ${key} from ${from} where ${key} > found.key order by ${key} limit 1) from found
      where found.key is not null)
    select key from found where key is not null`;
};

/** Keys that only silver has, in alphabetical order. */
export async function listDerivedKeys(
  db: Queryable,
): Promise<readonly Pick<SilverKeyView, 'key' | 'asset'>[]> {
  const result = await db.execute<Pick<SilverKeyView, 'key' | 'asset'>>(sql`
    select key, min(asset) as asset from (
      select key, 'silver_macro' as asset from (${distinct('silver_macro', 'series_key')}) macro
      union all select key, 'silver_returns' from (${distinct('silver_price', 'instrument')}) price
      union all select key, 'silver_returns' from (${distinct('silver_stat', 'instrument')}) stat) known
    where not exists (select from series where series.key = known.key)
    group by key order by key`);
  return result.rows;
}

/** The transforms of a series, a derived series, an instrument or a pair `left~right`; null when silver has none. */
export async function findSilverKey(db: Queryable, key: string): Promise<SilverKeyView | null> {
  const transforms = await listAll(db, key);
  const first = transforms[0];
  if (first === undefined) return null;
  return {
    key,
    asset: first.asset,
    transforms: transforms.map(({ transform, unit }) => ({ transform, unit })),
  };
}

/** One derived value, or one revision of it. */
export interface SilverValueView {
  /** First day of the period, or the session. */
  readonly observationDate: Day;
  /** `2021-12`, `2021-Q4`, `2021`, or the day. */
  readonly period: string;
  /** Decimal text; null with a reason. */
  readonly value: string | null;
  readonly unit: string;
  /** Latest release time among the inputs. */
  readonly knownAt: string;
  readonly reason: string | null;
  readonly flags: readonly string[];
  /** `key[first…last] rN` of each input. */
  readonly inputs: string;
}

/** Which values of which transform. */
export interface SilverRange {
  readonly transform: string;
  readonly from?: Day | undefined;
  readonly to?: Day | undefined;
  /** Nothing that became known later. */
  readonly asOf: Instant;
}

/** Which values to list. */
export interface SilverFilter extends SilverRange {
  /** Every revision, or only the one in force at `asOf`. */
  readonly everyVintage: boolean;
  /** Date and moment (epoch milliseconds) of the last value of the page before. */
  readonly after?: readonly [date: Day, knownAt: Instant] | undefined;
  readonly limit: number;
}

const findTransform = async (db: Queryable, key: string, transform: string): Promise<Transform | undefined> =>
  (await listAll(db, key)).find((one) => one.transform === transform);

const isInRange = ({ asOf, from, to }: SilverRange): SQL => sql`${isKnownBy('known_at', asOf)}
  and ${from === undefined ? sql`true` : sql`date >= ${from}`}
  and ${to === undefined ? sql`true` : sql`date <= ${to}`}`;

/** Text to numeric keeps every digit of the double and writes no exponent. */
const DECIMAL_TEXT = sql`value::text::numeric::text`;

/** The values of one transform in force at a moment, in the unit of the transform. */
export interface SilverPoints {
  readonly unit: string;
  /** By date; decimal texts, null where there is a reason for none. */
  readonly points: [date: Day, value: string | null][];
}

/** Date and value of everything that a transform has in a range; null when the key has no such transform. */
export async function readSilverPoints(
  db: Queryable,
  key: string,
  range: SilverRange,
): Promise<SilverPoints | null> {
  const wanted = await findTransform(db, key, range.transform);
  if (wanted === undefined) return null;
  const result = await db.execute<{ date: Day; value: string | null }>(sql`
    select distinct on (derived.date) date::text as date, ${DECIMAL_TEXT} as value from (${wanted.rows}) derived
    where ${isInRange(range)} order by derived.date, known_at desc`);
  return { unit: wanted.unit, points: result.rows.map(({ date, value }) => [date, value]) };
}

/** Values of one transform by date; null when the key has no such transform. */
export async function listSilverValues(
  db: Queryable,
  key: string,
  filter: SilverFilter,
): Promise<SilverValueView[] | null> {
  const { everyVintage, after, limit } = filter;
  const wanted = await findTransform(db, key, filter.transform);
  if (wanted === undefined) return null;
  const later =
    after === undefined
      ? sql`true`
      : everyVintage
        ? sql`(date, known_at) > (${after[0]}::date, ${toIso(after[1])}::timestamptz)`
        : sql`date > ${after[0]}`;
  const result = await db.execute<SilverValueView & Record<string, unknown>>(sql`
    select distinct on (${everyVintage ? sql`date, known_at` : sql`date`})
      date::text as "observationDate", period, ${DECIMAL_TEXT} as value, unit,
      ${isoText(sql`known_at`)} as "knownAt", reason, flags, inputs
    from (${wanted.rows}) derived
    where ${isInRange(filter)} and ${later}
    order by ${everyVintage ? sql`date, known_at` : sql`date, known_at desc`} limit ${limit}`);
  return result.rows;
}
