import type { RequestHandler } from 'express';
import type { Logger } from '../../shared/logger.ts';
import { SECOND } from '../../shared/time.ts';
import type { ApiDatabase } from './database.ts';
import { sendProblem } from './problem.ts';

/** A request that is not answered after this long may be slow, or wait for a server that is gone. */
const ASK_AFTER_MS = 0.5 * SECOND;

/**
 * Answers 503 for a request that waits for a PostgreSQL that has fallen silent (frozen, or behind a network that swallows
 * everything): its connections look well and answer nothing. While PostgreSQL answers the probe, a slow request is let be.
 * What the request began may still be done when PostgreSQL comes back: an Idempotency-Key makes asking again safe.
 */
export function giveUpOnSilence(findSilence: ApiDatabase['findSilence'], log: Logger): RequestHandler {
  return (request, response, next) => {
    let timer: NodeJS.Timeout | undefined;
    const ask = async (): Promise<void> => {
      if (response.headersSent) return;
      const silence = await findSilence();
      if (response.headersSent || response.closed) return;
      if (silence === null) {
        watch();
        return;
      }
      log.warn(
        { method: request.method, url: request.originalUrl, silence },
        'given up: the database does not answer',
      );
      // Whatever the handler still does with the answer must not reach another request on the same connection.
      response.set('Connection', 'close');
      sendProblem(response, 'unavailable', `The database does not answer: no answer from ${silence}`);
    };
    const watch = (): void => {
      timer = setTimeout(() => void ask(), ASK_AFTER_MS);
    };
    response.once('close', () => clearTimeout(timer));
    watch();
    next();
  };
}
