import { sql, type SQL } from 'drizzle-orm';
import { addUpstreams } from '../pipeline/flow-plan.ts';
import type { AssetName } from '../pipeline/graph.ts';
import type { Only } from '../pipeline/runs.ts';
import type { Day } from '../time.ts';
import type { Queryable } from './client.ts';
import { selectStale, type StaleRange } from './staleness.ts';

export type SliceUnit = 'day' | 'month' | 'quarter' | 'year';

/** A request for a range of partitions × a selection of assets, with its defaults filled in. */
export interface BackfillRequest {
  readonly from: Day;
  readonly to: Day;
  readonly assets: readonly AssetName[];
  readonly only: Only;
  readonly slice: SliceUnit;
  readonly maxConcurrentRuns: number;
  readonly order: 'newest' | 'oldest';
}

/** A run of a backfill: a range of partitions of which some are owed. */
export interface PlannedRun {
  readonly from: Day;
  readonly to: Day;
  /** Assets that owe some of them. */
  readonly tasks: number;
  /** Asset × partition pairs. */
  readonly partitions: number;
}

/** What a request asks of one asset. */
export interface PlannedWork {
  readonly asset: AssetName;
  readonly tasks: number;
  readonly partitions: number;
  /** Ranges of partitions that its tasks cover without a gap between them, ascending. */
  readonly spans: readonly { readonly from: Day; readonly to: Day }[];
}

/** What a request amounts to, before anything is written. */
export interface BackfillPlan {
  readonly assets: readonly AssetName[];
  /** In the order in which they are to start. */
  readonly runs: readonly PlannedRun[];
  /** Assets with something to do, in the order of the graph. */
  readonly work: readonly PlannedWork[];
}

/** Which partitions are owed, by the row `m` of what is materialized; without a row they are missing. */
const IS_OWED: Readonly<Record<Only, (range: StaleRange) => SQL>> = {
  missing: () => sql`m.state is null or m.state = 'failed'`,
  failed: () => sql`m.state = 'failed'`,
  stale: (range) => sql`(m.asset, m.partition) in (${selectStale(range)})`,
  all: () => sql`true`,
};

/**
 * The tables that a plan is read from: `days` with its slice and its number, `slices`, and `owed`: how many partitions an
 * asset owes of a slice, and the numbers of the first and last of them.
 */
export function selectOwed(request: BackfillRequest): SQL {
  const assets = addUpstreams(request.assets);
  return sql`
    days as (
      select d::date as day, date_trunc(${request.slice}, d)::date as slice, row_number() over (order by d) as number
      from generate_series(${request.from}::timestamp, ${request.to}::timestamp, '1 day') as day(d)
      where extract(isodow from d) < 6),
    slices as (select slice, min(day) as first_day, max(day) as last_day from days group by slice),
    owed as (
      select days.slice, wanted.place, wanted.asset, count(*)::int as partitions, min(number) as low, max(number) as high
      from days cross join unnest(${sql.param(assets)}::text[]) with ordinality as wanted(asset, place)
      left join materializations m on m.asset = wanted.asset and m.partition = days.day
      where ${IS_OWED[request.only]({ ...request, assets })}
      group by days.slice, wanted.place, wanted.asset)`;
}

/** The order in which slices are to run. */
export function orderSlices({ order }: BackfillRequest): SQL {
  return order === 'newest' ? sql`slices.slice desc` : sql`slices.slice`;
}

async function planRuns(db: Queryable, request: BackfillRequest): Promise<PlannedRun[]> {
  const result = await db.execute<Record<string, unknown> & PlannedRun>(sql`
    with ${selectOwed(request)}
    select first_day::text as "from", last_day::text as "to", count(*)::int as tasks, sum(partitions)::int as partitions
    from slices join owed using (slice) group by slices.slice, first_day, last_day order by ${orderSlices(request)}`);
  return result.rows;
}

/** Works out what a request asks of each asset that owes something, in the order of the graph. */
export async function planWork(db: Queryable, request: BackfillRequest): Promise<PlannedWork[]> {
  const result = await db.execute<Record<string, unknown> & PlannedWork>(sql`
    with ${selectOwed(request)},
    joined as (
      select place, asset, low, high, partitions,
        coalesce(low > lag(high) over asset_days + 1, true)::int as begins
      from owed window asset_days as (partition by place order by low)),
    numbered as (select *, sum(begins) over (partition by place order by low) as span from joined),
    spans as (
      select place, asset, min(low) as low, max(high) as high, count(*) as tasks, sum(partitions) as partitions
      from numbered group by place, asset, span)
    select asset, sum(tasks)::int as tasks, sum(partitions)::int as partitions,
      jsonb_agg(jsonb_build_object('from', first.day, 'to', last.day) order by low) as spans
    from spans join days first on first.number = low join days last on last.number = high
    group by place, asset order by place`);
  return result.rows;
}

/** Works out runs and tasks. Upstream assets are added; what is materialized already is left out, but for `all` and `stale`. */
export async function planBackfill(db: Queryable, request: BackfillRequest): Promise<BackfillPlan> {
  return {
    assets: addUpstreams(request.assets),
    runs: await planRuns(db, request),
    work: await planWork(db, request),
  };
}
