import type { RequestHandler, Response } from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';
import type { Logger } from '../../shared/logger.ts';
import { SECOND } from '../../shared/time.ts';
import { sendProblem } from './problem.ts';
import { sessionOf } from './session.ts';

/** Longer than the API takes to give up (a statement has 30 s), and than two signs of life of a stream are apart (15 s). */
const PATIENCE_MS = 45 * SECOND;

/**
 * Passes requests below `/v1` on to the API with the key of the session: the pages use the public API and nothing else. Which
 * requests these are is said where it is mounted, behind the check of the session, and nowhere else: two opinions about an
 * address like `/./v1` would let it around the check. What is too large is refused by the API, which hears of it as it comes. An API
 * that is silent for `patienceMs` is given up.
 */
export function passToApi(apiUrl: string, log: Logger, patienceMs = PATIENCE_MS): RequestHandler {
  return createProxyMiddleware({
    target: `${apiUrl}/v1`,
    proxyTimeout: patienceMs,
    on: {
      proxyReq(outgoing, request) {
        const { apiKey } = sessionOf(request as Parameters<typeof sessionOf>[0]);
        outgoing.removeHeader('cookie');
        outgoing.removeHeader('authorization');
        if (apiKey !== null) outgoing.setHeader('authorization', `Bearer ${apiKey}`);
      },
      error(error, _request, response) {
        log.warn({ err: error }, 'the API does not answer');
        // An answer that had begun cannot become a problem document any more.
        if ('headersSent' in response && !response.headersSent)
          sendProblem(response as Response, 'unavailable', 'The API does not answer');
        else response.destroy();
      },
    },
  }) as RequestHandler;
}
