import { fileURLToPath } from 'node:url';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import { sql } from 'drizzle-orm';
import { openDatabase } from './client.ts';
import { listCommentStatements } from './column-comments.ts';
import { writeVersionsView } from './research-versions.ts';

/** The folder of the migrations. */
export const MIGRATIONS = fileURLToPath(new URL('migrations', import.meta.url));
/** Any number that no other lock of this database uses: two processes never migrate at the same time. */
const MIGRATION_LOCK = 725_001;

/**
 * Brings the schema up to date, with the comments of its tables and columns and the model versions that count. Safe to call
 * from several processes at once.
 */
export async function migrate(databaseUrl: string): Promise<void> {
  const handle = openDatabase(databaseUrl, { name: 'macro-migrate', max: 1 });
  try {
    await handle.db.execute(sql`select pg_advisory_lock(${MIGRATION_LOCK})`);
    await applyMigrations(handle.db, { migrationsFolder: MIGRATIONS });
    await handle.db.execute(sql.raw([...listCommentStatements(), writeVersionsView()].join(';\n')));
  } finally {
    await handle.close();
  }
}
