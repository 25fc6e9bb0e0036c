import { sql } from 'drizzle-orm';
import type { CurveId } from '../silver/curve-conventions.ts';
import { SUPERSEDED } from '../silver/retired.ts';
import type { Day, Instant } from '../time.ts';
import { selectInForce } from './as-of.ts';
import type { Queryable } from './client.ts';
import { isoText } from './iso-text.ts';

/** One tenor of a curve on one date. */
export interface CurveTenorView {
  readonly date: Day;
  /** In the unit of the curve; null with a reason. */
  readonly rate: number | null;
  readonly method: string;
  readonly flags: readonly string[];
  readonly reason: string | null;
  readonly knownAt: string;
}

/** Which dates of a tenor to list. */
export interface CurveTenorFilter {
  readonly from?: Day | undefined;
  readonly to?: Day | undefined;
  /** Nothing that became known later. */
  readonly asOf: Instant;
  readonly after?: Day | undefined;
  readonly limit: number;
}

/** True when the curve has ever had a point of that name. */
export async function hasTenor(db: Queryable, curveId: CurveId, tenor: string): Promise<boolean> {
  const found = await db.execute(
    sql`select from silver_curve_point where curve_id = ${curveId} and tenor = ${tenor} limit 1`,
  );
  return found.rows.length > 0;
}

/** A tenor by date, from what was known at `asOf`: the standard one of each date, the observed one where there is no other. */
export async function listCurveTenor(
  db: Queryable,
  curveId: CurveId,
  tenor: string,
  { from, to, asOf, after, limit }: CurveTenorFilter,
): Promise<CurveTenorView[]> {
  const standing = selectInForce({
    from: sql`silver_curve_point`,
    columns: sql`*`,
    column: 'known_at',
    identity: sql`curve_date, method = 'observed'`,
    where: sql`curve_id = ${curveId} and tenor = ${tenor}
      and ${from === undefined ? sql`true` : sql`curve_date >= ${from}`}
      and ${to === undefined ? sql`true` : sql`curve_date <= ${to}`}
      and ${after === undefined ? sql`true` : sql`curve_date > ${after}`}`,
    asOf,
  });
  const result = await db.execute<CurveTenorView & Record<string, unknown>>(sql`
    select distinct on (curve_date) curve_date::text as date, value as rate, method, flags, reason,
      ${isoText(sql`known_at`)} as "knownAt"
    from (${standing}) standing where reason is distinct from ${SUPERSEDED}
    order by curve_date, method = 'observed' limit ${limit}`);
  return result.rows;
}
