import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { passToApi } from '../../../services/dashboard/proxy.ts';
import { keepSession } from '../../../services/dashboard/session.ts';
import { serve, type HttpServer } from '../../../shared/http-server.ts';
import { createLogger } from '../../../shared/logger.ts';

let api: Server;
let dashboard: HttpServer;

beforeAll(async () => {
  // Takes every request and says nothing, but for a stream, which it begins.
  api = createServer((request, response) => {
    if (request.url === '/v1/events')
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hi\n\n');
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  const app = express();
  app.use((request, _response, next) => {
    keepSession(request, { apiKey: 'a-key', name: 'ana', role: 'viewer', csrf: '' });
    next();
  });
  const address = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  app.use('/v1', passToApi(address, createLogger('test', 'silent'), 1_000));
  dashboard = await serve(app, { host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await dashboard.close();
  api.closeAllConnections();
  api.close();
});

it('gives up an API that takes a request and says nothing', async () => {
  const answer = await fetch(`http://127.0.0.1:${dashboard.port}/v1/runs`);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    503,
    expect.stringContaining('application/problem+json'),
  ]);
  expect(await answer.json()).toMatchObject({ detail: 'The API does not answer' });
});

it('ends a stream that has fallen silent, so that the page opens it again', async () => {
  const answer = await fetch(`http://127.0.0.1:${dashboard.port}/v1/events`);
  expect(answer.status).toBe(200);
  await expect(answer.text()).rejects.toThrow('terminated');
});
