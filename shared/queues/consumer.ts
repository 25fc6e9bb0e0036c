import { setTimeout as sleep } from 'node:timers/promises';
import { DelayedError, UnrecoverableError, Worker, type Job } from 'bullmq';
import { PermanentError, RetryLaterError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { SECOND } from '../time.ts';
import { connectForWorker, type RedisClient } from './connection.ts';
import {
  ATTEMPTS,
  LOCK_DURATION_MS,
  MAX_STALLED_COUNT,
  QUEUES,
  STALLED_INTERVAL_MS,
  type QueueName,
} from './queues.ts';
import { traceJobs } from './telemetry.ts';

/** A job as its processor sees it. */
export interface Delivery {
  readonly name: string;
  readonly data: unknown;
  /** True when an error of this delivery will not be retried. */
  readonly isLastAttempt: boolean;
  /** Aborted when the process shuts down or the queue's timeout is over; a lost lock is noticed at the commit. */
  readonly signal: AbortSignal;
}

export interface ConsumerOptions {
  readonly queue: QueueName;
  readonly redisUrl: string;
  readonly prefix: string;
  readonly concurrency: number;
  readonly log: Logger;
  /** Throw PermanentError: no retry. RetryLaterError: postponed without spending an attempt. Else: retried. */
  readonly process: (delivery: Delivery) => Promise<void>;
}

export interface Consumer {
  /** Takes no more jobs, aborts the running ones and waits for them. */
  close(): Promise<void>;
}

/** A worker that stops waits this long for a Redis that is away. */
const ABSENCE_MS = 5 * SECOND;
const POLL_MS = 100;

async function postpone(job: Job, token: string | undefined, delayMs: number): Promise<never> {
  await job.moveToDelayed(Date.now() + delayMs, token);
  throw new DelayedError();
}

/** Waits until Redis has not been there for {@link ABSENCE_MS} on end. */
async function waitForAbsence(connection: RedisClient): Promise<void> {
  for (let awayMs = 0; awayMs < ABSENCE_MS; awayMs = connection.status === 'ready' ? 0 : awayMs + POLL_MS)
    await sleep(POLL_MS, undefined, { ref: false });
}

/** Starts consuming one queue. */
export function startConsumer(options: ConsumerOptions): Consumer {
  const connection = connectForWorker(options.redisUrl);
  const shutdown = new AbortController();
  const worker = new Worker(
    options.queue,
    async (job: Job, token?: string, lockSignal?: AbortSignal) => {
      const signals = [shutdown.signal, AbortSignal.timeout(QUEUES[options.queue].timeoutMs)];
      if (lockSignal !== undefined) signals.push(lockSignal);
      try {
        await options.process({
          name: job.name,
          data: job.data,
          isLastAttempt: job.attemptsMade + 1 >= (job.opts.attempts ?? ATTEMPTS),
          signal: AbortSignal.any(signals),
        });
      } catch (error) {
        if (error instanceof RetryLaterError) return postpone(job, token, error.delayMs);
        if (error instanceof PermanentError) throw new UnrecoverableError(error.message);
        throw error;
      }
    },
    {
      connection,
      prefix: options.prefix,
      concurrency: options.concurrency,
      lockDuration: LOCK_DURATION_MS,
      stalledInterval: STALLED_INTERVAL_MS,
      maxStalledCount: MAX_STALLED_COUNT,
      ...traceJobs(),
    },
  );
  worker.on('error', (error) => options.log.warn({ err: error, queue: options.queue }, 'queue error'));
  return {
    async close() {
      shutdown.abort(new Error('the process is shutting down'));
      // Closing tells Redis; without Redis it would wait for ever. What was left open there is taken over by the next worker.
      const closed = worker.close().catch((error: unknown) => {
        options.log.warn({ err: error, queue: options.queue }, 'closing the queue failed');
      });
      await Promise.race([closed, waitForAbsence(connection)]);
      connection.disconnect();
    },
  };
}
