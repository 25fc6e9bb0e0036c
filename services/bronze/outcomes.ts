import type { FetchWindow, KeyDefinition } from '../../shared/connectors/connector.ts';
import { isClosed, listExpectedDates } from '../../shared/connectors/expectation.ts';
import type { NoDataReason, PartitionOutcome } from '../../shared/pipeline/handler.ts';
import type { Day } from '../../shared/time.ts';

/** What is stored and what could be fetched of one mandatory key. */
export interface KeyEvidence {
  readonly key: KeyDefinition;
  /** Observation dates that are stored. */
  readonly stored: ReadonlySet<Day>;
  /** True when the replay providers hold nothing for this date. */
  readonly isUnrecorded: (date: Day) => boolean;
  /** Why the key, or a window of it, could not be fetched or read; null when all went well. */
  readonly failure: string | null;
  /** The windows of it that could not be. */
  readonly failedWindows: readonly FetchWindow[];
  /** Dates whose rows a check holds back, with its name. */
  readonly held: ReadonlyMap<Day, string>;
}

type KeyVerdict =
  | { state: 'rows' }
  | { state: 'nothing'; reason: NoDataReason }
  | { state: 'failed'; reason: string; isBlocked: boolean };

function judgeKey(evidence: KeyEvidence, partition: Day): KeyVerdict {
  const { key } = evidence;
  // Whatever is stored from before: nobody knows whether it still stands, or what is missing around it.
  const isUnread = evidence.failedWindows.some(({ from, to }) => from <= partition && partition <= to);
  if (evidence.failure !== null && isUnread)
    return { state: 'failed', reason: `${key.key} (${key.code}): ${evidence.failure}`, isBlocked: false };
  const expected = listExpectedDates(key, partition);
  if (expected.length === 0)
    return { state: 'nothing', reason: isClosed(key, partition) ? 'holiday' : 'not_released' };
  const missing = expected.filter((date) => !evidence.stored.has(date));
  if (missing.length === 0) return { state: 'rows' };
  const first = missing.find((date) => !evidence.isUnrecorded(date));
  if (first === undefined) {
    return missing.length === expected.length
      ? { state: 'nothing', reason: 'not_recorded' }
      : { state: 'rows' };
  }
  const blocked = missing.find((date) => evidence.held.has(date));
  const why =
    evidence.failure ??
    (blocked === undefined
      ? `expected a value of ${first}, got none`
      : `the value of ${blocked} is held back by the check ${evidence.held.get(blocked)}`);
  const isBlocked = evidence.failure === null && blocked !== undefined;
  return { state: 'failed', reason: `${key.key} (${key.code}): ${why}`, isBlocked };
}

/** Why partitions expect no value of a key that brought none; null when one of them does. */
export function explainAbsence(key: KeyDefinition, partitions: readonly Day[]): NoDataReason | null {
  if (partitions.some((partition) => listExpectedDates(key, partition).length > 0)) return null;
  return partitions.every((partition) => isClosed(key, partition)) ? 'holiday' : 'not_released';
}

const REASONS: readonly NoDataReason[] = ['not_recorded', 'holiday', 'not_released'];

/**
 * What a partition became, from its mandatory keys: one that should have brought a value and did not fails it; with a
 * value of any of them it is fresh; otherwise there was nothing to bring, and the reason says why.
 */
export function judgePartition(
  evidence: readonly KeyEvidence[],
  partition: Day,
  rows: number,
): PartitionOutcome {
  const verdicts = evidence.map((item) => judgeKey(item, partition));
  const failures = verdicts.flatMap((verdict) => (verdict.state === 'failed' ? [verdict] : []));
  if (failures.length > 0) {
    const reason = failures.map((failure) => failure.reason).join('; ');
    return { partition, state: 'failed', reason, blocked: failures.some(({ isBlocked }) => isBlocked) };
  }
  if (verdicts.some((verdict) => verdict.state === 'rows')) return { partition, state: 'fresh', rows };
  const reasons = new Set(
    verdicts.flatMap((verdict) => (verdict.state === 'nothing' ? [verdict.reason] : [])),
  );
  const reason = REASONS.find((candidate) => reasons.has(candidate)) ?? 'not_released';
  return { partition, state: 'no_data_expected', reason };
}
