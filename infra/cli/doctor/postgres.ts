import { readMigrationFiles } from 'drizzle-orm/migrator';
import { sql } from 'drizzle-orm';
import { readClock } from '../../../shared/db/clock.ts';
import { MIGRATIONS } from '../../../shared/db/migrate.ts';
import { hurry } from '../../../shared/health.ts';
import { SECOND } from '../../../shared/time.ts';
import { formatDuration } from '../format-number.ts';
import { ok, warn, wrong, type Check } from './check.ts';

const LEAST_MAJOR = 15;
const MAX_SKEW_MS = 5 * SECOND;

export const postgres: Check = {
  name: 'PostgreSQL',
  mend: 'start it (make dev, or docker compose up --detach postgres), or name another with DATABASE_URL',
  async check({ db }) {
    const result = await hurry(
      'PostgreSQL',
      db.execute<{ version: string; number: number }>(
        sql`select current_setting('server_version') as version, current_setting('server_version_num')::int as number`,
      ),
    );
    const { version, number } = result.rows[0]!;
    return number >= LEAST_MAJOR * 10_000
      ? ok(`version ${version}`)
      : wrong(`version ${version}, expected ${LEAST_MAJOR} or later`, 'move to a newer PostgreSQL');
  },
};

export const migrations: Check = {
  name: 'migrations',
  needs: [postgres.name],
  mend: 'the user of DATABASE_URL must be able to read the schema drizzle',
  async check({ db }) {
    const files = readMigrationFiles({ migrationsFolder: MIGRATIONS });
    const exists = await db.execute<{ found: boolean }>(
      sql`select to_regclass('drizzle.__drizzle_migrations') is not null as found`,
    );
    const rows = exists.rows[0]!.found
      ? (
          await db.execute<{ newest: string | null }>(
            sql`select max(created_at) as newest from drizzle.__drizzle_migrations`,
          )
        ).rows
      : [];
    const newest = Number(rows[0]?.newest ?? 0);
    const missing = files.filter(({ folderMillis }) => folderMillis > newest).length;
    if (missing > 0)
      return wrong(
        `${missing} of ${files.length} migrations are missing`,
        'node services/migrate/main.ts (make dev and docker compose up do it themselves)',
      );
    return newest > files.at(-1)!.folderMillis
      ? wrong('the database is of a newer version than this program', 'update this program')
      : ok(`all ${files.length}`);
  },
};

export const clock: Check = {
  name: 'clock',
  needs: [postgres.name],
  mend: 'ask again',
  async check({ db, now }) {
    const before = now();
    const there = await readClock(db);
    const skewMs = there - (before + now()) / 2;
    const detail = `${formatDuration(Math.abs(skewMs))} ${skewMs < 0 ? 'ahead of' : 'behind'} that of PostgreSQL`;
    return Math.abs(skewMs) > MAX_SKEW_MS
      ? warn(detail, 'synchronise the clocks of both machines (chrony, systemd-timesyncd)')
      : ok(detail);
  },
};
