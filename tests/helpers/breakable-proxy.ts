import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A TCP connection between a process under test and a server, that can be broken as networks and frozen servers break it. */
export interface BreakableProxy {
  /** `url` with this proxy in place of the server. */
  readonly url: string;
  /** From now on connections are taken, and nothing is passed on: a frozen server, or a network that swallows everything. */
  freeze(): void;
  /** What was held back is passed on, and what follows. */
  thaw(): void;
  /** Ends all connections. */
  cut(): void;
  close(): Promise<void>;
}

/** Stands in front of the server of a URL. */
export async function startBreakableProxy(url: string): Promise<BreakableProxy> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let isFrozen = false;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    if (isFrozen) socket.pause();
  };
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    client.on('data', (piece) => upstream.write(piece));
    upstream.on('data', (piece) => client.write(piece));
    client.once('close', () => upstream.destroy());
    upstream.once('close', () => client.destroy());
    keep(client);
    keep(upstream);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has no port');
  const proxied = new URL(url);
  proxied.hostname = '127.0.0.1';
  proxied.port = String(address.port);
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: proxied.href,
    cut,
    freeze() {
      isFrozen = true;
      for (const socket of sockets) socket.pause();
    },
    thaw() {
      isFrozen = false;
      for (const socket of sockets) socket.resume();
    },
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
