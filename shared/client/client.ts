import { z } from 'zod';
import { contract, type Contract } from '../contract/contract.ts';
import type { Answer, Call, Endpoint, GoodStatus } from '../contract/endpoint.ts';
import type { StreamEvent } from '../contract/events.ts';
import { SECOND } from '../time.ts';
import { addressOf, type Parts } from './address.ts';
import { ApiError } from './api-error.ts';
import { watchEvents, type WatchOptions } from './watch-events.ts';

const TIMEOUT_MS = 30 * SECOND;
const RETRY_EVERY_MS = 500;

// Runs in browsers too: nothing of Node.js.
const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

export { ApiError };

/** Where the API is, and how to ask it. */
export interface ClientOptions {
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Ends what is under way. */
  readonly signal?: AbortSignal | undefined;
  /**
   * For so long a read that finds no API, or one that waits for its servers, is repeated (ms; 0 by default): one of them may
   * just be starting again.
   */
  readonly patienceMs?: number | undefined;
}

/** The endpoints that answer once with JSON; a stream is read otherwise, and a download is for a browser to save. */
type Answering = {
  [Name in keyof Contract]: Contract[Name] extends { readonly stream: true } | { readonly download: true }
    ? never
    : Name;
}[keyof Contract];

/** One function for each endpoint of the contract. */
export type Client = {
  readonly [Name in Answering]: (
    ...call: object extends Call<Contract[Name]>
      ? [call?: Call<Contract[Name]>]
      : [call: Call<Contract[Name]>]
  ) => Promise<Answer<Contract[Name]>>;
} & {
  /** Events as they happen, each once, whatever becomes of the connection: see {@link watchEvents}. */
  watchEvents(options?: WatchOptions): AsyncGenerator<StreamEvent, void>;
};

async function send(options: ClientOptions, endpoint: Endpoint, parts: Parts): Promise<Response> {
  const { baseUrl, apiKey, signal } = options;
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const body = endpoint.body === undefined ? null : JSON.stringify(parts.body ?? {});
  return fetch(new URL(addressOf(endpoint, parts), baseUrl), {
    method: endpoint.method.toUpperCase(),
    headers: {
      ...options.headers,
      ...(parts.headers as Record<string, string> | undefined),
      ...(body === null ? {} : { 'content-type': 'application/json' }),
      ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
    },
    body,
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  });
}

async function ask(options: ClientOptions, endpoint: Endpoint, parts: Parts): Promise<unknown> {
  const response = await send(options, endpoint, parts);
  const text = await response.text();
  const request = `${endpoint.method.toUpperCase()} ${addressOf(endpoint, parts)}`;
  if (!response.ok) throw new ApiError(request, response.status, text);
  const schema = endpoint.answers[response.status as GoodStatus];
  if (schema === undefined)
    throw new ApiError(request, response.status, 'an answer that the contract does not know');
  const answer = schema.safeParse(JSON.parse(text));
  if (answer.success) return answer.data;
  throw new ApiError(
    request,
    response.status,
    `not the answer of the contract: ${z.prettifyError(answer.error)}`,
  );
}

/**
 * Sends one request and returns its answer as the contract describes it.
 *
 * @throws ApiError for a status of 400 or more, and for an answer that is not in the contract; TypeError when the API cannot be
 *   reached.
 */
async function askPatiently(options: ClientOptions, endpoint: Endpoint, parts: Parts): Promise<unknown> {
  const deadlineMs = Date.now() + (endpoint.method === 'get' ? (options.patienceMs ?? 0) : 0);
  for (;;) {
    try {
      return await ask(options, endpoint, parts);
    } catch (error) {
      options.signal?.throwIfAborted();
      const isFinal = error instanceof ApiError && error.status < 500;
      if (isFinal || Date.now() >= deadlineMs) throw error;
      await sleep(RETRY_EVERY_MS);
      options.signal?.throwIfAborted();
    }
  }
}

/** A typed client of the API: `client.getSchedule({ query: { limit: 5 } })`. */
export function createClient(options: ClientOptions): Client {
  const calls = Object.entries<Endpoint>(contract).map(([name, endpoint]) => [
    name,
    (parts: Parts = {}) => askPatiently(options, endpoint, parts),
  ]);
  return {
    ...Object.fromEntries(calls),
    watchEvents: (wanted?: WatchOptions) => watchEvents(options, { signal: options.signal, ...wanted }),
  } as Client;
}
