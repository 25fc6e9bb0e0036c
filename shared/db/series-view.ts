import { asc, eq, gt, sql, type SQL } from 'drizzle-orm';
import type { ReleaseBasis } from '../connectors/connector.ts';
import type { Day, Instant } from '../time.ts';
import { isKnownBy, selectInForce } from './as-of.ts';
import type { Database, Queryable } from './client.ts';
import { isoText } from './iso-text.ts';
import { series } from './schema.ts';

/** A key of the registry as people see it. */
export interface SeriesView {
  readonly key: string;
  readonly asset: string;
  readonly code: string;
  readonly name: string;
  readonly unit: string;
  readonly frequency: string;
  readonly country: string;
  readonly calendar: string;
  readonly releaseRule: string;
  readonly mandatory: boolean;
  /** Why the key is never asked for; null when it is. */
  readonly disabled: string | null;
}

const VIEW = {
  key: series.key,
  asset: series.asset,
  code: series.code,
  name: series.name,
  unit: series.unit,
  frequency: series.frequency,
  country: series.country,
  calendar: series.calendar,
  releaseRule: series.releaseRule,
  mandatory: series.mandatory,
  disabled: series.disabled,
};

/** Keys in alphabetical order, after `after`. */
export async function listSeries(
  db: Database,
  page: { readonly after: string; readonly limit: number },
): Promise<SeriesView[]> {
  return db
    .select(VIEW)
    .from(series)
    .where(gt(series.key, page.after))
    .orderBy(asc(series.key))
    .limit(page.limit);
}

/** The key, or null when the registry does not have it. */
export async function findSeries(db: Database, key: string): Promise<SeriesView | null> {
  const [row] = await db.select(VIEW).from(series).where(eq(series.key, key));
  return row ?? null;
}

/** One revision of one value. */
export interface ObservationView {
  readonly observationDate: Day;
  /** Decimal text as stored; null when the provider has withdrawn the value. */
  readonly value: string | null;
  readonly unit: string;
  readonly revision: number;
  readonly releaseTime: string;
  readonly releaseTimeBasis: ReleaseBasis;
  /**
   * Where the vintage comes from: `provider` keeps vintages, `first_seen` by us in time, `latest`: today's vintage of a
   * value that is revised, under an old release time, or `imported`: seen by the system before this one.
   */
  readonly vintageBasis: 'provider' | 'first_seen' | 'latest';
}

/** Where a page of observations ended. */
export type ObservationPlace = readonly [date: Day, revision: number];

/** Which values of a series to list. */
export interface ObservationFilter {
  readonly from?: Day | undefined;
  readonly to?: Day | undefined;
  /** Nothing that became public later. */
  readonly asOf: Instant;
  /** Every revision, or only the one in force at `asOf`. */
  readonly everyVintage: boolean;
  readonly after?: ObservationPlace | undefined;
  readonly limit: number;
}

/** The table that holds an asset's single values, and its column: the close of bars, the selling rate of PTAX. */
const VALUES: Readonly<Record<string, { readonly rows: SQL; readonly value: SQL }>> = {
  bronze_bcb_sgs: { rows: sql`observations`, value: sql`value` },
  bronze_fred: { rows: sql`observations`, value: sql`value` },
  bronze_yahoo: { rows: sql`bars`, value: sql`close` },
  bronze_bcb_ptax: { rows: sql`fixings`, value: sql`ask` },
};

/** True when a key holds one value per date. The others are curves. */
export function hasSingleValues(view: SeriesView): boolean {
  return Object.hasOwn(VALUES, view.asset);
}

/** Values of a series by observation date. @throws Error when its asset has no single values */
export async function listObservations(
  db: Queryable,
  view: SeriesView,
  filter: ObservationFilter,
): Promise<ObservationView[]> {
  const source = VALUES[view.asset];
  if (source === undefined) throw new Error(`${view.key} of ${view.asset} is not a series of single values`);
  const { from, to, asOf, everyVintage, after, limit } = filter;
  const later =
    after === undefined
      ? sql`true`
      : everyVintage
        ? sql`(date, revision) > (${after[0]}::date, ${after[1]}::int)`
        : sql`date > ${after[0]}`;
  const where = sql`key = ${view.key} and ${later}
    and ${from === undefined ? sql`true` : sql`date >= ${from}`}
    and ${to === undefined ? sql`true` : sql`date <= ${to}`}`;
  const columns = sql`date, date::text as "observationDate", ${source.value}::text as value, ${view.unit}::text as unit,
    revision, ${isoText(sql`release_time`)} as "releaseTime", release_time_basis as "releaseTimeBasis",
    vintage_basis as "vintageBasis"`;
  // A vintage that repeats the value before it shares its revision: the first of them says it.
  const page = everyVintage
    ? sql`select distinct on (date, revision) ${columns} from ${source.rows}
        where ${where} and ${isKnownBy('release_time', asOf)} order by date, revision, vintage_at`
    : selectInForce({
        from: source.rows,
        columns,
        column: 'release_time',
        identity: sql`date`,
        latest: sql`vintage_at`,
        where,
        asOf,
      });
  const result = await db.execute<ObservationView & Record<string, unknown>>(sql`
    select "observationDate", value, unit, revision, "releaseTime", "releaseTimeBasis", "vintageBasis"
    from (${page} limit ${limit}) page order by date, revision`);
  return result.rows;
}
