import { sql } from 'drizzle-orm';
import { openDatabase, type Database, type DatabaseUrls } from '../../shared/db/client.ts';
import { hurry } from '../../shared/health.ts';
import type { Closable } from '../../shared/process.ts';
import { SECOND } from '../../shared/time.ts';

const CONNECTIONS = 20;
/** Callers hear within two seconds that no connection is free. */
const CONNECT_MS = 1.7 * SECOND;
/** Long enough for a page of the largest list and for accepting the longest backfill. Exports read page by page. */
const STATEMENT_MS = 30 * SECOND;
/** Twice this and the patience of a request before it asks are less than two seconds. */
const PROBE_MS = 0.6 * SECOND;

/** What keeps the database from answering, in words for whoever asks. */
export type Silence = 'PostgreSQL' | 'the pooler before PostgreSQL, which itself answers';

/** The database as the API uses it. */
export interface ApiDatabase extends Closable {
  readonly db: Database;
  /** What does not answer on a connection of its own, that no slow query takes; null when all does. Says so within 1.2 s. */
  findSilence(): Promise<Silence | null>;
}

/** Opens the pool of the API, which would rather refuse than wait. */
export function openApiDatabase(urls: string | DatabaseUrls, name = 'macro-api'): ApiDatabase {
  const main = openDatabase(urls, {
    name,
    max: CONNECTIONS,
    connectMs: CONNECT_MS,
    statementMs: STATEMENT_MS,
  });
  const probe = openDatabase(urls, {
    name: `${name}-probe`,
    max: 1,
    connectMs: PROBE_MS,
    statementMs: PROBE_MS,
  });
  const hasPooler = typeof urls !== 'string' && urls.DATABASE_DIRECT_URL !== null;
  let asking: Promise<Silence | null> | null = null;
  const answers = (question: Promise<unknown>): Promise<boolean> =>
    hurry('PostgreSQL', question, PROBE_MS).then(
      () => true,
      () => false,
    );
  const ask = async (): Promise<Silence | null> => {
    if (await answers(probe.db.execute(sql`select 1`))) return null;
    // Again: a process that was busy itself for a moment has not seen the answer in time. A pooler whose connections are all
    // in use lets it wait; who is to blame is found out past it, at the same time.
    const [isAwake, isBehind] = await Promise.all([
      answers(probe.db.execute(sql`select 1`)),
      hasPooler && answers(probe.sessions.query('select 1')),
    ]);
    if (isAwake) return null;
    return isBehind ? 'the pooler before PostgreSQL, which itself answers' : 'PostgreSQL';
  };
  return {
    db: main.db,
    findSilence: () =>
      (asking ??= ask().finally(() => {
        asking = null;
      })),
    async close() {
      await Promise.all([main.close(), probe.close()]);
    },
  };
}
