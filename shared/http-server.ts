import type { Express } from 'express';
import { SECOND } from './time.ts';

/** Requests that are still running this long after a stop was asked for are cut off. */
const DRAIN_MS = 5 * SECOND;

/** A server that listens. */
export interface HttpServer {
  /** The port it got, which matters when it asked for port 0. */
  readonly port: number;
  /** Takes no more connections and waits for the running requests, five seconds at most. */
  close(): Promise<void>;
}

/**
 * Serves an application.
 *
 * @throws Error when the port is taken or the address is not ours (`EADDRINUSE`, `EADDRNOTAVAIL`)
 */
export async function serve(
  app: Express,
  address: { readonly host: string; readonly port: number },
): Promise<HttpServer> {
  const server = await new Promise<ReturnType<Express['listen']>>((resolve, reject) => {
    const opened = app.listen(address.port, address.host, (error?: Error) => {
      if (error === undefined) resolve(opened);
      else reject(error);
    });
  });
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('A TCP server has no port');
  return {
    port: bound.port,
    close: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}
