import { z } from 'zod';
import { StreamEventSchema, watchEvents as endpoint, type StreamEvent } from '../contract/events.ts';
import { SECOND } from '../time.ts';
import { addressOf } from './address.ts';
import { ApiError } from './api-error.ts';
import { parseEventStream } from './event-stream.ts';

const RECONNECT_MS = 1 * SECOND;
/** Three heartbeats of the server. */
const MOST_SILENCE_MS = 45 * SECOND;

// Runs in browsers too: nothing of Node.js.
const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(end, ms);
    function end(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    }
    signal?.addEventListener('abort', end);
  });

/** Which events are wanted. */
export interface WatchOptions {
  /** Goes on after this event; without it the stream begins now. */
  readonly after?: string | undefined;
  readonly runId?: string | undefined;
  readonly backfillId?: string | undefined;
  /** Ends the iteration. */
  readonly signal?: AbortSignal | undefined;
}

interface Connection {
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** The text of an answer as it comes. Calls `onPiece` for every piece of it. */
async function* readText(response: Response, onPiece: () => void): AsyncGenerator<string> {
  if (response.body === null) return;
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    onPiece();
    yield piece;
  }
}

/** Opens the stream after a place. @throws ApiError when it is refused, TypeError when the API cannot be reached */
async function connect(
  { baseUrl, apiKey, headers: sent }: Connection,
  { runId, backfillId }: WatchOptions,
  place: string | undefined,
  signal: AbortSignal,
): Promise<Response> {
  const address = addressOf(endpoint, { query: { runId, backfillId } });
  const response = await fetch(new URL(address, baseUrl), {
    headers: {
      ...sent,
      accept: 'text/event-stream',
      ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
      ...(place === undefined ? {} : { 'last-event-id': place }),
    },
    signal,
  });
  if (!response.ok) throw new ApiError(`GET ${address}`, response.status, await response.text());
  return response;
}

/** True when asking again would not help. */
const isFinal = (error: unknown): boolean =>
  (error instanceof ApiError && error.status < 500 && error.status !== 429) ||
  error instanceof SyntaxError ||
  error instanceof z.ZodError;

/**
 * Events as they happen, each once. A connection that is lost or falls silent is opened again where it ended; an event of kind
 * `reset` says that this was not possible.
 *
 * @throws ApiError when the API refuses the stream; ZodError for an event that is not in the contract
 */
export async function* watchEvents(
  connection: Connection,
  options: WatchOptions = {},
): AsyncGenerator<StreamEvent, void> {
  const { signal } = options;
  const isEnded = (): boolean => signal?.aborted === true;
  let place = options.after;
  while (!isEnded()) {
    const silence = new AbortController();
    const giveUpLater = () => setTimeout(() => silence.abort(), MOST_SILENCE_MS);
    let timer = giveUpLater();
    const hear = (): void => {
      clearTimeout(timer);
      timer = giveUpLater();
    };
    try {
      const ended = signal === undefined ? silence.signal : AbortSignal.any([signal, silence.signal]);
      const response = await connect(connection, options, place, ended);
      for await (const message of parseEventStream(readText(response, hear))) {
        place = message.id ?? place;
        if (message.data !== '') yield StreamEventSchema.parse(JSON.parse(message.data));
      }
    } catch (error) {
      if (isEnded()) return;
      if (isFinal(error)) throw error;
    } finally {
      clearTimeout(timer);
      silence.abort();
    }
    if (!isEnded()) await pause(RECONNECT_MS, signal);
  }
}
