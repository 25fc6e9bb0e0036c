import { sql } from 'drizzle-orm';
import { graph, type AssetName } from '../pipeline/graph.ts';
import type { Queryable } from './client.ts';

/** What has become of one asset in a backfill. */
export interface AssetProgress {
  readonly asset: AssetName;
  /** Counts by state. */
  readonly tasks: Readonly<Record<string, number>>;
  readonly partitions: { readonly total: number; readonly done: number };
  readonly rows: number;
  readonly requests: number;
}

/** How far a backfill is with each of its assets that owes something, in the order of the graph. */
export async function listAssetProgress(db: Queryable, backfillId: string): Promise<AssetProgress[]> {
  const result = await db.execute<Record<string, unknown> & AssetProgress>(sql`
    with counted as (
      select tasks.asset, tasks.state, count(*) as count, sum(tasks.partitions) as total,
        sum(least(tasks.done, tasks.partitions)) as done, sum(tasks.rows) as rows, sum(tasks.requests) as requests
      from tasks join runs on runs.id = tasks.run_id where runs.backfill_id = ${backfillId}
      group by tasks.asset, tasks.state)
    select asset, jsonb_object_agg(state, count) as tasks,
      jsonb_build_object('total', sum(total), 'done', sum(done)) as partitions,
      sum(rows)::float8 as rows, sum(requests)::float8 as requests
    from counted group by asset order by array_position(${sql.param([...graph.names])}::text[], asset)`);
  return result.rows;
}
