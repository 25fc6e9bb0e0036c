import { SchemaDriftError, TransientError } from '../../errors.ts';
import { isDay, type Day } from '../../time.ts';
import type { Tenor } from './tenors.ts';

/** Rates of one day as published: percent text by tenor. Empty when the day has a line without rates. */
export interface ParDay {
  readonly date: Day;
  readonly rates: readonly { readonly tenor: Tenor; readonly percent: string }[];
}

const MISSING = new Set(['', 'n/a']);

/** True for the marks of an absent rate: blank and `N/A`. */
export function isMissing(text: string): boolean {
  return MISSING.has(text.toLowerCase());
}

/**
 * A date as the Treasury (`MM/DD/YYYY`, `YYYY-MM-DDT00:00:00`) or a re-saved file (`YYYY-MM-DD`) writes it.
 *
 * @throws SchemaDriftError for anything else.
 */
export function readDate(text: string): Day {
  const american = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(text);
  const day =
    american === null ? text.replace(/T00:00:00$/, '') : `${american[3]}-${american[1]}-${american[2]}`;
  if (isDay(day)) return day;
  throw new SchemaDriftError('Reading a Treasury curve', { expected: 'a date', got: JSON.stringify(text) });
}

/** The error of a body that stops in the middle: asking again gives the rest. */
export function cutShort(got: string): TransientError {
  return new TransientError('Reading a Treasury curve', { expected: 'a whole body', got });
}
