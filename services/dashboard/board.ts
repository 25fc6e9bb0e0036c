import type { Queue } from 'bullmq';
import { Router, type Request, type Response } from 'express';
import { ApiError, createClient } from '../../shared/client/client.ts';
import { ROLES } from '../../shared/contract/endpoint.ts';
import type { Logger } from '../../shared/logger.ts';
import { createBoardView, guardBoardPages } from './board-view.ts';
import { promoteJob, retryJob, type JobChange } from './job-changes.ts';
import { sendProblem } from './problem.ts';
import { sessionOf, type Session } from './session.ts';

interface BoardOptions {
  readonly queues: readonly Queue[];
  readonly apiUrl: string;
  readonly log: Logger;
}

/** Title of what Bull Board shows when something was refused. */
const REFUSED = 'Refused';

const isOperator = ({ role }: Session): boolean => ROLES.indexOf(role) >= ROLES.indexOf('operator');

/** Makes a change that somebody asked for on Bull Board, and tells Bull Board why when it is not possible. */
async function answerChange(
  { queues, apiUrl, log }: BoardOptions,
  change: JobChange,
  request: Request<{ queue: string; job: string }>,
  response: Response,
): Promise<void> {
  const { apiKey, name } = sessionOf(request);
  const { queue, job: id } = request.params;
  const job = await queues.find((known) => known.name === queue)?.getJob(id);
  if (job === undefined) {
    const detail = `The queue ${queue} has no job ${id}`;
    sendProblem(response, 'not-found', detail, { error: REFUSED, message: detail });
    return;
  }
  try {
    await change(createClient({ baseUrl: apiUrl, apiKey: apiKey ?? undefined }), job);
    log.info({ queue, job: id, change: change.name, name }, 'job changed on Bull Board');
    response.status(204).end();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const message = error.problem?.detail ?? error.message;
    response.status(error.status).json({ ...error.problem, error: REFUSED, message });
  }
}

/**
 * Bull Board: for viewers to look at; operators may retry a job (which retries its run in the ledger) and promote one that
 * waits. The API says who may, and keeps both in its audit log. Everything else that Bull Board could do to a queue is refused.
 */
export function routeBoard(options: BoardOptions): Router {
  const router = Router();
  router.use(guardBoardPages);
  router.put('/api/queues/:queue/:job/retry{/:status}', (request, response) =>
    answerChange(options, retryJob, request, response),
  );
  router.put('/api/queues/:queue/:job/promote', (request, response) =>
    answerChange(options, promoteJob, request, response),
  );
  const readable = createBoardView(options.queues, { readOnlyMode: true });
  const operable = createBoardView(options.queues, { readOnlyMode: false });
  router.use((request, response, next) => {
    if (request.method === 'GET')
      return (isOperator(sessionOf(request)) ? operable : readable)(request, response, next);
    const message = 'The ledger decides what runs: only retry and promote are possible here, for operators';
    return sendProblem(response, 'forbidden', message, { error: REFUSED, message });
  });
  return router;
}
