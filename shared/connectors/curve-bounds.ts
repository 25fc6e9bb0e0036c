import type { CurvePointRow } from './connector.ts';

/** Limits of a usable vertex, both rates excluded; rates are decimal fractions a year, prices as quoted. */
export interface CurveBounds {
  /** Shortest usable vertex, calendar days: genuine pages hold 979 % and −174 % at one day. */
  readonly minDays: number;
  readonly above: number;
  readonly below: number;
}

/** Limits of the Brazilian curves, whatever the source of their vertices. */
export const CURVE_BOUNDS = {
  DI_PRE: { minDays: 1, above: 0, below: 0.5 },
  DI_IPCA: { minDays: 180, above: -0.5, below: 0.5 },
  CUPOM_CAMBIAL: { minDays: 30, above: -0.1, below: 0.5 },
  NTN_B_REAL: { minDays: 1, above: -0.5, below: 0.5 },
  USDBRL_FWD: { minDays: 1, above: 0.5, below: 30 },
} as const satisfies Partial<Record<CurvePointRow['curveId'], CurveBounds>>;
