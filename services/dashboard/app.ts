import type { Queue } from 'bullmq';
import express, { type ErrorRequestHandler, type Express, type Request } from 'express';
import helmet from 'helmet';
import { compressAnswers } from '../../shared/compress-answers.ts';
import type { Logger } from '../../shared/logger.ts';
import { answerMetrics } from '../../shared/metrics.ts';
import { BOARD_PATH } from './board-view.ts';
import { routeBoard } from './board.ts';
import { requireGoodKey, requireSession, routeSession, showLogin, type Account } from './login.ts';
import { routePages, sendPage } from './pages.ts';
import { sendProblem } from './problem.ts';
import { passToApi } from './proxy.ts';
import { requireCsrfToken } from './session.ts';

export interface DashboardOptions {
  readonly queues: readonly Queue[];
  readonly apiUrl: string;
  readonly account: Account | null;
  readonly secret: string;
  /** The address that it listens on: who is shown that nobody has to log in is told how far that reaches. */
  readonly host: string;
  /** So many proxies stand before it and are believed about addresses and schemes; what others tell of them is a guess. */
  readonly trustProxy: number;
  readonly log: Logger;
}

const SELF = ["'self'"];

/** What a page of ours may load: our own files, and nothing inline. */
const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: SELF,
    imgSrc: ["'self'", 'data:'],
    objectSrc: ["'none'"],
    baseUri: SELF,
    formAction: SELF,
    frameAncestors: ["'none'"],
  },
};

/** Whether express or its parsers refused a request: JSON or an address that is none, a body that is too large. */
const isFaultOfRequest = (error: unknown): boolean =>
  error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500;

/** Whether somebody typed or followed the address: the page tells what is wrong with it. */
const isOfBrowser = (request: Request): boolean =>
  request.method === 'GET' && request.accepts(['json', 'html']) === 'html';

/** The dashboard: the pipeline pages at `/`, Bull Board at `/queues`, the API for both at `/v1`. */
export function createDashboard(options: DashboardOptions): Express {
  const { log, apiUrl } = options;
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', options.trustProxy);
  app.get('/livez', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/metrics', answerMetrics());
  app.use(
    helmet({ contentSecurityPolicy, strictTransportSecurity: false, xFrameOptions: { action: 'deny' } }),
  );
  app.use('/session', express.json({ limit: '10kb' }));
  app.use(routeSession(options));
  const needsSession = requireSession(options);
  app.use('/v1', needsSession, requireCsrfToken, passToApi(apiUrl, log));
  app.use(
    BOARD_PATH,
    compressAnswers(),
    showLogin(options),
    needsSession,
    requireGoodKey(options),
    requireCsrfToken,
    routeBoard(options),
  );
  app.use(compressAnswers(), routePages());
  const answerError: ErrorRequestHandler = async (error: unknown, request, response, next) => {
    if (isFaultOfRequest(error) && !response.headersSent) {
      if (isOfBrowser(request)) await sendPage(response, 400);
      else sendProblem(response, 'invalid-request', 'The request cannot be read');
      return;
    }
    log.error({ err: error }, 'request failed');
    if (response.headersSent) next(error);
    else sendProblem(response, 'internal', 'The request failed; the log has the details');
  };
  app.use(answerError);
  return app;
}
