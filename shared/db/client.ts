import type { Socket } from 'node:net';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { watchPool } from '../metrics.ts';
import * as schema from './schema.ts';
import { SECOND } from '../time.ts';

export type Database = NodePgDatabase<typeof schema>;
/** A database or an open transaction: what a repository function takes. */
export type Queryable = Database | Parameters<Parameters<Database['transaction']>[0]>[0];
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];

/** An open pool; `close` waits for its connections. */
export interface DatabaseHandle {
  readonly db: Database;
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

/** How a pool is used. */
export interface DatabaseOptions {
  /** Shown by the server as the name of its connections. */
  readonly name: string;
  /** Connections at most. */
  readonly max: number;
  /** Longest wait for a connection (ms). @default 10 s */
  readonly connectMs?: number;
  /** The server ends a statement that takes longer (ms); a connection that is silent for a little more is cut. @default never */
  readonly statementMs?: number;
}

/** Time for the holder of a connection that has ended to give it back. */
const RELEASE_AFTER_MS = 1 * SECOND;
/** How long after the end of a statement that took too long its answer must have come. */
const SILENCE_MARGIN_MS = 2 * SECOND;

/** What `pg` has and its types leave out. */
interface Wired {
  readonly connection: { readonly stream: Socket };
}

/** Cuts connections to a server that has fallen silent, which nobody else would notice for a quarter of an hour. */
function cutSilence(client: pg.PoolClient, statementMs: number): void {
  const { stream } = (client as unknown as Wired).connection;
  stream.setTimeout(statementMs + SILENCE_MARGIN_MS, () => stream.destroy());
}

/** Gives a connection that has ended back, in case that nobody will: its place in the pool would be lost for good. */
function releaseForgotten(client: pg.PoolClient): void {
  try {
    client.release(true);
  } catch {
    // It had been given back, as almost always. Only where `begin` fails does drizzle-orm keep a connection.
  }
}

/**
 * Opens a pool. A transaction whose client stopped talking (a paused process) is ended by the server after thirty
 * seconds, so that its locks do not outlive it.
 */
export function openDatabase(url: string, options: DatabaseOptions): DatabaseHandle {
  const { statementMs } = options;
  const pool = new pg.Pool({
    connectionString: url,
    application_name: options.name,
    max: options.max,
    connectionTimeoutMillis: options.connectMs ?? 10 * SECOND,
    ...(statementMs === undefined ? {} : { statement_timeout: statementMs }),
    idle_in_transaction_session_timeout: 30 * SECOND,
    options: '-c timezone=UTC -c jit=off',
  });
  // A connection that the server closes while idle is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  // The same while it is checked out: the query under way reports the failure.
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    client.on('end', () => setTimeout(() => releaseForgotten(client), RELEASE_AFTER_MS).unref());
    if (statementMs !== undefined) cutSilence(client, statementMs);
  });
  const unwatch = watchPool(pool, options.name, options.max);
  return {
    db: drizzle(pool, { schema }),
    pool,
    async close() {
      unwatch();
      await pool.end();
    },
  };
}
