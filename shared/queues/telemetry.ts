import type { QueueOptions } from 'bullmq';
import { BullMQOtel } from 'bullmq-otel';
import { isTracing } from '../tracing.ts';

/** The option of queues, flows and workers that carries a trace from who adds a job to who works on it. */
export function traceJobs(): Pick<QueueOptions, 'telemetry'> {
  return isTracing() ? { telemetry: new BullMQOtel({ tracerName: 'bullmq' }) } : {};
}
