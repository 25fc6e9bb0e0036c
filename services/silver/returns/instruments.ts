import type { CalendarName } from '../../../shared/calendars/calendar.ts';
import { PTAX_KEYS } from '../../../shared/connectors/bcb_ptax/registry.ts';
import { INSTRUMENTS } from '../../../shared/connectors/yahoo/instruments.ts';

/** Which stored number is the price of an instrument. */
export type PriceField = 'adjusted_close' | 'close' | 'ask';

/** An instrument of silver_returns. */
export interface ReturnInstrument {
  readonly key: string;
  readonly calendar: CalendarName;
  readonly source: 'bars' | 'fixings';
  readonly field: PriceField;
  /** Unit of the price. */
  readonly unit: string;
}

/** Shares and funds pay dividends: only their adjusted close is comparable over time. */
const PER_SHARE = '_per_share';

function listInstruments(): ReturnInstrument[] {
  const bars = INSTRUMENTS.map(({ key, calendar, unit }): ReturnInstrument => {
    const field = unit.endsWith(PER_SHARE) ? 'adjusted_close' : 'close';
    return { key, calendar, source: 'bars', field, unit };
  });
  const fixings = PTAX_KEYS.map(({ key, calendar, unit }): ReturnInstrument => ({
    key,
    calendar,
    source: 'fixings',
    field: 'ask',
    unit,
  }));
  return [...bars, ...fixings];
}

/** Every instrument of Yahoo Finance and every PTAX pair by its key. */
export const RETURN_INSTRUMENTS: ReadonlyMap<string, ReturnInstrument> = new Map(
  listInstruments().map((instrument) => [instrument.key, instrument]),
);

/** Two instruments whose returns are correlated. */
export interface ReturnPair {
  /** `left~right`, the instrument of the pair's statistics. */
  readonly key: string;
  readonly left: string;
  readonly right: string;
  /** Both quote the same thing: their distance is stored beside the correlation. */
  readonly isSamePrice: boolean;
}

const pair = (left: string, right: string, isSamePrice = false): ReturnPair => ({
  key: `${left}~${right}`,
  left,
  right,
  isSamePrice,
});

/** Pairs with a stored correlation: those of the cross-asset agent, the home market against the world, and two sources of USDBRL. */
export const RETURN_PAIRS: readonly ReturnPair[] = [
  pair('USDBRL_PTAX', 'DXY'),
  pair('IBOVESPA', 'SP500'),
  pair('USDBRL_PTAX', 'VIX'),
  pair('OIL_WTI', 'USDBRL_PTAX'),
  pair('IBOVESPA', 'USDBRL_PTAX'),
  pair('IBOVESPA', 'VIX'),
  pair('IBOVESPA', 'OIL_WTI'),
  pair('SP500', 'VIX'),
  pair('GOLD', 'DXY'),
  // The close of the Yahoo bar is its opening print: the pair shows how far the two are apart.
  pair('USDBRL_YAHOO', 'USDBRL_PTAX', true),
];
