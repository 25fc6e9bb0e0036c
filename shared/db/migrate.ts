import { fileURLToPath } from 'node:url';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import { sql } from 'drizzle-orm';
import type { Config } from '../config.ts';
import { directUrl, openDatabase } from './client.ts';
import { listCommentStatements } from './column-comments.ts';
import { writeVersionsView } from './research-versions.ts';
import { applyRoles, ensureWriter } from './roles.ts';

/** The folder of the migrations. */
export const MIGRATIONS = fileURLToPath(new URL('migrations', import.meta.url));
/** Any number that no other lock of this database uses: two processes never migrate at the same time. */
const MIGRATION_LOCK = 725_001;

/** The URL of whoever owns the tables: that of the migration, which leads to PostgreSQL itself. */
export const ownerUrl = (
  config: Pick<Config, 'DATABASE_URL' | 'DATABASE_DIRECT_URL' | 'MIGRATE_DATABASE_URL'>,
): string => config.MIGRATE_DATABASE_URL ?? directUrl(config);

/**
 * Brings the schema up to date, with the comments of its tables and columns, the model versions that count, the roles and their
 * rights. `servicesUrl` is that of the services: its login is made where it is missing. Safe to call from several processes
 * at once. Returns what an administrator should do that this account may not.
 */
export async function migrate(databaseUrl: string, servicesUrl = databaseUrl): Promise<string[]> {
  const handle = openDatabase(databaseUrl, { name: 'macro-migrate', max: 1 });
  try {
    await handle.db.execute(sql`select pg_advisory_lock(${MIGRATION_LOCK})`);
    await applyMigrations(handle.db, { migrationsFolder: MIGRATIONS });
    await handle.db.execute(sql.raw([...listCommentStatements(), writeVersionsView()].join(';\n')));
    return [...(await applyRoles(handle.db)), ...(await ensureWriter(handle.db, servicesUrl))];
  } finally {
    await handle.close();
  }
}
