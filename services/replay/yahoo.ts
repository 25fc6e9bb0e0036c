import {
  answerBody,
  answerJson,
  markAs,
  markNotRecorded,
  markSpan,
  type ReplayAnswer,
  type ReplayRequest,
} from './answer.ts';
import type { RecordedKey, Recordings } from './recordings.ts';
import { hullSpans, listSpansWithin } from './span.ts';
import {
  listYahooCharts,
  listYahooSymbols,
  readYahooSymbol,
  type YahooBar,
  type YahooSymbol,
} from './yahoo-bars.ts';
import { createSessionClock, dateStamp, describeOffset, findYahooSession } from './yahoo-session.ts';

/** Hosts that the Yahoo client may ask; only the two query hosts serve charts. */
export const YAHOO_HOSTS = [
  'query1.finance.yahoo.com',
  'query2.finance.yahoo.com',
  'finance.yahoo.com',
  'fc.yahoo.com',
] as const;

const CHART_PATH = /^\/v8\/finance\/chart\/([^/]+)$/;
const UNAUTHORIZED =
  '{"finance":{"result":null,"error":{"code":"Unauthorized","description":"Invalid Crumb"}}}';
const VALID_RANGES = ['1d', '5d', '1mo', '3mo', '6mo', '1y', '2y', '5y', '10y', 'ytd', 'max'];
const LAST_STAMP = 253_402_300_799;

interface Period {
  readonly first: number;
  readonly last: number;
}

/** Answers `/v8/finance/chart/{symbol}`; the cookie and crumb pages are answered, quotes refuse every crumb. */
export function answerYahoo(request: ReplayRequest, recordings: Recordings): ReplayAnswer {
  const symbol = CHART_PATH.exec(request.path)?.[1];
  if (symbol !== undefined) return answerChart(symbol, request, recordings);
  if (request.path === '/v1/test/getcrumb') return answerBody(200, 'text/plain;charset=UTF-8', 'replayCrumb');
  if (request.path.startsWith('/v')) return answerBody(401, 'application/json;charset=UTF-8', UNAUTHORIZED);
  const page = answerBody(
    request.host === 'fc.yahoo.com' ? 404 : 200,
    'text/html',
    '<html><body></body></html>',
  );
  const cookie = 'A3=replay; Domain=.yahoo.com; Path=/; Secure; HttpOnly';
  return { ...page, headers: { ...page.headers, 'set-cookie': cookie } };
}

/** Every recorded symbol with the span of its bars. */
export function listYahooKeys(recordings: Recordings): readonly RecordedKey[] {
  return listYahooSymbols(recordings).flatMap((symbol) => {
    const recorded = readYahooSymbol(symbol, recordings);
    const span = recorded && hullSpans(recorded.segments);
    if (recorded === undefined || span === undefined) return [];
    const segments = recorded.segments.length > 1 ? { segments: recorded.segments } : {};
    const marks = listMarks(recorded.bars);
    return [
      {
        provider: 'yahoo',
        key: symbol,
        span,
        ...segments,
        ...(marks.length > 0 ? { marks } : {}),
        files: recorded.files,
      },
    ];
  });
}

function answerChart(symbol: string, request: ReplayRequest, recordings: Recordings): ReplayAnswer {
  const period = {
    first: Number(request.query.get('period1') ?? 0),
    last: Number(request.query.get('period2') ?? LAST_STAMP),
  };
  const refusal = listYahooCharts(recordings).find(
    (chart) =>
      chart.symbol === symbol &&
      chart.status !== 200 &&
      chart.period.first <= period.first &&
      period.last <= chart.period.last,
  );
  if (refusal !== undefined) return answerRefusal(refusal.status, period);
  const recorded = readYahooSymbol(symbol, recordings);
  if (recorded === undefined) {
    const unknown = answerResult(symbol, undefined, [], period, request);
    return markNotRecorded(markAs(unknown, ['metadata-not-recorded']));
  }

  const hull = hullSpans(recorded.segments);
  const zone = readZone(recorded);
  const bars = recorded.bars.filter((bar) => bar.stamp >= period.first && bar.stamp <= period.last);
  if (bars.length > 0) {
    return markAs(markSpan(answerResult(symbol, recorded, bars, period, request), hull), listMarks(bars));
  }
  if (recorded.listed !== undefined && period.last < recorded.listed) {
    return markNotRecorded(markSpan(answerRefusal(400, period), hull));
  }
  const empty = markSpan(answerResult(symbol, recorded, [], period, request), hull);
  const window = {
    first: dateStamp(zone, period.first),
    last: dateStamp(zone, Math.min(period.last, LAST_STAMP)),
  };
  return listSpansWithin(recorded.segments, window).length === 0 ? markNotRecorded(empty) : empty;
}

function answerRefusal(status: number, period: Period): ReplayAnswer {
  const description = `Data doesn't exist for startDate = ${period.first}, endDate = ${period.last}`;
  return answerJson(status, { chart: { result: null, error: { code: 'Bad Request', description } } });
}

/** Without bars `timestamp` is missing and the indicators are empty objects, as recorded. */
function answerResult(
  symbol: string,
  recorded: YahooSymbol | undefined,
  bars: readonly YahooBar[],
  period: Period,
  request: ReplayRequest,
): ReplayAnswer {
  const meta = buildMeta(symbol, recorded, period);
  if (bars.length === 0) {
    const indicators = { quote: [{}], adjclose: [{}] };
    return answerJson(200, { chart: { result: [{ meta, indicators }], error: null } });
  }
  const events = selectEvents(recorded, period, request);
  const result = {
    meta,
    timestamp: bars.map((bar) => bar.stamp),
    ...(events === undefined ? {} : { events }),
    indicators: {
      quote: [
        {
          high: bars.map((bar) => bar.high),
          volume: bars.map((bar) => bar.volume),
          low: bars.map((bar) => bar.low),
          open: bars.map((bar) => bar.open),
          close: bars.map((bar) => bar.close),
        },
      ],
      adjclose: [{ adjclose: bars.map((bar) => bar.adjclose) }],
    },
  };
  return answerJson(200, { chart: { result: [result], error: null } });
}

function selectEvents(
  recorded: YahooSymbol | undefined,
  period: Period,
  request: ReplayRequest,
): Record<string, unknown> | undefined {
  const asked = (request.query.get('events') ?? '').split('|');
  const names: Readonly<Record<string, string>> = { dividends: 'div', splits: 'split', earnings: 'earn' };
  const selected = Object.entries(recorded?.events ?? {}).flatMap(([kind, entries]) => {
    const within = Object.entries(entries).filter(
      ([stamp]) => Number(stamp) >= period.first && Number(stamp) <= period.last,
    );
    return asked.includes(names[kind] ?? kind) && within.length > 0
      ? [[kind, Object.fromEntries(within)] as const]
      : [];
  });
  return selected.length === 0 ? undefined : Object.fromEntries(selected);
}

/**
 * The recorded `meta` where there is one; else the same fields, filled from the last recorded bar and the symbol's
 * market. The client insists on a market price: a symbol without bars says 0, and its answer is marked.
 */
function buildMeta(
  symbol: string,
  recorded: YahooSymbol | undefined,
  period: Period,
): Record<string, unknown> {
  const bars = recorded?.bars.filter((bar) => bar.close !== null) ?? [];
  const before = bars.findLast((bar) => bar.stamp < period.first);
  const previous = before?.close === undefined ? {} : { chartPreviousClose: before.close };
  if (recorded?.meta !== undefined) return { ...recorded.meta, ...previous };
  const session = findYahooSession(symbol);
  const latest = bars.at(-1);
  const now = latest?.stamp ?? createSessionClock(session)('2020-01-02');
  const end = now + session.lengthMinutes * 60;
  const offset = describeOffset(session.zone, now);
  return {
    currency: session.currency,
    symbol,
    exchangeName: session.exchangeName,
    fullExchangeName: session.fullExchangeName,
    instrumentType: session.instrumentType,
    firstTradeDate: recorded?.listed ?? null,
    regularMarketTime: end,
    hasPrePostMarketData: false,
    ...offset,
    exchangeTimezoneName: session.zone,
    regularMarketPrice: latest?.close ?? 0,
    ...previous,
    priceHint: session.instrumentType === 'CURRENCY' ? 4 : 2,
    currentTradingPeriod: {
      pre: { timezone: offset.timezone, start: now, end: now, gmtoffset: offset.gmtoffset },
      regular: { timezone: offset.timezone, start: now, end, gmtoffset: offset.gmtoffset },
      post: { timezone: offset.timezone, start: end, end, gmtoffset: offset.gmtoffset },
    },
    dataGranularity: '1d',
    range: '',
    validRanges: VALID_RANGES,
  };
}

function readZone(recorded: YahooSymbol): string {
  const zone = recorded.meta?.['exchangeTimezoneName'];
  return typeof zone === 'string' ? zone : findYahooSession(recorded.symbol).zone;
}

function listMarks(bars: readonly YahooBar[]): readonly string[] {
  return [
    ...(bars.some((bar) => bar.reencoded) ? ['re-encoded'] : []),
    ...(bars.some((bar) => bar.adjusted) ? ['adjusted-close'] : []),
  ];
}
