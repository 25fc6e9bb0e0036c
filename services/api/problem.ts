import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { IdempotencyConflictError } from '../../shared/db/backfills.ts';
import { PROBLEMS, type FieldError, type ProblemName } from '../../shared/contract/problems.ts';
import type { Logger } from '../../shared/logger.ts';
import { ChangeRefusedError } from '../../shared/pipeline/changes.ts';

/** Thrown by a route to answer with a problem document (RFC 9457). Says nothing that the caller may not know. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: ProblemName;
  readonly errors: readonly FieldError[];

  constructor(problem: ProblemName, detail: string, errors: readonly FieldError[] = []) {
    super(detail);
    this.problem = problem;
    this.errors = errors;
  }
}

/** A `ProblemError` for something that does not exist. */
export function notFound(detail: string): ProblemError {
  return new ProblemError('not-found', detail);
}

/** A server that is away is back, or replaced, in about this long. */
const RETRY_AFTER_SECONDS = 5;

/** Sends a problem document; `extension` are members of its own that this kind of problem has. */
export function sendProblem(
  response: Response,
  name: ProblemName,
  detail: string,
  errors: readonly FieldError[] = [],
  extension: Readonly<Record<string, unknown>> = {},
): void {
  const { status, title } = PROBLEMS[name];
  if (status === 503) response.set('Retry-After', String(RETRY_AFTER_SECONDS));
  const requestId: unknown = response.getHeader('x-request-id');
  const body = {
    type: `/problems/${name}`,
    title,
    status,
    detail,
    requestId,
    ...(errors.length > 0 ? { errors } : {}),
    ...extension,
  };
  response.status(status).type('application/problem+json').send(JSON.stringify(body));
}

/** Answers for every address that no route has. */
export const answerUnknown: RequestHandler = (request, response) => {
  sendProblem(response, 'not-found', `There is nothing at ${request.path}`);
};

/** Lost connections, a server that stops or takes no more connections, and statements that took too long. */
const CONNECTION_CODES = /^(E(CONN|NOTFOUND|TIMEDOUT|HOST|PIPE)|08|53300|57P0|57014)/;

/** True when an error, or what caused it, says that the database does not answer. */
function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string' && CONNECTION_CODES.test(error.code)) return true;
  if (/timeout exceeded when trying to connect|Connection terminated/.test(error.message)) return true;
  return isUnreachable(error.cause);
}

/** The 4xx status that Express or a body parser gave to an error. */
function readClientStatus(error: unknown): number | null {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return null;
  return error.status >= 400 && error.status < 500 ? error.status : null;
}

/** Turns whatever a route throws into a problem document; only the log sees what was not meant for the caller. */
export function answerErrors(log: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      // Given up before (`giveUpOnSilence`), or cut off in the middle of the answer.
      log.warn(
        { err: error, requestId: response.getHeader('x-request-id') },
        'failed after the answer began',
      );
      if (!response.writableEnded) next(error);
      return;
    }
    const clientStatus = readClientStatus(error);
    if (error instanceof ProblemError) sendProblem(response, error.problem, error.message, error.errors);
    else if (error instanceof IdempotencyConflictError)
      sendProblem(response, 'idempotency-conflict', error.message);
    else if (error instanceof ChangeRefusedError)
      sendProblem(response, 'invalid-transition', error.message, [], { state: error.state });
    else if (clientStatus === 413)
      sendProblem(response, 'body-too-large', 'A request body may have up to 100 kB');
    else if (clientStatus === 415)
      sendProblem(response, 'unsupported-media-type', 'Send UTF-8 JSON without unknown encodings');
    else if (clientStatus !== null) sendProblem(response, 'malformed-request', (error as Error).message);
    else {
      log.error({ err: error, requestId: response.getHeader('x-request-id') }, 'request failed');
      if (isUnreachable(error)) sendProblem(response, 'unavailable', 'The database does not answer');
      else
        sendProblem(
          response,
          'internal',
          'The request failed; the log has the details under this request id',
        );
    }
  };
}
