import { get } from 'node:http';
import { Queue } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDashboard } from '../../../services/dashboard/app.ts';
import { createClient } from '../../../shared/client/client.ts';
import { serve, type HttpServer } from '../../../shared/http-server.ts';
import { createLogger } from '../../../shared/logger.ts';
import { planPipelineFlow } from '../../../shared/pipeline/flow-plan.ts';
import { graph } from '../../../shared/pipeline/graph.ts';
import { connectForCommands } from '../../../shared/queues/connection.ts';
import { openProducer } from '../../../shared/queues/producer.ts';
import { QUEUES } from '../../../shared/queues/queues.ts';
import { openBrowserSession, readCookies } from '../../helpers/browser-session.ts';
import { startApi, type RunningApi } from '../api/running-api.ts';

const RUN_ID = '2b6f0c1e-6f0e-4f7b-9b38-3b1f6f9c2d11';
const KEY = 'a-key-of-the-api-that-nobody-guesses';
const SECRET = 'seals the cookies of this test and nothing else';
const log = createLogger('test', 'silent');

let openApi: RunningApi;
let guardedApi: RunningApi;
let queues: Queue[];
let open: HttpServer;
let guarded: HttpServer;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  openApi = await startApi();
  guardedApi = await startApi({ keys: [KEY] });
  const { redisUrl, redisPrefix: prefix } = openApi.world;
  const producer = openProducer({ redisUrl, prefix, retryBaseMs: 50 });
  await producer.addRun({
    runId: RUN_ID,
    kind: 'manual',
    dispatch: 1,
    tasks: new Map(graph.names.map((name) => [name, { taskId: `task-${name}`, dispatch: 1 }])),
    plan: planPipelineFlow(graph.names),
  });
  await producer.close();
  const connection = connectForCommands(redisUrl);
  queues = Object.keys(QUEUES).map((name) => new Queue(name, { connection, prefix, skipMetasUpdate: true }));
  const address = { host: '127.0.0.1', port: 0 };
  const common = { queues, host: '127.0.0.1', trustProxy: 0, secret: SECRET, log };
  open = await serve(createDashboard({ ...common, apiUrl: openApi.url, account: null }), address);
  const account = { user: 'ana', password: 'p:ässword', apiKey: KEY };
  guarded = await serve(createDashboard({ ...common, apiUrl: guardedApi.url, account }), address);
  closing.push(
    () => guarded.close(),
    () => open.close(),
    async () => void (await Promise.all(queues.map((queue) => queue.close()))),
    async () => connection.disconnect(),
    () => openApi.close(),
    () => guardedApi.close(),
  );
});
afterAll(async () => {
  for (const close of closing) await close();
});

interface FlowNode {
  readonly name: string;
  readonly children: readonly FlowNode[];
}

const countNodes = (node: FlowNode): number =>
  1 + node.children.reduce((sum, child) => sum + countNodes(child), 0);
/** Asks for an address without tidying it up, as `fetch` would. Returns the status. */
const requestAsWritten = (server: HttpServer, path: string, headers = {}): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port: server.port, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).once('error', reject);
  });
const urlOf = (server: HttpServer, path: string): string => `http://127.0.0.1:${server.port}${path}`;

describe('the board', () => {
  it('is shown in full, and only retries and promotions are taken', async () => {
    const session = await openBrowserSession(urlOf(open, ''));
    const body = (await (await session.send('GET', '/queues/api/queues')).json()) as {
      queues: { name: string; readOnlyMode: boolean }[];
    };
    expect(body.queues.map(({ name }) => name).sort()).toEqual(['agents', 'bronze', 'runs', 'silver']);
    const emptied = await session.send('PUT', '/queues/api/queues/bronze/empty');
    expect(emptied.status).toBe(403);
    expect(await emptied.json()).toMatchObject({ detail: expect.stringContaining('only retry and promote') });
    expect(await queues[0]?.count()).toBeGreaterThan(0);
  });

  it('shows the flow of a run as a tree of fifteen jobs', async () => {
    const session = await openBrowserSession(urlOf(open, ''));
    const path = `/queues/api/queues/runs/${RUN_ID}_1/flow?depth=20&maxChildren=50`;
    const response = await session.send('GET', path);
    const body = (await response.json()) as { flowRoot?: FlowNode };
    expect(response.status).toBe(200);
    expect(body.flowRoot?.name).toBe('finish');
    expect(body.flowRoot && countNodes(body.flowRoot)).toBe(15);
  });
});

describe('a dashboard that asks for a login', () => {
  const credentials = { user: 'ana', password: 'p:ässword' };

  it('takes the account and any key of the API, and nothing else', async () => {
    const logIn = (body: unknown) =>
      fetch(urlOf(guarded, '/session'), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await logIn(credentials)).status).toBe(201);
    expect((await logIn({ apiKey: KEY })).status).toBe(201);
    expect((await logIn({ apiKey: `${KEY}!` })).status).toBe(401);
    expect((await logIn({ ...credentials, password: 'wrong' })).status).toBe(401);
    expect((await logIn({ ...credentials, user: 'bob' })).status).toBe(401);
    expect((await logIn({ user: 'ana' })).status).toBe(400);
  });

  it('gives its cookie to scripts and to other sites of no browser, and keeps the key out of it', async () => {
    const response = await fetch(urlOf(guarded, '/session'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(credentials),
    });
    const cookies = response.headers.getSetCookie();
    const sealed = cookies.find((cookie) => cookie.startsWith('macro_session='));
    expect(sealed).toMatch(/HttpOnly/i);
    expect(sealed).toMatch(/SameSite=Strict/i);
    expect(cookies.join()).not.toContain(KEY);
    expect(await response.text()).not.toContain(KEY);
  });

  it('answers nothing without a session, and leads a browser to the login', async () => {
    for (const path of ['/session', '/v1/assets', '/queues/api/queues'])
      expect((await fetch(urlOf(guarded, path))).status).toBe(401);
    const board = await fetch(urlOf(guarded, '/queues'), {
      headers: { accept: 'text/html' },
      redirect: 'manual',
    });
    expect([board.status, board.headers.get('location')]).toEqual([302, '/?next=%2Fqueues']);
    expect((await fetch(urlOf(guarded, '/livez'))).status).toBe(200);
  });

  it('survives addresses that only look like those of the API', async () => {
    for (const path of ['/v1x', '/./v1/assets', '/x/../v1/assets', 'http://elsewhere/assets/../v1/assets'])
      expect(await requestAsWritten(guarded, path)).toBe(200);
    expect(await requestAsWritten(guarded, 'http://elsewhere/v1/assets')).toBe(401);
    expect((await fetch(urlOf(guarded, '/livez'))).status).toBe(200);
  });

  it('passes requests on with the key of the session', async () => {
    const session = await openBrowserSession(urlOf(guarded, ''), credentials);
    expect(session).toMatchObject({ name: 'ana', role: 'admin' });
    const assets = (await (await session.send('GET', '/v1/assets')).json()) as { data: unknown[] };
    expect(assets.data).toHaveLength(14);
  });

  it('refuses a change without the token of its session', async () => {
    const session = await openBrowserSession(urlOf(guarded, ''), credentials);
    for (const [method, path] of [
      ['POST', '/v1/schedule/pause'],
      ['PUT', '/queues/api/queues/bronze/pause'],
      ['DELETE', '/session'],
    ] as const) {
      for (const token of ['', 'another'])
        expect((await session.send(method, path, undefined, token)).status).toBe(403);
    }
    expect((await session.send('POST', '/v1/schedule/pause', {})).status).toBe(200);
    expect((await session.send('POST', '/v1/schedule/resume', {})).status).toBe(200);
  });

  it('forgets the session on logging out', async () => {
    const session = await openBrowserSession(urlOf(guarded, ''), credentials);
    const left = await session.send('DELETE', '/session');
    expect(left.status).toBe(204);
    const emptied = left.headers.getSetCookie().find((cookie) => cookie.startsWith('macro_session='));
    expect(emptied).toMatch(/^macro_session=;/);
  });

  it('calls a request that it cannot read the fault of who sent it', async () => {
    const headers = { 'content-type': 'application/json' };
    const broken = await fetch(urlOf(guarded, '/session'), { method: 'POST', headers, body: '{' });
    expect(broken.status).toBe(400);
    expect(await requestAsWritten(guarded, '/%')).toBe(400);
  });

  it('shows Bull Board no more to whoever has a key that was revoked', async () => {
    const asAdmin = createClient({ baseUrl: guardedApi.url, apiKey: KEY });
    const { key } = await asAdmin.createKey({ body: { name: 'leaver', role: 'operator' } });
    const session = await openBrowserSession(urlOf(guarded, ''), { apiKey: key });
    await asAdmin.revokeKey({ params: { name: 'leaver' } });
    expect((await session.send('GET', '/queues/api/queues')).status).toBe(401);
    expect((await session.send('GET', '/v1/assets')).status).toBe(401);
  });

  it('refuses a cookie that it has not sealed', async () => {
    const response = await fetch(urlOf(guarded, '/v1/assets'), {
      headers: { cookie: 'macro_session=Fe26.2**x; XSRF-TOKEN=x' },
    });
    expect(response.status).toBe(401);
  });
});

describe('a dashboard where nobody has to log in', () => {
  it('gives a session to whoever asks, and still refuses changes from other sites', async () => {
    const response = await fetch(urlOf(open, '/session'));
    expect(await response.json()).toMatchObject({ role: 'admin', isOpen: true, host: '127.0.0.1' });
    const refused = await fetch(urlOf(open, '/v1/schedule/pause'), {
      method: 'POST',
      headers: { cookie: readCookies(response) },
    });
    expect(refused.status).toBe(403);
  });

  it('answers to names of this machine only, so that no other name can be made to lead here', async () => {
    for (const path of ['/session', '/v1/assets', '/queues/api/queues']) {
      const host = 'attacker.example';
      expect(await requestAsWritten(open, path, { host })).toBe(403);
      expect(await requestAsWritten(open, path, { host, 'x-forwarded-host': 'localhost' })).toBe(403);
      expect(await requestAsWritten(open, path, { host: 'localhost:3001' })).toBe(200);
    }
    expect(await requestAsWritten(guarded, '/session', { host: 'macro.example' })).toBe(401);
  });

  it('keeps who is there out of every cache', async () => {
    expect((await fetch(urlOf(open, '/session'))).headers.get('cache-control')).toBe('no-store');
  });
});

describe('a dashboard that somebody guesses at', () => {
  it('takes no more credentials from an address after ten wrong ones within a minute', async () => {
    const common = { queues, host: '127.0.0.1', trustProxy: 0, secret: SECRET, log, apiUrl: guardedApi.url };
    const account = { user: 'ana', password: 'right', apiKey: KEY };
    const server = await serve(createDashboard({ ...common, account }), { host: '127.0.0.1', port: 0 });
    closing.unshift(() => server.close());
    let guesses = 0;
    const logIn = async (password: string): Promise<number> => {
      const body = JSON.stringify({ user: 'ana', password });
      guesses += 1;
      // Of an address that it gives itself nobody has heard.
      const headers = { 'content-type': 'application/json', 'x-forwarded-for': `203.0.113.${guesses}` };
      return (await fetch(urlOf(server, '/session'), { method: 'POST', headers, body })).status;
    };
    expect(await logIn('right')).toBe(201);
    for (let guess = 0; guess < 10; guess += 1) expect(await logIn(`wrong ${guess}`)).toBe(401);
    expect(await logIn('right')).toBe(429);
  });
});

describe('the pages', () => {
  it('have one document for every address, with nothing inline and nothing from elsewhere', async () => {
    const response = await fetch(urlOf(open, '/runs/any'));
    const page = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-security-policy')).not.toContain('unsafe');
    expect(response.headers.get('x-frame-options')).toBe('DENY');
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|https?:/);
    const [, script = ''] = /<script[^>]+src="([^"]+)"/.exec(page) ?? [];
    const file = await fetch(urlOf(open, script));
    expect([file.status, file.headers.get('cache-control')]).toEqual([
      200,
      'public, max-age=31536000, immutable',
    ]);
    expect(file.headers.get('content-encoding')).toBe('gzip');
  });

  it('tell a browser what is wrong with an address that cannot be read, under the same policy', async () => {
    const header = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
    const whole = await fetch(urlOf(open, '/'));
    for (const path of ['/data/series/%E0%A4%A', '/assets/%E0%A4%A', '/queues/queue/%E0%A4%A']) {
      const response = await fetch(urlOf(open, path), { headers: header });
      expect([path, response.status]).toEqual([path, 400]);
      expect(await response.text()).toContain('<div id="app">');
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    }
    const refused = await fetch(urlOf(open, '/data/series/%E0%A4%A'), { headers: header });
    expect(refused.headers.get('content-security-policy')).toBe(whole.headers.get('content-security-policy'));
    const ofProgram = await fetch(urlOf(open, '/data/series/%E0%A4%A'));
    expect([ofProgram.status, ofProgram.headers.get('content-type')]).toEqual([
      400,
      'application/problem+json; charset=utf-8',
    ]);
  });

  it('get the answers of the API as compressed as the API gives them', async () => {
    const answer = await fetch(urlOf(open, '/v1/assets'), { headers: { 'accept-encoding': 'br' } });
    expect([answer.status, answer.headers.get('content-encoding')]).toEqual([200, 'br']);
    expect(await answer.json()).toHaveProperty('data');
  });
});

describe('serve', () => {
  it('says when the port is taken', async () => {
    const second = createDashboard({
      queues,
      apiUrl: openApi.url,
      account: null,
      host: '127.0.0.1',
      trustProxy: 0,
      secret: SECRET,
      log,
    });
    await expect(serve(second, { host: '127.0.0.1', port: open.port })).rejects.toThrow(/EADDRINUSE/);
  });
});
