import { getCalendar } from '../../calendars/calendars.ts';
import { daysBetween, type Day } from '../../time.ts';

/** Families of futures taken from the price report. */
export const FAMILIES = ['DI1', 'DAP', 'DDI', 'FRC', 'DOL'] as const;

export type Family = (typeof FAMILIES)[number];

const MONTH_LETTERS = 'FGHJKMNQUVXZ';
const TICKER = new RegExp(`^(${FAMILIES.join('|')})([${MONTH_LETTERS}])(\\d{2})$`);
/** IPCA coupon futures mature on the day to which the index accrues. */
const DAP_DAY_OF_MONTH = '15';

/** A future on a trade date. Business days are counted with the ANBIMA list in force on that date. */
export interface Contract {
  readonly ticker: string;
  readonly family: Family;
  readonly maturity: Day;
  readonly calendarDays: number;
  readonly businessDays: number;
}

/** True for the ticker of a monthly future of a family we take: `DI1F25`, not an option, spread or roll. */
export function isFutureTicker(ticker: string): boolean {
  return TICKER.test(ticker);
}

/**
 * The contract behind a ticker that passes `isFutureTicker`: it expires on the first business day of its month (DAP: on
 * the 15th), or the next one.
 */
export function describeContract(ticker: string, tradeDate: Day): Contract {
  const match = TICKER.exec(ticker);
  if (match === null) throw new RangeError(`describeContract expects a future, got ${ticker}`);
  const [, family, letter = '', year = ''] = match;
  const month = String(MONTH_LETTERS.indexOf(letter) + 1).padStart(2, '0');
  const calendar = getCalendar('BR_ANBIMA', tradeDate);
  const maturity = calendar.add(`20${year}-${month}-${family === 'DAP' ? DAP_DAY_OF_MONTH : '01'}`, 0);
  return {
    ticker,
    family: family as Family,
    maturity,
    calendarDays: daysBetween(tradeDate, maturity),
    businessDays: calendar.count(tradeDate, maturity),
  };
}
