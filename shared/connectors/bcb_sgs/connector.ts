import { PermanentError, SchemaDriftError, TransientError } from '../../errors.ts';
import {
  addDays,
  addMonths,
  dayInZone,
  nextWeekday,
  SAO_PAULO,
  zonedInstant,
  type Day,
  type Instant,
} from '../../time.ts';
import type {
  Connector,
  DecimalText,
  FetchWindow,
  KeyDefinition,
  ObservationRow,
  ParseResult,
  Payload,
  RejectedRow,
  WindowRequest,
} from '../connector.ts';
import { formatBrazilianDay, parseBrazilianDay } from '../day-text.ts';
import { excerptOf, isDecimalText, parseJsonKeepingDecimals, readBodyText } from '../json-body.ts';
import { isMonthlyReread, isWeeklyReread } from '../reread.ts';
import { SGS_KEYS } from './registry.ts';
import { COPOM_CLOCK } from './release.ts';

const BASE = 'https://api.bcb.gov.br/dados/serie/bcdata.sgs.';
const SELIC_TARGET = '432';
const HISTORY_START: Day = '1990-01-01';
const HISTORY_YEARS = 15;
const GRID_YEARS = 10;

/** The BCB's SGS: JSON time series, no key, at most ten years of a daily series per request. */
export const sgsConnector: Connector = {
  provider: 'bcb_sgs',
  keys: SGS_KEYS,
  windows: listWindows,
  async fetch(key, window, http) {
    const span = `&dataInicial=${formatBrazilianDay(window.from)}&dataFinal=${formatBrazilianDay(window.to)}`;
    const payload = await http.get({
      part: 'observations',
      url: `${BASE}${key.code}/dados?formato=json${span}`,
    });
    readRows(key, payload);
    return [payload];
  },
  parse: parsePayloads,
};

function listWindows(key: KeyDefinition, request: WindowRequest): FetchWindow[] {
  if (request.mode === 'recent') return [recentWindow(key, request)];
  if (key.frequency !== 'D') return [{ key: key.key, id: 'all', from: HISTORY_START, to: request.today }];
  const first = addMonths(request.from, -12 * HISTORY_YEARS);
  const last = minDay(nextWeekday(request.to), request.today);
  const windows: FetchWindow[] = [];
  for (let year = 1990; `${year}-01-01` <= last; year += GRID_YEARS) {
    const from = `${year}-01-01`;
    const to = `${year + GRID_YEARS - 1}-12-31`;
    if (to >= first) windows.push({ key: key.key, id: `${year}`, from, to: minDay(to, request.today) });
  }
  return windows;
}

/**
 * The look-back of a daily run. Once a week a monthly or quarterly series is read whole, because the BCB revises GDP, credit,
 * balance of payments and fiscal accounts back to their start without a mark; once a month a daily one for two years.
 */
function recentWindow(key: KeyDefinition, request: WindowRequest): FetchWindow {
  const to = minDay(nextWeekday(request.to), request.today);
  const from = lookBack(key, request);
  return { key: key.key, id: `recent-${from}-${to}`, from, to };
}

function lookBack(key: KeyDefinition, request: WindowRequest): Day {
  if (key.frequency === 'D') {
    return isMonthlyReread(request) ? addMonths(request.from, -24) : addDays(request.from, -15);
  }
  if (isWeeklyReread(request)) return HISTORY_START;
  return addMonths(request.from, key.frequency === 'M' ? -18 : -72);
}

function minDay(left: Day, right: Day): Day {
  return left < right ? left : right;
}

function parsePayloads(key: KeyDefinition, window: FetchWindow, payloads: readonly Payload[]): ParseResult {
  const byDate = new Map<Day, ObservationRow>();
  const rejected: RejectedRow[] = [];
  for (const payload of payloads) {
    const lastKnown = minDay(window.to, dayInZone(payload.fetchedAt, SAO_PAULO));
    let previous: DecimalText | null = null;
    for (const { date, value } of readRows(key, payload)) {
      if (!isDecimalText(value)) {
        rejected.push({
          key: key.key,
          date,
          reason: value === '' || value === '-' ? 'empty value' : 'not a decimal',
          raw: value,
        });
        continue;
      }
      if (date >= window.from && date <= lastKnown) byDate.set(date, buildRow(key, date, value, previous));
      previous = value;
    }
  }
  return { rows: [...byDate.values()], rejected };
}

function buildRow(
  key: KeyDefinition,
  date: Day,
  value: DecimalText,
  previous: DecimalText | null,
): ObservationRow {
  const rule = key.release.timeOf(date);
  const isDecision = key.code === SELIC_TARGET && previous !== null && Number(previous) !== Number(value);
  return {
    table: 'observations',
    key: key.key,
    date,
    value,
    vintageAt: null,
    releaseTime: isDecision ? decisionTime(date) : rule.time,
    releaseBasis: rule.basis,
  };
}

/** The Copom announces in the evening a target that is in force from the next calendar day. */
function decisionTime(firstDayInForce: Day): Instant {
  return zonedInstant(addDays(firstDayInForce, -1), COPOM_CLOCK, SAO_PAULO);
}

interface SgsRow {
  readonly date: Day;
  readonly value: string;
}

/** Rows of an answer, ascending as the provider sends them; none for "no value in this window". */
function readRows(key: KeyDefinition, payload: Payload): SgsRow[] {
  const subject = `${key.key} (SGS ${key.code})`;
  if (payload.status !== 200) return readRefusal(subject, payload);
  const body = parseJsonKeepingDecimals(payload, subject);
  if (!Array.isArray(body)) {
    throw new SchemaDriftError(`SGS answered an object for ${subject}`, {
      subject,
      expected: 'an array of {data, valor}',
      got: excerptOf(readBodyText(payload)),
    });
  }
  return body.map((item: unknown) => readRow(subject, item));
}

function readRow(subject: string, item: unknown): SgsRow {
  const row: Partial<Record<string, unknown>> = typeof item === 'object' && item !== null ? { ...item } : {};
  const date = typeof row['data'] === 'string' ? parseBrazilianDay(row['data']) : null;
  if (date === null || typeof row['valor'] !== 'string') {
    throw new SchemaDriftError(`SGS changed its rows for ${subject}`, {
      subject,
      expected: '{data: "dd/MM/yyyy", valor: text}',
      got: excerptOf(JSON.stringify(item)),
    });
  }
  return { date, value: row['valor'].trim() };
}

function readRefusal(subject: string, payload: Payload): never[] {
  const text = readBodyText(payload);
  if (payload.status === 404 && text.includes('Value(s) not found')) return [];
  if (!text.startsWith('{') && payload.status !== 404) {
    throw new TransientError(`SGS answered a page for ${subject}`, {
      subject,
      expected: 'JSON',
      got: `HTTP ${payload.status} ${excerptOf(text)}`,
    });
  }
  throw new PermanentError(`SGS refused ${subject}`, {
    subject,
    expected: 'HTTP 200, or 404 "Value(s) not found"',
    got: `HTTP ${payload.status}: ${CAUSE.exec(text)?.[1] ?? excerptOf(text)}`,
  });
}

/** The BCB names the cause in `erro.detail` (its own service) or `error` (the gateway before it). */
const CAUSE = /"(?:detail|error)"\s*:\s*"((?:[^"\\]|\\.)*)"/;
