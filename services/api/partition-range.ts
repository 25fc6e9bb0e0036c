import {
  cutoffOf,
  dayInZone,
  FIRST_PARTITION,
  isWeekday,
  previousWeekday,
  SAO_PAULO,
  type Day,
  type Instant,
} from '../../shared/time.ts';
import { ProblemError } from './problem.ts';

/** The newest partition that may be asked for: the last one whose cutoff has passed. A later one is still gathering. */
export function lastPartition(now: Instant): Day {
  const candidate = previousWeekday(dayInZone(now, SAO_PAULO));
  return cutoffOf(candidate) <= now ? candidate : previousWeekday(candidate);
}

/** What is wrong with a range of partitions, by field; empty when nothing is. Its ends may fall on a weekend. */
export function checkPartitionRange(
  range: { readonly from: Day; readonly to: Day },
  now: Instant,
): { readonly field: 'from' | 'to'; readonly message: string }[] {
  const newest = lastPartition(now);
  const lastWeekday = isWeekday(range.to) ? range.to : previousWeekday(range.to);
  if (range.to < range.from) return [{ field: 'to', message: 'is before from' }];
  const problems: { field: 'from' | 'to'; message: string }[] = [];
  if (range.from < FIRST_PARTITION)
    problems.push({ field: 'from', message: `the first partition is ${FIRST_PARTITION}` });
  if (lastWeekday > newest)
    problems.push({ field: 'to', message: `the last complete partition is ${newest}` });
  if (lastWeekday < range.from) problems.push({ field: 'to', message: 'there is no weekday in the range' });
  return problems;
}

/**
 * Refuses a range of partitions that cannot be asked for.
 *
 * @throws ProblemError naming `from`, `to` or both
 */
export function requirePartitionRange(
  range: { readonly from: Day; readonly to: Day },
  now: Instant,
  place: 'body' | 'query',
): void {
  const problems = checkPartitionRange(range, now);
  if (problems.length === 0) return;
  const errors = problems.map(({ field, message }) =>
    place === 'body' ? { pointer: `#/${field}`, detail: message } : { parameter: field, detail: message },
  );
  const named = problems.map(({ field, message }) => `${field}: ${message}`);
  throw new ProblemError('invalid-request', named.join('; '), errors);
}
