import type { StoredBar, StoredFixing } from '../../../shared/db/reader.ts';
import type { Day, Instant } from '../../../shared/time.ts';
import type { PriceField, ReturnInstrument } from './instruments.ts';

/** A price of a session and the moment from which it was in force. */
export interface PriceRevision {
  readonly date: Day;
  readonly price: number;
  readonly field: PriceField;
  readonly knownAt: Instant;
}

/** Prices from stored bars; an instrument quoted by its adjusted close falls back to the close where there is none. */
export function pickBarPrices(bars: readonly StoredBar[], { field }: ReturnInstrument): PriceRevision[] {
  return bars.map(({ date, close, adjustedClose, releaseTime }) => {
    const isAdjusted = field === 'adjusted_close' && adjustedClose !== null;
    return isAdjusted
      ? { date, price: adjustedClose, field: 'adjusted_close', knownAt: releaseTime }
      : { date, price: close, field: 'close', knownAt: releaseTime };
  });
}

/** Selling rates from stored fixings. */
export function pickFixingPrices(fixings: readonly StoredFixing[]): PriceRevision[] {
  return fixings.map(({ date, ask, releaseTime }) => ({
    date,
    price: ask,
    field: 'ask',
    knownAt: releaseTime,
  }));
}
