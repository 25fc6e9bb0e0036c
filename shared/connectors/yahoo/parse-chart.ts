import { IANAZone } from 'luxon';
import { getCalendar } from '../../calendars/calendars.ts';
import { SchemaDriftError } from '../../errors.ts';
import { dayInZone, SECOND, type Day, type Instant } from '../../time.ts';
import type {
  BarRow,
  CorporateActionRow,
  DecimalText,
  FetchWindow,
  ParseResult,
  Payload,
  RejectedRow,
} from '../connector.ts';
import { roundToDecimalText, toDecimalText } from '../decimal-text.ts';
import { readChartBody, type ChartBody } from './chart-body.ts';
import type { Instrument } from './instruments.ts';

const SPLIT_DECIMALS = 12;
const FIRST_SECOND = Date.parse('1900-01-01T00:00:00Z') / SECOND;
const LAST_SECOND = Date.parse('2099-12-31T00:00:00Z') / SECOND;

function toText(value: number | null | undefined): DecimalText | null {
  return value === null || value === undefined ? null : toDecimalText(value);
}

/** Session date of a bar or event; null for a stamp that is no moment of the calendars' range. */
function toSessionDay(epochSeconds: number, zone: string): Day | null {
  if (!(epochSeconds >= FIRST_SECOND && epochSeconds < LAST_SECOND)) return null;
  return dayInZone(epochSeconds * SECOND, zone);
}

/** Where and when a chart was asked: its zone, the exchange's day of the answer, and the moment itself. */
interface Asked {
  readonly zone: string;
  readonly today: Day;
  readonly at: Instant;
}

/** True when the session of `day` was over at the time of the answer. The exchange's own day counts, not ours. */
function isClosed(day: Day, chart: ChartBody, asked: Asked): boolean {
  if (day !== asked.today) return day < asked.today;
  const regular = chart.meta.currentTradingPeriod?.regular;
  if (regular === undefined || toSessionDay(regular.start, asked.zone) !== day) return false;
  return regular.end * SECOND <= asked.at;
}

function findDefect(
  instrument: Instrument,
  chart: ChartBody,
  asked: Asked,
  index: number,
  day: Day,
): string | null {
  if (chart.quote.close[index] === null) return 'no close';
  if (!isClosed(day, chart, asked)) return 'session not over';
  if (!getCalendar(instrument.calendar).isSession(day)) return 'non-session';
  return null;
}

function buildBar(instrument: Instrument, chart: ChartBody, index: number, day: Day, close: number): BarRow {
  const { open, high, low, volume } = chart.quote;
  const traded = volume[index];
  const released = instrument.release.timeOf(day);
  return {
    table: 'bars',
    key: instrument.key,
    date: day,
    open: toText(open[index]),
    high: toText(high[index]),
    low: toText(low[index]),
    close: toDecimalText(close),
    adjustedClose: toText(chart.adjusted?.[index]),
    volume: traded === 0 && !instrument.hasVolume ? null : toText(traded),
    currency: chart.meta.currency ?? null,
    vintageAt: null,
    releaseTime: released.time,
    releaseBasis: released.basis,
  };
}

function listActions(instrument: Instrument, window: FetchWindow, chart: ChartBody): CorporateActionRow[] {
  const zone = chart.meta.exchangeTimezoneName;
  const rows = new Map<string, CorporateActionRow>();
  const add = (epochSeconds: number, kind: CorporateActionRow['kind'], amount: DecimalText): void => {
    const date = toSessionDay(epochSeconds, zone);
    if (date === null || date < window.from || date > window.to) return;
    const released = instrument.release.timeOf(date);
    const lineage = { vintageAt: null, releaseTime: released.time, releaseBasis: released.basis };
    rows.set(`${date} ${kind}`, {
      table: 'corporate_actions',
      key: instrument.key,
      date,
      kind,
      amount,
      ...lineage,
    });
  };
  for (const { date, amount } of Object.values(chart.events.dividends ?? {})) {
    add(date, 'dividend', toDecimalText(amount));
  }
  for (const { date, numerator, denominator } of Object.values(chart.events.splits ?? {})) {
    const ratio = numerator / denominator;
    if (!Number.isFinite(ratio)) continue;
    const text = Number.isInteger(ratio) ? toDecimalText(ratio) : roundToDecimalText(ratio, SPLIT_DECIMALS);
    add(date, 'split', text);
  }
  return [...rows.values()];
}

/** Grains are quoted in US cents, which Yahoo calls the currency USX: in dollars every price would be a hundredth. */
const CENTS = 'USX';
const CENTS_UNIT = /^us_cents_/;

function assertCents(instrument: Instrument, chart: ChartBody, payload: Payload): void {
  const { currency } = chart.meta;
  if (currency === null || currency === undefined) return;
  if ((currency === CENTS) === CENTS_UNIT.test(instrument.unit)) return;
  throw new SchemaDriftError(`Reading ${payload.url}`, {
    subject: instrument.key,
    expected: `prices in ${instrument.unit}`,
    got: `the currency ${currency}`,
  });
}

/**
 * Bars and corporate actions of an archived chart, ascending. The session date is that of the opening in the exchange's
 * zone. Bars without close, of a session that was not over, or on a day without session are rejected; of two bars with one
 * date the later in the answer counts. Prices are the shortest text of the provider's double; `close` is adjusted for
 * splits only, `adjustedClose` for dividends too.
 *
 * @throws PermanentError, TransientError, SchemaDriftError as `readChartBody`.
 */
export function parseChart(instrument: Instrument, window: FetchWindow, payload: Payload): ParseResult {
  const chart = readChartBody(payload);
  if (chart === null) return { rows: [], rejected: [] };
  const zone = chart.meta.exchangeTimezoneName;
  if (!IANAZone.isValidZone(zone)) {
    throw new SchemaDriftError(`Reading ${payload.url}`, { expected: 'a time zone name', got: zone });
  }
  assertCents(instrument, chart, payload);
  const asked = { zone, today: dayInZone(payload.fetchedAt, zone), at: payload.fetchedAt };
  const bars = new Map<Day, BarRow>();
  const rejected: RejectedRow[] = [];
  for (const [index, stamp] of chart.timestamps.entries()) {
    const raw = `${stamp} close ${chart.quote.close[index]}`;
    const day = toSessionDay(stamp, zone);
    if (day === null) {
      rejected.push({ key: instrument.key, date: null, reason: 'unreadable timestamp', raw });
      continue;
    }
    if (day < window.from || day > window.to) continue;
    const close = chart.quote.close[index] ?? null;
    const reason = findDefect(instrument, chart, asked, index, day);
    if (reason === null && close !== null) bars.set(day, buildBar(instrument, chart, index, day, close));
    else rejected.push({ key: instrument.key, date: day, reason: reason ?? 'no close', raw });
  }
  const rows = [...bars.values(), ...listActions(instrument, window, chart)];
  return { rows: rows.sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0)), rejected };
}
