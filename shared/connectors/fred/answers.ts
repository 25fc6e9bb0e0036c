import { PermanentError, SchemaDriftError, TransientError } from '../../errors.ts';
import { isDay, type Day } from '../../time.ts';
import type { Payload } from '../connector.ts';
import { excerptOf, parseJsonKeepingDecimals, readBodyText } from '../json-body.ts';
import type { UnitPeriod } from './units.ts';

/** One value of a FRED answer. `vintage` is null when the answer only shows the day of the request. */
export interface FredCell {
  readonly date: Day;
  readonly value: string;
  readonly vintage: Day | null;
}

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** FRED's own words for a refusal, from its JSON or XML error body. */
export function readFredRefusal(payload: Payload): string {
  const text = readBodyText(payload);
  const [, fromXml] = /message="([^"]*)"/.exec(text) ?? [];
  const [, fromJson] = /"error_message"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text) ?? [];
  return excerptLong((fromJson ?? fromXml ?? text).replaceAll('\\/', '/'));
}

function excerptLong(text: string): string {
  return text.replaceAll(/\s+/g, ' ').slice(0, 240);
}

/**
 * The JSON object of a FRED answer.
 *
 * @throws PermanentError with FRED's words on a refusal (bad key, unknown series); TransientError on a page or broken
 * JSON; SchemaDriftError when it is not an object.
 */
export function readFredObject(payload: Payload, subject: string): JsonObject {
  if (payload.status !== 200) {
    const text = readBodyText(payload);
    const isOwnError = text.startsWith('{') || text.includes('<error ');
    const ErrorClass = isOwnError || payload.status === 404 ? PermanentError : TransientError;
    throw new ErrorClass(`FRED refused ${subject}`, {
      subject,
      expected: 'HTTP 200',
      got: `HTTP ${payload.status}: ${readFredRefusal(payload)}`,
    });
  }
  const body = parseJsonKeepingDecimals(payload, subject);
  if (isObject(body)) return body;
  throw new SchemaDriftError(`FRED changed its answer for ${subject}`, {
    subject,
    expected: 'a JSON object',
    got: excerptOf(readBodyText(payload)),
  });
}

/** The replay providers' mark of an answer whose title and unit nobody recorded. */
const DESCRIPTION_NOT_RECORDED = 'metadata-not-recorded';

/**
 * Units of a `series` answer by real-time period, ascending. FRED describes a series anew when its unit changes, so that
 * each vintage has the unit of its own day. None for a series that nobody recorded.
 *
 * @throws SchemaDriftError when a description has no unit; PermanentError, TransientError as `readFredObject`.
 */
export function readUnitPeriods(payload: Payload, subject: string): UnitPeriod[] {
  const descriptions = readFredObject(payload, subject)['seriess'];
  const isUnknown = payload.replay?.marked?.includes(DESCRIPTION_NOT_RECORDED) === true;
  const periods = Array.isArray(descriptions)
    ? descriptions.map((row: unknown) => readUnitPeriod(row, isUnknown))
    : [null];
  if (periods.every((period) => period !== null)) {
    return periods.toSorted((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  }
  throw new SchemaDriftError(`FRED changed its description of ${subject}`, {
    subject,
    expected: 'seriess: [{realtime_start, realtime_end, units}]',
    got: excerptOf(readBodyText(payload)),
  });
}

function readUnitPeriod(row: unknown, isUnknown: boolean): UnitPeriod | null {
  if (!isObject(row)) return null;
  const { realtime_start: first, realtime_end: last, units } = row;
  if (typeof first !== 'string' || typeof last !== 'string' || typeof units !== 'string') return null;
  if (!isDay(first) || !isDay(last)) return null;
  if (units !== '') return { first, last, words: units };
  return isUnknown ? { first, last, words: null } : null;
}

/** Vintage dates of a `vintagedates` answer, ascending. */
export function readVintageDates(payload: Payload, subject: string): Day[] {
  const dates = readFredObject(payload, subject)['vintage_dates'];
  if (Array.isArray(dates) && dates.every((date): date is Day => typeof date === 'string' && isDay(date))) {
    return dates.toSorted();
  }
  throw new SchemaDriftError(`FRED changed its vintage dates for ${subject}`, {
    subject,
    expected: 'vintage_dates: [YYYY-MM-DD]',
    got: excerptOf(readBodyText(payload)),
  });
}

/** Where a page of observations ends, and how many there are in all. */
export interface FredPage {
  readonly count: number;
  readonly nextOffset: number;
}

/** Paging of an `observations` answer. */
export function readFredPage(payload: Payload, subject: string): FredPage {
  const body = readFredObject(payload, subject);
  const rows = Array.isArray(body['observations']) ? body['observations'].length : 0;
  const read = (name: string): number => Number(body[name] ?? 0) || 0;
  return { count: read('count'), nextOffset: read('offset') + rows };
}

/**
 * Cells of an `observations` answer, in both shapes that FRED has: one row per date and real-time period
 * (`date, realtime_start, value`), and, with `output_type=3`, one row per date with a column per vintage
 * (`date, PAYEMS_20260102, …`). Cells that are empty or `.` are kept: they say that the value is missing.
 *
 * @throws SchemaDriftError when a row has neither shape.
 */
export function readFredCells(payload: Payload, subject: string): FredCell[] {
  const observations = readFredObject(payload, subject)['observations'];
  if (!Array.isArray(observations)) {
    throw new SchemaDriftError(`FRED changed its observations for ${subject}`, {
      subject,
      expected: 'observations: [...]',
      got: excerptOf(readBodyText(payload)),
    });
  }
  return observations.flatMap((row: unknown) => readRowCells(row, subject));
}

const VINTAGE_COLUMN = /^.+_(\d{4})(\d{2})(\d{2})$/;

function readRowCells(row: unknown, subject: string): FredCell[] {
  if (!isObject(row) || typeof row['date'] !== 'string' || !isDay(row['date'])) throw driftOf(row, subject);
  const date = row['date'];
  if (typeof row['value'] === 'string') {
    const { realtime_start: start } = row;
    if (start !== undefined && (typeof start !== 'string' || !isDay(start))) throw driftOf(row, subject);
    return [{ date, value: row['value'], vintage: start ?? null }];
  }
  const cells: FredCell[] = [];
  for (const [column, value] of Object.entries(row)) {
    const [, year, month, day] = VINTAGE_COLUMN.exec(column) ?? [];
    if (day === undefined) continue;
    const vintage = `${year}-${month}-${day}`;
    if (typeof value !== 'string' || !isDay(vintage)) throw driftOf(row, subject);
    cells.push({ date, value, vintage });
  }
  return cells;
}

function driftOf(row: unknown, subject: string): SchemaDriftError {
  return new SchemaDriftError(`FRED changed its rows for ${subject}`, {
    subject,
    expected: '{date, value} or {date, <id>_<yyyymmdd>}',
    got: excerptOf(JSON.stringify(row)),
  });
}
