import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { PermanentError, RetryLaterError, TransientError } from '../../../shared/errors.ts';
import { createHttpClient, type HttpClient } from '../../../shared/http.ts';
import { createLogger } from '../../../shared/logger.ts';

const servers: Server[] = [];
const NOW = Date.parse('2026-11-23T12:00:00Z');

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A client whose every host is one server that answers as given. */
async function openClient(answer: RequestListener): Promise<HttpClient> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return createHttpClient({
    replayUrl: `http://127.0.0.1:${port}`,
    acquire: () => Promise.resolve(),
    log: createLogger('test', 'silent'),
    signal: new AbortController().signal,
    now: () => NOW,
    maxBodyBytes: 1 << 20,
  });
}

const request = { part: 'observations', url: 'https://api.bcb.gov.br/dados' };

async function failWith(answer: RequestListener): Promise<unknown> {
  const http = await openClient(answer);
  return http.get(request).catch((error: unknown) => error);
}

const respond =
  (status: number, headers: Readonly<Record<string, string>> = {}): RequestListener =>
  (_, response) =>
    void response.writeHead(status, headers).end('body');

describe('the HTTP client', () => {
  it.each([408, 425, 500, 502, 503, 504])('calls HTTP %i transient', async (status) => {
    expect(await failWith(respond(status))).toBeInstanceOf(TransientError);
  });

  it('waits after 429 for as long as the provider says, in seconds or until a date', async () => {
    const seconds = await failWith(respond(429, { 'retry-after': '7' }));
    const date = await failWith(respond(429, { 'retry-after': 'Mon, 23 Nov 2026 12:01:30 GMT' }));
    const silent = await failWith(respond(429));
    const waits = [seconds, date, silent].map((error) => error instanceof RetryLaterError && error.delayMs);
    expect(waits).toEqual([7_000, 90_000, 20_000]);
  });

  it.each([400, 401, 403, 404, 406])(
    'gives HTTP %i to the connector, which knows what it means',
    async (status) => {
      const http = await openClient(respond(status));
      expect((await http.get(request)).status).toBe(status);
    },
  );

  it('calls a broken connection and a cut body transient', async () => {
    expect(await failWith((_, response) => void response.destroy())).toBeInstanceOf(TransientError);
    const cut = await failWith((_, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('half');
      setTimeout(() => response.destroy(), 20);
    });
    expect(cut).toBeInstanceOf(TransientError);
  });

  it('says who asks', async () => {
    let agent: string | undefined;
    const http = await openClient((asked, response) => {
      agent = asked.headers['user-agent'];
      response.end('[]');
    });
    await http.get(request);
    expect(agent).toMatch(/macro-pipeline/);
  });

  it('refuses a body beyond its cap for good, also one that was packed small', async () => {
    const bomb = gzipSync(new Uint8Array(65 * 1024 * 1024));
    const failure = await failWith((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    });
    expect(failure).toBeInstanceOf(PermanentError);
    expect(String(failure)).toContain('expected a body of at most 1048576 bytes (MAX_BODY_BYTES)');
  });
});
