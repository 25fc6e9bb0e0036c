import axios from 'axios';
import type { Payload } from './connectors/connector.ts';
import { PermanentError, RetryLaterError, TransientError } from './errors.ts';
import { classifyAnswer, type RequestOutcome } from './http-outcome.ts';
import type { Logger } from './logger.ts';
import { SECOND, type Instant } from './time.ts';

/** One GET (or POST of a form) to a provider. */
export interface HttpRequest {
  /** Name of the answer within its window; see `Payload.part`. */
  readonly part: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Query parameters whose values never reach a log, an error or the archive. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** @default 60 seconds */
  readonly timeoutMs?: number;
}

/** The only door to the network. Statuses a provider gives a meaning to (404, 406, …) are returned, not thrown. */
export interface HttpClient {
  /**
   * @throws TransientError on network faults, timeouts, 408, 425 and 5xx; RetryLaterError on 429 or `Retry-After`;
   * PermanentError when the body is larger than the cap.
   */
  get(request: HttpRequest): Promise<Payload>;
  /** A `fetch` with the same budget and rewriting, for libraries that bring their own client (yahoo-finance2). */
  readonly fetch: typeof globalThis.fetch;
}

/** What the client needs from its process. */
export interface HttpOptions {
  /** `live` or the base URL of the replay providers. */
  readonly replayUrl: string | null;
  /** Waits until the host's request budget allows one more. */
  readonly acquire: (host: string, signal: AbortSignal) => Promise<void>;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly now: () => Instant;
  /** Called once per request sent, for the ledger's request counts. */
  readonly onRequest?: (host: string) => void;
  /** Told what came of every request that `acquire` let through, for the budget and the circuit of its host. */
  readonly onOutcome?: (host: string, outcome: RequestOutcome) => Promise<void>;
}

const USER_AGENT = 'Mozilla/5.0 (compatible; macro-pipeline/0.1)';
const MAX_BODY_BYTES = 64 * 1024 * 1024;
const DEFAULT_TIMEOUT_MS = 60 * SECOND;
const DEFAULT_RETRY_AFTER_MS = 20 * SECOND;

/** Replay answers under `<replay>/<host>/<path>`; live answers at the URL itself. */
function routeUrl(url: string, replayUrl: string | null): string {
  if (replayUrl === null) return url;
  const parsed = new URL(url);
  return `${replayUrl}/${parsed.host}${url.slice(url.indexOf(parsed.host) + parsed.host.length)}`;
}

function appendSecrets(url: string, secrets: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(secrets).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  if (pairs.length === 0) return url;
  return `${url}${url.includes('?') ? '&' : '?'}${pairs.join('&')}`;
}

function redactUrl(url: string, secrets: Readonly<Record<string, string>>): string {
  return appendSecrets(url, Object.fromEntries(Object.keys(secrets).map((name) => [name, 'REDACTED'])));
}

/** Error pages repeat the URL that they were asked for; a body without a secret is returned as it came. */
function redactBody(body: Uint8Array, secrets: Readonly<Record<string, string>>): Uint8Array {
  const values = Object.values(secrets).filter((value) => value !== '' && Buffer.from(body).includes(value));
  if (values.length === 0) return body;
  const text = values.reduce(
    (redacted, value) => redacted.replaceAll(value, 'REDACTED'),
    Buffer.from(body).toString('latin1'),
  );
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

function parseRetryAfter(header: string | undefined, now: Instant): number {
  if (header === undefined) return DEFAULT_RETRY_AFTER_MS;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * SECOND);
  const date = Date.parse(header);
  return Number.isNaN(date) ? DEFAULT_RETRY_AFTER_MS : Math.max(0, date - now);
}

/** How long an answer asks to wait; null when it does not. */
function readWait(status: number, retryAfter: string | undefined, now: Instant): number | null {
  const isWish = status === 429 || (status === 503 && retryAfter !== undefined);
  return isWish ? parseRetryAfter(retryAfter, now) : null;
}

function throwForStatus(status: number, retryAfter: string | undefined, url: string, now: Instant): void {
  const delayMs = readWait(status, retryAfter, now);
  if (delayMs !== null) {
    throw new RetryLaterError(`GET ${url}: the provider asked to wait ${delayMs} ms`, delayMs, {
      got: `HTTP ${status}`,
    });
  }
  if (status === 408 || status === 425 || status >= 500) {
    throw new TransientError(`GET ${url}`, { expected: 'an answer below HTTP 500', got: `HTTP ${status}` });
  }
}

/** Builds the client of one task: same budget, same abort signal, same counters for everything it asks. */
export function createHttpClient(options: HttpOptions): HttpClient {
  const get = async (request: HttpRequest): Promise<Payload> => {
    const secrets = request.secrets ?? {};
    const shown = redactUrl(request.url, secrets);
    const host = new URL(request.url).host;
    await options.acquire(host, options.signal);
    options.onRequest?.(host);
    const response = await axios
      .get<ArrayBuffer>(routeUrl(appendSecrets(request.url, secrets), options.replayUrl), {
        headers: { 'user-agent': USER_AGENT, ...request.headers },
        maxContentLength: MAX_BODY_BYTES,
        responseType: 'arraybuffer',
        signal: options.signal,
        timeout: request.timeoutMs ?? DEFAULT_TIMEOUT_MS,
        transformResponse: (body: unknown) => body,
        validateStatus: () => true,
      })
      .catch(async (error: unknown) => {
        const failure = toNetworkError(error, shown);
        await options.onOutcome?.(host, outcomeOfFailure(failure, options.signal));
        throw failure;
      });
    const header = (name: string): string | undefined => {
      const value: unknown = response.headers[name];
      return typeof value === 'string' ? value : undefined;
    };
    const contentType = header('content-type') ?? '';
    const waitMs = readWait(response.status, header('retry-after'), options.now());
    await options.onOutcome?.(host, classifyAnswer(response.status, contentType, waitMs));
    throwForStatus(response.status, header('retry-after'), shown, options.now());
    return {
      part: request.part,
      url: shown,
      status: response.status,
      contentType,
      body: redactBody(new Uint8Array(response.data), secrets),
      fetchedAt: options.now(),
      replay: {
        outcome: header('x-replay-outcome'),
        recorded: header('x-replay-recorded'),
        marked: header('x-replay-marked'),
      },
    };
  };

  const budgetedFetch: typeof globalThis.fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const host = new URL(url).host;
    await options.acquire(host, options.signal);
    options.onRequest?.(host);
    const signal = AbortSignal.any([options.signal, AbortSignal.timeout(DEFAULT_TIMEOUT_MS)]);
    const response = await globalThis
      .fetch(routeUrl(url, options.replayUrl), { ...init, signal })
      .catch(async (error: unknown) => {
        await options.onOutcome?.(host, outcomeOfFailure(error, options.signal));
        throw error;
      });
    const { headers, status } = response;
    const waitMs = readWait(status, headers.get('retry-after') ?? undefined, options.now());
    await options.onOutcome?.(host, classifyAnswer(status, headers.get('content-type') ?? '', waitMs));
    return response;
  };

  return { get, fetch: budgetedFetch };
}

/** A body that is too large is an answer; what we gave up says nothing about the provider. */
function outcomeOfFailure(failure: unknown, signal: AbortSignal): RequestOutcome {
  const kind = signal.aborted ? 'aborted' : failure instanceof PermanentError ? 'answered' : 'failed';
  return { kind, retryAfterMs: null };
}

/** Axios errors carry the URL with its secrets in `config`: only the code and our own redacted URL are kept. */
function toNetworkError(error: unknown, shownUrl: string): Error {
  const code = axios.isAxiosError(error) ? (error.code ?? 'unknown') : 'unknown';
  if (
    code === 'ERR_BAD_RESPONSE' &&
    axios.isAxiosError(error) &&
    error.message.includes('maxContentLength')
  ) {
    return new PermanentError(`GET ${shownUrl}`, {
      expected: `at most ${MAX_BODY_BYTES} bytes`,
      got: 'a larger body',
    });
  }
  if (code === 'ERR_CANCELED') return new TransientError(`GET ${shownUrl} was aborted`);
  return new TransientError(`GET ${shownUrl}`, { expected: 'an answer', got: code });
}
