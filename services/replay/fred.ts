import {
  answerBody,
  answerJson,
  markAs,
  markNotRecorded,
  markSpan,
  type ReplayAnswer,
  type ReplayRequest,
} from './answer.ts';
import { parseIsoDate } from './calendar-date.ts';
import { FRED_SERIES } from './fred-series.ts';
import { findVintage, listFredIds, readFredSeries, type FredSeries } from './fred-vintages.ts';
import { compareText, type RecordedKey, type Recordings } from './recordings.ts';
import { countDays, listSpansWithin, type Span } from './span.ts';

/** Host of the FRED API. */
export const FRED_HOST = 'api.stlouisfed.org';

const ERROR_FILE = 'fred/recorded/errors/400_api_key_not_registered.json';
const NOT_REGISTERED =
  'Bad Request.  The value for variable api_key is not registered.  Read https://fred.stlouisfed.org/docs/api/api_key.html for more information.';
const EARLIEST_REALTIME = '1776-07-04';
const LATEST_REALTIME = '9999-12-31';
const EARLIEST_OBSERVATION = '1600-01-01';
const MAX_LIMIT = 100_000;
const MAX_VINTAGE_DATES = 2000;
const DAY_MS = 86_400_000;

/** Keys that FRED would not know: well formed, never registered. */
const UNREGISTERED_KEY = /^badkey/;

type ObservationRow = Readonly<Record<string, string>>;

/** What an observations request asks for, checked. */
interface Question {
  readonly window: Span;
  readonly realtime: Span;
  readonly vintageDates: readonly string[];
  readonly outputType: number;
  readonly sortOrder: string;
  readonly limit: number;
  readonly offset: number;
}

/** Answers `/fred/series/observations`, `/fred/series/vintagedates` and `/fred/series` from the recorded vintages. */
export function answerFred(request: ReplayRequest, recordings: Recordings): ReplayAnswer {
  const refused = refuseKey(request, recordings);
  if (refused !== undefined) return refused;
  const id = request.query.get('series_id');
  if (id === null) return answerError(request, 'Bad Request.  Variable series_id is not set.');
  const series = readFredSeries(id, recordings);
  switch (request.path) {
    case '/fred/series/observations':
      return answerObservations(request, series);
    case '/fred/series/vintagedates':
      return answerVintageDates(request, series);
    case '/fred/series':
      return answerSeries(request, id, series);
    default:
      return answerBody(404, 'text/html', '<html><body>Not Found</body></html>');
  }
}

/** Every recorded id with the span of its observations. */
export function listFredKeys(recordings: Recordings): readonly RecordedKey[] {
  return listFredIds(recordings).flatMap((id) => {
    const series = readFredSeries(id, recordings);
    if (series === undefined) return [];
    return [{ provider: 'fred', key: id, span: series.span, marks: ['re-encoded'], files: series.files }];
  });
}

function refuseKey(request: ReplayRequest, recordings: Recordings): ReplayAnswer | undefined {
  const key = request.query.get('api_key');
  const help = 'Read https://fred.stlouisfed.org/docs/api/api_key.html for more information.';
  if (key === null || key === '')
    return answerError(request, `Bad Request.  Variable api_key is not set.  ${help}`);
  if (UNREGISTERED_KEY.test(key)) {
    if (request.query.get('file_type') === 'json' && recordings.files.includes(ERROR_FILE)) {
      return answerBody(400, 'application/json; charset=UTF-8', recordings.readText(ERROR_FILE));
    }
    return answerError(request, NOT_REGISTERED);
  }
  if (/^[a-z0-9]{32}$/.test(key)) return undefined;
  const message = 'The value for variable api_key is not a 32 character alpha-numeric lower-case string.';
  return answerError(request, `Bad Request.  ${message}  ${help}`);
}

function answerObservations(request: ReplayRequest, series: FredSeries | undefined): ReplayAnswer {
  const question = readQuestion(request, series);
  if (typeof question === 'string') return answerError(request, `Bad Request.  ${question}`);
  const rows = series === undefined ? [] : listRows(series, question);
  const ordered = question.sortOrder === 'desc' ? rows.toReversed() : rows;
  const envelope = {
    realtime_start: question.realtime.first,
    realtime_end: question.realtime.last,
    observation_start: question.window.first,
    observation_end: question.window.last,
    units: 'lin',
    output_type: question.outputType,
    file_type: readFileType(request),
    order_by: 'observation_date',
    sort_order: question.sortOrder,
    count: rows.length,
    offset: question.offset,
    limit: question.limit,
  };
  const page = ordered.slice(question.offset, question.offset + question.limit);
  const answer = answerList(request, envelope, 'observations', 'observation', page);
  if (series === undefined) return markNotRecorded(answer);
  const spanned = markSpan(answer, series.span);
  const firstVintage = series.vintages[0]?.vintageDate ?? '';
  const outside =
    listSpansWithin([series.span], question.window).length === 0 || question.realtime.last < firstVintage;
  return outside ? markNotRecorded(spanned) : markAs(spanned, page.length === 0 ? [] : ['re-encoded']);
}

function listRows(series: FredSeries, question: Question): readonly ObservationRow[] {
  const list = {
    1: listRowsByPeriod,
    2: listRowsByVintage,
    3: listNewAndRevised,
    4: listInitialReleases,
  }[question.outputType];
  return list?.(series, question) ?? [];
}

function isWithin(question: Question, date: string): boolean {
  return date >= question.window.first && date <= question.window.last;
}

/** One row per observation date and real-time period, the periods clipped to the window asked for, as FRED does. */
function listRowsByPeriod(series: FredSeries, question: Question): readonly ObservationRow[] {
  const { first, last } = question.realtime;
  if (first === last) {
    const state = findVintage(series, first)?.state ?? new Map<string, string>();
    const within = [...state].filter(([date]) => isWithin(question, date));
    return within.map(([date, value]) => ({ realtime_start: first, realtime_end: first, date, value }));
  }
  const periods = new Map<string, { start: string; value: string }[]>();
  for (const vintage of series.vintages) {
    for (const date of vintage.changed.filter((day) => isWithin(question, day))) {
      const value = vintage.state.get(date) ?? '';
      periods.set(date, [...(periods.get(date) ?? []), { start: vintage.vintageDate, value }]);
    }
  }
  return [...periods]
    .toSorted(([a], [b]) => compareText(a, b))
    .flatMap(([date, changes]) =>
      changes
        .map(({ start, value }, index) => {
          const next = changes[index + 1]?.start;
          return { start, end: next === undefined ? LATEST_REALTIME : subtractDay(next), value };
        })
        .filter(({ start, end }) => start <= last && end >= first)
        .map(({ start, end, value }) => ({
          realtime_start: start > first ? start : first,
          realtime_end: end < last ? end : last,
          date,
          value,
        })),
    );
}

/** One row per observation date with a column per vintage. */
function listRowsByVintage(series: FredSeries, question: Question): readonly ObservationRow[] {
  const rows = new Map<string, Record<string, string>>();
  for (const vintageDate of listAskedVintages(series, question)) {
    for (const [date, value] of findVintage(series, vintageDate)?.state ?? []) {
      if (!isWithin(question, date)) continue;
      const row = rows.get(date) ?? { date };
      row[nameColumn(series.id, vintageDate)] = value;
      rows.set(date, row);
    }
  }
  return sortRows(rows);
}

/** Like the rows by vintage, but a vintage names only what is new or revised since the vintage known before it. */
function listNewAndRevised(series: FredSeries, question: Question): readonly ObservationRow[] {
  const rows = new Map<string, Record<string, string>>();
  let before: string | undefined;
  for (const vintageDate of listAskedVintages(series, question)) {
    const since = before;
    const state = findVintage(series, vintageDate)?.state;
    const covered = series.vintages.filter(
      (vintage) =>
        vintage.vintageDate <= vintageDate &&
        (since === undefined ? vintage.vintageDate === vintageDate : vintage.vintageDate > since),
    );
    const changed = covered.flatMap((vintage) => vintage.changed.filter((day) => isWithin(question, day)));
    for (const date of new Set(changed)) {
      const row = rows.get(date) ?? { date };
      row[nameColumn(series.id, vintageDate)] = state?.get(date) ?? '';
      rows.set(date, row);
    }
    before = vintageDate;
  }
  return sortRows(rows);
}

function listInitialReleases(series: FredSeries, question: Question): readonly ObservationRow[] {
  const seen = new Set<string>();
  const rows: ObservationRow[] = [];
  for (const vintage of series.vintages) {
    if (vintage.vintageDate > question.realtime.last) break;
    for (const date of vintage.changed) {
      if (seen.has(date) || !isWithin(question, date)) continue;
      seen.add(date);
      const value = vintage.state.get(date) ?? '';
      rows.push({ realtime_start: vintage.vintageDate, realtime_end: LATEST_REALTIME, date, value });
    }
  }
  return rows.toSorted(compareDates);
}

function listAskedVintages(series: FredSeries, question: Question): readonly string[] {
  if (question.vintageDates.length > 0) return question.vintageDates.toSorted();
  const { first, last } = question.realtime;
  if (first === last) return [first];
  return series.vintages
    .map((vintage) => vintage.vintageDate)
    .filter((date) => date >= first && date <= last);
}

function nameColumn(id: string, vintageDate: string): string {
  return `${id}_${vintageDate.replaceAll('-', '')}`;
}

function sortRows(rows: ReadonlyMap<string, ObservationRow>): readonly ObservationRow[] {
  return [...rows.values()].toSorted(compareDates);
}

function readDate(row: ObservationRow): string {
  return row['date'] ?? '';
}

function compareDates(a: ObservationRow, b: ObservationRow): number {
  return compareText(readDate(a), readDate(b));
}

function answerVintageDates(request: ReplayRequest, series: FredSeries | undefined): ReplayAnswer {
  const first = request.query.get('realtime_start') ?? EARLIEST_REALTIME;
  const last = request.query.get('realtime_end') ?? LATEST_REALTIME;
  const sortOrder = request.query.get('sort_order') ?? 'asc';
  const limit = Number(request.query.get('limit') ?? 10_000);
  const offset = Number(request.query.get('offset') ?? 0);
  const dates = (series?.vintages ?? [])
    .map((vintage) => vintage.vintageDate)
    .filter((date) => date >= first && date <= last);
  const ordered = sortOrder === 'desc' ? dates.toReversed() : dates;
  const envelope = {
    realtime_start: first,
    realtime_end: last,
    order_by: 'vintage_date',
    sort_order: sortOrder,
    count: dates.length,
    offset,
    limit,
  };
  const answer = answerJson(200, { ...envelope, vintage_dates: ordered.slice(offset, offset + limit) });
  return series === undefined ? markNotRecorded(answer) : markSpan(answer, series.span);
}

function answerSeries(request: ReplayRequest, id: string, series: FredSeries | undefined): ReplayAnswer {
  const vintageDate = series?.vintages.at(-1)?.vintageDate ?? LATEST_REALTIME;
  const asked = request.query.get('realtime_start') ?? vintageDate;
  const first = series?.vintages[0]?.vintageDate ?? asked;
  const realtime = {
    realtime_start: asked < first ? first : asked,
    realtime_end: request.query.get('realtime_end') ?? vintageDate,
  };
  if (series === undefined) return markNotRecorded(answerList(request, realtime, 'seriess', 'series', []));
  const known = FRED_SERIES[id];
  const frequency = known?.frequency ?? nameFrequency(series);
  const adjustment = known?.seasonallyAdjusted === true ? 'Seasonally Adjusted' : 'Not Seasonally Adjusted';
  const row = {
    id,
    ...realtime,
    title: known?.title ?? id,
    observation_start: series.span.first,
    observation_end: series.span.last,
    frequency,
    frequency_short: frequency.slice(0, 1),
    units: known?.units ?? '',
    units_short: known?.unitsShort ?? '',
    seasonal_adjustment: adjustment,
    seasonal_adjustment_short: known?.seasonallyAdjusted === true ? 'SA' : 'NSA',
    last_updated: `${vintageDate} 00:00:00-06`,
  };
  const answer = answerList(request, realtime, 'seriess', 'series', [row]);
  return markAs(markSpan(answer, series.span), ['re-encoded', 'metadata-not-recorded']);
}

function nameFrequency(series: FredSeries): 'Daily' | 'Weekly' | 'Monthly' | 'Quarterly' {
  const rows = series.vintages.at(-1)?.state.size ?? 1;
  const spacing = countDays(series.span.first, series.span.last) / Math.max(1, rows - 1);
  if (spacing < 4) return 'Daily';
  if (spacing < 15) return 'Weekly';
  return spacing < 60 ? 'Monthly' : 'Quarterly';
}

/** The checked question, or FRED's complaint about it. */
function readQuestion(request: ReplayRequest, series: FredSeries | undefined): Question | string {
  const { query } = request;
  const today = series?.vintages.at(-1)?.vintageDate ?? LATEST_REALTIME;
  const vintageDates = (query.get('vintage_dates') ?? '').split(',').filter((date) => date !== '');
  const listed = vintageDates.toSorted();
  const question = {
    window: {
      first: query.get('observation_start') ?? EARLIEST_OBSERVATION,
      last: query.get('observation_end') ?? LATEST_REALTIME,
    },
    realtime: {
      first: query.get('realtime_start') ?? listed[0] ?? today,
      last: query.get('realtime_end') ?? listed.at(-1) ?? today,
    },
    vintageDates,
    outputType: Number(query.get('output_type') ?? 1),
    sortOrder: query.get('sort_order') ?? 'asc',
    limit: Number(query.get('limit') ?? MAX_LIMIT),
    offset: Number(query.get('offset') ?? 0),
  };
  const dates = [
    question.window.first,
    question.window.last,
    question.realtime.first,
    question.realtime.last,
  ];
  if ([...dates, ...vintageDates].some((date) => parseIsoDate(date) === undefined)) {
    return 'Value of a date variable is not a date of the form YYYY-MM-DD.';
  }
  if (vintageDates.length > MAX_VINTAGE_DATES) {
    return `The number of vintage dates exceeds the maximum number of vintage dates allowed (${MAX_VINTAGE_DATES}).`;
  }
  if (![1, 2, 3, 4].includes(question.outputType))
    return 'Variable output_type is not one of the values: 1, 2, 3, 4.';
  if (!['asc', 'desc'].includes(question.sortOrder))
    return 'Variable sort_order is not one of the values: asc, desc.';
  if (!(question.limit >= 1 && question.limit <= MAX_LIMIT))
    return 'Variable limit is not between 1 and 100000.';
  return question;
}

function readFileType(request: ReplayRequest): string {
  return request.query.get('file_type') ?? 'xml';
}

/** FRED's default format is XML: attributes of the envelope around one empty element per row. */
function answerList(
  request: ReplayRequest,
  envelope: Readonly<Record<string, string | number>>,
  listName: string,
  rowName: string,
  rows: readonly Readonly<Record<string, string>>[],
): ReplayAnswer {
  if (readFileType(request) === 'json') return answerJson(200, { ...envelope, [listName]: rows });
  const attributes = (values: Readonly<Record<string, string | number>>): string =>
    Object.entries(values)
      .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
      .join('');
  const lines = rows.map((row) => `  <${rowName}${attributes(row)}/>`);
  const head = '<?xml version="1.0" encoding="utf-8" ?>';
  const text = [head, `<${listName}${attributes(envelope)}>`, ...lines, `</${listName}>`].join('\n');
  return answerBody(200, 'text/xml; charset=UTF-8', text);
}

function answerError(request: ReplayRequest, message: string): ReplayAnswer {
  if (readFileType(request) === 'json') return answerJson(400, { error_code: 400, error_message: message });
  const text = `<?xml version="1.0" encoding="utf-8" ?>\n<error code="400" message="${escapeXml(message)}"/>`;
  return answerBody(400, 'text/xml; charset=UTF-8', text);
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

function subtractDay(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - DAY_MS).toISOString().slice(0, 10);
}
