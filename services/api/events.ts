import { once } from 'node:events';
import type { Response } from 'express';
import * as endpoints from '../../shared/contract/events.ts';
import type { Asked } from '../../shared/contract/endpoint.ts';
import type { Database } from '../../shared/db/client.ts';
import {
  formatPlace,
  isForgotten,
  parsePlace,
  readEvents,
  readHorizon,
  type EventPlace,
  type StoredEvent,
} from '../../shared/db/events.ts';
import { SECOND, toIso } from '../../shared/time.ts';
import { createIdentify } from './authorization.ts';
import type { ApiContext } from './context.ts';
import type { Stream } from './event-feed.ts';
import { ProblemError } from './problem.ts';
import { readAsked, type Route } from './serve.ts';

const PAGE = 1_000;
/** A client that lets more than this wait is cut off: it comes back and goes on where it was. */
const MOST_WAITING_BYTES = 1024 * 1024;
const READ_WITHIN_MS = 30 * SECOND;
const RECONNECT_MS = 2 * SECOND;

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  // Nginx would hold small messages back.
  'X-Accel-Buffering': 'no',
};

type Wanted = Asked<typeof endpoints.watchEvents>['query'];

/** Whether an event concerns what a client has asked for. */
const concerns = ({ data }: StoredEvent, { runId, backfillId }: Wanted): boolean =>
  (runId === undefined || data['runId'] === runId) &&
  (backfillId === undefined || data['backfillId'] === backfillId);

function formatMessage({ place, at, kind, data }: StoredEvent): string {
  const id = formatPlace(place);
  return `id: ${id}\ndata: ${JSON.stringify({ id, at, kind, data })}\n\n`;
}

/** Where a stream begins: after the event that the client knows, or now; and whether events between are lost. */
async function findStart(
  db: Database,
  known: string | undefined,
): Promise<{ readonly place: EventPlace; readonly isReset: boolean }> {
  const place = known === undefined ? null : parsePlace(known);
  const isReset = place !== null && (await isForgotten(db, place));
  return { place: place === null || isReset ? await readHorizon(db) : place, isReset };
}

/** Writes events to a client. */
function openStream(
  response: Response,
  start: EventPlace,
  wanted: Wanted,
  checkSender: () => Promise<boolean>,
): Stream {
  let place = start;
  const cutOffIfStuck = (): void => {
    if (response.writableLength > MOST_WAITING_BYTES) response.destroy();
  };
  return {
    get place() {
      return place;
    },
    tell(events, upTo) {
      cutOffIfStuck();
      const text = events
        .filter((event) => concerns(event, wanted))
        .map(formatMessage)
        .join('');
      place = upTo;
      if (text !== '') response.write(text);
    },
    beat() {
      cutOffIfStuck();
      // The id without data moves the place of the client on, past events that do not concern it.
      response.write(`: still here\nid: ${formatPlace(place)}\n\n`);
      // A key may have been revoked since.
      checkSender().then(
        (isGood) => (isGood ? undefined : response.end()),
        () => undefined,
      );
    },
    end: () => void response.end(),
  };
}

/** Waits until a client has taken what it was told; one that does not is cut off. */
async function waitForReader(response: Response): Promise<void> {
  try {
    await once(response, 'drain', { signal: AbortSignal.timeout(READ_WITHIN_MS) });
  } catch {
    response.destroy();
  }
}

/** Tells a client what it has missed, as fast as it reads. */
async function catchUp(db: Database, stream: Stream, response: Response): Promise<void> {
  for (;;) {
    const { events, upTo } = await readEvents(db, stream.place, PAGE);
    if (response.closed || response.writableEnded) return;
    stream.tell(events, upTo);
    if (events.length < PAGE) return;
    if (response.writableNeedDrain) await waitForReader(response);
  }
}

/** `/events`: changes of state as they happen. */
export function eventRoutes(context: ApiContext): Route[] {
  const { db, events: feed, config } = context;
  const identify = createIdentify(db, config.API_KEYS);
  const endpoint = endpoints.watchEvents;
  return [
    {
      endpoint,
      async answer(request, response) {
        const { query, headers } = readAsked(endpoint, request);
        if (feed.isFull())
          throw new ProblemError('unavailable', 'This process tells as many listeners as it can of events');
        const known = headers['Last-Event-ID'] ?? query.after;
        const { place, isReset } = await findStart(db, known);
        if (response.headersSent || response.closed) return;
        const authorization = request.get('authorization');
        const stream = openStream(response, place, query, async () => {
          const { principal } = await identify(authorization);
          return principal !== null;
        });
        response.once('close', () => feed.drop(stream));
        feed.open(stream);
        response.status(200).set(HEADERS).flushHeaders();
        response.write(`retry: ${RECONNECT_MS}\nid: ${formatPlace(place)}\n\n`);
        if (isReset) response.write(formatMessage({ place, at: toIso(Date.now()), kind: 'reset', data: {} }));
        await catchUp(db, stream, response);
        feed.follow(stream);
      },
    },
  ];
}
