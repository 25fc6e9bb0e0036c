import { sql, type SQL } from 'drizzle-orm';
import {
  CURVE_CONVENTIONS,
  maxRmseBpOf,
  yearsOfPoint,
  type CurveConvention,
  type CurveId,
} from '../silver/curve-conventions.ts';
import { SUPERSEDED } from '../silver/retired.ts';
import { toIso, type Day, type Instant } from '../time.ts';
import { isKnownBy, selectInForce } from './as-of.ts';
import type { Queryable } from './client.ts';
import { isoText } from './iso-text.ts';

/** One point of a curve. */
export interface CurvePointView {
  readonly tenor: string;
  /** Years by the day count of the curve, the τ of its fits; null where it cannot be said. */
  readonly years: number | null;
  readonly calendarDays: number;
  readonly businessDays: number | null;
  /** In the unit of the curve; null with a reason. */
  readonly rate: number | null;
  readonly kind: string;
  readonly method: string;
  readonly flags: readonly string[];
  readonly reason: string | null;
  readonly knownAt: string;
  readonly inputs: string;
}

/** A parametric fit of a curve: betas as decimal fractions, lambdas in years. */
export interface CurveFitView {
  readonly model: string;
  readonly status: string;
  /** What the standard tenors of such a curve rest on: the model itself, or `linear` when its fit is refused. */
  readonly method: string;
  readonly flags: readonly string[];
  readonly b0: number | null;
  readonly b1: number | null;
  readonly b2: number | null;
  readonly b3: number | null;
  readonly l1: number | null;
  readonly l2: number | null;
  readonly rmseBp: number | null;
  /** Largest error that is accepted. */
  readonly maxRmseBp: number;
  readonly condition: number | null;
  readonly points: number;
  readonly knownAt: string;
  readonly inputs: string;
}

/** A number about a curve. */
export interface CurveMetricView {
  readonly metric: string;
  readonly value: number | null;
  readonly unit: string;
  readonly reason: string | null;
  readonly knownAt: string;
  readonly inputs: string;
}

/** A curve of one date as it was known at one moment, with all that is needed to draw it and to discount with it. */
export interface CurveView extends CurveConvention {
  readonly curveId: CurveId;
  /** The date of the curve, which may lie before the one that was asked for. */
  readonly date: Day;
  readonly asOf: string;
  readonly kind: string;
  /** When the last of its points became public. */
  readonly knownAt: string;
  readonly points: readonly CurvePointView[];
  /** The accepted fit with the least error; absent when there is none. */
  readonly fit?: CurveFitView;
  /** Every fit, those that were rejected too. */
  readonly fits: readonly CurveFitView[];
  readonly metrics: readonly CurveMetricView[];
}

type Loaded<View, Without extends keyof View> = Omit<View, Without> & Record<string, unknown>;

const ACCEPTED: readonly string[] = ['ok', 'degenerate'];

/** The rows of a table in force at a moment: the newest of each identity. */
function standing(
  table: 'silver_curve_point' | 'silver_curve_fit' | 'silver_curve_metric',
  identity: SQL,
  { curveId, date, asOf }: { readonly curveId: CurveId; readonly date: Day; readonly asOf: Instant },
): SQL {
  return sql`(${selectInForce({
    from: sql`${sql.identifier(table)}`,
    columns: sql`*`,
    column: 'known_at',
    identity,
    where: sql`curve_id = ${curveId} and curve_date = ${date}`,
    asOf,
  })}) standing`;
}

function describeFit(
  curveId: CurveId,
  fit: Loaded<CurveFitView, 'method' | 'flags' | 'maxRmseBp'>,
): CurveFitView {
  const isRefused = !ACCEPTED.includes(fit.status);
  const flags =
    fit.status === 'rejected' ? [`${fit.model}_rejected`] : fit.status === 'ok' ? [] : [fit.status];
  const { model, status, b0, b1, b2, b3, l1, l2, rmseBp, condition, points, knownAt, inputs } = fit;
  return {
    model,
    status,
    method: isRefused ? 'linear' : model,
    flags,
    b0,
    b1,
    b2,
    b3,
    l1,
    l2,
    rmseBp,
    maxRmseBp: maxRmseBpOf(curveId),
    condition,
    points,
    knownAt,
    inputs,
  };
}

/** The accepted fit with the least error, a complete one before a degenerate one. */
function pickFit(fits: readonly CurveFitView[]): CurveFitView | undefined {
  const order = ({ status, rmseBp }: CurveFitView): [number, number] => [
    ACCEPTED.indexOf(status),
    rmseBp ?? Infinity,
  ];
  return fits
    .filter(({ status }) => ACCEPTED.includes(status))
    .toSorted((a, b) => order(a)[0] - order(b)[0] || order(a)[1] - order(b)[1])[0];
}

/** The newest curve up to a date, from what was known at `asOf`; null when there is none. */
export async function findCurve(
  db: Queryable,
  curveId: CurveId,
  filter: { readonly date: Day; readonly asOf: Instant },
): Promise<CurveView | null> {
  const { asOf } = filter;
  const dates = await db.execute<{ date: Day }>(sql`
    select curve_date::text as date from silver_curve_point
    where curve_id = ${curveId} and curve_date <= ${filter.date} and ${isKnownBy('known_at', asOf)} and value is not null
    order by curve_date desc limit 1`);
  const date = dates.rows[0]?.date;
  if (date === undefined) return null;
  const scope = { curveId, date, asOf };
  const known = sql`${isoText(sql`known_at`)} as "knownAt"`;
  // A tenor has at most one observed point and one other in force, whatever its method was before.
  const points = await db.execute<Loaded<CurvePointView, 'years'>>(sql`
    select tenor, calendar_days as "calendarDays", business_days as "businessDays", value as rate,
      value_kind as kind, method, flags, reason, ${known}, inputs
    from ${standing('silver_curve_point', sql`tenor, method = 'observed'`, scope)}
    where reason is distinct from ${SUPERSEDED}
    order by calendar_days, tenor, method`);
  const first = points.rows[0];
  if (first === undefined) return null;
  const loaded = await db.execute<Loaded<CurveFitView, 'method' | 'flags' | 'maxRmseBp'>>(sql`
    select model, status, b0, b1, b2, b3, l1, l2, rmse_bp as "rmseBp", condition, points, ${known}, inputs
    from ${standing('silver_curve_fit', sql`model`, scope)} order by model`);
  const metrics = await db.execute<Loaded<CurveMetricView, never>>(sql`
    select metric, value, unit, reason, ${known}, inputs
    from ${standing('silver_curve_metric', sql`metric`, scope)}
    where reason is distinct from ${SUPERSEDED} order by metric`);
  const fits = loaded.rows.map((row) => describeFit(curveId, row));
  const fit = pickFit(fits);
  return {
    curveId,
    date,
    asOf: toIso(asOf),
    kind: first.kind,
    ...CURVE_CONVENTIONS[curveId],
    knownAt: points.rows.map((point) => point.knownAt).reduce((a, b) => (a > b ? a : b)),
    points: points.rows.map((point): CurvePointView => {
      const { tenor, calendarDays, businessDays, rate, kind, method, flags, reason, knownAt, inputs } = point;
      const years = yearsOfPoint(curveId, point);
      return { tenor, years, calendarDays, businessDays, rate, kind, method, flags, reason, knownAt, inputs };
    }),
    ...(fit === undefined ? {} : { fit }),
    fits,
    metrics: metrics.rows,
  };
}

/** Ids of the curves that have points, in alphabetical order. */
export async function listCurveIds(db: Queryable): Promise<CurveId[]> {
  const result = await db.execute<{ id: CurveId }>(sql`
    with recursive ids(id) as (
      select min(curve_id) from silver_curve_point
      union all
      select (select min(curve_id) from silver_curve_point where curve_id > ids.id) from ids where ids.id is not null)
    select id from ids where id is not null order by id`);
  return result.rows.map((row) => row.id);
}
