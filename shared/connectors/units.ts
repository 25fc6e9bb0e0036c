/**
 * Every unit a stored value may have, with the factor that turns the value into its base unit: a decimal fraction for
 * percentages, one unit of money, one person, one dollar a bushel.
 */
const UNIT_SCALES = {
  percent: 0.01,
  percent_per_day: 0.01,
  percent_per_month: 0.01,
  percent_per_year: 0.01,
  percent_12_months: 0.01,
  percent_annualised: 0.01,
  percent_of_gdp: 0.01,
  decimal_per_year: 1,
  index: 1,
  index_points: 1,
  persons: 1,
  thousand_persons: 1e3,
  thousand: 1e3,
  brl_thousand: 1e3,
  brl_million: 1e6,
  usd_million: 1e6,
  usd_billion: 1e9,
  usd_billion_chained: 1e9,
  usd_per_hour: 1,
  brl_per_usd: 1,
  brl_per_eur: 1,
  brl_per_gbp: 1,
  brl_per_jpy: 1,
  brl_per_chf: 1,
  usd_per_eur: 1,
  usd_per_gbp: 1,
  jpy_per_usd: 1,
  chf_per_usd: 1,
  mxn_per_usd: 1,
  cny_per_usd: 1,
  clp_per_usd: 1,
  brl_per_share: 1,
  usd_per_share: 1,
  usd_per_barrel: 1,
  usd_per_pound: 1,
  usd_per_troy_ounce: 1,
  us_cents_per_bushel: 0.01,
} as const;

/** Unit of a stored value. A new one is a line in the table, with its factor. */
export type Unit = keyof typeof UNIT_SCALES;

/** Factor from a unit to its base unit: 1e6 for `usd_million`, 0.01 for a percent. */
export function scaleOf(unit: Unit): number {
  return UNIT_SCALES[unit];
}

/** True for a rate, yield, growth rate or share: the units in which an index level cannot be meant. */
export function isRate(unit: Unit): boolean {
  return unit.startsWith('percent') || unit === 'decimal_per_year';
}
