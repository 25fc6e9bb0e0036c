import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { Queue } from 'bullmq';
import { Router, type RequestHandler } from 'express';
import { ApiError, createClient } from '../../shared/client/client.ts';
import { ROLES } from '../../shared/contract/endpoint.ts';
import type { Logger } from '../../shared/logger.ts';
import { sendProblem } from './problem.ts';
import { sessionOf, type Session } from './session.ts';

export const BOARD_PATH = '/queues';

interface BoardOptions {
  readonly queues: readonly Queue[];
  readonly apiUrl: string;
  readonly log: Logger;
}

function createBoard(queues: readonly Queue[], options: { readonly readOnlyMode: boolean }): RequestHandler {
  const serverAdapter = new ExpressAdapter();
  serverAdapter.setBasePath(BOARD_PATH);
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue, { ...options, allowRetries: true })),
    serverAdapter,
    options: {
      uiConfig: {
        boardTitle: 'Macro pipeline',
        hideDocsLink: true,
        miscLinks: [{ text: 'Pipeline', url: '/' }],
      },
    },
  });
  return serverAdapter.getRouter() as RequestHandler;
}

const isOperator = ({ role }: Session): boolean => ROLES.indexOf(role) >= ROLES.indexOf('operator');

/**
 * A retry of a job is one of its run: the ledger decides what runs, and a job that was put back into its queue behind the
 * ledger's back would find itself superseded.
 */
async function retryRun(
  { apiUrl, queues }: BoardOptions,
  session: Session,
  queueName: string,
  jobId: string,
): Promise<void> {
  const queue = queues.find(({ name }) => name === queueName);
  const job = await queue?.getJob(jobId);
  const { runId } = (job?.data ?? {}) as { runId?: string };
  if (runId === undefined) throw new Error(`${queueName} has no job ${jobId} of a run`);
  const client = createClient({ baseUrl: apiUrl, apiKey: session.apiKey ?? undefined });
  await client.retryRun({ params: { id: runId }, body: { reason: `retried job ${jobId} on Bull Board` } });
}

/**
 * Bull Board: for viewers to look at; operators may retry a job (which retries its run in the ledger) and promote one that
 * waits. Everything else that Bull Board could do to a queue is refused.
 */
export function routeBoard(options: BoardOptions): Router {
  const { queues, log } = options;
  const router = Router();
  router.put('/api/queues/:queue/:job/retry{/:status}', async (request, response) => {
    const session = sessionOf(request);
    const { queue, job } = request.params;
    try {
      await retryRun(options, session, queue, job);
      log.info({ queue, job, name: session.name }, 'run of a job retried');
      response.status(204).end();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      response.status(error.status).json({ error: error.problem?.detail ?? error.message });
    }
  });
  const readable = createBoard(queues, { readOnlyMode: true });
  const operable = createBoard(queues, { readOnlyMode: false });
  const isPromotion = /^\/api\/queues\/[^/]+\/[^/]+\/promote$/;
  router.use((request, response, next) => {
    const session = sessionOf(request);
    if (request.method === 'GET') return (isOperator(session) ? operable : readable)(request, response, next);
    if (!isOperator(session)) return sendProblem(response, 'forbidden', 'Needs the role operator');
    if (!isPromotion.test(request.path))
      return sendProblem(
        response,
        'forbidden',
        'The ledger decides what runs: only retry and promote are possible here',
      );
    log.info({ path: request.path, name: session.name }, 'job promoted');
    return operable(request, response, next);
  });
  return router;
}
