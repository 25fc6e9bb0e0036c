import { Cluster, type Redis } from 'ioredis';
import type { RedisClient } from '../../shared/queues/connection.ts';

/** The servers that hold the keys of a Redis: the masters of a cluster, or the one there is. */
export async function listMasters(redis: RedisClient): Promise<readonly Redis[]> {
  if (!(redis instanceof Cluster)) return [redis];
  // Whose servers it knows once it has been answered.
  await redis.cluster('INFO');
  return redis.nodes('master');
}
