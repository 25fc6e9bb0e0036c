import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { Queue } from 'bullmq';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Logger } from '../../shared/logger.ts';
import { requireAccount, type Account } from './authorization.ts';

const BOARD_PATH = '/queues';

export interface DashboardOptions {
  readonly queues: readonly Queue[];
  readonly account: Account | null;
  readonly log: Logger;
}

/**
 * Bull Board over the given queues, to look at and not to touch: the ledger decides what runs, and a job that was retried
 * or removed here would be superseded or dispatched again.
 */
function createBoard(queues: readonly Queue[]): RequestHandler {
  const serverAdapter = new ExpressAdapter();
  serverAdapter.setBasePath(BOARD_PATH);
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue, { readOnlyMode: true })),
    serverAdapter,
    options: { uiConfig: { boardTitle: 'Macro pipeline', hideDocsLink: true } },
  });
  return serverAdapter.getRouter() as RequestHandler;
}

/** The dashboard: Bull Board at `/queues`. */
export function createDashboard({ queues, account, log }: DashboardOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.get('/livez', (_request, response) => void response.json({ status: 'ok' }));
  app.use(requireAccount(account));
  app.use((_request, response, next) => {
    response.set({
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      'Referrer-Policy': 'no-referrer',
    });
    next();
  });
  app.get('/', (_request, response) => response.redirect(BOARD_PATH));
  app.use(BOARD_PATH, createBoard(queues));
  app.use(
    (_request, response) => void response.status(404).type('text/plain').send('There is no such page.\n'),
  );
  const answerError: ErrorRequestHandler = (error: unknown, _request, response, next) => {
    log.error({ err: error }, 'request failed');
    if (response.headersSent) next(error);
    else response.status(500).type('text/plain').send('The page failed; the log has the details.\n');
  };
  app.use(answerError);
  return app;
}
