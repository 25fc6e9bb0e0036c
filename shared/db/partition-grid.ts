import { sql, type SQL } from 'drizzle-orm';
import type { AssetName } from '../pipeline/graph.ts';
import { addDays, listWeekdays, type Day } from '../time.ts';
import type { Queryable } from './client.ts';
import { isoText } from './iso-text.ts';
import { selectStale } from './staleness.ts';

/** What there is of one asset for one partition. */
export interface GridCell {
  readonly asset: AssetName;
  readonly partition: Day;
  readonly state: 'fresh' | 'no_data_expected' | 'failed' | 'missing';
  readonly reason: string | null;
  readonly degraded: boolean;
  /** True when an upstream or the code has changed since. */
  readonly stale: boolean;
  readonly blocked: boolean;
  readonly rows: number;
  readonly runId: string | null;
  readonly materializedAt: string | null;
}

/** Where a page of the grid ended. */
export type GridPlace = readonly [partition: Day, asset: AssetName];

/** A rectangle of partitions × assets. */
export interface GridRange {
  readonly from: Day;
  readonly to: Day;
  /** In the order in which they are to come. */
  readonly assets: readonly AssetName[];
}

/** Every asset × weekday of a range, `missing` where nothing is stored. */
function selectGrid(range: GridRange): SQL {
  const { from, to, assets } = range;
  return sql`
    from generate_series(${from}::timestamp, ${to}::timestamp, '1 day') as day(d)
    cross join unnest(${sql.param([...assets])}::text[]) with ordinality as wanted(asset, position)
    left join materializations m on m.asset = wanted.asset and m.partition = d::date
    left join (${selectStale(range)}) stale on stale.asset = m.asset and stale.partition = m.partition
    where extract(isodow from d) < 6`;
}

/** A day at or after the last one of a page: the years behind it need not be read and sorted. */
function lastDayOfPage(from: Day, { to, assets }: GridRange, limit: number): Day {
  // The page before may have ended within its first day; one more week makes up for the weekday it begins on.
  const weeks = Math.ceil((limit / assets.length + 1) / 5) + 1;
  const last = addDays(from, 7 * weeks);
  return last < to ? last : to;
}

/** Cells by partition, then in the order of the assets. */
export async function listGrid(
  db: Queryable,
  range: GridRange,
  page: { readonly after?: GridPlace | undefined; readonly limit: number },
): Promise<GridCell[]> {
  const { after, limit } = page;
  const from = after?.[0] ?? range.from;
  const start = { ...range, from, to: lastDayOfPage(from, range, limit) };
  const isLater =
    after === undefined
      ? sql`true`
      : sql`(d::date, wanted.position) > (${after[0]}::date, ${range.assets.indexOf(after[1]) + 1})`;
  const result = await db.execute<
    Omit<GridCell, 'runId' | 'materializedAt'> & { run_id: string | null; at: string | null } & Record<
        string,
        unknown
      >
  >(sql`
    select wanted.asset, d::date::text as partition, coalesce(m.state, 'missing') as state, m.reason,
      coalesce(m.degraded, false) as degraded, stale.asset is not null as stale, coalesce(m.blocked, false) as blocked,
      coalesce(m.rows, 0) as rows, m.run_id, ${isoText(sql`m.materialized_at`)} as at
    ${selectGrid(start)} and ${isLater}
    order by d, wanted.position limit ${limit}`);
  return result.rows.map(({ run_id, at, ...cell }) => ({ ...cell, runId: run_id, materializedAt: at }));
}

/** How many partitions of an asset are in which state. */
export interface PartitionCounts {
  readonly asset: AssetName;
  readonly fresh: number;
  readonly noDataExpected: {
    readonly holiday: number;
    readonly not_released: number;
    readonly not_recorded: number;
  };
  readonly failed: number;
  readonly missing: number;
  /** How many of the fresh ones are degraded. */
  readonly degraded: number;
  /** How many of the materialized ones are stale: an upstream or the code has changed since. */
  readonly stale: number;
}

/** Counts the cells of a range, one row per asset in the given order: what is stored, and of the other weekdays the number. */
export async function countGrid(db: Queryable, range: GridRange): Promise<PartitionCounts[]> {
  const { from, to, assets } = range;
  const weekdays = listWeekdays(from, to).length;
  const result = await db.execute<
    Record<string, unknown> & { asset: AssetName } & Record<
        'fresh' | 'failed' | 'stored' | 'degraded' | 'stale' | 'holiday' | 'not_released' | 'not_recorded',
        number
      >
  >(sql`
    select wanted.asset,
      count(*) filter (where m.state = 'fresh')::int as fresh,
      count(*) filter (where m.state = 'no_data_expected' and m.reason = 'holiday')::int as holiday,
      count(*) filter (where m.state = 'no_data_expected' and m.reason = 'not_released')::int as not_released,
      count(*) filter (where m.state = 'no_data_expected' and m.reason = 'not_recorded')::int as not_recorded,
      count(*) filter (where m.state = 'failed')::int as failed,
      count(m.asset)::int as stored,
      count(*) filter (where m.degraded)::int as degraded,
      count(stale.asset)::int as stale
    from unnest(${sql.param([...assets])}::text[]) with ordinality as wanted(asset, position)
    left join materializations m on m.asset = wanted.asset and m.partition between ${from} and ${to}
    left join (${selectStale(range)}) stale on stale.asset = m.asset and stale.partition = m.partition
    group by wanted.asset, wanted.position order by wanted.position`);
  return result.rows.map(
    ({ asset, fresh, failed, stored, degraded, stale, holiday, not_released, not_recorded }) => ({
      asset,
      fresh,
      noDataExpected: { holiday, not_released, not_recorded },
      failed,
      missing: weekdays - stored,
      degraded,
      stale,
    }),
  );
}
