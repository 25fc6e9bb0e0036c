import type { CurvePointRow } from '../connectors/connector.ts';

/** Limits of a rate (decimal a year) or a price, both excluded. */
export interface Bounds {
  readonly above: number;
  readonly below: number;
}

/**
 * The dirty coupon carries the move of the spot since the last fixing, annualised over what is left: −11.3 % at 28 days
 * and 183 % at 6 days are genuine.
 */
const DIRTY: Bounds = { above: -1, below: 1 };
const SHORT_DIRTY: Bounds = { above: -10, below: 10 };

/** A money-market coupon of a few days is noise: 66 % at 7 days is published, 979.88 % at one is no rate. */
const SHORT_COUPON: Bounds = { above: -1, below: 1 };
const COUPON: Bounds = { above: -0.1, below: 0.5 };
const COUPON_DAYS = 30;

const BOUNDS: Readonly<Record<CurvePointRow['curveId'], Bounds>> = {
  DI_PRE: { above: 0, below: 0.5 },
  DI_IPCA: { above: -0.5, below: 0.5 },
  CUPOM_CAMBIAL: COUPON,
  USDBRL_FWD: { above: 0.5, below: 15 },
  NTN_B_REAL: { above: -0.2, below: 0.5 },
  UST_NOM: { above: -0.05, below: 0.25 },
  UST_REAL: { above: -0.1, below: 0.2 },
};

/** What the value of a vertex must lie between: a decimal rate a year, for `USDBRL_FWD` BRL per USD. */
export function findBounds({ key, curveId, calendarDays }: CurvePointRow): Bounds {
  const isShort = calendarDays < COUPON_DAYS;
  if (key === 'DDI') return isShort ? SHORT_DIRTY : DIRTY;
  if (curveId === 'CUPOM_CAMBIAL' && isShort) return SHORT_COUPON;
  return BOUNDS[curveId];
}
