import { sql, type SQL } from 'drizzle-orm';
import { codeVersionOf } from '../pipeline/code-version.ts';
import { addUpstreams } from '../pipeline/flow-plan.ts';
import { graph, type AssetName } from '../pipeline/graph.ts';
import type { Day } from '../time.ts';
import type { Queryable } from './client.ts';

/** A rectangle of partitions × assets. */
export interface StaleRange {
  readonly from: Day;
  readonly to: Day;
  readonly assets: readonly AssetName[];
}

/**
 * Why a partition is stale: its code has another version now (`code`), an upstream has another outcome than the one it was
 * made from (`upstream`), or something it was made from, directly or not, is stale itself (`upstream_stale`).
 */
export type StaleCause = 'code' | 'upstream' | 'upstream_stale';

const pairs = (rows: readonly (readonly [string, string])[]): SQL =>
  sql`unnest(${sql.param(rows.map(([first]) => first))}::text[], ${sql.param(rows.map(([, second]) => second))}::text[])`;

/** The common table `own`: (asset, partition, cause, upstream) of what is stale by itself, among assets and their upstreams. */
function ownCauses({ from, to, assets }: StaleRange): SQL {
  const scope = addUpstreams(assets);
  const versions = scope.map((asset) => [asset, codeVersionOf(asset)] as const);
  const reads = scope.flatMap((asset) => graph.assets[asset].reads.map((read) => [asset, read] as const));
  return sql`
    own as materialized (
      select m.asset, m.partition, 'code' as cause, null::text as upstream
      from materializations m join ${pairs(versions)} as current (asset, version) on current.asset = m.asset
      where m.state <> 'failed' and m.partition between ${from} and ${to}
        and m.code_version <> '' and m.code_version <> current.version
      union all
      select m.asset, m.partition, 'upstream', u.asset
      from materializations m
      join ${pairs(reads)} as edge (asset, upstream) on edge.asset = m.asset
      join materializations u on u.asset = edge.upstream and u.partition = m.partition
      where m.state <> 'failed' and m.partition between ${from} and ${to}
        and m.upstream_ids <> '{}' and u.id <> all(m.upstream_ids)
    )`;
}

/** Pairs of an asset and one that it rests on, directly or not. */
const ancestorPairs = (assets: readonly AssetName[]): SQL =>
  pairs(
    assets.flatMap((asset) =>
      addUpstreams([asset]).flatMap((name) => (name === asset ? [] : [[asset, name] as const])),
    ),
  );

/**
 * Selects (asset, partition, cause, upstream) of everything that is stale in a range; `upstream` is the asset the cause
 * names. What has failed is not stale, and what was stored without version or upstreams is compared in nothing.
 */
export function selectStaleCauses(range: StaleRange): SQL {
  return sql`
    with ${ownCauses(range)}
    select * from own where asset = any(${sql.param([...range.assets])}::text[])
    union all
    select m.asset, m.partition, 'upstream_stale', origin.asset
    from (select distinct asset, partition from own) origin
    join ${ancestorPairs(range.assets)} as line (asset, ancestor) on line.ancestor = origin.asset
    join materializations m on m.asset = line.asset and m.partition = origin.partition and m.state <> 'failed'`;
}

/** Selects (asset, partition) of everything that `selectStaleCauses` names, each once. */
export function selectStale(range: StaleRange): SQL {
  return sql`
    with ${ownCauses(range)}, reached as (
      select asset, partition from own where asset = any(${sql.param([...range.assets])}::text[])
      union
      select line.asset, origin.partition from (select distinct asset, partition from own) origin
      join ${ancestorPairs(range.assets)} as line (asset, ancestor) on line.ancestor = origin.asset
    )
    select reached.* from reached join materializations m using (asset, partition) where m.state <> 'failed'`;
}

/** What is stale in a range, by partition, then in the order of the graph. */
export async function listStale(
  db: Queryable,
  range: StaleRange,
): Promise<{ asset: AssetName; partition: Day }[]> {
  const result = await db.execute<{ asset: AssetName; partition: Day }>(sql`
    select asset, partition::text as partition from (${selectStale(range)}) stale
    order by stale.partition, array_position(${sql.param([...graph.names])}::text[], asset)`);
  return result.rows;
}
