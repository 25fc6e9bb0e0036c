import YahooFinance from 'yahoo-finance2';
import { PipelineError, RetryLaterError, TransientError } from '../../errors.ts';
import type { HttpClient } from '../../http.ts';
import { addDays, SECOND, type Day } from '../../time.ts';
import type { FetchWindow, Payload } from '../connector.ts';

/** Name of the one answer of a window. */
export const CHART_PART = 'chart';

const SILENT = { debug: ignore, dir: ignore, error: ignore, info: ignore, warn: ignore };
const DEFAULT_WAIT_MS = 60 * SECOND;

function ignore(): void {}

/** Requests of this process that are under way at the same time; their rate is the budget's, over all processes. */
const CONCURRENT_REQUESTS = 2;

/** One for the process: the library's queue holds for one instance only. The budget is waited for inside of it. */
const yahoo = new YahooFinance({
  logger: SILENT,
  queue: { concurrency: CONCURRENT_REQUESTS },
  suppressNotices: ['yahooSurvey', 'ripHistorical'],
  validation: { logErrors: false, logOptionsErrors: false },
  versionCheck: false,
});

function toUtcDate(day: Day): Date {
  return new Date(`${day}T00:00:00Z`);
}

function readWait(response: Response): number {
  const seconds = Number(response.headers.get('retry-after') ?? 'none');
  return Number.isFinite(seconds) ? Math.max(0, seconds * SECOND) : DEFAULT_WAIT_MS;
}

async function readPayload(url: string, response: Response): Promise<Payload> {
  const fetchedAt = Date.parse(response.headers.get('date') ?? '');
  if (Number.isNaN(fetchedAt)) {
    throw new TransientError(`GET ${url}`, {
      expected: 'a Date header: it tells which bars are closed',
      got: 'none',
    });
  }
  const header = (name: string): string | undefined => response.headers.get(name) ?? undefined;
  return {
    part: CHART_PART,
    url,
    status: response.status,
    contentType: header('content-type') ?? '',
    body: new Uint8Array(await response.arrayBuffer()),
    fetchedAt,
    replay: {
      outcome: header('x-replay-outcome'),
      recorded: header('x-replay-recorded'),
      marked: header('x-replay-marked'),
    },
  };
}

function checkStatus(url: string, response: Response): void {
  const got = `HTTP ${response.status}`;
  if (response.status === 429) {
    const delayMs = readWait(response);
    throw new RetryLaterError(`GET ${url}: the provider asked to wait ${delayMs} ms`, delayMs, { got });
  }
  if (response.status === 408 || response.status === 425 || response.status >= 500) {
    throw new TransientError(`GET ${url}`, { expected: 'an answer below HTTP 500', got });
  }
}

/**
 * The daily chart of a symbol over a window, as the provider sent it. The library builds the request; its reading of the
 * answer is not used, because it throws on answers that mean "nothing in this window" and loses the body. One day more
 * is asked on each side: bars are stamped with the opening of their session in UTC.
 *
 * Source: https://query2.finance.yahoo.com/v8/finance/chart/{symbol}
 *
 * @throws RetryLaterError on 429; TransientError on network faults and 5xx.
 */
export async function fetchChart(symbol: string, window: FetchWindow, http: HttpClient): Promise<Payload> {
  let payload: Payload | undefined;
  const capture: typeof globalThis.fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const response = await http.fetch(input, init, CHART_PART);
    checkStatus(url, response);
    payload = await readPayload(url, response);
    // The library prints the URL of every refused request: it never gets to see one.
    if (!response.ok) throw new TransientError(`GET ${url}`, { got: `HTTP ${response.status}` });
    return new Response(payload.body.slice(), { status: response.status, headers: response.headers });
  };
  const failure: unknown = await yahoo
    .chart(
      symbol,
      {
        period1: toUtcDate(addDays(window.from, -1)),
        period2: toUtcDate(addDays(window.to, 1)),
        interval: '1d',
        includePrePost: false,
        events: 'div|split',
        return: 'object',
      },
      { fetch: capture, validateResult: false },
    )
    .then(
      () => null,
      (error: unknown) => error,
    );
  if (payload !== undefined) return payload;
  if (failure instanceof PipelineError) throw failure;
  throw new TransientError(`Asking Yahoo Finance for ${symbol}`, { expected: 'an answer', cause: failure });
}
