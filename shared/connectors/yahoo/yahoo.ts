import { PermanentError } from '../../errors.ts';
import { addDays, type Day } from '../../time.ts';
import type { Connector, FetchWindow, KeyDefinition, WindowRequest } from '../connector.ts';
import { pickPayload } from '../payload-text.ts';
import { isWeeklyReread } from '../reread.ts';
import { CHART_PART, fetchChart } from './fetch-chart.ts';
import { INSTRUMENTS, type Instrument, type InstrumentClass } from './instruments.ts';
import { parseChart } from './parse-chart.ts';

/** Fifteen years before the first partition: the longest look-back of a model. */
const HISTORY_START: Day = '1995-01-01';
const RECENT_DAYS = 10;

const byKey = new Map(INSTRUMENTS.map((instrument) => [instrument.key, instrument]));

function findInstrument(key: KeyDefinition): Instrument {
  const instrument = byKey.get(key.key);
  if (instrument !== undefined) return instrument;
  throw new PermanentError(`Yahoo Finance has no key ${key.key}`, { subject: key.key });
}

/** Shares and funds: each dividend or split changes their adjusted closes back to the first. */
const ADJUSTED: ReadonlySet<InstrumentClass> = new Set(['us_cash', 'br_cash']);

/**
 * Adjusted closes of two bases next to each other would be a jump that never was, so a daily run reads the whole history of
 * what pays dividends, which is one request either way; of the rest it does so once a week.
 */
function listWindows(key: KeyDefinition, request: WindowRequest): FetchWindow[] {
  const { mode, today } = request;
  if (mode === 'history') return [{ key: key.key, id: 'all', from: HISTORY_START, to: today }];
  if (ADJUSTED.has(findInstrument(key).class) || isWeeklyReread(request)) {
    return [{ key: key.key, id: `all-${today}`, from: HISTORY_START, to: today }];
  }
  return [{ key: key.key, id: `recent-${today}`, from: addDays(today, -RECENT_DAYS), to: today }];
}

/** Daily bars and corporate actions of Yahoo Finance through yahoo-finance2; one request holds all of a symbol. */
export const yahooConnector: Connector = {
  provider: 'yahoo',
  keys: INSTRUMENTS,
  windows: listWindows,
  fetch: async (key, window, http) => [await fetchChart(key.code, window, http)],
  parse: (key, window, payloads) =>
    parseChart(findInstrument(key), window, pickPayload(payloads, CHART_PART)),
};
