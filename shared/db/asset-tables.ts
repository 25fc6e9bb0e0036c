import { sql } from 'drizzle-orm';
import type { AssetName } from '../pipeline/graph.ts';
import type { Queryable } from './client.ts';

const AGENT_TABLES = ['agent_reports', 'signals'];

/** Where each asset stores its results. Provider answers, key outcomes and checks are the ledger's. */
const TABLES: Readonly<Record<AssetName, readonly string[]>> = {
  bronze_bcb_sgs: ['observations'],
  bronze_fred: ['observations'],
  bronze_yahoo: ['bars', 'corporate_actions'],
  bronze_bcb_ptax: ['fixings'],
  bronze_b3_market_data: ['curve_points'],
  bronze_treasury_gov: ['curve_points'],
  silver_macro: ['silver_macro'],
  silver_returns: ['silver_price', 'silver_stat'],
  silver_curves: ['silver_curve_point', 'silver_curve_fit', 'silver_curve_metric'],
  agent_inflation: AGENT_TABLES,
  agent_monetary_policy: AGENT_TABLES,
  agent_fiscal: AGENT_TABLES,
  agent_fx_equilibrium: AGENT_TABLES,
  agent_cross_asset: AGENT_TABLES,
};

/** A table as the database describes it. */
export interface AssetTable {
  readonly table: string;
  readonly description: string;
  readonly columns: readonly {
    readonly column: string;
    readonly type: string;
    readonly nullable: boolean;
    /** What it means, with its unit. */
    readonly description: string;
  }[];
}

/** The tables that an asset writes its results to, with their columns in order. */
export async function listAssetTables(db: Queryable, asset: AssetName): Promise<AssetTable[]> {
  const result = await db.execute<AssetTable & Record<string, unknown>>(sql`
    select pg_class.relname as table, coalesce(obj_description(pg_class.oid), '') as description,
      json_agg(json_build_object('column', attname, 'type', format_type(atttypid, atttypmod), 'nullable', not attnotnull,
        'description', coalesce(col_description(pg_class.oid, attnum), '')) order by attnum) as columns
    from unnest(${sql.param(TABLES[asset])}::text[]) with ordinality as wanted (name, place)
    join pg_class on pg_class.oid = wanted.name::regclass
    join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
    group by pg_class.oid, place
    order by place`);
  return result.rows;
}
