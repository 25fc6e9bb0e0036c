import { createRequire } from 'node:module';
import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  SamplingDecision,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { SECOND } from './time.ts';
import { setTracing, TICK_SPAN } from './tracing.ts';

/** A collector that is away does not hold up the end of a process for longer. */
const EXPORT_PATIENCE_MS = 3 * SECOND;

/**
 * Sends the traces of this process to a collector, as OTLP over HTTP with JSON and with `headers`, until it is closed. Does nothing without an
 * endpoint. What the queue and the database do outside of a request, a tick or a task begins no trace.
 */
export function startTracing(
  service: string,
  endpoint: string | null,
  headers: Readonly<Record<string, string>> = {},
): { close(): Promise<void> } {
  if (endpoint === null) return { close: async () => undefined };
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis: EXPORT_PATIENCE_MS });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': `macro-${service}` }),
    sampler: new ParentBasedSampler({
      root: {
        shouldSample: (_context, _traceId, name, kind) => ({
          decision:
            kind === SpanKind.SERVER || name === TICK_SPAN
              ? SamplingDecision.RECORD_AND_SAMPLED
              : SamplingDecision.NOT_RECORD,
        }),
      },
    }),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: SECOND })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  // It changes the classes of `pg` when that is required, which an import is not. Values of parameters are never told.
  const statements = new PgInstrumentation({ requireParentSpan: true });
  statements.setTracerProvider(provider);
  createRequire(import.meta.url)('pg');
  setTracing(true);
  return {
    async close() {
      setTracing(false);
      statements.disable();
      await provider.shutdown();
      trace.disable();
      context.disable();
      propagation.disable();
    },
  };
}
