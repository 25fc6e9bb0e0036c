import type { Database } from '../../shared/db/client.ts';
import {
  EVENTS_CHANNEL,
  isAfter,
  readEvents,
  type EventPlace,
  type StoredEvent,
} from '../../shared/db/events.ts';
import { startListener } from '../../shared/db/listener.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Closable } from '../../shared/process.ts';
import { SECOND } from '../../shared/time.ts';

const BATCH = 1_000;
/** Events of tasks come without a notification, and any notification may be lost. */
const LOOK_EVERY_MS = 1 * SECOND;
const BEAT_EVERY_MS = 15 * SECOND;
const MOST_STREAMS = 200;

/** One stream that a client reads. */
export interface Stream {
  /** Up to here it has been told everything. */
  readonly place: EventPlace;
  /** Tells the next events; all up to `upTo` are among them. */
  tell(events: readonly StoredEvent[], upTo: EventPlace): void;
  /** Shows that the connection is alive. */
  beat(): void;
  end(): void;
}

/** Tells many clients what happens, with one connection that hears of it and one query for all of them. */
export interface EventFeed extends Closable {
  /** True when no further stream may be opened. */
  isFull(): boolean;
  /** Opens a stream: it is ended with the feed. */
  open(stream: Stream): void;
  /** Tells an open stream from now on whatever follows its place. */
  follow(stream: Stream): void;
  drop(stream: Stream): void;
}

/** The place up to which all of some streams have been told everything. */
const earliest = (streams: readonly Stream[]): EventPlace | undefined =>
  streams
    .map(({ place }) => place)
    .reduce<EventPlace | undefined>(
      (first, place) => (first === undefined || isAfter(first, place) ? place : first),
      undefined,
    );

/** Reads until there is nothing new and tells every stream what it has not been told. */
async function tellAll(db: Database, following: ReadonlySet<Stream>): Promise<void> {
  for (;;) {
    // Those that join while the query runs may have been told less than it asks for.
    const streams = [...following];
    const from = earliest(streams);
    if (from === undefined) return;
    const { events, upTo } = await readEvents(db, from, BATCH);
    for (const stream of streams) {
      if (!isAfter(upTo, stream.place)) continue;
      stream.tell(
        events.filter(({ place }) => isAfter(place, stream.place)),
        upTo,
      );
    }
    if (events.length < BATCH) return;
  }
}

/** Opens the feed of a process. */
export function openEventFeed({
  db,
  url,
  log,
  beatEveryMs = BEAT_EVERY_MS,
}: {
  readonly db: Database;
  readonly url: string;
  readonly log: Logger;
  /** Time between two signs of life (ms). @default 15 s: proxies close connections that are silent for longer */
  readonly beatEveryMs?: number;
}): EventFeed {
  const opened = new Set<Stream>();
  const following = new Set<Stream>();
  let isClosed = false;
  let isWoken = false;
  let telling: Promise<void> | null = null;

  const tell = async (): Promise<void> => {
    do {
      isWoken = false;
      await tellAll(db, following).catch((error: unknown) =>
        log.warn({ err: error }, 'events cannot be read, trying again soon'),
      );
    } while (isWoken && !isClosed);
    telling = null;
  };
  const wake = (): void => {
    isWoken = true;
    if (following.size > 0 && !isClosed) telling ??= tell();
  };
  const listener = startListener({
    url,
    name: 'macro-api-events',
    channel: EVENTS_CHANNEL,
    log,
    onNotify: wake,
  });
  const looking = setInterval(wake, LOOK_EVERY_MS);
  const beating = setInterval(() => {
    for (const stream of following) stream.beat();
  }, beatEveryMs);

  return {
    isFull: () => isClosed || opened.size >= MOST_STREAMS,
    open: (stream) => void opened.add(stream),
    follow(stream) {
      if (opened.has(stream)) following.add(stream);
      wake();
    },
    drop(stream) {
      opened.delete(stream);
      following.delete(stream);
    },
    async close() {
      isClosed = true;
      clearInterval(looking);
      clearInterval(beating);
      for (const stream of opened) stream.end();
      await listener.close();
      await telling;
    },
  };
}
