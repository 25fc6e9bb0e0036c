import { createRequire } from 'node:module';
import { context, propagation, SpanKind, SpanStatusCode, trace, type Attributes } from '@opentelemetry/api';
import { SECOND } from './time.ts';

const TRACER = 'macro-pipeline';
/** The span of a due tick: beside requests, the only thing that begins a trace. */
export const TICK_SPAN = 'tick';
/** A collector that is away does not hold up the end of a process for longer. */
const EXPORT_PATIENCE_MS = 3 * SECOND;

let isOn = false;

/** Whether this process sends traces. */
export const isTracing = (): boolean => isOn;

/**
 * Sends the traces of this process to a collector, as OTLP over HTTP with JSON, until it is closed. Loads nothing and does
 * nothing without an endpoint. What the queue and the database do outside of a request, a tick or a task begins no trace.
 */
export async function startTracing(
  service: string,
  endpoint: string | null,
): Promise<{ close(): Promise<void> }> {
  if (endpoint === null) return { close: async () => undefined };
  const [sdk, hooks, core, resources, { OTLPTraceExporter }, { PgInstrumentation }] = await Promise.all([
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/context-async-hooks'),
    import('@opentelemetry/core'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/instrumentation-pg'),
  ]);
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: EXPORT_PATIENCE_MS });
  const provider = new sdk.TracerProvider({
    resource: resources.resourceFromAttributes({ 'service.name': `macro-${service}` }),
    sampler: new sdk.ParentBasedSampler({
      root: {
        shouldSample: (_context, _traceId, name, kind) => ({
          decision:
            kind === SpanKind.SERVER || name === TICK_SPAN
              ? sdk.SamplingDecision.RECORD_AND_SAMPLED
              : sdk.SamplingDecision.NOT_RECORD,
        }),
      },
    }),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter, scheduledDelayMillis: SECOND })],
  });
  context.setGlobalContextManager(new hooks.AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new core.W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  // It changes the classes of `pg` when that is required, which an import is not. Values of parameters are never told.
  const statements = new PgInstrumentation({ requireParentSpan: true });
  statements.setTracerProvider(provider);
  createRequire(import.meta.url)('pg');
  isOn = true;
  return {
    async close() {
      isOn = false;
      statements.disable();
      await provider.shutdown();
      trace.disable();
      context.disable();
      propagation.disable();
    },
  };
}

/** The trace that is under way, as the header `traceparent` of W3C; null outside of one. */
export function currentTraceparent(): string | null {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent ?? null;
}

/** Works as a part of the trace of a header `traceparent`; null: of none. */
export function withTraceparent<Result>(traceparent: string | null, work: () => Result): Result {
  if (traceparent === null) return work();
  return context.with(propagation.extract(context.active(), { traceparent }), work);
}

/** Works in a span of its own, which says when the work fails. Costs nothing while there is no tracing. */
export async function inSpan<Result>(
  name: string,
  attributes: Attributes,
  work: () => Promise<Result>,
  kind = SpanKind.INTERNAL,
): Promise<Result> {
  return trace.getTracer(TRACER).startActiveSpan(name, { attributes, kind }, async (span) => {
    try {
      return await work();
    } catch (error) {
      // The name alone: a message may repeat what was asked for.
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'Error' });
      throw error;
    } finally {
      span.end();
    }
  });
}
