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
}

/** Shares and funds pay dividends: only their adjusted close is comparable over time. */
const PER_SHARE = '_per_share';

function listInstruments(): ReturnInstrument[] {
  const bars = INSTRUMENTS.map(({ key, calendar, unit }): ReturnInstrument => {
    return { key, calendar, source: 'bars', field: unit.endsWith(PER_SHARE) ? 'adjusted_close' : 'close' };
  });
  const fixings = PTAX_KEYS.map(({ key, calendar }): ReturnInstrument => ({
    key,
    calendar,
    source: 'fixings',
    field: 'ask',
  }));
  return [...bars, ...fixings];
}

/** Every instrument of Yahoo Finance and every PTAX pair by its key. */
export const RETURN_INSTRUMENTS: ReadonlyMap<string, ReturnInstrument> = new Map(
  listInstruments().map((instrument) => [instrument.key, instrument]),
);
