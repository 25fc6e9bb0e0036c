import type pg from 'pg';
import { hurry } from '../../shared/health.ts';
import type { Logger } from '../../shared/logger.ts';
import { SECOND } from '../../shared/time.ts';

/** The lock of the one that leads: any number that no other lock of this database uses. */
export const LEADER_LOCK = 725_002;

/** A claim to be the one scheduler that acts. */
export interface Leadership {
  /** True while this process holds the lock; tries to take it when nobody does. @throws Error when PostgreSQL does not answer in time */
  isLeader(): Promise<boolean>;
  /** What the last answer said; false once it is so old that another one may lead. */
  wasLeader(): boolean;
  close(): Promise<void>;
}

/** The server asks after so much silence whether anybody is there, so often, with such pauses. */
const IDLE_S = 5;
const PROBES = 3;
const PAUSE_S = 2;
const SERVER_PATIENCE_MS = (IDLE_S + PROBES * PAUSE_S) * SECOND;

/** Well before the server gives the lock away, measured from the last question that it has answered. */
const LEASE_MS = SERVER_PATIENCE_MS - 1 * SECOND;
/** A round may take longer than the lease; the question is therefore asked beside it. */
const BEAT_MS = 2 * SECOND;

/**
 * A process that dies closes its connection; a machine that dies does not. The server ends such a connection, with its lock,
 * after eleven seconds, whether it was idle or is owed an answer's receipt.
 */
const KEEPALIVES = `select set_config('tcp_keepalives_idle', '${IDLE_S}', false),
  set_config('tcp_keepalives_interval', '${PAUSE_S}', false), set_config('tcp_keepalives_count', '${PROBES}', false),
  set_config('tcp_user_timeout', '${SERVER_PATIENCE_MS}', false)`;

async function tryLock(client: pg.PoolClient): Promise<boolean> {
  const result = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [
    LEADER_LOCK,
  ]);
  if (result.rows[0]?.locked !== true) return false;
  await client.query(KEEPALIVES);
  return true;
}

/** A connection that holds the lock. */
interface Hold {
  readonly client: pg.PoolClient;
  /** When the last question was asked that has been answered (ms of the process). */
  confirmedMs: number;
  /** The question under way. */
  asking: Promise<boolean> | null;
  readonly beat: NodeJS.Timeout;
}

/** Whether the connection of a hold still answers, and with it holds the lock. */
async function confirm(hold: Hold): Promise<boolean> {
  const askedMs = performance.now();
  const isAlive = await hurry('PostgreSQL', hold.client.query('select 1'), LEASE_MS).then(
    () => true,
    () => false,
  );
  if (isAlive) hold.confirmedMs = askedMs;
  hold.asking = null;
  return isAlive;
}

/** Asks, unless a question is under way. */
const ask = (hold: Hold): Promise<boolean> => (hold.asking ??= confirm(hold));

/**
 * Leadership by an advisory lock on a connection of its own: PostgreSQL gives it up by itself when that connection
 * ends, so a dead leader is replaced at the next try of another replica. A leader that hears nothing from PostgreSQL stops
 * saying that it leads before that.
 */
export function claimLeadership(sessions: pg.Pool, log: Logger): Leadership {
  let held: Hold | null = null;
  const drop = (): void => {
    if (held === null) return;
    const { beat, client } = held;
    held = null;
    clearInterval(beat);
    client.release(true);
  };
  const lose = (hold: Hold): void => {
    if (held !== hold) return;
    log.warn('leadership lost: its connection is gone or silent');
    drop();
  };
  const hold = (client: pg.PoolClient, confirmedMs: number): Hold => {
    const beat = setInterval(() => {
      void ask(taken).then((isAlive) => {
        if (!isAlive) lose(taken);
      });
    }, BEAT_MS);
    const taken: Hold = { client, confirmedMs, asking: null, beat };
    // The server may end it at any time.
    client.on('end', () => lose(taken));
    return taken;
  };
  return {
    wasLeader: () => held !== null && performance.now() - held.confirmedMs < LEASE_MS,
    async isLeader() {
      const before = held;
      if (before !== null) {
        if (await ask(before)) return true;
        lose(before);
      }
      const candidate = await sessions.connect();
      const askedMs = performance.now();
      const isLocked = await hurry('PostgreSQL', tryLock(candidate), LEASE_MS).catch((error: unknown) => {
        candidate.release(true);
        throw error;
      });
      if (!isLocked) {
        candidate.release();
        return false;
      }
      held = hold(candidate, askedMs);
      log.info('leading');
      return true;
    },
    async close() {
      drop();
    },
  };
}
