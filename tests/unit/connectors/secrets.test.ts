import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createConnectors } from '../../../shared/connectors/registry.ts';
import type { KeyDefinition, Payload } from '../../../shared/connectors/connector.ts';
import { describeFailure } from '../../../shared/errors.ts';
import { createHttpClient } from '../../../shared/http.ts';
import { createLogger } from '../../../shared/logger.ts';

const SECRET = 'abcdefghijklmnopqrstuvwxyz012345';
const { fred } = createConnectors({ fredApiKey: SECRET });
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** What the provider's host was asked, and everything that came of it, as text. */
async function observe(status: number, body: string): Promise<{ asked: string[]; shown: string }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (status === 0) response.destroy();
    else response.writeHead(status).end(body);
  });
  servers.push(server);
  const port = await new Promise<number>((resolve) => {
    server.listen(0, () => resolve((server.address() as AddressInfo).port));
  });
  const http = createHttpClient({
    replayUrl: `http://127.0.0.1:${port}`,
    acquire: () => Promise.resolve(),
    log: createLogger('test', 'silent'),
    signal: new AbortController().signal,
    now: () => Date.parse('2026-11-23T12:00:00Z'),
    maxBodyBytes: 1 << 20,
  });
  const key = fred.keys.find(({ code }) => code === 'DGS10') as KeyDefinition;
  const window = { key: key.key, id: 'all', from: '1990-01-01', to: '2026-11-23' };
  const outcome: unknown = await fred.fetch(key, window, http).catch((error: unknown) => error);
  return { asked, shown: showEverything(outcome) };
}

/** A failure with its stack, causes and stored form, or the payloads that would be archived. */
function showEverything(outcome: unknown): string {
  if (!(outcome instanceof Error)) {
    const payloads = outcome as Payload[];
    return payloads.map(({ url, body }) => `${url} ${new TextDecoder().decode(body)}`).join(' ');
  }
  const cause = outcome.cause instanceof Error ? showEverything(outcome.cause) : '';
  return [
    String(outcome),
    outcome.stack,
    JSON.stringify(outcome),
    describeFailure(outcome, true).message,
    cause,
  ].join(' ');
}

describe('the FRED key', () => {
  it.each([
    ['an answer', 200, '{"count":0,"offset":0,"observations":[],"seriess":[]}'],
    ['a refusal', 400, '{"error_code":400,"error_message":"Bad Request.  The series does not exist."}'],
    ['a request to wait', 429, 'Too Many Requests'],
    ['a server fault', 503, '<html></html>'],
    ['a broken connection', 0, ''],
    ['a page', 200, '<html>Access denied</html>'],
    [
      'a refusal that repeats the URL',
      400,
      `{"error_message":"Bad Request: /fred/series?api_key=${SECRET}"}`,
    ],
    ['an answer that repeats the URL', 200, `{"link":"?api_key=${SECRET}","observations":[],"seriess":[]}`],
  ])('is sent, and is in no URL or error, with %s', async (_, status, body) => {
    const { asked, shown } = await observe(status, body);
    expect(asked[0]).toContain(`api_key=${SECRET}`);
    expect(shown).toMatch(/api\.stlouisfed\.org|FRED refused/);
    expect(shown).not.toContain(SECRET);
  });
});
