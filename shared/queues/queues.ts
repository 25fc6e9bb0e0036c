import { HOUR, MINUTE } from '../time.ts';
import { graph, type AssetName } from '../pipeline/graph.ts';

/** What is fixed about a queue; concurrency is configuration. */
export interface QueueDefinition {
  /** A task that runs longer is aborted and retried. */
  readonly timeoutMs: number;
}

/** The four queues: one per layer, and `runs` for the finishing jobs and the alarm clock of the schedule. */
export const QUEUES = {
  bronze: { timeoutMs: 20 * MINUTE },
  silver: { timeoutMs: 20 * MINUTE },
  agents: { timeoutMs: 20 * MINUTE },
  runs: { timeoutMs: MINUTE },
} as const satisfies Record<string, QueueDefinition>;

export type QueueName = keyof typeof QUEUES;

/** A task's own queue is the one of its layer. */
export function queueOf(asset: AssetName): QueueName {
  return graph.assets[asset].layer;
}

/** First attempt and three retries. */
export const ATTEMPTS = 4;

/** 0 would beat every other number: scheduled work comes first by 1. */
export const PRIORITIES = { scheduled: 1, manual: 2, backfill: 3 } as const;

/** Ended jobs stay visible in Bull Board for a while; the ledger keeps everything for ever. */
export const KEEP_ENDED_JOBS = { age: (24 * HOUR) / 1_000, count: 2_000 } as const;

/** A lock that its worker does not renew within 8 s is taken away at the next check, every 4 s: 12 s at most. */
export const LOCK_DURATION_MS = 8_000;
export const STALLED_INTERVAL_MS = 4_000;
/** Crashes are counted in the ledger; BullMQ's own counter must not fail a task first. */
export const MAX_STALLED_COUNT = 1_000;

/** Waiting for a provider's `Retry-After` or circuit does not spend an attempt, up to these bounds. */
export const MAX_POSTPONEMENTS = 10;
export const MAX_POSTPONEMENT_MS = 30 * MINUTE;

/** Crashes after which a task is put in quarantine. */
export const MAX_CRASHES = 3;
