import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type RunningApi } from './running-api.ts';

let open: RunningApi;
let guarded: RunningApi;

beforeAll(async () => {
  open = await startApi({ redisUrl: 'redis://127.0.0.1:1' });
  guarded = await startApi({ keys: ['first-key', 'second-key'] });
});
afterAll(async () => {
  await open.close();
  await guarded.close();
});

describe('keys', () => {
  it.each([
    ['nothing', {}, 401],
    ['another key', { authorization: 'Bearer third-key' }, 401],
    ['a part of a key', { authorization: 'Bearer first' }, 401],
    ['another scheme', { authorization: 'Basic first-key' }, 401],
    ['the first key', { authorization: 'Bearer first-key' }, 200],
    ['the second key', { authorization: 'bearer second-key' }, 200],
  ])('answers a request with %s', async (_name, headers, expected) => {
    const { status, body, headers: answered } = await guarded.send('GET', '/v1/backfills', { headers });
    expect(status).toBe(expected);
    expect(answered.get('www-authenticate')).toBe(expected === 401 ? 'Bearer realm="macro-pipeline"' : null);
    if (expected === 401) expect(body).toMatchObject({ type: '/problems/unauthorized', status: 401 });
  });

  it('tells nobody without a key which addresses there are, and writes nothing for them', async () => {
    expect((await guarded.send('GET', '/v1/nowhere')).status).toBe(401);
    expect((await guarded.send('POST', '/v1/runs', { body: { partition: '2022-06-30' } })).status).toBe(401);
    const listed = await guarded.send('GET', '/v1/runs', { headers: { authorization: 'Bearer first-key' } });
    expect(listed.body.data).toEqual([]);
  });

  it('needs none for the probes, nor when none are configured', async () => {
    expect((await guarded.send('GET', '/livez')).status).toBe(200);
    expect((await guarded.send('GET', '/readyz')).status).toBe(200);
    expect((await open.send('GET', '/v1/runs')).status).toBe(200);
  });
});

describe('readiness', () => {
  it('gives the memory of Redis when everything answers', async () => {
    const { body } = await guarded.send('GET', '/readyz');
    expect(body.status).toBe('ok');
    expect(body.redis.usedMemoryBytes).toBeGreaterThan(100_000);
    expect(body.redis.peakMemoryBytes).toBeGreaterThanOrEqual(body.redis.usedMemoryBytes * 0.5);
  });

  it('is refused without Redis, while requests are still taken', async () => {
    const { status, headers, body } = await open.send('GET', '/readyz');
    expect(status).toBe(503);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body).toMatchObject({ type: '/problems/unavailable', detail: 'No answer from Redis' });
    expect((await open.send('GET', '/livez')).body).toEqual({ status: 'ok' });
    expect((await open.send('POST', '/v1/runs', { body: { partition: '2022-06-30' } })).status).toBe(202);
  });
});

describe('requests that cannot be served', () => {
  it.each([
    ['an unknown address', 'GET', '/v2', undefined, {}, 404, 'not-found'],
    [
      'a method that the address does not have',
      'DELETE',
      '/v1/backfills',
      undefined,
      {},
      405,
      'method-not-allowed',
    ],
    ['a body that is not JSON', 'POST', '/v1/runs', '{"partition":', {}, 400, 'malformed-request'],
    [
      'a body of another type',
      'POST',
      '/v1/runs',
      'a=b',
      { 'content-type': 'text/plain' },
      415,
      'unsupported-media-type',
    ],
    [
      'a body that is too large',
      'POST',
      '/v1/runs',
      JSON.stringify({ x: 'y'.repeat(103_000) }),
      {},
      413,
      'body-too-large',
    ],
    [
      'an address that cannot be decoded',
      'GET',
      '/v1/runs/%E0%A4%A',
      undefined,
      {},
      400,
      'malformed-request',
    ],
  ])('answers %s with a problem document', async (_name, method, path, body, headers, status, problem) => {
    const answer = await open.send(method, path, { body, headers });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ type: `/problems/${problem}`, status });
    expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'));
    expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\.ts:\d/);
  });

  it('lists the methods of an address', async () => {
    expect((await open.send('PUT', '/v1/runs')).headers.get('allow')).toBe('GET, POST');
  });

  it('explains every kind of problem', async () => {
    const { body } = await open.send('GET', '/problems/idempotency-conflict');
    expect(body).toMatchObject({ type: '/problems/idempotency-conflict', status: 409 });
    expect((await open.send('GET', '/problems/constructor')).status).toBe(404);
  });

  it('keeps a harmless request id and replaces another', async () => {
    const kept = await open.send('GET', '/livez', { headers: { 'x-request-id': 'trace-1.a' } });
    expect(kept.headers.get('x-request-id')).toBe('trace-1.a');
    const replaced = await open.send('GET', '/livez', { headers: { 'x-request-id': 'a b"<' } });
    expect(replaced.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(replaced.headers.get('x-powered-by')).toBeNull();
  });

  it('hides what an unexpected error says', async () => {
    await open.db.execute('alter table runs rename to runs_away');
    const { status, body } = await open.send('GET', '/v1/runs');
    await open.db.execute('alter table runs_away rename to runs');
    expect([status, body.type]).toEqual([500, '/problems/internal']);
    expect(JSON.stringify(body)).not.toMatch(/relation|select/);
  });
});
