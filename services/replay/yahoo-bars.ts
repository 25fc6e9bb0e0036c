import { isWeekend, parseBrazilianDate, parseIsoDate } from './calendar-date.ts';
import { rankPath, sortFiles, type RecordedFile, type Recordings } from './recordings.ts';
import { mergeSpans, spanDates, type Span } from './span.ts';
import { createSessionClock, dateStamp, findYahooSession } from './yahoo-session.ts';

/** One daily bar; a value is null where the recording has none. */
export interface YahooBar {
  readonly open: number | null;
  readonly high: number | null;
  readonly low: number | null;
  readonly close: number | null;
  readonly adjclose: number | null;
  readonly volume: number | null;
  /** Open instant of the session, epoch seconds. */
  readonly stamp: number;
  /** `close` is back-adjusted for dividends because no unadjusted price was recorded. */
  readonly adjusted: boolean;
  /** The bar comes from a table, not from a chart body. */
  readonly reencoded: boolean;
}

/** Events of a recorded chart body, by kind and epoch second. */
type YahooEvents = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

/** Everything recorded of one symbol, bars ascending by stamp. */
export interface YahooSymbol {
  readonly symbol: string;
  readonly bars: readonly YahooBar[];
  readonly segments: readonly Span[];
  /** `meta` of a recorded body, when there is one. */
  readonly meta: Readonly<Record<string, unknown>> | undefined;
  readonly events: YahooEvents;
  /** Epoch second of the first bar the symbol ever had, when a recording says so. */
  readonly listed: number | undefined;
  readonly files: readonly string[];
}

/** The recorded body of one chart request. */
export interface YahooChart {
  readonly symbol: string;
  readonly path: string;
  readonly status: number;
  readonly period: { readonly first: number; readonly last: number };
  readonly body: unknown;
}

interface ChartResult {
  readonly meta: Readonly<Record<string, unknown>>;
  readonly timestamp?: readonly number[];
  readonly events?: YahooEvents;
  readonly indicators: {
    readonly quote: readonly Partial<
      Record<'open' | 'high' | 'low' | 'close' | 'volume', readonly (number | null)[]>
    >[];
    readonly adjclose?: readonly { readonly adjclose?: readonly (number | null)[] }[];
  };
}

const TABLE = /^yahoo\/tables\/([^_/]+)_[^/]*\.csv$/;
const CHART = /^yahoo\/(?:recorded|reencoded)\/[^/]*chart-[^/]*\.json$/;
const MAX_GAP_DAYS = 10;

/** Every chart body in the folder, with the window it was asked for. */
export function listYahooCharts(recordings: Recordings): readonly YahooChart[] {
  return recordings.remember('yahoo charts', () =>
    recordings.files
      .filter((path) => CHART.test(path))
      .map((path) => {
        const recorded = JSON.parse(recordings.readText(path)) as {
          request: { url: string };
          response: { status: number; bodyJson: unknown };
        };
        const url = new URL(recorded.request.url);
        return {
          symbol: decodeURIComponent(url.pathname.split('/').at(-1) ?? ''),
          path,
          status: recorded.response.status,
          period: {
            first: Number(url.searchParams.get('period1')),
            last: Number(url.searchParams.get('period2')),
          },
          body: recorded.response.bodyJson,
        };
      }),
  );
}

/** Every symbol with at least one recorded bar, in name order. */
export function listYahooSymbols(recordings: Recordings): readonly string[] {
  const tables = recordings.files
    .map((path) => TABLE.exec(path)?.[1])
    .filter((symbol) => symbol !== undefined);
  const charts = listYahooCharts(recordings).map((chart) => chart.symbol);
  return [...new Set([...tables, ...charts])]
    .filter((symbol) => readYahooSymbol(symbol, recordings) !== undefined)
    .toSorted();
}

/** All bars of one symbol; undefined when no file holds it. */
export function readYahooSymbol(symbol: string, recordings: Recordings): YahooSymbol | undefined {
  return recordings.remember(`yahoo ${symbol}`, () => {
    const charts = listYahooCharts(recordings).filter(
      (chart) => chart.symbol === symbol && chart.status === 200,
    );
    const results = charts.flatMap((chart) => readResult(chart));
    const files = [
      ...results.map(({ path, result }) => readChartFile(path, result)),
      ...recordings.files
        .filter((path) => TABLE.exec(path)?.[1] === symbol)
        .map((path) => readTable(path, symbol, recordings)),
    ].filter((file) => file !== undefined);
    if (files.length === 0) return undefined;
    const meta = results[0]?.result.meta;
    const bars = mergeBars(files).toSorted((a, b) => a.stamp - b.stamp);
    return {
      symbol,
      bars,
      segments: mergeSpans(
        files.map((file) => file.span),
        MAX_GAP_DAYS,
      ),
      meta,
      events: mergeEvents(results.map(({ result }) => result.events ?? {})),
      listed: findListing(meta, files, bars),
      files: files.map((file) => file.path),
    };
  });
}

function readResult(chart: YahooChart): readonly { path: string; result: ChartResult }[] {
  const body = chart.body as { chart: { result: readonly ChartResult[] | null } };
  const result = body.chart.result?.[0];
  return result === undefined ? [] : [{ path: chart.path, result }];
}

function readChartFile(path: string, result: ChartResult): RecordedFile<YahooBar> | undefined {
  const quote = result.indicators.quote[0] ?? {};
  const adjclose = result.indicators.adjclose?.[0]?.adjclose;
  const zone = String(result.meta['exchangeTimezoneName']);
  const rows = new Map<string, YahooBar>();
  (result.timestamp ?? []).forEach((stamp, index) => {
    const close = quote.close?.[index] ?? null;
    rows.set(dateStamp(zone, stamp), {
      open: quote.open?.[index] ?? null,
      high: quote.high?.[index] ?? null,
      low: quote.low?.[index] ?? null,
      close,
      adjclose: adjclose === undefined ? close : (adjclose[index] ?? null),
      volume: quote.volume?.[index] ?? null,
      stamp,
      adjusted: false,
      reencoded: false,
    });
  });
  const span = spanDates(rows.keys());
  return span === undefined ? undefined : { path, rank: rankPath(path), span, rows };
}

/**
 * Three layouts: the old Yahoo download (`Date,Open,…,Adj Close,Volume`), yfinance's `to_csv` (three header rows, prices
 * already adjusted) and two columns of date and close. The last holds closes of weekends when it was filled from
 * elsewhere than Yahoo: those rows are dropped.
 */
function readTable(path: string, symbol: string, recordings: Recordings): RecordedFile<YahooBar> | undefined {
  const cells = recordings.readRows(path);
  const header = cells[0] ?? [];
  const closeOnly = header.length === 2;
  const adjusted = header[0] === 'Price';
  const column = (name: string): number => header.indexOf(name);
  const closeColumn = closeOnly ? 1 : column('Close');
  const adjColumn = closeOnly || adjusted ? closeColumn : column('Adj Close');
  const session = findYahooSession(symbol);
  const stampOpen = createSessionClock(session);
  const openOnWeekends = session.instrumentType === 'CRYPTOCURRENCY';
  const rows = new Map<string, YahooBar>();
  for (const row of cells) {
    const day = row[0] ?? '';
    const date = parseIsoDate(day) ?? parseBrazilianDate(day);
    if (date === undefined || (closeOnly && !openOnWeekends && isWeekend(date))) continue;
    rows.set(date, {
      open: readNumber(row[column('Open')]),
      high: readNumber(row[column('High')]),
      low: readNumber(row[column('Low')]),
      close: readNumber(row[closeColumn]),
      adjclose: readNumber(row[adjColumn]),
      volume: readNumber(row[column('Volume')]),
      stamp: stampOpen(date),
      adjusted,
      reencoded: true,
    });
  }
  const span = spanDates(rows.keys());
  return span === undefined ? undefined : { path, rank: rankPath(path), span, rows };
}

function readNumber(text: string | undefined): number | null {
  if (text === undefined || text === '' || text === 'null') return null;
  return Number(text);
}

function mergeBars(files: readonly RecordedFile<YahooBar>[]): readonly YahooBar[] {
  const candidates = new Map<string, YahooBar[]>();
  for (const file of sortFiles(files)) {
    for (const [date, bar] of file.rows) candidates.set(date, [...(candidates.get(date) ?? []), bar]);
  }
  return [...candidates.values()].flatMap((bars) => {
    const best = bars.find((bar) => bar.close !== null) ?? bars[0];
    return best === undefined ? [] : [completeBar(best, bars)];
  });
}

/**
 * The best file wins, and other files say only what it cannot: a close-only row takes the whole bar of a file that
 * agrees on the close; an adjusted row keeps its price as `adjclose` and takes the unadjusted bar of another file.
 */
function completeBar(best: YahooBar, bars: readonly YahooBar[]): YahooBar {
  if (best.adjusted) {
    const raw = bars.find((bar) => !bar.adjusted && bar.close !== null);
    return raw === undefined ? best : { ...raw, adjclose: best.close };
  }
  if (best.open !== null || best.close === null) return best;
  const { close } = best;
  const whole = bars.find(
    (bar) => !bar.adjusted && bar.open !== null && bar.close !== null && isSameClose(bar.close, close),
  );
  return whole ?? best;
}

/** Re-saved closes are rounded to 4 decimals or to single precision. */
function isSameClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= 6e-5 + 1e-6 * Math.abs(b);
}

function mergeEvents(events: readonly YahooEvents[]): YahooEvents {
  const merged: Record<string, Record<string, Readonly<Record<string, unknown>>>> = {};
  for (const kinds of events) {
    for (const [kind, entries] of Object.entries(kinds)) merged[kind] = { ...merged[kind], ...entries };
  }
  return merged;
}

/** A recorded `firstTradeDate`, or the first bar of a file that says it holds the whole history (`…_max_…`). */
function findListing(
  meta: Readonly<Record<string, unknown>> | undefined,
  files: readonly RecordedFile<YahooBar>[],
  bars: readonly YahooBar[],
): number | undefined {
  const recorded = meta?.['firstTradeDate'];
  if (typeof recorded === 'number') return recorded;
  const whole = files.some((file) => file.path.includes('_max_'));
  return whole ? bars.find((bar) => bar.close !== null)?.stamp : undefined;
}
