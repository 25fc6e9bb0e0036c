import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
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

/**
 * Opens a pool. A transaction whose client stopped talking (a paused process) is ended by the server after thirty
 * seconds, so that its locks do not outlive it.
 */
export function openDatabase(
  url: string,
  options: { readonly name: string; readonly max: number },
): DatabaseHandle {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: options.name,
    max: options.max,
    connectionTimeoutMillis: 10 * SECOND,
    idle_in_transaction_session_timeout: 30 * SECOND,
    options: '-c timezone=UTC -c jit=off',
  });
  // A connection that the server closes while idle is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  // The same while it is checked out: the query under way reports the failure.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return { db: drizzle(pool, { schema }), pool, close: () => pool.end() };
}
