import { randomBytes } from 'node:crypto';
import { ROLES, type Role } from './contract/endpoint.ts';
import { hashSecret } from './secret.ts';

const KEY_BYTES = 32;
/** Lets scanners of secrets, and people, see what it is. */
const KEY_PREFIX = 'mp_';

const NAMED_ENTRY = new RegExp(`^([\\w.@-]{1,100}):(${ROLES.join('|')}):(.+)$`);
const HASHED = /^sha256:([0-9a-f]{64})$/;

/** A key as it is recognised. It is not kept itself. */
export interface ApiKey {
  /** Who holds it, null when nobody has said so. */
  readonly name: string | null;
  readonly role: Role;
  /** SHA-256, hexadecimal. */
  readonly hash: string;
}

/** An entry of `API_KEYS`. */
export interface ConfiguredKey extends ApiKey {
  /** The key itself, for clients on the same machine; null where only its hash is configured. */
  readonly key: string | null;
}

/** A new random key. It is shown once; what is stored is its hash. */
export function inventApiKey(): { readonly key: string; readonly hash: string } {
  const key = `${KEY_PREFIX}${randomBytes(KEY_BYTES).toString('base64url')}`;
  return { key, hash: hashSecret(key) };
}

/** The entries of a list of keys, separated by commas. */
const splitKeys = (text: string): string[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

/** One entry of `API_KEYS`; null when it is none of the three forms. */
function parseApiKey(entry: string): ConfiguredKey | null {
  const [, name, role, secret] = NAMED_ENTRY.exec(entry) ?? [];
  // A colon in any other place is a slip, such as a role that does not exist: it must not become the key of an admin.
  if (name === undefined || secret === undefined)
    return entry.includes(':') ? null : { name: null, role: 'admin', hash: hashSecret(entry), key: entry };
  const [, hash] = HASHED.exec(secret) ?? [];
  if (hash === undefined && secret.includes(':')) return null;
  const isHash = hash !== undefined;
  return { name, role: role as Role, hash: hash ?? hashSecret(secret), key: isHash ? null : secret };
}

/**
 * The keys of `API_KEYS`: `key` (an admin without a name), `name:role:key` or `name:role:sha256:<hex>`, separated by commas.
 * Null when an entry is none of these.
 */
export function parseApiKeys(text: string): ConfiguredKey[] | null {
  const keys = splitKeys(text).map(parseApiKey);
  return keys.every((key) => key !== null) ? keys : null;
}

/** The key that `API_KEYS` holds first in the clear, for a client on the same machine; undefined when it holds none. */
export function readFirstKey(text: string): string | undefined {
  return parseApiKeys(text)?.find(({ key }) => key !== null)?.key ?? undefined;
}
