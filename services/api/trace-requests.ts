import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { RequestHandler } from 'express';
import { routeOf } from './request-log.ts';

/** Begins a trace with every request under `/v1`, or takes part in that of the caller (`traceparent`). */
export function traceRequests(): RequestHandler {
  return (request, response, next) => {
    const { method } = request;
    const caller = propagation.extract(context.active(), request.headers);
    const span = trace
      .getTracer('macro-pipeline')
      .startSpan(method, { kind: SpanKind.SERVER, attributes: { 'http.request.method': method } }, caller);
    response.once('close', () => {
      const route = routeOf(request);
      span.updateName(`${method} ${route}`);
      span.setAttributes({ 'http.route': route, 'http.response.status_code': response.statusCode });
      if (response.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    });
    context.with(trace.setSpan(caller, span), next);
  };
}
