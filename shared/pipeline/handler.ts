import type { Transaction } from '../db/client.ts';
import type { HttpClient } from '../http.ts';
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
  /** The moment the run or its backfill was requested: what was fetched before it may be stale. */
  readonly requestedAt: Instant;
  /** Partitions to materialize, ascending, none of them materialized yet (unless the run asks for all again). */
  readonly partitions: readonly Day[];
  /** Reads what the declared upstreams wrote, and refuses anything else. */
  readonly read: Reader;
  readonly http: HttpClient;
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
      readonly stale?: boolean;
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
  /** `partial`: a check holds some of the rows back. */
  readonly outcome: 'rows' | 'partial' | 'no_data_expected' | 'no_data_unexpected' | 'failed';
  readonly reason: string | null;
  readonly windows: number;
  readonly requests: number;
  readonly fetched: number;
  readonly inserted: number;
  readonly rejected: number;
  /** Rows that a check holds back. */
  readonly held: number;
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
