import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { Queue } from 'bullmq';
import type { RequestHandler } from 'express';

export const BOARD_PATH = '/queues';

/** Where the pages tell more of a job: of its run, or of the schedule whose alarm clock it is. */
function linkToPages({ data }: { readonly data: unknown }) {
  const { runId } = (data ?? {}) as { readonly runId?: string };
  return runId === undefined
    ? { displayText: 'Schedule', href: '/schedule' }
    : { displayText: 'Run', href: `/runs/${runId}` };
}

/** Bull Board over some queues. One that is read-only shows no buttons. */
export function createBoardView(
  queues: readonly Queue[],
  options: { readonly readOnlyMode: boolean },
): RequestHandler {
  const serverAdapter = new ExpressAdapter();
  serverAdapter.setBasePath(BOARD_PATH);
  createBullBoard({
    queues: queues.map(
      (queue) => new BullMQAdapter(queue, { ...options, allowRetries: true, externalJobUrl: linkToPages }),
    ),
    serverAdapter,
    options: {
      uiConfig: {
        boardTitle: 'Macro pipeline',
        hideDocsLink: true,
        miscLinks: [
          { text: 'Overview', url: '/' },
          { text: 'Runs', url: '/runs' },
        ],
      },
    },
  });
  return serverAdapter.getRouter() as RequestHandler;
}

/** Fonts of another server, which the policy refuses. */
const FOREIGN_FONTS = /<link [^>]*fonts\.googleapis\.com[^>]*>/;

/**
 * Fits the pages of Bull Board to ours: it styles its elements inline, which is allowed here and nowhere else (scripts are not),
 * and does without what comes from elsewhere.
 */
export const guardBoardPages: RequestHandler = (_request, response, next) => {
  const policy = response.get('Content-Security-Policy');
  if (policy !== undefined)
    response.set('Content-Security-Policy', `${policy};style-src 'self' 'unsafe-inline'`);
  const send = response.send.bind(response);
  response.send = (body: unknown) => send(typeof body === 'string' ? body.replace(FOREIGN_FONTS, '') : body);
  next();
};
