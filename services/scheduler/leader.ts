import type pg from 'pg';
import type { Logger } from '../../shared/logger.ts';

/** The lock of the one that leads: any number that no other lock of this database uses. */
export const LEADER_LOCK = 725_002;

/** A claim to be the one scheduler that acts. */
export interface Leadership {
  /** True while this process holds the lock; tries to take it when nobody does. */
  isLeader(): Promise<boolean>;
  /** What the last question said. */
  wasLeader(): boolean;
  close(): Promise<void>;
}

/**
 * A process that dies closes its connection; a machine that dies does not. The server asks after five silent seconds
 * whether anybody is there, and ends the connection, with its lock, six seconds later.
 */
const KEEPALIVES = `select set_config('tcp_keepalives_idle', '5', false),
  set_config('tcp_keepalives_interval', '2', false), set_config('tcp_keepalives_count', '3', false)`;

async function tryLock(client: pg.PoolClient): Promise<boolean> {
  const result = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [
    LEADER_LOCK,
  ]);
  if (result.rows[0]?.locked !== true) return false;
  await client.query(KEEPALIVES);
  return true;
}

/**
 * Leadership by an advisory lock on a connection of its own: PostgreSQL gives it up by itself when that connection
 * ends, so a dead leader is replaced at the next try of another replica.
 */
export function claimLeadership(sessions: pg.Pool, log: Logger): Leadership {
  let client: pg.PoolClient | null = null;
  const drop = (): void => {
    client?.release(true);
    client = null;
  };
  return {
    wasLeader: () => client !== null,
    async isLeader() {
      if (client !== null) {
        const isAlive = await client.query('select 1').then(
          () => true,
          () => false,
        );
        if (isAlive) return true;
        log.warn('leadership lost');
        drop();
      }
      const candidate = await sessions.connect();
      const isLocked = await tryLock(candidate).catch((error: unknown) => {
        candidate.release(true);
        throw error;
      });
      if (!isLocked) {
        candidate.release();
        return false;
      }
      client = candidate;
      // The server may end this connection at any time; the next question finds out.
      candidate.on('error', () => undefined);
      log.info('leading');
      return true;
    },
    async close() {
      drop();
    },
  };
}
