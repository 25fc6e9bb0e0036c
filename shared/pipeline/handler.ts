import type { Transaction } from '../db/client.ts';
import type { RetryLaterError } from '../errors.ts';
import type { TaskHttpClient } from '../http.ts';
import type { Logger } from '../logger.ts';
import type { Day, Instant } from '../time.ts';
import type { Reader } from '../db/reader.ts';
import type { AssetName } from './graph.ts';

export type RunKind = 'scheduled' | 'manual' | 'backfill';

/** Everything a handler may use. Nothing else: no clock, environment, queue or table outside `read`. */
export interface TaskContext {
  readonly asset: AssetName;
  readonly taskId: string;
  readonly runId: string;
  readonly runKind: RunKind;
  /** True when no retry will follow: what can be stored should be. */
  readonly isLastAttempt: boolean;
  /** True while the task may still be put off for as long as the error asks; afterwards waiting spends attempts. */
  canPostpone(error: RetryLaterError): boolean;
  /** The moment the run or its backfill was requested: what was fetched before it may be stale. */
  readonly requestedAt: Instant;
  /** First partition of the backfill that the run is a slice of, else of the run: its results may rest on all that follows. */
  readonly historyFrom: Day;
  /** Partitions to materialize, ascending, none of them materialized yet (unless the run asks for all again). */
  readonly partitions: readonly Day[];
  /** Reads what the declared upstreams wrote, and refuses anything else. */
  readonly read: Reader;
  readonly http: TaskHttpClient;
  readonly log: Logger;
  /** Aborted on cancel, shutdown, timeout or when a newer attempt owns the task. */
  readonly signal: AbortSignal;
  readonly now: () => Instant;
  /**
   * Gives the event loop a turn, so that locks renew and cancellation is heard. Call between partitions.
   *
   * @throws SupersededError or the abort reason when the task was aborted.
   */
  breathe(): Promise<void>;
}

export type NoDataReason = 'holiday' | 'not_released' | 'not_recorded';

/** What became of one partition. */
export type PartitionOutcome =
  | {
      readonly partition: Day;
      readonly state: 'fresh';
      readonly rows: number;
      readonly degraded?: boolean;
      /** True when what is stored of this partition alone is not what it was. */
      readonly changed?: boolean;
    }
  | { readonly partition: Day; readonly state: 'no_data_expected'; readonly reason: NoDataReason }
  | {
      readonly partition: Day;
      readonly state: 'failed';
      readonly reason: string;
      /** True when a check holds back a value that the partition needs. */
      readonly blocked?: boolean;
    };

/** What became of one provider key in this task. */
export interface KeyOutcome {
  readonly key: string;
  /** `partial`: some of its windows failed, or rows were held back, while others worked. */
  readonly outcome: 'rows' | 'no_data_expected' | 'no_data_unexpected' | 'partial' | 'failed';
  readonly reason: string | null;
  /** First and last observation date that was asked for; null when nothing was. */
  readonly fromDate: Day | null;
  readonly toDate: Day | null;
  /** Windows that are covered. */
  readonly windows: number;
  readonly requests: number;
  /** Rows parsed in this attempt: those that were taken and those that a check held back. */
  readonly fetched: number;
  /** Rows among them that said something new, and rows among those that changed a stored value. */
  readonly inserted: number;
  readonly revised: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly held: number;
  /** Last archived answer it was parsed from. */
  readonly payloadId: number | null;
  readonly error: { readonly name: string; readonly message: string; readonly retried: boolean } | null;
}

export interface Commit {
  /** One outcome for each of `ctx.partitions`. */
  readonly partitions: readonly PartitionOutcome[];
  /** Rows written. */
  readonly rows: number;
  readonly keys?: readonly KeyOutcome[];
}

/** Work that is computed and waits to be written. */
export interface PreparedWork {
  /** Writes everything inside the executor's transaction, which also closes the task. */
  commit(tx: Transaction): Promise<Commit>;
}

/**
 * The one shape of a handler: read (or fetch), compute in pure functions, return what is to be committed. The executor
 * `materialize` does the rest.
 */
export type Handler = (ctx: TaskContext) => Promise<PreparedWork>;
