import { sql } from 'drizzle-orm';
import pg from 'pg';
import { ConfigError } from '../errors.ts';
import { SECOND } from '../time.ts';
import { SETTINGS, type Database } from './client.ts';

/** A pooler gives the connection that became free last to whoever comes next; others may be faster once or twice. */
const TRIES = 5;

/** What `pg` has and its types leave out: the process that the other side says it is. */
type Identified = pg.Client & { readonly processID: number | null };

async function readProcess(client: pg.Client): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]?.pid;
}

/** `direct`: to PostgreSQL itself. `sessions`: a pooler that leaves a connection to one client until it goes. `transactions`: until its transaction ends. */
export type Pooling = 'direct' | 'sessions' | 'transactions';

async function comparePooling(first: pg.Client, second: pg.Client): Promise<Pooling> {
  const pid = await readProcess(first);
  if (pid === (first as Identified).processID) return 'direct';
  for (let tries = 0; tries < TRIES; tries += 1)
    if ((await readProcess(first)) === (await readProcess(second))) return 'transactions';
  return 'sessions';
}

/** Finds out what a URL leads to, with two connections: only a pooler lets both work in one process of PostgreSQL. */
export async function detectPooling(url: string): Promise<Pooling> {
  const connect = (): pg.Client => {
    const client = new pg.Client({
      connectionString: url,
      application_name: 'macro-pooling',
      connectionTimeoutMillis: 10 * SECOND,
    });
    client.on('error', () => undefined);
    return client;
  };
  const clients = [connect(), connect()] as const;
  try {
    await Promise.all(clients.map((client) => client.connect()));
    return await comparePooling(...clients);
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

/** What the two URLs must be. */
export const DIRECT_EXPECTED =
  'DATABASE_DIRECT_URL (unset: DATABASE_URL) that leads to PostgreSQL itself, for locks, listening and migrations';

/** @throws ConfigError when a URL that locks of a session are taken through leads to a pooler that shares them. */
export async function refuseSharedSessions(url: string): Promise<void> {
  if ((await detectPooling(url)) !== 'transactions') return;
  throw new ConfigError('DATABASE_DIRECT_URL', {
    expected: DIRECT_EXPECTED,
    got: 'a pooler that gives out a connection for each transaction',
  });
}

/** The settings that statements do not work under, as `name = value`; none, unless a pooler swallows them. */
export async function listLostSettings(db: Database): Promise<string[]> {
  const names = sql.param(Object.keys(SETTINGS));
  const { rows } = await db.execute<{ name: keyof typeof SETTINGS; setting: string }>(
    sql`select lower(name) as name, setting from pg_settings where lower(name) = any(${names}::text[])`,
  );
  return rows
    .filter(({ name, setting }) => SETTINGS[name] !== setting)
    .map(({ name, setting }) => `${name} = ${setting}`);
}

/** @throws ConfigError when what a connection is opened with does not reach PostgreSQL. */
export async function refuseLostSettings(db: Database): Promise<void> {
  const lost = await listLostSettings(db);
  if (lost.length === 0) return;
  throw new ConfigError('DATABASE_URL', {
    expected: 'a pooler that hands on what connections are opened with, or DATABASE_DIRECT_URL beside it',
    got: `a connection with ${lost.join(', ')}`,
  });
}
