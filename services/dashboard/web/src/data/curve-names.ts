import { CURVE_CONVENTIONS, type CurveId } from '../../../../../shared/silver/curve-conventions.ts';
import { nameUnit } from '../quantity.ts';

/** What a curve is, and what its numbers are: an analyst never takes a real rate for a nominal one. */
interface CurveName {
  readonly name: string;
  readonly quotes: 'nominal rate' | 'real rate' | 'breakeven inflation' | 'dollar rate' | 'forward price';
}

/** Every curve, by its stored name. */
export const CURVES: Readonly<Record<CurveId, CurveName>> = {
  DI_PRE: { name: 'Brazil, fixed rate (DI × pré)', quotes: 'nominal rate' },
  DI_IPCA: { name: 'Brazil, rate over IPCA (DAP)', quotes: 'real rate' },
  NTN_B_REAL: { name: 'Brazil, yield of NTN-B', quotes: 'real rate' },
  BR_BEI: { name: 'Brazil, fixed rate against the rate over IPCA', quotes: 'breakeven inflation' },
  CUPOM_CAMBIAL: { name: 'Brazil, onshore dollar rate (FRC)', quotes: 'dollar rate' },
  USDBRL_FWD: { name: 'Dollar against real', quotes: 'forward price' },
  UST_NOM: { name: 'US Treasuries, par yield', quotes: 'nominal rate' },
  UST_REAL: { name: 'US Treasuries, par yield of TIPS', quotes: 'real rate' },
  UST_NOM_ZERO: { name: 'US Treasuries, zero rate', quotes: 'nominal rate' },
  UST_REAL_ZERO: { name: 'US Treasuries, zero rate of TIPS', quotes: 'real rate' },
  UST_BEI: { name: 'US Treasuries, nominal yield against that of TIPS', quotes: 'breakeven inflation' },
};

/** What the numbers of a curve are and their unit: `real rate, % a year`. */
export const nameQuotes = (id: CurveId): string =>
  `${CURVES[id].quotes}, ${nameUnit(CURVE_CONVENTIONS[id].unit)}`;
