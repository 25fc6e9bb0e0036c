import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type RunningApi } from './running-api.ts';

const KEYS = ['ana:admin:ana-key', 'bea:viewer:bea-key'];

let open: RunningApi;
let limited: RunningApi;
let proxied: RunningApi;

beforeAll(async () => {
  open = await startApi();
  limited = await startApi({ keys: KEYS, requestsPerMinute: 5 });
  proxied = await startApi({ requestsPerMinute: 5, trustedProxies: 1 });
});
afterAll(async () => {
  for (const api of [open, limited, proxied]) await api.close();
});

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

/** The statuses of some requests, one after the other. */
async function ask(api: RunningApi, times: number, path: string, headers: Record<string, string>) {
  const statuses: number[] = [];
  for (let i = 0; i < times; i += 1) statuses.push((await api.send('GET', path, { headers })).status);
  return statuses;
}

describe('headers', () => {
  it.each(['/livez', '/v1/schedule', '/v1/nowhere'])(
    'of %s let a browser do nothing with it',
    async (path) => {
      const { headers } = await open.send('GET', path, { headers: { origin: 'https://elsewhere.example' } });
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
      );
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('x-powered-by')).toBeNull();
    },
  );

  it('ask for TLS only where a trusted proxy says that there is some', async () => {
    const headers = { 'x-forwarded-proto': 'https' };
    const direct = await open.send('GET', '/livez', { headers });
    expect(direct.headers.get('strict-transport-security')).toBeNull();
    const behind = await proxied.send('GET', '/livez', { headers });
    expect(behind.headers.get('strict-transport-security')).toMatch(/^max-age=31536000/);
  });
});

describe('answers', () => {
  it.each(['br', 'gzip'])('are compressed with %s for those who accept it', async (encoding) => {
    const plain = await open.send('GET', '/openapi.json', { headers: { 'accept-encoding': 'identity' } });
    expect(plain.headers.get('content-encoding')).toBeNull();
    const packed = await open.send('GET', '/openapi.json', { headers: { 'accept-encoding': encoding } });
    expect(packed.headers.get('content-encoding')).toBe(encoding);
    expect(packed.body).toEqual(plain.body);
  });

  it('that are streams of events are not, so that each event comes at once', async () => {
    const stop = new AbortController();
    const headers = { 'accept-encoding': 'br, gzip' };
    const stream = await fetch(`${open.url}/v1/events`, { headers, signal: stop.signal });
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    expect(stream.headers.get('content-encoding')).toBeNull();
    stop.abort();
  });
});

describe('the rate limit', () => {
  it('is counted for each key, tells how much is left, and says when to come back', async () => {
    expect(await ask(limited, 5, '/v1/schedule', bearer('ana-key'))).toEqual([200, 200, 200, 200, 200]);
    const refused = await limited.send('GET', '/v1/schedule', { headers: bearer('ana-key') });
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({ type: '/problems/too-many-requests', status: 429 });
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    const other = await limited.send('GET', '/v1/schedule', { headers: bearer('bea-key') });
    expect(other.status).toBe(200);
    expect(other.headers.get('ratelimit')).toMatch(/"reads"; r=4; t=\d+/);
    expect(other.headers.get('ratelimit-policy')).toMatch(/"reads"; q=5; w=60/);
  });

  it('gives changes a fifth, and counts them apart', async () => {
    const options = { headers: bearer('ana-key'), body: { partition: '2022-06-30' } };
    expect((await limited.send('POST', '/v1/runs', options)).status).toBe(202);
    expect((await limited.send('POST', '/v1/runs', options)).status).toBe(429);
  });

  it('stops guessing keys, by address, while good keys of that address go on', async () => {
    const guesses = await ask(limited, 7, '/v1/runs', bearer('a-guess'));
    expect(guesses).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect(await ask(limited, 1, '/v1/runs', bearer('bea-key'))).toEqual([200]);
  });

  it('tells addresses apart that a trusted proxy names, and believes nobody else', async () => {
    const from = (address: string) => ({ 'x-forwarded-for': address });
    expect(await ask(proxied, 6, '/v1/schedule', from('192.0.2.1'))).toEqual([200, 200, 200, 200, 200, 429]);
    expect(await ask(proxied, 1, '/v1/schedule', from('192.0.2.2'))).toEqual([200]);
    expect(await ask(limited, 1, '/v1/runs', { ...from('192.0.2.3'), ...bearer('a-guess') })).toEqual([429]);
  });

  it('does not count probes', async () => {
    expect(await ask(limited, 8, '/livez', {})).toEqual(Array(8).fill(200));
    expect(await ask(limited, 8, '/readyz', {})).toEqual(Array(8).fill(200));
  });
});
