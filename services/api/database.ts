import { sql } from 'drizzle-orm';
import { openDatabase, type Database } from '../../shared/db/client.ts';
import { hurry } from '../../shared/health.ts';
import type { Closable } from '../../shared/process.ts';
import { SECOND } from '../../shared/time.ts';

const CONNECTIONS = 10;
/** Callers wait two seconds at most to hear that PostgreSQL is away; a free connection is part of that. */
const CONNECT_MS = 1 * SECOND;
/** Long enough for a page of the largest list and for accepting the longest backfill. Exports read page by page. */
const STATEMENT_MS = 30 * SECOND;
/** With the patience of a request before it asks, less than two seconds. */
const PROBE_MS = 1 * SECOND;

/** The database as the API uses it. */
export interface ApiDatabase extends Closable {
  readonly db: Database;
  /** Whether PostgreSQL answers, on a connection of its own that no slow query takes. Says so within a second. */
  isAwake(): Promise<boolean>;
}

/** Opens the pool of the API, which would rather refuse than wait. */
export function openApiDatabase(url: string, name = 'macro-api'): ApiDatabase {
  const main = openDatabase(url, {
    name,
    max: CONNECTIONS,
    connectMs: CONNECT_MS,
    statementMs: STATEMENT_MS,
  });
  const probe = openDatabase(url, {
    name: `${name}-probe`,
    max: 1,
    connectMs: PROBE_MS,
    statementMs: PROBE_MS,
  });
  let asking: Promise<boolean> | null = null;
  const ask = async (): Promise<boolean> => {
    try {
      await hurry('PostgreSQL', probe.db.execute(sql`select 1`), PROBE_MS);
      return true;
    } catch {
      return false;
    } finally {
      asking = null;
    }
  };
  return {
    db: main.db,
    isAwake: () => (asking ??= ask()),
    async close() {
      await Promise.all([main.close(), probe.close()]);
    },
  };
}
