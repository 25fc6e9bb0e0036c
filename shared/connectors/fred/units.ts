import type { Day } from '../../time.ts';

/**
 * FRED's words for the units of the registry. The base year is no part of a unit: a rebased index is a revision like any
 * other, a series that turns from billions into millions is not.
 */
const WORDS: Readonly<Record<string, RegExp>> = {
  index: /^Index\b/,
  percent: /^(?:Percent(?: of Capacity)?|Rate)$/,
  percent_annualised: /^Percent Change at Annual Rate$/,
  percent_of_gdp: /^Percent of GDP$/,
  percent_per_month: /^Percent Change$/,
  percent_per_year: /^Percent$/,
  persons: /^(?:Number|Persons)$/,
  thousand: /^(?:Level in Thousands|Thousands(?: of Units)?)$/,
  thousand_persons: /^Thousands of Persons$/,
  usd_billion: /^Billions of (?:U\.?S\.? )?Dollars$/,
  usd_billion_chained: /^Billions of Chained \d{4} Dollars$/,
  usd_million: /^Millions of (?:U\.?S\.? )?Dollars$/,
  usd_per_hour: /^Dollars per Hour$/,
};

/** The unit of a series while FRED's description of it stood: real-time days, both included. */
export interface UnitPeriod {
  readonly first: Day;
  readonly last: Day;
  /** FRED's words (`Millions of U.S. Dollars`); null when the replay providers hold no description. */
  readonly words: string | null;
}

/** True when FRED's words mean a unit of the registry; false also for a unit without words. */
export function meansUnit(words: string, unit: string): boolean {
  return WORDS[unit]?.test(words) ?? false;
}

/** True when FRED's words for a unit of the registry are known: without them every value would be refused. */
export function knowsUnit(unit: string): boolean {
  return Object.hasOwn(WORDS, unit);
}

/** The period of a vintage, of the latest one without it; periods are ascending, a vintage before them has the first. */
export function findUnitPeriod(periods: readonly UnitPeriod[], vintage: Day | null): UnitPeriod | undefined {
  if (vintage === null) return periods.at(-1);
  return periods.findLast(({ first }) => first <= vintage) ?? periods[0];
}
