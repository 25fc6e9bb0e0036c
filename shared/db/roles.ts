import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { PermanentError, unwrapQueryError } from '../errors.ts';
import type { Database } from './client.ts';
import { listGrants, listTables } from './grants.ts';

/**
 * Groups of rights, without login: the owner of everything, what services may do, what people may read. They belong to the
 * server and not to one database.
 */
const ROLES = ['macro_migrator', 'macro_writer', 'macro_reader'] as const;

const INSUFFICIENT_PRIVILEGE = '42501';
/** `duplicate_object` and `unique_violation`: another database of this server made the same role just now. */
const MADE_ELSEWHERE = ['42710', '23505'];

/** Runs a statement; false when this account may not. @throws every other answer */
async function isAllowed(db: Database, statement: string): Promise<boolean> {
  try {
    await db.execute(sql.raw(statement));
    return true;
  } catch (error) {
    const cause = unwrapQueryError(error) as Error & { readonly code?: string };
    if (MADE_ELSEWHERE.includes(cause.code ?? '')) return true;
    if (cause.code === INSUFFICIENT_PRIVILEGE) return false;
    // The text of a statement that failed may hold what a password is checked with.
    throw cause;
  }
}

async function areAllowed(db: Database, statements: readonly string[]): Promise<boolean> {
  for (const statement of statements) if (!(await isAllowed(db, statement))) return false;
  return true;
}

async function listMissingRoles(db: Database): Promise<string[]> {
  const { rows } = await db.execute<{ name: string }>(sql`
    select name from unnest(${sql.param([...ROLES])}::text[]) as name
    where not exists (select from pg_roles where rolname = name)`);
  return rows.map(({ name }) => name);
}

/** True when this account acts for the role, because it is one of its members or has been made one now. */
async function joinMigrators(db: Database): Promise<boolean> {
  const isMember = async (): Promise<boolean> => {
    const { rows } = await db.execute<{ member: boolean }>(
      sql`select pg_has_role(current_user, 'macro_migrator', 'usage') as member`,
    );
    return rows[0]?.member === true;
  };
  return (
    (await isMember()) ||
    ((await isAllowed(db, 'grant macro_migrator to current_user')) && (await isMember()))
  );
}

/** What this account owns of the pipeline, as statements that give it to `macro_migrator`. Schemas come first. */
async function listHandovers(db: Database): Promise<string[]> {
  const { rows } = await db.execute<{ statement: string }>(sql`
    with ours as (
      select oid, relkind, relowner from pg_class
      where relkind in ('r', 'v') and (relnamespace in ('research'::regnamespace, 'drizzle'::regnamespace)
        or (relnamespace = 'public'::regnamespace and relname = any(${sql.param(listTables())}::text[])))
    ), owned as (
      select 1 as place, 'schema' as kind, quote_ident(nspname) as name, nspowner as owner
      from pg_namespace where nspname in ('research', 'drizzle')
      union all
      select 2, case relkind when 'v' then 'view' else 'table' end, oid::regclass::text, relowner from ours
      union all
      select 3, 'function', oid::regprocedure::text, proowner from pg_proc
      where pronamespace = 'research'::regnamespace
        or oid in (select tgfoid from pg_trigger where not tgisinternal and tgrelid in (select oid from ours))
    )
    select format('alter %s %s owner to macro_migrator', kind, name) as statement
    from owned where owner = current_user::regrole order by place, name`);
  return rows.map(({ statement }) => statement);
}

/** Gives what this account owns to `macro_migrator`, so that any of its members can migrate next time. */
async function handOver(db: Database): Promise<boolean> {
  const handovers = await listHandovers(db);
  if (handovers.length === 0) return true;
  const { rows } = await db.execute<{ name: string }>(sql`select quote_ident(current_database()) as name`);
  return (
    (await joinMigrators(db)) &&
    (await areAllowed(db, [
      `grant create on database ${rows[0]?.name} to macro_migrator`,
      'grant usage, create on schema public to macro_migrator',
      ...handovers,
    ]))
  );
}

/**
 * Makes the roles and gives them their rights: `macro_migrator` owns, `macro_writer` does what services do, `macro_reader`
 * reads the schema `research`. An account that may not do so (managed servers) goes on as the one owner of everything.
 * Returns what an administrator should do then.
 */
export async function applyRoles(db: Database): Promise<string[]> {
  const creations = (await listMissingRoles(db)).map((name) => `create role ${name} nologin`);
  if (!(await areAllowed(db, creations))) {
    const still = (await listMissingRoles(db)).map((name) => `create role ${name} nologin;`);
    return [
      `this account may not make roles, so all rights stay with it: let an administrator run "${still.join(' ')}" and migrate again`,
    ];
  }
  const warnings = (await handOver(db))
    ? []
    : [
        'this account keeps its tables: let an administrator run "grant macro_migrator to <this account>; grant create on database <this database> to macro_migrator; grant usage, create on schema public to macro_migrator;" and migrate again',
      ];
  if (!(await isAllowed(db, listGrants().join(';\n'))))
    warnings.push('the rights of macro_writer were not given: migrate as the owner of the tables');
  return warnings;
}

const SCRAM_ITERATIONS = 4_096;

/** What PostgreSQL stores of a password (RFC 5803), so that the password itself is in no statement and no log. */
function deriveVerifier(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, SCRAM_ITERATIONS, 32, 'sha256');
  const sign = (text: string): Buffer => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(sign('Client Key')).digest('base64');
  const serverKey = sign('Server Key').toString('base64');
  return `SCRAM-SHA-256$${SCRAM_ITERATIONS}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}

/**
 * Makes the login that `url` names, a member of `macro_writer`, unless there is one; a login that is there keeps its password.
 * Returns what an administrator should do where this account may not give it the rights.
 *
 * @throws PermanentError when there is none and this account may not make it: the services could not log in
 */
export async function ensureWriter(db: Database, url: string): Promise<string[]> {
  const { username, password } = new URL(url);
  const name = decodeURIComponent(username);
  // Whoever names nobody relies on the name of its account or on PGUSER.
  if (name === '') return [];
  const { rows } = await db.execute<{ name: string; writes: boolean | null }>(sql`
    select current_user as name, (select pg_has_role(${name}::text, 'macro_writer', 'usage')
      where exists (select from pg_roles where rolname = ${name}) and exists (select from pg_roles where rolname = 'macro_writer')) as writes`);
  if (rows[0]?.name === name || rows[0]?.writes === true) return [];
  const login = pg.escapeIdentifier(name);
  const verifier = pg.escapeLiteral(deriveVerifier(decodeURIComponent(password)));
  const { rowCount } = await db.execute(sql`select from pg_roles where rolname = ${name}`);
  if (rowCount === 0) {
    if (await isAllowed(db, `create role ${login} login password ${verifier} in role macro_writer`))
      return [];
    throw new PermanentError(
      `The login ${name} of DATABASE_URL is missing, and this account may not make it: let an administrator run "create role ${login} login password '…' in role macro_writer;" and migrate again`,
    );
  }
  return (await isAllowed(db, `grant macro_writer to ${login}`))
    ? []
    : [
        `this account may not give the login ${name} its rights: let an administrator run "grant macro_writer to ${login};"`,
      ];
}
