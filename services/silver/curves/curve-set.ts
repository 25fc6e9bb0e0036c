import type { CurveFit } from '../../../shared/numeric/nelson-siegel-fit.ts';
import type { ValueKind, Vertex } from './vertex.ts';

/** How a point came about; `observed` is a vertex of the source itself. */
export type Method =
  | 'observed'
  | 'flat_forward'
  | 'linear'
  | 'log_linear'
  | 'flat'
  | 'frc'
  | 'bootstrap'
  | 'fisher'
  | 'simple';

/** A point of a curve; a null value says why. */
export interface Point {
  readonly curveId: string;
  readonly tenor: string;
  readonly calendarDays: number;
  readonly businessDays: number | null;
  readonly value: number | null;
  readonly valueKind: ValueKind;
  readonly method: Method;
  readonly reason: string | null;
}

/** A parametric fit of a curve; null when it cannot be fitted, with the reason as status. */
export interface Fit {
  readonly curveId: string;
  readonly model: 'ns' | 'nss';
  readonly fit: CurveFit | null;
  readonly points: number;
}

/** A number about a curve: `decimal` = decimal fraction a year, `bps` = basis points. */
export interface Metric {
  readonly curveId: string;
  readonly metric: string;
  readonly value: number | null;
  readonly unit: 'decimal' | 'bps';
  readonly reason: string | null;
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
export function observe(curveId: string, valueKind: ValueKind, vertices: readonly Vertex[]): Point[] {
  return vertices.map(({ tenor, calendarDays, businessDays, value }) => ({
    curveId,
    tenor,
    calendarDays,
    businessDays,
    value,
    valueKind,
    method: 'observed',
    reason: null,
  }));
}

/** A metric with the reason of its absence. */
export function measure(
  curveId: string,
  metric: string,
  value: number | null,
  unit: 'decimal' | 'bps',
  reason: string,
): Metric {
  return { curveId, metric, value, unit, reason: value === null ? reason : null };
}
