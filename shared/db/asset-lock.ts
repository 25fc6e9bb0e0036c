import { SECOND } from '../time.ts';
import { connectSession, type Database } from './client.ts';

/** Well under the thirty seconds after which the server ends a silent transaction. */
const HEARTBEAT_MS = 10 * SECOND;

/**
 * Serialises work on one asset over all processes, by an advisory lock on a connection of its own. The lock lives as long
 * as its process shows signs of life: the server ends it thirty seconds after a pause or a death. A lost lock costs
 * double work, never a wrong result.
 */
export async function withAssetLock<Result>(
  db: Database,
  asset: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const client = await connectSession(db);
  // The server may end this connection (see above); the work goes on without the lock.
  const ignore = (): void => undefined;
  client.on('error', ignore);
  const heartbeat = setInterval(() => void client.query('select 1').catch(ignore), HEARTBEAT_MS);
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock(hashtext($1))', [`asset:${asset}`]);
    return await work();
  } finally {
    clearInterval(heartbeat);
    const isBroken = await client.query('rollback').then(
      () => false,
      () => true,
    );
    client.off('error', ignore);
    client.release(isBroken);
  }
}
