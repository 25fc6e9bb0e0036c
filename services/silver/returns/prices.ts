import type { StoredBar, StoredFixing } from '../../../shared/db/reader.ts';
import type { Day, Instant } from '../../../shared/time.ts';
import type { PriceField, ReturnInstrument } from './instruments.ts';

/** A price of a session and the moment from which it was in force. */
export interface PriceRevision {
  readonly date: Day;
  /** The comparable price: its changes are the total return. */
  readonly price: number;
  readonly field: PriceField;
  /** The price as quoted, adjusted for splits only: its changes leave dividends out. */
  readonly close: number;
  /** Revision of the bronze row. */
  readonly revision: number;
  readonly knownAt: Instant;
}

/** Prices from stored bars; an instrument quoted by its adjusted close falls back to the close where there is none. */
export function pickBarPrices(bars: readonly StoredBar[], { field }: ReturnInstrument): PriceRevision[] {
  return bars.map(({ date, close, adjustedClose, revision, releaseTime }) => {
    const isAdjusted = field === 'adjusted_close' && adjustedClose !== null;
    return isAdjusted
      ? { date, price: adjustedClose, field: 'adjusted_close', close, revision, knownAt: releaseTime }
      : { date, price: close, field: 'close', close, revision, knownAt: releaseTime };
  });
}

/** Selling rates from stored fixings. */
export function pickFixingPrices(fixings: readonly StoredFixing[]): PriceRevision[] {
  return fixings.map(({ date, ask, revision, releaseTime }) => ({
    date,
    price: ask,
    field: 'ask',
    close: ask,
    revision,
    knownAt: releaseTime,
  }));
}
