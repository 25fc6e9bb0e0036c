import type { CurveFit } from '../../../shared/numeric/nelson-siegel-fit.ts';
import type { CurveId } from '../../../shared/silver/curve-conventions.ts';
import type { Source, ValueKind } from './vertex.ts';

/** How a point came about; `observed` is a vertex of the source itself, `ns` the value of an accepted fit. */
export type Method =
  | 'observed'
  | 'flat_forward'
  | 'linear'
  | 'log_linear'
  | 'flat'
  | 'frc'
  | 'ns'
  | 'bootstrap'
  | 'fisher'
  | 'simple';

/**
 * What to know before using a point. `flat`: beyond the observed tenors, the end rate held. `extrapolated`: beyond them,
 * the value of the fit. `flat_short_end`: the par curve below its first tenor was held flat to bootstrap. `ns_rejected`: the
 * Nelson-Siegel fit of the curve misses by more than is accepted, so the point is interpolated.
 */
export type Flag = 'flat' | 'extrapolated' | 'flat_short_end' | 'ns_rejected';

/** A point of a curve; a null value says why. `inputs`: source, vertices and highest revision it was made of. */
export interface Point {
  readonly curveId: CurveId;
  readonly tenor: string;
  readonly calendarDays: number;
  readonly businessDays: number | null;
  readonly value: number | null;
  readonly valueKind: ValueKind;
  readonly method: Method;
  readonly flags: readonly Flag[];
  readonly reason: string | null;
  readonly inputs: string;
}

/** A parametric fit of a curve; null when it cannot be fitted, with the reason as status. */
export interface Fit {
  readonly curveId: CurveId;
  readonly model: 'ns' | 'nss';
  readonly fit: CurveFit | null;
  readonly points: number;
  readonly inputs: string;
}

/**
 * A number about a curve: `decimal` = decimal fraction a year, `bps` = basis points, `per_100` = units of currency per 100 of
 * face value.
 */
export interface Measure {
  readonly curveId: CurveId;
  readonly metric: string;
  readonly value: number | null;
  readonly unit: 'decimal' | 'bps' | 'per_100';
  readonly reason: string | null;
}

/** A measure with its lineage. */
export interface Metric extends Measure {
  readonly inputs: string;
}

/** Everything that follows from the source points of one date. */
export interface CurveSet {
  readonly points: readonly Point[];
  readonly fits: readonly Fit[];
  readonly metrics: readonly Metric[];
}

/** Why a standard tenor has no value. */
export const OUTSIDE_REACH = 'tenor outside 0.8 of the first to 1.1 of the last observed one';
export const NO_SOURCE = 'no usable point of the curve';

/** Source vertices as points of their own. */
export function observe(curveId: CurveId, valueKind: ValueKind, source: Source): Point[] {
  return source.vertices.map(({ tenor, calendarDays, businessDays, value, revision }) => ({
    curveId,
    tenor,
    calendarDays,
    businessDays,
    value,
    valueKind,
    method: 'observed',
    flags: [],
    reason: null,
    inputs: `${source.key}[${source.date}] ${tenor} r${revision}`,
  }));
}

/** A measure with the reason of its absence. */
export function measure(
  curveId: CurveId,
  metric: string,
  value: number | null,
  unit: Measure['unit'],
  reason: string,
): Measure {
  return { curveId, metric, value, unit, reason: value === null ? reason : null };
}

/** The measures with what they were made of. */
export function cite(inputs: string, measures: readonly Measure[]): Metric[] {
  return measures.map((one) => ({ ...one, inputs }));
}
