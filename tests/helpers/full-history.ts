import { sql } from 'drizzle-orm';
import type { Database } from '../../shared/db/client.ts';
import { codeVersionOf } from '../../shared/pipeline/code-version.ts';
import { graph } from '../../shared/pipeline/graph.ts';
import { FIRST_PARTITION, type Day } from '../../shared/time.ts';

/** A Monday noon in São Paulo whose last complete partition makes 4,406 weekdays since the first: 61,684 cells. */
export const FULL_HISTORY_NOW = Date.parse('2026-11-23T15:00:00Z');
export const FULL_HISTORY_END: Day = '2026-11-20';
export const FULL_HISTORY_CELLS = 61_684;

/**
 * Fills the ledger with an outcome for every weekday of every asset, made from its upstreams, in all states that there are:
 * every 97th is missing, every 89th failed, and so on; by number of the day, the same for every asset.
 */
export async function fillHistory(db: Database): Promise<void> {
  for (const asset of graph.names) {
    const { reads } = graph.assets[asset];
    await db.execute(sql`
      insert into materializations (asset, partition, state, reason, degraded, blocked, rows, task_id, run_id, code_version,
        upstream_ids)
      select ${asset}, day,
        case when n % 89 = 0 or n % 83 = 0 then 'failed' when n % 37 < 3 then 'no_data_expected' else 'fresh' end,
        case when n % 89 = 0 or n % 83 = 0 then 'the provider answered 500'
          when n % 37 = 0 then 'holiday' when n % 37 = 1 then 'not_released' when n % 37 = 2 then 'not_recorded' end,
        n % 41 = 0 and n % 37 > 2 and n % 83 > 0 and n % 89 > 0, n % 83 = 0, 100, gen_random_uuid(), gen_random_uuid(),
        case when n % 53 = 0 then 'older' else ${codeVersionOf(asset)} end,
        coalesce((select array_agg(u.id) from materializations u
          where u.partition = day and u.asset = any(${sql.param([...reads])}::text[])), '{}')
      from (
        select d::date as day, row_number() over (order by d) as n
        from generate_series(${FIRST_PARTITION}::timestamp, ${FULL_HISTORY_END}::timestamp, '1 day') as days(d)
        where extract(isodow from d) < 6) weekdays
      where n % 97 > 0`);
  }
  await db.execute(sql`analyze materializations`);
}
