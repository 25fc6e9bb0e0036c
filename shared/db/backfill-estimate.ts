import { sql } from 'drizzle-orm';
import type { AssetName } from '../pipeline/graph.ts';
import type { Day } from '../time.ts';
import { exactText } from './iso-text.ts';
import type { Queryable } from './client.ts';

/** The first and last partition that the runs of a backfill cover, by asset. */
export async function readBackfillSpans(
  db: Queryable,
  backfillId: string,
): Promise<{ readonly asset: AssetName; readonly from: Day; readonly to: Day }[]> {
  const result = await db.execute<{ asset: AssetName; from: Day; to: Day }>(sql`
    select tasks.asset, min(runs.from_partition)::text as "from", max(runs.to_partition)::text as "to"
    from tasks join runs on runs.id = tasks.run_id
    where runs.backfill_id = ${backfillId} group by tasks.asset order by tasks.asset`);
  return result.rows;
}

/** Partitions per second of the backfill that finished last with something done; null before there is one. */
export async function readLatestRate(db: Queryable): Promise<number | null> {
  const result = await db.execute<{ rate: number | null }>(sql`
    select (done / nullif(extract(epoch from finished_at - started_at), 0))::float8 as rate
    from (
      select b.started_at, b.finished_at,
        (select sum(tasks.done) from tasks join runs on runs.id = tasks.run_id where runs.backfill_id = b.id) as done
      from backfills b where b.finished_at is not null and b.started_at is not null
      order by b.finished_at desc limit 20) ended
    where done > 0 order by finished_at desc limit 1`);
  return result.rows[0]?.rate ?? null;
}

/** When a backfill was requested, to the microsecond: its place in the list. Null when there is no such backfill. */
export async function readBackfillPlace(db: Queryable, backfillId: string): Promise<string | null> {
  const result = await db.execute<{ place: string }>(
    sql`select ${exactText(sql`created_at`)} as place from backfills where id = ${backfillId}`,
  );
  return result.rows[0]?.place ?? null;
}
