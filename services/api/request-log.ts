import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import type { Logger } from '../../shared/logger.ts';
import { countAnswer } from '../../shared/metrics.ts';

const SAFE_ID = /^[\w.-]{1,64}$/;

/** The pattern of the address that a request was for. */
export function routeOf(request: Request): string {
  const route = request.route as { readonly path: unknown } | undefined;
  return typeof route?.path === 'string' ? route.path : 'none';
}

const PROBES: readonly string[] = ['/livez', '/readyz', '/metrics'];

/** Gives every request an id (the caller's `X-Request-Id` when it is harmless) and writes one line when it has ended. */
export function logRequests(log: Logger): RequestHandler {
  return (request, response, next) => {
    const given = request.get('x-request-id');
    const requestId = given !== undefined && SAFE_ID.test(given) ? given : randomUUID();
    response.set('X-Request-Id', requestId);
    const startedMs = performance.now();
    // The query may hold a name or two, but never a secret: keys come in a header.
    const { method, originalUrl: url } = request;
    response.once('close', () => {
      const durationMs = Math.round((performance.now() - startedMs) * 10) / 10;
      const line = {
        requestId,
        method,
        url,
        status: response.statusCode,
        durationMs,
        aborted: !response.writableFinished,
      };
      const isStream = String(response.get('content-type')).startsWith('text/event-stream');
      if (!isStream) countAnswer({ method, route: routeOf(request), status: line.status }, durationMs);
      // Probes come every few seconds and say nothing while they succeed.
      const isProbe = PROBES.includes(url) && response.statusCode < 400;
      log[isProbe ? 'debug' : 'info'](line, 'request');
    });
    next();
  };
}
