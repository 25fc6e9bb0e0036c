import { BUSINESS_DAYS_PER_YEAR, MONEY_MARKET_YEAR } from '../numeric/rates.ts';

/** How the values of a curve are quoted: what a reader needs to discount with them. */
export interface CurveConvention {
  readonly unit: 'decimal_per_year' | 'brl_per_usd';
  /** `simple`: interest is linear in time. Null: the values are prices. */
  readonly compounding: 'annual' | 'semi_annual' | 'simple' | null;
  /** How a tenor becomes years. `ACT/ACT`: US tenors are whole coupon periods, so `10Y` is ten years. */
  readonly dayCount: 'BUS/252' | 'ACT/360' | 'ACT/ACT';
  readonly calendar: 'BR_ANBIMA' | 'US_GOV';
}

const BRAZIL_RATE: CurveConvention = {
  unit: 'decimal_per_year',
  compounding: 'annual',
  dayCount: 'BUS/252',
  calendar: 'BR_ANBIMA',
};
const BOND_EQUIVALENT: CurveConvention = {
  unit: 'decimal_per_year',
  compounding: 'semi_annual',
  dayCount: 'ACT/ACT',
  calendar: 'US_GOV',
};

/** Every curve that silver stores, with its convention. */
export const CURVE_CONVENTIONS = {
  DI_PRE: BRAZIL_RATE,
  DI_IPCA: BRAZIL_RATE,
  NTN_B_REAL: BRAZIL_RATE,
  BR_BEI: BRAZIL_RATE,
  CUPOM_CAMBIAL: { ...BRAZIL_RATE, compounding: 'simple', dayCount: 'ACT/360' },
  USDBRL_FWD: { ...BRAZIL_RATE, unit: 'brl_per_usd', compounding: null, dayCount: 'ACT/360' },
  UST_NOM: BOND_EQUIVALENT,
  UST_REAL: BOND_EQUIVALENT,
  UST_NOM_ZERO: BOND_EQUIVALENT,
  UST_REAL_ZERO: BOND_EQUIVALENT,
  UST_BEI: BOND_EQUIVALENT,
} as const satisfies Readonly<Record<string, CurveConvention>>;

/** Stored name of a curve. */
export type CurveId = keyof typeof CURVE_CONVENTIONS;

/** Whether silver stores a curve of that name. */
export function isCurveId(text: string): text is CurveId {
  return Object.hasOwn(CURVE_CONVENTIONS, text);
}

/** Largest accepted error of a parametric fit, basis points: 10 for the US, 25 for Brazil. */
export function maxRmseBpOf(curveId: CurveId): number {
  return CURVE_CONVENTIONS[curveId].calendar === 'US_GOV' ? 10 : 25;
}

/** Years of a US tenor label: `1.5M` → 0.125, `10Y` → 10. */
export function yearsOfTenor(tenor: string): number {
  const count = Number.parseFloat(tenor);
  return tenor.endsWith('M') ? count / 12 : count;
}

/** Years to a point by the day count of its curve, the τ of the curve's fits; null without business days where they count. */
export function yearsOfPoint(
  curveId: CurveId,
  point: { readonly tenor: string; readonly calendarDays: number; readonly businessDays: number | null },
): number | null {
  const { dayCount } = CURVE_CONVENTIONS[curveId];
  if (dayCount === 'ACT/ACT') return yearsOfTenor(point.tenor);
  if (dayCount === 'ACT/360') return point.calendarDays / MONEY_MARKET_YEAR;
  return point.businessDays === null ? null : point.businessDays / BUSINESS_DAYS_PER_YEAR;
}
