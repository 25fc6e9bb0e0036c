import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { ApiKey } from '../api-key.ts';
import type { Role } from '../contract/endpoint.ts';
import type { ChangeOrigin } from '../pipeline/changes.ts';
import { recordAudit } from './audit-log.ts';
import type { Database, Queryable, Transaction } from './client.ts';
import { isoText } from './iso-text.ts';

/** A key as people see it: never the key, nor its hash. */
export interface KeyView {
  readonly name: string;
  readonly role: Role;
  /** UTC ISO 8601. */
  readonly createdAt: string;
  readonly createdBy: string;
}

/** The keys that are good at this moment, by name. */
export async function listGoodKeys(db: Queryable): Promise<(ApiKey & { readonly name: string })[]> {
  const result = await db.execute<{ name: string; role: Role; hash: string }>(
    sql`select name, role, key_hash as hash from api_keys where revoked_at is null order by name`,
  );
  return result.rows;
}

const KEY_COLUMNS = sql`name, role, ${isoText(sql`created_at`)} as "createdAt", created_by as "createdBy"`;

/** The keys that are good, by name: those after a name, if one is given. */
export async function listKeys(
  db: Queryable,
  page: { readonly after?: string | undefined; readonly limit: number },
): Promise<KeyView[]> {
  const result = await db.execute<KeyView & Record<string, unknown>>(sql`
    select ${KEY_COLUMNS} from api_keys
    where revoked_at is null and ${page.after === undefined ? sql`true` : sql`name collate "C" > ${page.after}`}
    order by name collate "C" limit ${page.limit}`);
  return result.rows;
}

/** Thrown when a change would leave no key that may make keys: nobody could get in any more. Never retried. */
export class NoAdminLeftError extends Error {
  override readonly name = 'NoAdminLeftError';

  constructor() {
    super('No key with the role admin would be left: make one first, or put one into API_KEYS');
  }
}

/** Who changes a key, and whether `API_KEYS` holds an admin in any case. */
export interface KeyChange {
  readonly origin: ChangeOrigin;
  readonly adminIsConfigured: boolean;
}

/** Changes keys, one change at a time, unless no admin would be left. @throws NoAdminLeftError */
async function changeKeys(
  db: Database,
  adminIsConfigured: boolean,
  change: (tx: Transaction) => Promise<KeyView | null>,
): Promise<KeyView | null> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`lock table api_keys in share row exclusive mode`);
    const changed = await change(tx);
    if (!adminIsConfigured && !(await listGoodKeys(tx)).some(({ role }) => role === 'admin'))
      throw new NoAdminLeftError();
    return changed;
  });
}

/** Stores the hash of a key. Null when there is a good key with this name. @throws NoAdminLeftError */
export async function createKey(
  db: Database,
  { name, role, hash }: ApiKey & { readonly name: string },
  { origin, adminIsConfigured }: KeyChange,
): Promise<KeyView | null> {
  return changeKeys(db, adminIsConfigured, async (tx) => {
    const result = await tx.execute<KeyView & Record<string, unknown>>(sql`
      insert into api_keys (id, name, role, key_hash, created_by)
      values (${randomUUID()}, ${name}, ${role}, ${hash}, ${origin.actor})
      on conflict (name) where revoked_at is null do nothing returning ${KEY_COLUMNS}`);
    const [created] = result.rows;
    if (created === undefined) return null;
    await recordAudit(tx, origin, { action: 'key_create', subject: name, detail: { role } });
    return created;
  });
}

/** Ends a key: the next request with it is refused. Null when no good key has this name. @throws NoAdminLeftError */
export async function revokeKey(
  db: Database,
  name: string,
  { origin, adminIsConfigured }: KeyChange,
): Promise<KeyView | null> {
  return changeKeys(db, adminIsConfigured, async (tx) => {
    const result = await tx.execute<KeyView & Record<string, unknown>>(sql`
      update api_keys set revoked_at = now(), revoked_by = ${origin.actor}
      where name = ${name} and revoked_at is null returning ${KEY_COLUMNS}`);
    const [revoked] = result.rows;
    if (revoked === undefined) return null;
    await recordAudit(tx, origin, { action: 'key_revoke', subject: name, detail: { role: revoked.role } });
    return revoked;
  });
}
