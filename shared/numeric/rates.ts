/** Business days of a Brazilian rate year (ANBIMA). */
export const BUSINESS_DAYS_PER_YEAR = 252;

/** Value at expiry of a DI1, DAP or DDI contract, in points. */
export const CONTRACT_POINTS = 100_000;

/** Calendar days of a money-market year (cupom cambial, SOFR). */
export const MONEY_MARKET_YEAR = 360;
const CALENDAR_YEAR = 365;

/**
 * Continuous forward between `t1` and `t2` (years), `(r2·t2 − r1·t1)/(t2 − t1)`, decimal. Null unless t2 > t1 ≥ 0.
 */
export function computeForwardContinuous(r1: number, t1: number, r2: number, t2: number): number | null {
  if (!(t2 > t1 && t1 >= 0)) return null;
  return toFinite((r2 * t2 - r1 * t1) / (t2 - t1));
}

/**
 * Annually compounded forward, `[(1+r2)^{t2}/(1+r1)^{t1}]^{1/(t2−t1)} − 1`, decimal; times in years (business
 * days/252 for Brazil). Null unless t2 > t1 ≥ 0 and both rates exceed −100 %.
 */
export function computeForwardAnnual(r1: number, t1: number, r2: number, t2: number): number | null {
  if (!(t2 > t1 && t1 >= 0 && r1 > -1 && r2 > -1)) return null;
  return toFinite(Math.expm1((t2 * Math.log1p(r2) - t1 * Math.log1p(r1)) / (t2 - t1)));
}

/** Inflation priced in by a nominal and a real rate, `(1+n)/(1+r) − 1`, decimal. Null when r ≤ −1. */
export function computeBreakevenFisher(nominal: number, real: number): number | null {
  return real > -1 ? toFinite((1 + nominal) / (1 + real) - 1) : null;
}

/** `nominal − real`, decimal. */
export function computeBreakevenSimple(nominal: number, real: number): number | null {
  return toFinite(nominal - real);
}

/** Price change of a zero for one basis point, continuous rate: `N·T·e^{−rT}·1e-4`, unit of `notional`. */
export function computeDv01Continuous(notional: number, years: number, rate: number): number | null {
  return years >= 0 ? toFinite(notional * years * Math.exp(-rate * years) * 1e-4) : null;
}

/** Price change of a zero for one basis point, annual rate: `N·T·(1+r)^{−T−1}·1e-4`, unit of `notional`. */
export function computeDv01Annual(notional: number, years: number, rate: number): number | null {
  return years >= 0 && rate > -1 ? toFinite(notional * years * (1 + rate) ** (-years - 1) * 1e-4) : null;
}

/**
 * Price change of a zero for one basis point of a semi-annual bond equivalent rate: `N·T·(1+y/2)^{−2T−1}·1e-4`, unit of
 * `notional`. Null when T < 0 or y ≤ −2.
 */
export function computeDv01SemiAnnual(notional: number, years: number, bey: number): number | null {
  if (!(years >= 0 && bey > -2)) return null;
  return toFinite(notional * years * (1 + bey / 2) ** (-2 * years - 1) * 1e-4);
}

/**
 * Annual rate of a DI1 or DAP settlement price, `(100000/PU)^{252/du} − 1`, decimal BUS/252.
 * Null when the price or the number of business days is not positive.
 */
export function computeRateFromPu(pu: number, businessDays: number): number | null {
  if (!(pu > 0 && businessDays > 0)) return null;
  return toFinite(Math.expm1((BUSINESS_DAYS_PER_YEAR / businessDays) * Math.log(CONTRACT_POINTS / pu)));
}

/** Settlement price of a DI1 or DAP rate, `100000/(1+r)^{du/252}`, points. Null when r ≤ −1 or du is not positive. */
export function computePuFromRate(rate: number, businessDays: number): number | null {
  if (!(rate > -1 && businessDays > 0)) return null;
  return toFinite(CONTRACT_POINTS * Math.exp((-businessDays / BUSINESS_DAYS_PER_YEAR) * Math.log1p(rate)));
}

/** Linear ACT/360 rate of a DDI settlement price, `(100000/PU − 1)·360/dc`, decimal. Null when not positive. */
export function computeLinear360FromPu(pu: number, calendarDays: number): number | null {
  if (!(pu > 0 && calendarDays > 0)) return null;
  return toFinite(((CONTRACT_POINTS / pu - 1) * MONEY_MARKET_YEAR) / calendarDays);
}

/**
 * Long cupom cambial from an FRC rate and the short cupom it starts from:
 * `[(1 + s·dcS/360)(1 + frc·(dcL−dcS)/360) − 1]·360/dcL`, all linear ACT/360 decimal. Null unless dcL > dcS > 0.
 */
export function computeCupomFromFrc(
  frc: number,
  shortCupom: number,
  shortDays: number,
  longDays: number,
): number | null {
  if (!(longDays > shortDays && shortDays > 0)) return null;
  const short = 1 + (shortCupom * shortDays) / MONEY_MARKET_YEAR;
  const forward = 1 + (frc * (longDays - shortDays)) / MONEY_MARKET_YEAR;
  return toFinite(((short * forward - 1) * MONEY_MARKET_YEAR) / longDays);
}

/**
 * Cupom cambial implied by covered parity, linear ACT/360 decimal:
 * `((1 + DI)^{du/252}/(F/S) − 1)·360/dc`. Null when spot, forward or the days are not positive.
 */
export function computeCupomFromForward(quote: {
  di: number;
  spot: number;
  forward: number;
  businessDays: number;
  calendarDays: number;
}): number | null {
  const { di, spot, forward, businessDays, calendarDays } = quote;
  if (!(spot > 0 && forward > 0 && businessDays > 0 && calendarDays > 0 && di > -1)) return null;
  const growth = (1 + di) ** (businessDays / BUSINESS_DAYS_PER_YEAR) / (forward / spot);
  return toFinite(((growth - 1) * MONEY_MARKET_YEAR) / calendarDays);
}

/** Cross-currency basis in percentage points, `100·(cupom − usd)`, both linear ACT/360 decimal. */
export function computeCipBasisPp(cupomLinear360: number, usdLinear360: number): number | null {
  return toFinite(100 * (cupomLinear360 - usdLinear360));
}

/** Effective annual rate of a semi-annual bond equivalent yield, `(1 + y/2)² − 1`, decimal. Null when y ≤ −2. */
export function convertBeyToEffective(bey: number): number | null {
  return bey > -2 ? toFinite((1 + bey / 2) ** 2 - 1) : null;
}

/** Continuous rate of a semi-annual bond equivalent yield, `2·ln(1 + y/2)`, decimal. Null when y ≤ −2. */
export function convertBeyToContinuous(bey: number): number | null {
  return bey > -2 ? toFinite(2 * Math.log1p(bey / 2)) : null;
}

/** Linear ACT/360 rate of an effective annual ACT/365 rate over `calendarDays`, decimal. Null when not defined. */
export function convertEffectiveToLinear360(effective: number, calendarDays: number): number | null {
  if (!(effective > -1 && calendarDays > 0)) return null;
  const growth = Math.expm1((calendarDays / CALENDAR_YEAR) * Math.log1p(effective));
  return toFinite((growth * MONEY_MARKET_YEAR) / calendarDays);
}

/** Continuous rate of an annually compounded one, `ln(1 + r)`, decimal. Null when r ≤ −1. */
export function convertAnnualToContinuous(rate: number): number | null {
  return rate > -1 ? toFinite(Math.log1p(rate)) : null;
}

/** Percent a business day of a Selic or CDI rate in percent a year: 13.65 → 0.050788. Null at −100 % or below. */
export function convertAnnualToDailyPct(annualPct: number): number | null {
  if (!(annualPct > -100)) return null;
  return toFinite(Math.expm1(Math.log1p(annualPct / 100) / BUSINESS_DAYS_PER_YEAR) * 100);
}

/** Percent a year (BUS/252) of a Selic or CDI rate in percent a business day. Null at −100 % or below. */
export function convertDailyToAnnualPct(dailyPct: number): number | null {
  if (!(dailyPct > -100)) return null;
  return toFinite(Math.expm1(Math.log1p(dailyPct / 100) * BUSINESS_DAYS_PER_YEAR) * 100);
}

/** `long − short`, unit of the rates; null when a leg is missing. */
export function computeSlope(long: number | null, short: number | null): number | null {
  return long === null || short === null ? null : toFinite(long - short);
}

/** `y2 − (y1 + y5)/2`, unit of the rates; null when a leg is missing. */
export function computeBelly(y1: number | null, y2: number | null, y5: number | null): number | null {
  return y1 === null || y2 === null || y5 === null ? null : toFinite(y2 - (y1 + y5) / 2);
}

/** `2·y5 − y2 − y10`, unit of the rates; null when a leg is missing. */
export function computeButterfly(y2: number | null, y5: number | null, y10: number | null): number | null {
  return y2 === null || y5 === null || y10 === null ? null : toFinite(2 * y5 - y2 - y10);
}

function toFinite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
