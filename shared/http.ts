import { SpanKind } from '@opentelemetry/api';
import axios from 'axios';
import type { Payload } from './connectors/connector.ts';
import { PermanentError, RetryLaterError, TransientError } from './errors.ts';
import { classifyAnswer, isPageForData, type RequestOutcome } from './http-outcome.ts';
import type { Logger } from './logger.ts';
import { countRequest } from './metrics.ts';
import { SECOND, type Instant } from './time.ts';
import { inSpan } from './tracing.ts';

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
  /**
   * Asks only whether the last archived answer of this URL still stands (`ETag`, `Last-Modified`). If it does, that one is
   * given and nothing is transferred.
   *
   * @default false
   */
  readonly isRevalidated?: boolean;
}

/** The only door to the network. Statuses a provider gives a meaning to (404, 406, …) are returned, not thrown. */
export interface HttpClient {
  /**
   * @throws TransientError on network faults, timeouts, 408, 425 and 5xx; RetryLaterError on 429 or `Retry-After`;
   * PermanentError when the body is larger than the cap.
   */
  get(request: HttpRequest): Promise<Payload>;
  /**
   * A `fetch` with the same budget, rewriting and cap, for libraries that bring their own client (yahoo-finance2). `part`
   * names the answer within its window.
   *
   * @throws as `get` does, but no status is an error
   */
  fetch(input: string | URL | Request, init?: RequestInit, part?: string): Promise<Response>;
}

/** What one request came to. It is told before anybody judges the answer. */
export interface Exchange {
  readonly part: string;
  readonly host: string;
  readonly sentAt: Instant;
  /** Time spent waiting for the request budget before that. */
  readonly waitedMs: number;
  /** From sending to the whole answer or the failure. */
  readonly latencyMs: number;
  /** The whole answer, whatever its status; null when none came. */
  readonly answer: Payload | null;
  /** Known without an answer when the body broke off or was too large. */
  readonly status: number | null;
  /** Why there is no answer that could be used: `timeout`, `aborted`, `too_large`, `page`, `ECONNRESET`, …; null with one. */
  readonly error: string | null;
}

/** Hears of every request of a client. The client waits for it: what it stores is stored before the answer is judged. */
export type Observer = (exchange: Exchange) => Promise<void>;

/** The client of one task. */
export interface TaskHttpClient extends HttpClient {
  /** The same client, whose requests are told to an observer. */
  observedBy(observer: Observer): HttpClient;
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
  /** Told what came of every request that `acquire` let through, for the budget and the circuit of its host. */
  readonly onOutcome?: (host: string, outcome: RequestOutcome) => Promise<void>;
  /** Largest body that is taken, in bytes after decompression. */
  readonly maxBodyBytes: number;
}

const USER_AGENT = 'Mozilla/5.0 (compatible; macro-pipeline/0.1)';
const DEFAULT_TIMEOUT_MS = 60 * SECOND;
const DEFAULT_RETRY_AFTER_MS = 20 * SECOND;
const DEFAULT_PART = 'answer';

/** Headers that say something about the body or about when to ask again. Never a cookie or a credential. */
const KEPT_HEADERS = [
  'age',
  'cache-control',
  'content-encoding',
  'content-type',
  'date',
  'etag',
  'expires',
  'last-modified',
  'retry-after',
] as const;

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

/** The URL as it is shown and archived. */
export function redactUrl(url: string, secrets: Readonly<Record<string, string>> = {}): string {
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

/** A question on its way out: how it is shown, and how it is sent. */
interface Question {
  readonly part: string;
  /** URL without secrets. */
  readonly shown: string;
  /** Values that are cut out of the answer too. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  send(signal: AbortSignal): Promise<RawAnswer>;
}

/** An answer whose body has yet to come. */
interface RawAnswer {
  readonly status: number;
  header(name: string): string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Thrown when a body outgrows the cap; never leaves this file. */
class BodyTooLargeError extends Error {
  readonly seenBytes: number;

  constructor(seenBytes: number) {
    super('body too large');
    this.seenBytes = seenBytes;
  }
}

/** A body in one piece. Reading ends where the cap is passed, so that no answer can fill the memory. */
async function readBody(answer: RawAnswer, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  const announced = Number(answer.header('content-length') ?? 0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body) {
    signal.throwIfAborted();
    size += chunk.length;
    // Thrown in the loop, which closes the connection.
    if (Math.max(size, announced) > maxBytes) throw new BodyTooLargeError(Math.max(size, announced));
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks, size));
}

function toPayload(question: Question, answer: RawAnswer, body: Uint8Array, fetchedAt: Instant): Payload {
  const headers = KEPT_HEADERS.flatMap((name) => {
    const value = answer.header(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    part: question.part,
    url: question.shown,
    status: answer.status,
    contentType: answer.header('content-type') ?? '',
    headers: Object.fromEntries(headers),
    body,
    fetchedAt,
    replay: {
      outcome: answer.header('x-replay-outcome'),
      recorded: answer.header('x-replay-recorded'),
      marked: answer.header('x-replay-marked'),
    },
  };
}

function codeOf(error: unknown): string {
  if (axios.isAxiosError(error)) return error.code ?? 'unknown';
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  const known = code ?? cause?.code;
  return typeof known === 'string' ? known : 'unknown';
}

/**
 * Why no answer came: a short code for the ledger and the error to throw. The errors of the libraries carry the URL with
 * its secrets: only their code and our own redacted URL are kept.
 */
function explainFailure(
  error: unknown,
  question: Question,
  maxBytes: number,
  signals: { readonly task: AbortSignal; readonly timeout: AbortSignal },
): { readonly code: string; readonly error: Error } {
  const shown = `GET ${question.shown}`;
  if (error instanceof BodyTooLargeError) {
    const expected = `a body of at most ${maxBytes} bytes (MAX_BODY_BYTES)`;
    const got = `at least ${error.seenBytes} bytes`;
    return { code: 'too_large', error: new PermanentError(shown, { expected, got }) };
  }
  if (signals.task.aborted) return { code: 'aborted', error: new TransientError(`${shown} was aborted`) };
  const code = signals.timeout.aborted ? 'timeout' : codeOf(error);
  const got = code === 'timeout' ? `none within ${question.timeoutMs} ms (timeout)` : code;
  return { code, error: new TransientError(shown, { expected: 'an answer', got }) };
}

/** A body that is too large is an answer; what we gave up says nothing about the provider. */
function outcomeOfFailure(code: string): RequestOutcome {
  const kind = code === 'aborted' ? 'aborted' : code === 'too_large' ? 'answered' : 'failed';
  return { kind, retryAfterMs: null };
}

async function sendByAxios(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<RawAnswer> {
  const response = await axios.get<AsyncIterable<Uint8Array>>(url, {
    headers: { 'user-agent': USER_AGENT, ...headers },
    responseType: 'stream',
    signal,
    validateStatus: () => true,
  });
  return {
    status: response.status,
    header(name) {
      const value: unknown = response.headers[name];
      return typeof value === 'string' ? value : undefined;
    },
    body: response.data,
  };
}

async function* noBody(): AsyncGenerator<Uint8Array> {}

async function sendByFetch(url: string, init: RequestInit): Promise<RawAnswer & { all: Headers }> {
  const response = await globalThis.fetch(url, init);
  return {
    status: response.status,
    header: (name) => response.headers.get(name) ?? undefined,
    body: response.body ?? noBody(),
    all: response.headers,
  };
}

const ignoreExchange: Observer = async () => undefined;

/** Builds the client of one task: same budget, same abort signal, same cap for everything it asks. */
export function createHttpClient(options: HttpOptions): TaskHttpClient {
  const ask = async (question: Question, observer: Observer): Promise<Payload> => {
    const host = new URL(question.shown).host;
    const askedAt = options.now();
    await options.acquire(host, options.signal);
    const sentAt = options.now();
    const tell = async (
      outcome: RequestOutcome,
      exchange: Pick<Exchange, 'answer' | 'status' | 'error'>,
    ): Promise<void> => {
      const times = { waitedMs: sentAt - askedAt, latencyMs: options.now() - sentAt };
      countRequest(host, outcome.kind, times);
      await options.onOutcome?.(host, outcome);
      await observer({ part: question.part, host, sentAt, ...times, ...exchange });
    };
    const timeout = AbortSignal.timeout(question.timeoutMs);
    const signal = AbortSignal.any([options.signal, timeout]);
    let status: number | null = null;
    let payload: Payload;
    try {
      const { answer, body } = await inSpan(
        `GET ${host}`,
        { 'server.address': host, part: question.part },
        async () => {
          const begun = await question.send(signal);
          status = begun.status;
          return { answer: begun, body: await readBody(begun, options.maxBodyBytes, signal) };
        },
        SpanKind.CLIENT,
      );
      payload = toPayload(question, answer, redactBody(body, question.secrets), options.now());
    } catch (cause) {
      const { code, error } = explainFailure(cause, question, options.maxBodyBytes, {
        task: options.signal,
        timeout,
      });
      await tell(outcomeOfFailure(code), { answer: null, status, error: code });
      throw error;
    }
    const waitMs = readWait(payload.status, payload.headers?.['retry-after'], options.now());
    await tell(classifyAnswer(payload.status, payload.contentType, waitMs), {
      answer: payload,
      status,
      error: isPageForData(payload.status, payload.contentType) ? 'page' : null,
    });
    return payload;
  };

  const observedBy = (observer: Observer): HttpClient => ({
    async get({ part, url, headers = {}, secrets = {}, timeoutMs = DEFAULT_TIMEOUT_MS }) {
      const full = routeUrl(appendSecrets(url, secrets), options.replayUrl);
      const shown = redactUrl(url, secrets);
      const send = (signal: AbortSignal) => sendByAxios(full, headers, signal);
      const payload = await ask({ part, shown, secrets, timeoutMs, send }, observer);
      throwForStatus(payload.status, payload.headers?.['retry-after'], shown, options.now());
      return payload;
    },
    async fetch(input, init, part = DEFAULT_PART) {
      const shown = input instanceof Request ? input.url : String(input);
      let all = new Headers();
      const send = async (signal: AbortSignal): Promise<RawAnswer> => {
        const answer = await sendByFetch(routeUrl(shown, options.replayUrl), { ...init, signal });
        all = answer.all;
        return answer;
      };
      const { status, body } = await ask(
        { part, shown, secrets: {}, timeoutMs: DEFAULT_TIMEOUT_MS, send },
        observer,
      );
      // A status without content refuses a body, even an empty one.
      return new Response(body.length === 0 ? null : new Uint8Array(body), { status, headers: all });
    },
  });

  return { ...observedBy(ignoreExchange), observedBy };
}
