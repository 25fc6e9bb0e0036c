import { CURVE_CONVENTIONS, type CurveId } from '../../../../../shared/silver/curve-conventions.ts';
import { BASIS_POINT, formatQuantity, toBasisPoints } from '../quantity.ts';

/** Differences of rates, with how they are made of tenors. All other measures in decimal fractions are levels. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  slope: '10Y less the short end',
  belly: '2Y less the mean of 1Y and 5Y',
  butterfly: 'twice 5Y less 2Y and 10Y',
  long_premium: '10Y less 5Y',
};

const shortEndOf = (id: CurveId): string => (CURVE_CONVENTIONS[id].calendar === 'US_GOV' ? '2Y' : '1Y');

/** What a measure of a curve is called: `slope (10Y less 1Y)`, `forward 5y5y`. */
export function nameMeasure(curve: CurveId, metric: string): string {
  const words = metric.replace(/^fwd_/, 'forward_').replace(/^bei_/, 'breakeven_').replaceAll('_', ' ');
  const made = DIFFERENCES[metric]?.replace('the short end', shortEndOf(curve));
  return made === undefined ? words : `${words} (${made})`;
}

/** The value of a measure: differences of rates in basis points, levels in percent. */
export const formatMeasure = (metric: string, value: number, unit: string): string =>
  unit === 'decimal' && Object.hasOwn(DIFFERENCES, metric)
    ? formatQuantity(toBasisPoints(value), BASIS_POINT)
    : formatQuantity(value, unit);
