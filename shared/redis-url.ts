import { z } from 'zod';

/** How Redis is reached: one server, one that Sentinel names, or the masters of a cluster. */
export type RedisKind = 'single' | 'sentinel' | 'cluster';

/** A server, or a sentinel, by its address. */
export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

interface Credentials {
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/** What `REDIS_URL` says. */
export interface RedisPlace extends Credentials {
  readonly kind: RedisKind;
  /** The server, the sentinels, or servers of a cluster that know the others. */
  readonly nodes: readonly RedisNode[];
  readonly isEncrypted: boolean;
  /** File of the authorities that certificates are verified against; null: those of Node.js. */
  readonly caFile: string | null;
  readonly database: number;
  /** What sentinels call the master, and how to log in to them; null where there are none. */
  readonly sentinel: (Credentials & { readonly name: string }) | null;
}

/** Prefix of all keys where nobody chose one. */
export const DEFAULT_QUEUE_PREFIX = 'macro';

const SCHEMES: Readonly<Record<string, { readonly kind: RedisKind; readonly port: number }>> = {
  '': { kind: 'single', port: 6_379 },
  '+sentinel': { kind: 'sentinel', port: 26_379 },
  '+cluster': { kind: 'cluster', port: 6_379 },
};

/** Scheme, user and password, hosts, database, parameters. A URL of the web has one host, these have several. */
const SHAPE =
  /^redis(?<encrypted>s?)(?<kind>\+[a-z]+)?:\/\/(?:(?<login>[^/?#]*)@)?(?<hosts>[^@/?#]*)(?<path>\/[^?#]*)?(?:\?(?<query>[^#]*))?$/;

const PARAMETERS: Readonly<Record<RedisKind, readonly string[] | null>> = {
  // Whatever ioredis takes as an option.
  single: null,
  sentinel: ['name', 'sslrootcert', 'sentinelUsername', 'sentinelPassword'],
  cluster: ['sslrootcert'],
};

const decode = (text: string | undefined): string | undefined =>
  text === undefined || text === '' ? undefined : decodeURIComponent(text);

function parseLogin(login: string | undefined): Credentials {
  const [username, ...password] = (login ?? '').split(':');
  try {
    return { username: decode(username), password: decode(password.join(':')) };
  } catch {
    throw new Error('expected user and password in percent encoding');
  }
}

function parseNodes(kind: RedisKind, hosts: string, defaultPort: number): RedisNode[] {
  return hosts.split(',').map((text) => {
    const url = URL.parse(`redis://${text}`);
    if (url === null || (url.hostname === '' && kind !== 'single'))
      throw new Error('expected host:port, for Sentinel and Cluster several of them with commas between');
    // An IPv6 address stands in brackets in a URL only.
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    return { host, port: url.port === '' ? defaultPort : Number(url.port) };
  });
}

function parseDatabase(kind: RedisKind, path: string | undefined): number {
  if (path === undefined || path === '/') return 0;
  const number = /^\/(\d+)$/.exec(path)?.[1];
  if (number === undefined) throw new Error('expected the number of a database after the host, or nothing');
  if (kind === 'cluster' && number !== '0')
    throw new Error('expected no number of a database: a cluster has only 0');
  return Number(number);
}

function parseSentinel(kind: RedisKind, query: URLSearchParams): RedisPlace['sentinel'] {
  if (kind !== 'sentinel') return null;
  const name = query.get('name') ?? '';
  if (name === '') throw new Error('expected ?name= with the name that the sentinels give the master');
  return {
    name,
    username: query.get('sentinelUsername') ?? undefined,
    password: query.get('sentinelPassword') ?? undefined,
  };
}

/**
 * Reads `REDIS_URL`: `redis://…@host:port/database`, `redis+sentinel://…@host:port,host:port/database?name=master`
 * or `redis+cluster://…@host:port,host:port`; `rediss…` is encrypted, against the authorities of `?sslrootcert=` if given.
 *
 * @throws Error that says what was expected, and nothing of what came
 */
export function parseRedisUrl(text: string): RedisPlace {
  const { encrypted, kind: suffix, login, hosts, path, query } = SHAPE.exec(text)?.groups ?? {};
  const scheme = SCHEMES[suffix ?? ''];
  if (hosts === undefined || scheme === undefined)
    throw new Error('expected a URL with redis:, redis+sentinel: or redis+cluster: (rediss… is encrypted)');
  const { kind, port } = scheme;
  const parameters = new URLSearchParams(query);
  const known = PARAMETERS[kind];
  if (known !== null && [...parameters.keys()].some((name) => !known.includes(name)))
    throw new Error(`expected no other parameters than ${known.join(', ')}`);
  const nodes = parseNodes(kind, hosts, port);
  if (kind === 'single' && nodes.length > 1)
    throw new Error('expected one host, or redis+sentinel: or redis+cluster: for several');
  return {
    kind,
    nodes,
    isEncrypted: encrypted === 's',
    caFile: parameters.get('sslrootcert'),
    database: parseDatabase(kind, path),
    sentinel: parseSentinel(kind, parameters),
    ...parseLogin(login),
  };
}

/** `REDIS_URL` as it must be. The message says what was expected, and nothing of what came. */
export const redisUrl = z.string().superRefine((text, context) => {
  try {
    parseRedisUrl(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
  }
});

/** Whether a cluster keeps all keys of this prefix in one slot: it hashes what stands in the first braces, if anything does. */
export function hasHashTag(prefix: string): boolean {
  return /^[^{]*\{[^}]+\}/.test(prefix);
}

/**
 * The prefix as it stands in keys. BullMQ moves jobs between queues in one transaction, which a cluster runs within one slot
 * only: there the whole prefix is the hash tag, unless it has braces of its own.
 */
export function keepInOneSlot(prefix: string, url: string): string {
  const isPlain = !/[{}]/.test(prefix);
  return isPlain && parseRedisUrl(url).kind === 'cluster' ? `{${prefix}}` : prefix;
}
