import { eq, sql } from 'drizzle-orm';
import type { Provider } from '../connectors/connector.ts';
import type { AssetName } from '../pipeline/graph.ts';
import type { Queryable } from './client.ts';
import { exactText } from './iso-text.ts';
import { coverage } from './schema.ts';

/** Ended tasks that tell how fast work is computed: the newest ones. */
const SAMPLED_TASKS = 1_000;

/**
 * Partitions per second of the tasks of some assets that ended last, over the time in which any of them was at work: tasks
 * side by side count together, pauses between them do not count. Null before there is one.
 */
export async function readComputeRate(db: Queryable, assets: readonly AssetName[]): Promise<number | null> {
  const result = await db.execute<{ rate: number | null }>(sql`
    with sample as (
      select done, started_at, finished_at from tasks
      where state = 'succeeded' and done > 0 and finished_at > started_at and asset = any(${sql.param([...assets])}::text[])
      order by finished_at desc limit ${SAMPLED_TASKS}),
    busy as (select unnest(range_agg(tstzrange(started_at, finished_at))) as period from sample)
    select ((select sum(done) from sample)
      / (select nullif(sum(extract(epoch from upper(period) - lower(period))), 0) from busy))::float8 as rate`);
  return result.rows[0]?.rate ?? null;
}

/** The windows of a provider that were ever fetched, as `key id`. */
export async function listCoveredIds(db: Queryable, provider: Provider): Promise<ReadonlySet<string>> {
  const rows = await db
    .select({ key: coverage.key, id: coverage.windowId })
    .from(coverage)
    .where(eq(coverage.provider, provider));
  return new Set(rows.map(({ key, id }) => `${key} ${id}`));
}

/** When a backfill was requested, to the microsecond: its place in the list. Null when there is no such backfill. */
export async function readBackfillPlace(db: Queryable, backfillId: string): Promise<string | null> {
  const result = await db.execute<{ place: string }>(
    sql`select ${exactText(sql`created_at`)} as place from backfills where id = ${backfillId}`,
  );
  return result.rows[0]?.place ?? null;
}
