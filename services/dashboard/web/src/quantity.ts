import { formatDecimals, NONE } from './format.ts';

/** How a number of a unit is shown. */
interface Style {
  readonly words: string;
  /** What the stored number is multiplied with. */
  readonly factor: number;
  readonly decimals: number;
}

const percent = (words: string, factor = 1): Style => ({ words, factor, decimals: 2 });
const whole = (words: string): Style => ({ words, factor: 1, decimals: 0 });

/** Units whose name alone does not say how to show them; decimal fractions are shown as percent. */
const STYLES: Readonly<Record<string, Style>> = {
  decimal: percent('%', 100),
  decimal_per_year: percent('% a year', 100),
  percent: percent('%'),
  percent_per_day: { words: '% a day', factor: 1, decimals: 4 },
  percent_per_month: percent('% a month'),
  percent_per_quarter: percent('% a quarter'),
  percent_per_year: percent('% a year'),
  percent_12_months: percent('% in 12 months'),
  percent_annualised: percent('% annualised'),
  percent_of_gdp: percent('% of GDP'),
  percent_rank: percent('% of the window'),
  percentage_points: percent('pp'),
  pp: percent('pp'),
  bps: { words: 'bp', factor: 1, decimals: 1 },
  percent_squared: percent('%²'),
  confidence: { words: '%', factor: 100, decimals: 0 },
  probability: { words: '%', factor: 100, decimals: 0 },
  z: percent('std dev'),
  per_100: { words: 'per 100', factor: 1, decimals: 4 },
  months: whole('months'),
  persons: whole('persons'),
  thousand_persons: whole('thousand persons'),
  thousand: whole('thousand'),
};

const CURRENCIES = /\b(brl|usd|eur|gbp|jpy|chf|mxn|cny|clp|us)\b/g;

function styleOf(unit: string): Style {
  const words = unit.replaceAll('_', ' ').replaceAll(CURRENCIES, (code) => code.toUpperCase());
  // A pair of currencies is quoted in tenths of a thousandth.
  return STYLES[unit] ?? { words, factor: 1, decimals: /^[a-z]{3}_per_[a-z]{3}$/.test(unit) ? 4 : 2 };
}

/** A unit in words: `% a month`, `BRL per USD`. */
export const nameUnit = (unit: string): string => styleOf(unit).words;

/** A stored number (or its decimal text) as charts show it: decimal fractions as percent. */
export const scaleValue = (value: string | number | null, unit: string): number | null =>
  value === null ? null : Number(value) * styleOf(unit).factor;

/** A stored number without its unit, with separators of thousands; `–` when there is none. */
export function formatNumber(value: string | number | null, unit: string): string {
  const scaled = scaleValue(value, unit);
  if (scaled === null) return NONE;
  return formatDecimals(scaled, styleOf(unit).decimals);
}

/** A text of a number with its unit: `4.84%`, `13.15% a year`, `-0.42 pp`. */
function joinUnit(number: string, unit: string): string {
  const words = nameUnit(unit);
  return words.startsWith('%') ? `${number}${words}` : `${number} ${words}`;
}

/** A stored number with its unit. */
export const formatQuantity = (value: string | number | null, unit: string): string =>
  value === null ? NONE : joinUnit(formatNumber(value, unit), unit);

/** A difference of two stored numbers with its sign and unit: `+0.01 score`. One that rounds to nothing has no sign. */
export function formatChange(difference: number, unit: string): string {
  const number = formatNumber(difference, unit);
  const isUp = difference > 0 && number !== formatNumber(0, unit);
  return joinUnit(isUp ? `+${number}` : number, unit);
}

/** Unit of differences of rates that are decimal fractions. */
export const BASIS_POINT = 'bps';
const BASIS_POINTS = 10_000;

/** A difference of two rates (decimal fractions) in basis points. */
export const toBasisPoints = (difference: number): number => difference * BASIS_POINTS;
