import { setTimeout as sleep } from 'node:timers/promises';
import { RetryLaterError } from '../errors.ts';
import type { RequestOutcome } from '../http-outcome.ts';
import type { Logger } from '../logger.ts';
import { SECOND } from '../time.ts';
import { pauseHost, takeToken, type BudgetClass, type HostBudget } from './budget.ts';
import { enterCircuit, policyOf, reportToCircuit, type CircuitView, type SharedCircuit } from './circuit.ts';
import type { RedisClient } from './connection.ts';
import { ceilingOf, circuitOf } from './hosts.ts';

/** A pause shorter than this is waited for; for a longer one the task gives its place to others. */
const PATIENCE_MS = 10 * SECOND;
/** How often a request asks whether the one that tries a half-open circuit has come back. */
const PROBE_POLL_MS = 200;

/** What every request to a provider passes before it is sent, and reports to afterwards. Shared by all workers. */
export interface Gate {
  /**
   * Waits until the host may be asked once more.
   *
   * @throws RetryLaterError while the circuit is open or the provider asked for a long pause
   */
  acquire(host: string, signal: AbortSignal): Promise<void>;
  /** Tells what came of a request that was let through. Never throws: the answer is there all the same. */
  report(host: string, outcome: RequestOutcome): Promise<void>;
}

/** What a gate needs from its process. */
export interface GateOptions {
  readonly redis: RedisClient;
  readonly prefix: string;
  /** `PROVIDER_RATES`: ceilings of single hosts. They hold for replayed hosts too. */
  readonly rates: Readonly<Record<string, number>>;
  /** Replayed providers have no limits of their own: no rate but a configured one, and circuits that close soon. */
  readonly providers: 'live' | 'replay';
  readonly work: BudgetClass;
  readonly log: Logger;
}

function refuse(host: string, why: string, waitMs: number): RetryLaterError {
  return new RetryLaterError(`${host} is not asked for ${waitMs} ms: ${why}`, waitMs, { subject: host });
}

/** Whoever reads why a task failed sees this and not the answers before it. */
const describeOpen = (cause: CircuitView['cause'] | undefined): string =>
  `its circuit is open, because ${cause === 'throttled' ? 'it answered 429' : 'its requests failed'} time after time`;

/** Builds the gate of one task. */
export function createGate(options: GateOptions): Gate {
  const { redis, prefix, log } = options;
  const circuitFor = (host: string): SharedCircuit => ({ redis, prefix, circuit: circuitOf(host) });
  const budgetFor = (host: string): HostBudget => ({
    redis,
    prefix,
    host,
    ceiling: ceilingOf(host, options.rates),
  });
  const hasBudget = (host: string): boolean =>
    options.providers === 'live' || Object.hasOwn(options.rates, host);

  /** Returns when the circuit lets this request through. */
  const passCircuit = async (host: string, intent: 'look' | 'claim', signal: AbortSignal): Promise<void> => {
    for (;;) {
      signal.throwIfAborted();
      const { state, waitMs, cause } = await enterCircuit(circuitFor(host), intent, Date.now());
      if (state === 'open') throw refuse(host, describeOpen(cause), waitMs);
      if (state !== 'probing') return;
      // The one that tries answers within its timeout: waiting costs no postponement.
      await sleep(Math.min(waitMs, PROBE_POLL_MS), undefined, { signal });
    }
  };

  const waitForToken = async (host: string, signal: AbortSignal): Promise<void> => {
    for (;;) {
      signal.throwIfAborted();
      const { kind, waitMs } = await takeToken(budgetFor(host), options.work, Date.now());
      if (kind === 'taken') return;
      if (kind === 'paused' && waitMs > PATIENCE_MS) throw refuse(host, 'it asked for a pause', waitMs);
      await sleep(waitMs, undefined, { signal });
    }
  };

  return {
    async acquire(host, signal) {
      await passCircuit(host, 'look', signal);
      if (hasBudget(host)) await waitForToken(host, signal);
      await passCircuit(host, 'claim', signal);
    },
    async report(host, { kind, retryAfterMs }) {
      try {
        if (hasBudget(host) && retryAfterMs !== null) {
          const lesson = kind === 'throttled' ? 'slower' : 'same rate';
          await pauseHost(budgetFor(host), retryAfterMs, lesson, Date.now());
        }
        const circuit = circuitFor(host);
        const policy = policyOf(circuit.circuit, options.providers);
        const state = await reportToCircuit(circuit, policy, kind, retryAfterMs ?? 0, Date.now());
        if (state === 'opened') log.warn({ host, circuit: circuit.circuit, outcome: kind }, 'circuit opened');
      } catch (error) {
        log.warn({ err: error, host }, 'outcome of a request was not recorded');
      }
    },
  };
}
