import { sql } from 'drizzle-orm';
import type { BronzeName } from '../pipeline/graph.ts';
import { cutoffOf, listWeekdays, previousWeekday, toIso, type Day } from '../time.ts';
import { becameKnown } from './as-of.ts';
import type { Queryable } from './client.ts';

const FACTS = sql.raw(
  ['observations', 'bars', 'fixings', 'curve_points']
    .map((table) => `select key, date, release_time from ${table}`)
    .join(' union all '),
);

/** Dates between two days for which each key has a stored value. */
export async function listStoredDates(
  db: Queryable,
  keys: readonly string[],
  from: Day,
  to: Day,
): Promise<ReadonlyMap<string, ReadonlySet<Day>>> {
  const result = await db.execute<{ key: string; dates: Day[] }>(sql`
    select key, array_agg(distinct date::text) as dates from (${FACTS}) facts
    where key = any(${sql.param([...keys])}::text[]) and date between ${from} and ${to} group by key`);
  return new Map(result.rows.map((row) => [row.key, new Set(row.dates)]));
}

/** How many stored values of an asset became public in the knowledge interval of each partition. */
export async function countRowsByPartition(
  db: Queryable,
  asset: BronzeName,
  partitions: readonly Day[],
): Promise<ReadonlyMap<Day, number>> {
  const first = partitions[0];
  const last = partitions.at(-1);
  if (first === undefined || last === undefined) return new Map();
  const days = listWeekdays(first, last);
  const before = cutoffOf(previousWeekday(first));
  const cutoffs = [before, ...days.map((day) => cutoffOf(day))].map(toIso);
  // A bucket includes its lower bound and excludes the upper one; a partition is the other way round.
  const result = await db.execute<{ bucket: number; count: string }>(sql`
    select width_bucket(release_time - interval '1 microsecond', ${sql.param(cutoffs)}::timestamptz[]) as bucket, count(*)
    from (${FACTS}) facts join series on series.key = facts.key
    where series.asset = ${asset} and ${becameKnown('release_time', before, cutoffOf(last))}
    group by bucket`);
  const counts = new Map(result.rows.map((row) => [row.bucket, Number(row.count)]));
  return new Map(days.map((day, index) => [day, counts.get(index + 1) ?? 0]));
}
