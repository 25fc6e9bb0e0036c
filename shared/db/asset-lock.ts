import type pg from 'pg';
import type { Database } from './client.ts';

/**
 * Serialises work on one asset over all processes, by an advisory lock on a connection of its own. The server ends a
 * lock whose process is silent for thirty seconds: a lost lock costs double work, never a wrong result.
 */
export async function withAssetLock<Result>(
  db: Database,
  asset: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const client = await (db as Database & { $client: pg.Pool }).$client.connect();
  // The server may end this idle connection (see above); the work goes on without the lock.
  const ignore = (): void => undefined;
  client.on('error', ignore);
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock(hashtext($1))', [`asset:${asset}`]);
    return await work();
  } finally {
    const isBroken = await client.query('rollback').then(
      () => false,
      () => true,
    );
    client.off('error', ignore);
    client.release(isBroken);
  }
}
