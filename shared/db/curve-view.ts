import { sql } from 'drizzle-orm';
import type { Day, Instant } from '../time.ts';
import { isKnownBy, selectInForce } from './as-of.ts';
import type { Queryable } from './client.ts';
import { isoText } from './iso-text.ts';

/** One point of a curve. */
export interface CurvePointView {
  readonly tenor: string;
  readonly calendarDays: number;
  readonly businessDays: number | null;
  /** Decimal fraction a year; null with a reason. */
  readonly rate: number | null;
  readonly method: string;
  readonly reason: string | null;
}

/** A parametric fit of a curve. */
export interface CurveFitView {
  readonly model: string;
  readonly status: string;
  readonly b0: number | null;
  readonly b1: number | null;
  readonly b2: number | null;
  readonly b3: number | null;
  readonly l1: number | null;
  readonly l2: number | null;
  readonly rmseBp: number | null;
  readonly points: number;
}

/** A curve of one date as it was known at one moment. */
export interface CurveView {
  readonly curveId: string;
  /** The date of the curve, which may lie before the one that was asked for. */
  readonly date: Day;
  readonly kind: string;
  /** When the last of its points became public. */
  readonly knownAt: string;
  readonly points: readonly CurvePointView[];
  readonly fit?: CurveFitView;
}

/** The newest curve up to a date, from what was known at `asOf`; null when there is none. */
export async function findCurve(
  db: Queryable,
  curveId: string,
  filter: { readonly date: Day; readonly asOf: Instant },
): Promise<CurveView | null> {
  const { asOf } = filter;
  const column = 'known_at';
  const dates = await db.execute<{ date: Day }>(sql`
    select curve_date::text as date from silver_curve_point
    where curve_id = ${curveId} and curve_date <= ${filter.date} and ${isKnownBy(column, asOf)} and value is not null
    order by curve_date desc limit 1`);
  const date = dates.rows[0]?.date;
  if (date === undefined) return null;
  const ofCurve = sql`curve_id = ${curveId} and curve_date = ${date}`;
  // A tenor has at most one observed point and one other in force, whatever its method was before.
  const points = await db.execute<
    CurvePointView & { kind: string; known_at: string } & Record<string, unknown>
  >(sql`
    select tenor, calendar_days as "calendarDays", business_days as "businessDays", value as rate, method, reason,
      value_kind as kind, ${isoText(sql`known_at`)} as known_at
    from (${selectInForce({
      from: sql`silver_curve_point`,
      columns: sql`*`,
      column,
      identity: sql`tenor, method = 'observed'`,
      where: ofCurve,
      asOf,
    })}) standing
    order by calendar_days, tenor, method`);
  const first = points.rows[0];
  if (first === undefined) return null;
  const fits = await db.execute<CurveFitView & Record<string, unknown>>(sql`
    select model, status, b0, b1, b2, b3, l1, l2, rmse_bp as "rmseBp", points
    from (${selectInForce({
      from: sql`silver_curve_fit`,
      columns: sql`*`,
      column,
      identity: sql`model`,
      where: ofCurve,
      asOf,
    })}) standing
    where status = 'ok' order by rmse_bp limit 1`);
  const fit = fits.rows[0];
  return {
    curveId,
    date,
    kind: first.kind,
    knownAt: points.rows.map((point) => point.known_at).reduce((a, b) => (a > b ? a : b)),
    points: points.rows.map(({ tenor, calendarDays, businessDays, rate, method, reason }) => ({
      tenor,
      calendarDays,
      businessDays,
      rate,
      method,
      reason,
    })),
    ...(fit === undefined ? {} : { fit }),
  };
}

/** Ids of the curves that have points, in alphabetical order. */
export async function listCurveIds(db: Queryable): Promise<string[]> {
  const result = await db.execute<{ id: string }>(sql`
    with recursive ids(id) as (
      select min(curve_id) from silver_curve_point
      union all
      select (select min(curve_id) from silver_curve_point where curve_id > ids.id) from ids where ids.id is not null)
    select id from ids where id is not null order by id`);
  return result.rows.map((row) => row.id);
}
