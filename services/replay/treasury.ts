import {
  answerBody,
  markAs,
  markNotRecorded,
  markSpan,
  type ReplayAnswer,
  type ReplayRequest,
} from './answer.ts';
import { formatAmericanDate, parseAmericanDate, parseIsoDate } from './calendar-date.ts';
import { compareText, type RecordedFile, type RecordedKey, type Recordings } from './recordings.ts';
import { hullSpans, listSpansWithin, mergeSpans, spanDates, type Span } from './span.ts';
import {
  buildEntry,
  buildFeed,
  CURVES,
  NOMINAL_CURVE,
  parseEntries,
  type CurveType,
} from './treasury-feed.ts';

/** Host of the US Treasury's rate pages. */
export const TREASURY_HOST = 'home.treasury.gov';

/** One day of a curve: percent text by CSV column. */
interface CurveDay {
  readonly rates: ReadonlyMap<string, string>;
  /** The `<entry>` as recorded, when a feed of the host holds this day. */
  readonly entry?: string;
  /** Trailing zeros and date format were restored: the file is somebody's rewrite. */
  readonly reencoded: boolean;
}

interface Curve {
  readonly type: CurveType;
  /** Best source of the CSV text of each day. */
  readonly days: ReadonlyMap<string, CurveDay>;
  /** Recorded entries of each day. */
  readonly entries: ReadonlyMap<string, CurveDay>;
  readonly segments: readonly Span[];
  readonly files: readonly RecordedFile<CurveDay>[];
}

/** The period of a request: a year, a month, or everything page by page. */
interface Period {
  readonly window: Span;
  readonly page: number | undefined;
}

const BASE = '/resource-center/data-chart-center/interest-rates/';
const CSV_PATH = new RegExp(`^${BASE}daily-treasury-rates\\.csv/(\\w+)/(\\w+)$`);
const XML_PATH = `${BASE}pages/xml`;
const FILE = /^treasury\/(?:xml|csv|recorded|reencoded|tables)\/([^/]+)\.(xml|csv)$/;
const PAGE_ROWS = 300;
const MAX_GAP_DAYS = 10;
const ALL_TIME: Span = { first: '0001-01-01', last: '9999-12-31' };

/** Recorded downloads first; among them the CSV's two decimals before the float dust of the legacy feed. */
const FILE_RANKS: readonly (readonly [RegExp, number])[] = [
  [/\/rewritten[^/]*$/, 3],
  [/\/legacy[^/]*\.xml$/, 2],
  [/\.xml$/, 1],
  [/\.csv$/, 0],
];

/** Answers `pages/xml?data=TYPE` and `daily-treasury-rates.csv/…` for a year, a month or (XML) all pages. */
export function answerTreasury(request: ReplayRequest, recordings: Recordings): ReplayAnswer {
  const csv = CSV_PATH.exec(request.path);
  if (csv === null && request.path !== XML_PATH)
    return answerBody(404, 'text/html', '<html><body>Not Found</body></html>');
  const typeName = request.query.get(csv === null ? 'data' : 'type');
  const period = csv === null ? readXmlPeriod(request.query) : readCsvPeriod(csv[1] ?? '', csv[2] ?? '');
  const type = CURVES.find((curve) => curve.name === typeName);
  if (type === undefined || period === undefined)
    return markNotRecorded(answerDays(csv !== null, NOMINAL_CURVE, []));
  const curve = readCurve(type, recordings);
  const hull = hullSpans(curve.segments);
  const { first, last } = period.window;
  const days = [...(csv === null ? withEntries(curve) : curve.days)].filter(
    ([date]) => date >= first && date <= last,
  );
  const shown =
    period.page === undefined ? days : days.slice(period.page * PAGE_ROWS, (period.page + 1) * PAGE_ROWS);
  const whole = csv === null ? findWholeFile(curve, shown) : undefined;
  const answer =
    whole === undefined
      ? answerDays(csv !== null, type, shown)
      : answerBody(200, 'application/xml', recordings.readBytes(whole.path));
  const spanned = markSpan(answer, hull);
  if (listSpansWithin(curve.segments, period.window).length === 0) return markNotRecorded(spanned);
  const reencoded = shown.some(([, day]) => (csv === null ? day.entry === undefined : day.reencoded));
  return markAs(spanned, reencoded ? ['re-encoded'] : []);
}

/** Every recorded curve with the span of its days. */
export function listTreasuryKeys(recordings: Recordings): readonly RecordedKey[] {
  return CURVES.flatMap((type) => {
    const curve = readCurve(type, recordings);
    const span = hullSpans(curve.segments);
    if (span === undefined) return [];
    const segments = curve.segments.length > 1 ? { segments: curve.segments } : {};
    const marks = [...curve.days.values()].some((day) => day.reencoded) ? { marks: ['re-encoded'] } : {};
    const files = curve.files.map((file) => file.path);
    return [{ provider: 'treasury_gov', key: type.name, span, ...segments, ...marks, files }];
  });
}

function readXmlPeriod(query: URLSearchParams): Period | undefined {
  const month = query.get('field_tdr_date_value_month');
  const year = query.get('field_tdr_date_value');
  const window = month === null ? readWindow(year ?? '') : readWindow(month);
  if (window !== undefined) return { window, page: undefined };
  return year === 'all' ? { window: ALL_TIME, page: Number(query.get('page') ?? 0) } : undefined;
}

/** `/2024/all`, `/all/2024` and `/all/202403`. */
function readCsvPeriod(first: string, second: string): Period | undefined {
  const window = readWindow(first === 'all' ? second : first);
  return window === undefined ? undefined : { window, page: undefined };
}

function readWindow(text: string): Span | undefined {
  if (/^\d{4}$/.test(text)) return { first: `${text}-01-01`, last: `${text}-12-31` };
  if (!/^\d{6}$/.test(text)) return undefined;
  const month = `${text.slice(0, 4)}-${text.slice(4)}`;
  return { first: `${month}-01`, last: `${month}-31` };
}

function readCurve(type: CurveType, recordings: Recordings): Curve {
  return recordings.remember(`treasury ${type.name}`, () => {
    const files = recordings.files
      .filter((path) => FILE.test(path) && /real/.test(FILE.exec(path)?.[1] ?? '') === type.real)
      .map((path) => readCurveFile(path, type, recordings))
      .filter((file) => file !== undefined)
      .toSorted((a, b) => a.rank - b.rank || compareText(b.span.last, a.span.last));
    const days = new Map<string, CurveDay>();
    const entries = new Map<string, CurveDay>();
    for (const file of files) {
      for (const [date, day] of file.rows) {
        if (!days.has(date)) days.set(date, day);
        if (day.entry !== undefined && !entries.has(date)) entries.set(date, day);
      }
    }
    const sorted = new Map([...days].toSorted(([a], [b]) => compareText(a, b)));
    const segments = mergeSpans(
      files.map((file) => file.span),
      MAX_GAP_DAYS,
    );
    return { type, days: sorted, entries, segments, files };
  });
}

function readCurveFile(
  path: string,
  type: CurveType,
  recordings: Recordings,
): RecordedFile<CurveDay> | undefined {
  const rank = FILE_RANKS.find(([pattern]) => pattern.test(path))?.[1] ?? FILE_RANKS.length;
  const rows = path.endsWith('.xml') ? readXml(path, type, recordings) : readCsv(path, type, recordings);
  const span = spanDates(rows.keys());
  return span === undefined ? undefined : { path, rank, span, rows };
}

function readXml(path: string, type: CurveType, recordings: Recordings): ReadonlyMap<string, CurveDay> {
  return new Map(
    parseEntries(recordings.readText(path), type).map(({ date, entry, rates }) => [
      date,
      { rates, entry, reencoded: false },
    ]),
  );
}

function readCsv(path: string, type: CurveType, recordings: Recordings): ReadonlyMap<string, CurveDay> {
  const [header = [], ...cells] = recordings.readRows(path);
  const columns = header.map(
    (name) => type.tenors.find((tenor) => tenor.labels.includes(name.toLowerCase()))?.column,
  );
  const rows = new Map<string, CurveDay>();
  for (const row of cells) {
    const day = row[0] ?? '';
    const date = parseAmericanDate(day) ?? parseIsoDate(day);
    if (date === undefined) continue;
    const rates = new Map<string, string>();
    columns.forEach((column, index) => {
      const text = row[index] ?? '';
      if (column !== undefined && text !== '' && text !== 'N/A') rates.set(column, padDecimals(text));
    });
    rows.set(date, { rates, reencoded: parseIsoDate(day) !== undefined });
  }
  return rows;
}

function padDecimals(text: string): string {
  const [whole = '', fraction = ''] = text.split('.');
  return `${whole}.${fraction.padEnd(2, '0')}`;
}

function withEntries(curve: Curve): ReadonlyMap<string, CurveDay> {
  return new Map([...curve.days].map(([date, day]) => [date, curve.entries.get(date) ?? day]));
}

/** The recorded feed that holds exactly these days, to be sent byte for byte. */
function findWholeFile(
  curve: Curve,
  days: readonly (readonly [string, CurveDay])[],
): RecordedFile<CurveDay> | undefined {
  if (days.length === 0) return undefined;
  return curve.files.find(
    (file) =>
      file.path.endsWith('.xml') &&
      file.rows.size === days.length &&
      days.every(([date]) => file.rows.has(date)),
  );
}

function answerDays(
  csv: boolean,
  type: CurveType,
  days: readonly (readonly [string, CurveDay])[],
): ReplayAnswer {
  return csv ? answerCsv(type, days) : answerXml(type, days);
}

/** Newest first, no newline at the end; the columns are those with a value in the period. */
function answerCsv(type: CurveType, days: readonly (readonly [string, CurveDay])[]): ReplayAnswer {
  const columns = type.tenors
    .map((tenor) => tenor.column)
    .filter((column) => days.length === 0 || days.some(([, day]) => day.rates.has(column)));
  const header = ['Date', ...columns.map((column) => `"${column}"`)].join(',');
  const lines = days
    .toReversed()
    .map(([date, day]) =>
      [formatAmericanDate(date), ...columns.map((column) => day.rates.get(column) ?? '')].join(','),
    );
  return answerBody(200, 'text/csv; charset=utf-8', [header, ...lines].join('\n'));
}

function answerXml(type: CurveType, days: readonly (readonly [string, CurveDay])[]): ReplayAnswer {
  const entries = days.map(([date, day]) => day.entry ?? buildEntry(type, date, day.rates));
  return answerBody(200, 'application/xml', buildFeed(type, entries));
}
