import {
  answerBody,
  answerJson,
  markAs,
  markNotRecorded,
  markSpan,
  type ReplayAnswer,
  type ReplayRequest,
} from './answer.ts';
import { formatBrazilianDate, parseBrazilianDate, parseIsoDate } from './calendar-date.ts';
import {
  mergeFiles,
  RANK,
  rankPath,
  type RecordedFile,
  type RecordedKey,
  type Recordings,
} from './recordings.ts';
import { countDays, hullSpans, listSpansWithin, mergeSpans, spanDates, type Span } from './span.ts';

/** Host of the BCB time series service. */
export const SGS_HOST = 'api.bcb.gov.br';

/** One value as the provider's decimal text, and the rank of the file it comes from. */
interface SgsValue {
  readonly text: string;
  readonly rank: number;
}

/** One SGS code: values as the provider's decimal text, by ISO date, ascending. */
export interface SgsSeries {
  readonly values: ReadonlyMap<string, SgsValue>;
  readonly segments: readonly Span[];
  /** The 10-year limit of the provider applies to daily series only. */
  readonly daily: boolean;
  readonly files: readonly string[];
}

const FILE = /^(?:bcb_sgs\/(?:recorded|reencoded|tables)\/sgs_|ptax\/tables\/sgs)(\d+)_[^/]*\.(json|csv)$/;
const PATH = /^\/dados\/serie\/bcdata\.sgs\.(\d+)\/dados(?:\/ultimos\/(\d+))?$/;
const LATEST_MAX = 20;
const DAILY_WINDOW_YEARS = 10;
const DAILY_MAX_SPACING_DAYS = 4;

const ERROR_FILES = {
  400: 'bcb_sgs/recorded/errors/400_ultimos_over_20.json',
  404: 'bcb_sgs/recorded/errors/404_no_values_in_window.json',
  406: 'bcb_sgs/recorded/errors/406_daily_window_over_10_years.json',
} as const;

/** Bodies of the same errors for folders that hold no recording of them. */
const ERROR_BODIES = {
  400: '{"erro":{"statusCode":400,"detail":"br.gov.bcb.pec.sgs.comum.excecoes.SGSNegocioException: A quantidade máxima de valores deve ser 20"}}',
  404: '{"erro":{"statusCode":404,"detail":"br.gov.bcb.pec.sgs.comum.excecoes.SGSNegocioException: Value(s) not found"}}',
  406: '{"error":"O sistema aceita uma janela de consulta de, no máximo, 10 anos em séries de periodicidade diária"}',
} as const;

/**
 * Answers `/dados/serie/bcdata.sgs.{code}/dados` and `…/ultimos/{n}` as the BCB does: 404 for a window without values,
 * 406 for a daily series over 10 years or without `dataInicial`, 400 for more than 20 latest values.
 */
export function answerSgs(request: ReplayRequest, recordings: Recordings): ReplayAnswer {
  const match = PATH.exec(request.path);
  if (match === null) return answerBody(404, 'text/html', '<html><body>Not Found</body></html>');
  const code = match[1] ?? '';
  const latest = match[2] === undefined ? undefined : Number(match[2]);
  if (latest !== undefined && latest > LATEST_MAX) return answerError(400, recordings);
  const series = readSgsSeries(code, recordings);
  if (series === undefined) return markNotRecorded(answerError(404, recordings));
  const hull = hullSpans(series.segments);
  if (latest !== undefined) return markSpan(answerValues([...series.values].slice(-latest), request), hull);

  const window = readWindow(request, series);
  if (window === undefined) return markSpan(answerBadDate(), hull);
  if (series.daily && isOverTenYears(request, window)) return markSpan(answerError(406, recordings), hull);
  const values = [...series.values].filter(([date]) => date >= window.first && date <= window.last);
  if (values.length > 0) return markSpan(answerValues(values, request), hull);
  const empty = markSpan(answerError(404, recordings), hull);
  return listSpansWithin(series.segments, window).length === 0 ? markNotRecorded(empty) : empty;
}

/** All values of one code from every file that has them; undefined when no file does. */
export function readSgsSeries(code: string, recordings: Recordings): SgsSeries | undefined {
  return recordings.remember(`sgs ${code}`, () => {
    const files = recordings.files
      .filter((path) => FILE.exec(path)?.[1] === code)
      .map((path) => readSgsFile(path, recordings))
      .filter((file) => file !== undefined);
    if (files.length === 0) return undefined;
    const daily = files.some((file) => isDaily([...file.rows.keys()]));
    const decimals = countDecimals(files);
    const values = [...mergeFiles(files)].map(
      ([date, value]) => [date, { ...value, text: padDecimals(value.text, decimals) }] as const,
    );
    return {
      values: new Map(values),
      segments: mergeSpans(
        files.map((file) => file.span),
        daily ? 10 : 100,
      ),
      daily,
      files: files.map((file) => file.path),
    };
  });
}

/** Every recorded code with its span. */
export function listSgsKeys(recordings: Recordings): readonly RecordedKey[] {
  const codes = new Set(
    recordings.files.map((path) => FILE.exec(path)?.[1]).filter((code) => code !== undefined),
  );
  return [...codes].flatMap((code) => {
    const series = readSgsSeries(code, recordings);
    const span = series && hullSpans(series.segments);
    if (series === undefined || span === undefined) return [];
    const segments = series.segments.length > 1 ? { segments: series.segments } : {};
    const marks = [...series.values.values()].some((value) => value.rank > RANK.recorded)
      ? { marks: ['re-encoded'] }
      : {};
    return [{ provider: 'bcb_sgs', key: code, span, ...segments, ...marks, files: series.files }];
  });
}

function readSgsFile(path: string, recordings: Recordings): RecordedFile<SgsValue> | undefined {
  const pairs = path.endsWith('.json')
    ? (JSON.parse(recordings.readText(path)) as { data: string; valor: string }[]).map((row) => [
        row.data,
        row.valor,
      ])
    : readCsvPairs(path, recordings);
  const rank = rankPath(path);
  const rows = new Map<string, SgsValue>();
  for (const [day = '', text = ''] of pairs) {
    const date = parseIsoDate(day) ?? parseBrazilianDate(day) ?? parseBrazilianDate(`01/${day}`);
    if (date !== undefined && text !== '') rows.set(date, { text, rank });
  }
  const span = spanDates(rows.keys());
  return span === undefined ? undefined : { path, rank, span, rows };
}

function readCsvPairs(path: string, recordings: Recordings): readonly (readonly string[])[] {
  const firstLine = recordings.readText(path).split('\n', 1)[0] ?? '';
  const rows = recordings.readRows(path, firstLine.includes(';') ? ';' : ',').slice(1);
  return rows.map(([day = '', text = '']) => [day, text.includes('.') ? text : text.replace(',', '.')]);
}

/** The provider prints a fixed number of decimals per series; tables lose trailing zeros, so the widest row decides. */
function countDecimals(files: readonly RecordedFile<SgsValue>[]): number {
  const best = Math.min(...files.map((file) => file.rank));
  const values = files.filter((file) => file.rank === best).flatMap((file) => [...file.rows.values()]);
  return values.reduce((most, { text }) => Math.max(most, text.split('.')[1]?.length ?? 0), 0);
}

function padDecimals(text: string, decimals: number): string {
  const [whole = '', fraction = ''] = text.split('.');
  return decimals === 0 ? text : `${whole}.${fraction.padEnd(decimals, '0')}`;
}

function isDaily(dates: readonly string[]): boolean {
  const sorted = dates.toSorted();
  const gaps = sorted.slice(1).map((date, index) => countDays(sorted[index] ?? date, date));
  const median = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)];
  return median !== undefined && median <= DAILY_MAX_SPACING_DAYS;
}

/** Without `dataFinal` the provider reads to today; recordings have no today but their last day. */
function readWindow(request: ReplayRequest, series: SgsSeries): Span | undefined {
  const from = request.query.get('dataInicial');
  const to = request.query.get('dataFinal');
  const first = from === null ? '0001-01-01' : parseBrazilianDate(from);
  const last =
    to === null ? maxText(hullSpans(series.segments)?.last ?? '', first ?? '') : parseBrazilianDate(to);
  return first === undefined || last === undefined ? undefined : { first, last };
}

function maxText(a: string, b: string): string {
  return a > b ? a : b;
}

function isOverTenYears(request: ReplayRequest, window: Span): boolean {
  if (!request.query.has('dataInicial')) return true;
  const limit = `${Number(window.first.slice(0, 4)) + DAILY_WINDOW_YEARS}${window.first.slice(4)}`;
  return window.last > limit;
}

function answerValues(
  values: readonly (readonly [string, SgsValue])[],
  request: ReplayRequest,
): ReplayAnswer {
  const marks = values.some(([, value]) => value.rank > RANK.recorded) ? ['re-encoded'] : [];
  if (request.query.get('formato') !== 'csv') {
    const rows = values.map(([date, { text }]) => ({ data: formatBrazilianDate(date), valor: text }));
    return markAs(answerJson(200, rows), marks);
  }
  const lines = values.map(
    ([date, { text }]) => `"${formatBrazilianDate(date)}";"${text.replace('.', ',')}"`,
  );
  return markAs(answerBody(200, 'text/csv;charset=UTF-8', ['"data";"valor"', ...lines].join('\r\n')), marks);
}

function answerError(status: keyof typeof ERROR_FILES, recordings: Recordings): ReplayAnswer {
  const path = ERROR_FILES[status];
  const body = recordings.files.includes(path)
    ? recordings.remember(path, () => recordings.readText(path))
    : ERROR_BODIES[status];
  return answerBody(status, 'application/json;charset=UTF-8', body);
}

/** No recording of this answer exists: only its status is meant. */
function answerBadDate(): ReplayAnswer {
  return answerJson(400, { erro: { statusCode: 400, detail: 'dataInicial, dataFinal: dd/MM/aaaa' } });
}
