import type { Server, ServerResponse } from 'node:http';
import express, { type Request } from 'express';
import { answerMetrics } from '../../shared/metrics.ts';
import type { ReplayAnswer } from './answer.ts';
import { createFaults, parseFaultRules, type FaultRule } from './faults.ts';
import { buildManifest } from './manifest.ts';
import { answerProvider, readProviderRequest } from './providers.ts';
import { openRecordings } from './recordings.ts';
import { createRequestLog } from './request-log.ts';

/** What the replay server needs from its process. */
export interface ReplayOptions {
  /** 0 picks a free port. */
  readonly port: number;
  readonly host: string;
  /** Folder of recordings, `<provider>/recorded|reencoded|tables|xml|csv/…`. */
  readonly dataFolder: string;
  readonly faults?: readonly FaultRule[];
}

/** A listening replay server. */
export interface ReplayServer {
  /** Base URL without a slash at the end: `http://127.0.0.1:3002`. */
  readonly url: string;
  close: () => Promise<void>;
}

const DEFAULT_SILENCE_MS = 120_000;
const DEFAULT_CHUNK_PAUSE_MS = 250;
const SLOW_CHUNKS = 8;
const HTML_PAGE =
  '<!DOCTYPE html><html><head><title>Requisição inválida!</title></head><body><h1>Requisição inválida!</h1></body></html>';

/**
 * Starts one server that answers for all provider hosts at `/<host>/<path>?<query>`, with its own pages beside them:
 * `GET /manifest`, `GET|PUT /faults`, `GET|DELETE /requests`, `GET /livez`, `GET /metrics`.
 *
 * @throws if the folder cannot be read or the port is taken.
 */
export async function startReplay(options: ReplayOptions): Promise<ReplayServer> {
  const recordings = openRecordings(options.dataFolder);
  const faults = createFaults(options.faults ?? []);
  const log = createRequestLog();
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.get('/livez', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/metrics', answerMetrics());
  app.get('/manifest', (_request, response) => void response.json(buildManifest(recordings)));
  app.get('/requests', (_request, response) => void response.json(log.report()));
  app.delete('/requests', (_request, response) => {
    log.reset();
    response.status(204).end();
  });
  app.get('/faults', (_request, response) => void response.json(faults.list()));
  app.put('/faults', express.json(), (request: Request, response) => {
    try {
      faults.replace(parseFaultRules(request.body));
      response.json(faults.list());
    } catch (error) {
      response.status(400).json({ detail: error instanceof Error ? error.message : String(error) });
    }
  });
  app.use((request, response) => {
    const asked = readProviderRequest(request.originalUrl);
    if (asked === undefined) {
      response.status(404).json({ detail: 'the first part of the path is not the host of a provider' });
      return;
    }
    const question = { ...asked, headers: request.headers };
    const rule = faults.pick(question.host);
    log.record(
      request.method,
      question.host,
      request.originalUrl,
      rule !== undefined && rule.kind !== 'slow-body',
    );
    if (rule === undefined) sendAnswer(response, answerProvider(question, recordings));
    else sendFault(response, rule, request, () => answerProvider(question, recordings));
  });
  const server = await listen(app, options);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return { url: `http://${options.host}:${port}`, close: () => close(server) };
}

function listen(app: express.Express, options: ReplayOptions): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = app.listen(options.port, options.host, (error?: Error) => {
      if (error === undefined) resolve(server);
      else reject(error);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function toBytes(answer: ReplayAnswer): Buffer {
  return typeof answer.body === 'string' ? Buffer.from(answer.body, 'utf8') : Buffer.from(answer.body);
}

function writeHead(response: ServerResponse, answer: ReplayAnswer, bytes: Buffer): void {
  // The length of an answer without content would be that of the content it stands for.
  const length = answer.status === 304 ? {} : { 'content-length': bytes.length };
  response.writeHead(answer.status, { ...answer.headers, ...length });
}

function sendAnswer(response: ServerResponse, answer: ReplayAnswer): void {
  const bytes = toBytes(answer);
  writeHead(response, answer, bytes);
  response.end(bytes);
}

function sendFault(
  response: ServerResponse,
  rule: FaultRule,
  request: Request,
  answer: () => ReplayAnswer,
): void {
  switch (rule.kind) {
    case 'echo':
      sendEcho(response, rule.status ?? 500, request);
      return;
    case 'status':
      response
        .writeHead(rule.status ?? 503, { 'content-type': 'text/html' })
        .end('<html><body>Error</body></html>');
      return;
    case 'retry-after-429':
      response
        .writeHead(429, { 'content-type': 'text/plain', 'retry-after': String(rule.retryAfterSeconds ?? 1) })
        .end('Too Many Requests\r\n');
      return;
    case 'html-200':
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(HTML_PAGE);
      return;
    case 'timeout':
      sendSilence(response, rule.delayMs ?? DEFAULT_SILENCE_MS);
      return;
    case 'slow-body':
      sendSlowly(response, answer(), rule.delayMs ?? DEFAULT_CHUNK_PAUSE_MS);
      return;
    case 'truncate':
      sendTruncated(response, answer());
  }
}

/** What careless servers answer: all that they were asked, with whatever is secret in it. */
function sendEcho(response: ServerResponse, status: number, { originalUrl, headers }: Request): void {
  const message = `Bad request: ${originalUrl} ${decodeURIComponent(originalUrl)}`;
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ error_code: status, error_message: message, headers }));
}

/** Nothing at all, then a closed connection. */
function sendSilence(response: ServerResponse, delayMs: number): void {
  const timer = setTimeout(() => response.destroy(), delayMs);
  response.once('close', () => clearTimeout(timer));
}

function sendSlowly(response: ServerResponse, answer: ReplayAnswer, pauseMs: number): void {
  const bytes = toBytes(answer);
  const size = Math.max(1, Math.ceil(bytes.length / SLOW_CHUNKS));
  writeHead(response, answer, bytes);
  response.flushHeaders();
  let sent = 0;
  const timer = setInterval(() => {
    response.write(bytes.subarray(sent, sent + size));
    sent += size;
    if (sent < bytes.length) return;
    clearInterval(timer);
    response.end();
  }, pauseMs);
  response.once('close', () => clearInterval(timer));
}

/** The whole length is announced, half of the body comes, the connection closes. */
function sendTruncated(response: ServerResponse, answer: ReplayAnswer): void {
  const bytes = toBytes(answer);
  writeHead(response, answer, bytes);
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
}
