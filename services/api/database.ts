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

/** The database as the API uses it. */
export interface ApiDatabase extends Closable {
  readonly db: Database;
  /** Whether PostgreSQL answers, on a connection of its own that no slow query takes. Says so within 1.2 s. */
  isAwake(): Promise<boolean>;
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
  let asking: Promise<boolean> | null = null;
  const answers = (): Promise<boolean> =>
    hurry('PostgreSQL', probe.db.execute(sql`select 1`), PROBE_MS).then(
      () => true,
      () => false,
    );
  const ask = async (): Promise<boolean> => {
    // Twice: a process that was busy itself for a moment has not seen the answer in time.
    const isAwake = (await answers()) || (await answers());
    asking = null;
    return isAwake;
  };
  return {
    db: main.db,
    isAwake: () => (asking ??= ask()),
    async close() {
      await Promise.all([main.close(), probe.close()]);
    },
  };
}
