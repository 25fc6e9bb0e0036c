import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

/** A request that a receiver got. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An HTTP server that keeps what it gets. */
export interface HttpReceiver {
  readonly url: string;
  readonly received: Received[];
  /** Answers from now on; `silence` takes the request and says nothing. */
  answer(status: number | 'silence', headers?: Readonly<Record<string, string>>): void;
  close(): Promise<void>;
}

/** Starts a receiver that answers 200. */
export async function startHttpReceiver(): Promise<HttpReceiver> {
  const received: Received[] = [];
  let status: number | 'silence' = 200;
  let extra: Readonly<Record<string, string>> = {};
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ path: request.url ?? '', headers: request.headers, body });
      if (status !== 'silence') response.writeHead(status, extra).end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer(next, headers = {}) {
      status = next;
      extra = headers;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A mail as it came. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly user: string;
  readonly source: string;
}

/** A mail server that keeps what it gets and knows one user. */
export interface MailReceiver {
  readonly host: string;
  readonly mails: ReceivedMail[];
  close(): Promise<void>;
}

/** Starts a mail server for one user and password. */
export async function startMailReceiver(user: string, password: string): Promise<MailReceiver> {
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: false,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth: (auth, _session, done) =>
      auth.username === user && auth.password === password
        ? done(null, { user })
        : done(new Error(`${String(auth.password)} is wrong`)),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => void chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        const source = Buffer.concat(chunks).toString('utf8');
        mails.push({ from, to: rcptTo.map(({ address }) => address), user: String(session.user), source });
        done();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    mails,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
