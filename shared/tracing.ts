import { context, propagation, SpanKind, SpanStatusCode, trace, type Attributes } from '@opentelemetry/api';

const TRACER = 'macro-pipeline';
/** The span of a due tick: beside requests, the only thing that begins a trace. */
export const TICK_SPAN = 'tick';

let isOn = false;

/** Whether this process sends traces. */
export const isTracing = (): boolean => isOn;

/** Says that this process sends traces, or that it does not any more. */
export function setTracing(isSending: boolean): void {
  isOn = isSending;
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
