import pg from 'pg';
import type { Logger } from '../logger.ts';
import type { Closable } from '../process.ts';
import { SECOND } from '../time.ts';

const RECONNECT_MS = 1 * SECOND;

export interface ListenerOptions {
  /** Leads to PostgreSQL itself: a pooler that gives out a connection for each transaction hears nothing. */
  readonly url: string;
  /** Shown by the server as the name of the connection. */
  readonly name: string;
  readonly channel: string;
  readonly log: Logger;
  /** Called for every notification, and after every connect: some may have been missed before it. */
  readonly onNotify: () => void;
}

/**
 * Hears a channel of PostgreSQL on a connection of its own, and connects again when that is lost. Notifications hurry
 * work on that would be found in the ledger anyway: one that is lost costs time and nothing else.
 */
export function startListener(options: ListenerOptions): Closable {
  let isClosed = false;
  let client: pg.Client | null = null;
  let timer: NodeJS.Timeout | undefined;
  let connecting: Promise<void> = Promise.resolve();

  const lose = (lost: pg.Client, error?: unknown): void => {
    if (client !== lost) return;
    client = null;
    if (isClosed) return;
    options.log.warn({ err: error, channel: options.channel }, 'listening again soon');
    timer = setTimeout(connect, RECONNECT_MS);
  };
  const open = async (): Promise<void> => {
    const opened = new pg.Client({
      connectionString: options.url,
      application_name: options.name,
      connectionTimeoutMillis: 10 * SECOND,
      keepAlive: true,
    });
    client = opened;
    opened.on('error', (error) => lose(opened, error));
    opened.on('end', () => lose(opened));
    opened.on('notification', options.onNotify);
    try {
      await opened.connect();
      await opened.query(`listen ${options.channel}`);
      options.onNotify();
    } catch (error) {
      lose(opened, error);
      // `lose` has told of it; a connection that is gone has nothing left to end.
      void opened.end().catch(() => undefined);
    }
  };
  const connect = (): void => {
    connecting = open();
  };
  connect();
  return {
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await connecting;
      await client?.end();
    },
  };
}
