import type { Socket } from 'node:net';
import { sql } from 'drizzle-orm';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import type { Config } from '../config.ts';
import { watchPool } from '../metrics.ts';
import * as schema from './schema.ts';
import { SECOND } from '../time.ts';

export type Database = NodePgDatabase<typeof schema>;
/** A database or an open transaction: what a repository function takes. */
export type Queryable = Database | Parameters<Parameters<Database['transaction']>[0]>[0];
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];

/** Where the database is. With a direct URL, the other one leads to a pooler that gives out a connection for each transaction. */
export type DatabaseUrls = Pick<Config, 'DATABASE_URL' | 'DATABASE_DIRECT_URL'>;

/** The URL that leads to PostgreSQL itself: for locks of a session, `listen` and migrations. */
export const directUrl = (urls: DatabaseUrls): string => urls.DATABASE_DIRECT_URL ?? urls.DATABASE_URL;

/** An open pool; `close` waits for its connections. */
export interface DatabaseHandle {
  readonly db: Database;
  /** Connections that stay the same session from one transaction to the next, whatever `db` works through. */
  readonly sessions: pg.Pool;
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

/** What every statement works under: names and values of PostgreSQL, times in milliseconds. */
export const SETTINGS = {
  timezone: 'UTC',
  jit: 'off',
  // A transaction whose client stopped talking (a paused process) is ended, so that its locks do not outlive it.
  idle_in_transaction_session_timeout: String(30 * SECOND),
} as const;

const listSettings = ({ statementMs }: DatabaseOptions): [string, string][] => [
  ...Object.entries(SETTINGS),
  ...(statementMs === undefined ? [] : [['statement_timeout', String(statementMs)] as [string, string]]),
];

function openPool(url: string, options: DatabaseOptions, startup?: string): pg.Pool {
  const { statementMs } = options;
  const pool = new pg.Pool({
    connectionString: url,
    application_name: options.name,
    max: options.max,
    connectionTimeoutMillis: options.connectMs ?? 10 * SECOND,
    ...(startup === undefined ? {} : { options: startup }),
  });
  // A connection that the server closes while idle is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  // The same while it is checked out: the query under way reports the failure.
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    client.on('end', () => setTimeout(() => releaseForgotten(client), RELEASE_AFTER_MS).unref());
    if (statementMs !== undefined) cutSilence(client, statementMs);
  });
  return pool;
}

/** A pool of connections that are sessions of PostgreSQL: the settings are theirs from the start. */
function openSessions(url: string, options: DatabaseOptions): pg.Pool {
  const startup = listSettings(options).map(([name, value]) => `-c ${name}=${value}`);
  return openPool(url, options, startup.join(' '));
}

/** Sends each single statement in a transaction of its own that begins with `settings`. */
function wrapStatements(pool: pg.Pool, settings: string): void {
  const query = async (text: string | pg.QueryConfig, values?: unknown[]): Promise<pg.QueryResult> => {
    const client = await pool.connect();
    try {
      await client.query(`begin; ${settings}`);
      const result = await client.query(text, values);
      await client.query('commit');
      client.release();
      return result;
    } catch (error) {
      const isBroken = await client.query('rollback').then(
        () => false,
        () => true,
      );
      client.release(isBroken);
      throw error;
    }
  };
  pool.query = query as typeof pool.query;
}

/** Begins each transaction with `settings`. */
function wrapTransactions(db: Database, settings: string): void {
  const transact: Database['transaction'] = db.transaction.bind(db);
  db.transaction = (work, config) =>
    transact(async (tx) => {
      await tx.execute(sql.raw(settings));
      return work(tx);
    }, config);
}

/** Counts the connections of pools until they are closed. @returns what closes them */
function watchPools(pools: readonly (readonly [pg.Pool, DatabaseOptions])[]): () => Promise<void> {
  const unwatch = pools.map(([pool, { name, max }]) => watchPool(pool, name, max));
  return async () => {
    for (const stop of unwatch) stop();
    await Promise.all(pools.map(([pool]) => pool.end()));
  };
}

/** Sessions of the pools that go through a pooler. */
const sessionsOf = new WeakMap<object, pg.Pool>();

/** A connection that stays the same session until it is released: for locks that outlive a transaction. */
export function connectSession(db: Database): Promise<pg.PoolClient> {
  const { $client } = db as Database & { readonly $client: pg.Pool };
  return (sessionsOf.get($client) ?? $client).connect();
}

/**
 * Opens a pool; a single URL leads to PostgreSQL itself. Through a pooler that gives out a connection for each transaction,
 * what is set at the start of a connection is refused or lost, and what is set on it falls to others: there each
 * transaction says what it works under.
 */
export function openDatabase(urls: string | DatabaseUrls, options: DatabaseOptions): DatabaseHandle {
  const places = typeof urls === 'string' ? { DATABASE_URL: urls, DATABASE_DIRECT_URL: null } : urls;
  if (places.DATABASE_DIRECT_URL === null) {
    const pool = openSessions(places.DATABASE_URL, options);
    return { db: drizzle(pool, { schema }), sessions: pool, close: watchPools([[pool, options]]) };
  }
  const pool = openPool(places.DATABASE_URL, options);
  const settings = listSettings(options)
    .map(([name, value]) => `set local ${name} = '${value}'`)
    .join('; ');
  wrapStatements(pool, settings);
  const db = drizzle(pool, { schema });
  wrapTransactions(db, settings);
  const sessionOptions = { ...options, name: `${options.name}-sessions` };
  const sessions = openSessions(places.DATABASE_DIRECT_URL, sessionOptions);
  sessionsOf.set(pool, sessions);
  return {
    db,
    sessions,
    close: watchPools([
      [pool, options],
      [sessions, sessionOptions],
    ]),
  };
}
