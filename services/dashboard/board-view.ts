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
        boardTitle: 'Queues',
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

/** Bull Board itself links elsewhere only from the menu of an icon: the way back stands in its header, below it on a phone. */
const WAY_BACK = `<style>
#way-back{position:fixed;z-index:100;bottom:12px;left:12px;padding:6px 12px;border:1px solid var(--border);border-radius:6px;
background:var(--card);color:var(--foreground);font-size:14px}
@media (min-width:769px){#way-back{top:14px;right:250px;bottom:auto;left:auto}}
</style>
<a id="way-back" href="/">← Pipeline pages</a>
`;

const fitPage = (html: string): string =>
  html.replace(FOREIGN_FONTS, '').replace('<div id="root">', `${WAY_BACK}<div id="root">`);

/**
 * Fits the pages of Bull Board to ours: it styles its elements inline, which is allowed here and nowhere else (scripts are not),
 * leads back to ours, and does without what comes from elsewhere.
 */
export const guardBoardPages: RequestHandler = (_request, response, next) => {
  const policy = response.get('Content-Security-Policy');
  if (policy !== undefined)
    response.set('Content-Security-Policy', `${policy};style-src 'self' 'unsafe-inline'`);
  const send = response.send.bind(response);
  // Answers of its API are left alone: what a job says may have quoted a page.
  const isPage = (): boolean => response.get('Content-Type')?.includes('html') ?? true;
  response.send = (body: unknown) => send(typeof body === 'string' && isPage() ? fitPage(body) : body);
  next();
};
