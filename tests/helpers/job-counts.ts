import type { Redis } from 'ioredis';
import type { QueueName } from '../../shared/queues/queues.ts';

const LISTS = ['wait', 'active', 'paused'] as const;
const SETS = ['prioritized', 'delayed', 'waiting-children'] as const;

/** States of a job that has not ended. */
export type OpenState = (typeof LISTS)[number] | (typeof SETS)[number];
export const OPEN_STATES: readonly OpenState[] = [...LISTS, ...SETS];
/** Those in which a worker has it, or could take it now. */
export const READY_STATES: readonly OpenState[] = ['wait', 'active', 'prioritized'];

/** Jobs of some queues in some states, counted at one moment. */
export async function countJobs(
  redis: Redis,
  prefix: string,
  queues: readonly QueueName[],
  states: readonly OpenState[],
): Promise<number> {
  const counting = redis.multi();
  for (const queue of queues) {
    const keysOf = (names: readonly OpenState[]) =>
      names.filter((name) => states.includes(name)).map((name) => `${prefix}:${queue}:${name}`);
    for (const key of keysOf(LISTS)) counting.llen(key);
    for (const key of keysOf(SETS)) counting.zcard(key);
  }
  const counts = await counting.exec();
  return (counts ?? []).reduce((sum, [, count]) => sum + Number(count), 0);
}
