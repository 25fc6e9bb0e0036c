import { readMigrationFiles } from 'drizzle-orm/migrator';
import { sql } from 'drizzle-orm';
import { directUrl } from '../../../shared/db/client.ts';
import { readClock } from '../../../shared/db/clock.ts';
import { listTables } from '../../../shared/db/grants.ts';
import { MIGRATIONS } from '../../../shared/db/migrate.ts';
import { detectPooling, DIRECT_EXPECTED, listLostSettings } from '../../../shared/db/pooling.ts';
import { hurry } from '../../../shared/health.ts';
import { SECOND } from '../../../shared/time.ts';
import { formatDuration } from '../format-number.ts';
import { ok, warn, wrong, type Check } from './check.ts';

const LEAST_MAJOR = 15;
const MAX_SKEW_MS = 5 * SECOND;

export const postgres: Check = {
  name: 'PostgreSQL',
  mend: 'start it (make dev, or docker compose up --detach postgres), or name another with DATABASE_URL; PgBouncer needs DATABASE_DIRECT_URL beside it',
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

const POOLINGS = {
  direct: 'to PostgreSQL itself',
  sessions: 'to a pooler in session mode',
  transactions: 'to a pooler in transaction mode',
} as const;

export const connections: Check = {
  name: 'connections',
  needs: [postgres.name],
  mend: `set ${DIRECT_EXPECTED}`,
  async check({ config, db }) {
    const direct = await detectPooling(directUrl(config));
    if (direct === 'transactions')
      return wrong(`those for locks and listening lead ${POOLINGS[direct]}`, `set ${DIRECT_EXPECTED}`);
    const lost = await listLostSettings(db);
    if (lost.length > 0)
      return wrong(
        `opened, they work under ${lost.join(', ')}: a pooler swallows settings`,
        `set ${DIRECT_EXPECTED}`,
      );
    return ok(
      config.DATABASE_DIRECT_URL === null
        ? POOLINGS[direct]
        : `${POOLINGS[await detectPooling(config.DATABASE_URL)]}, for locks and listening ${POOLINGS[direct]}`,
    );
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

/** Roles are given by the migration, so a database that lacks some is told of that first. */
export const rights: Check = {
  name: 'rights',
  needs: [migrations.name],
  mend: 'ask again',
  async check({ db }) {
    const { rows } = await db.execute<{ login: string; owned: number }>(sql`
      select current_user as login, (count(*) filter (where pg_has_role(relowner, 'usage')))::int as owned
      from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
        and relname = any(${sql.param(listTables())}::text[])`);
    const { login, owned } = rows[0]!;
    return owned === 0
      ? ok(`${login} adds to history, and cannot change or remove it`)
      : warn(
          `${login}, the login of DATABASE_URL, owns the tables: services could change or remove history`,
          'put this URL into MIGRATE_DATABASE_URL and another login into DATABASE_URL, then migrate (docs/containers.md, Users of the database)',
        );
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
