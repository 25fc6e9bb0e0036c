/** A folder (with its trailing slash) or a file, from the root of the project. */
type Place = string;

/** What only some places may use, with the reason that the report gives. */
interface Restriction {
  readonly allowedIn: readonly Place[];
  readonly reason: string;
}

/** Tests and benchmarks look at queues, servers and databases from outside. */
const OUTSIDE: readonly Place[] = ['bench/', 'tests/'];

/** Code that talks to what the local launcher starts, or to our own API: never to a provider. */
const OWN_CLIENTS: readonly Place[] = [
  'services/dashboard/web/src/',
  'shared/client/',
  'infra/compose/',
  'infra/local/',
  ...OUTSIDE,
];

const NETWORK: Restriction = {
  // The delivery of alerts asks no provider: it has no budget, archive or count, only an address that the operator gave.
  allowedIn: ['shared/http.ts', 'services/scheduler/delivery/post.ts', ...OWN_CLIENTS],
  reason: 'the network is reached through shared/http.ts only: it keeps budgets, secrets and request counts',
};

const NETWORK_MODULES = [
  'axios',
  'node:dgram',
  'node:dns',
  'node:http',
  'node:http2',
  'node:https',
  'node:net',
  'node:tls',
  'undici',
] as const;

const BULL_BOARD: Restriction = {
  allowedIn: ['services/dashboard/', ...OUTSIDE],
  reason: 'Bull Board belongs to the dashboard',
};

/** Modules that only some places may import. Type imports are free: they are gone when the code runs. */
export const RESTRICTED_MODULES: Readonly<Record<string, Restriction>> = {
  ...Object.fromEntries(NETWORK_MODULES.map((name) => [name, NETWORK])),
  '@bull-board/api': BULL_BOARD,
  '@bull-board/express': BULL_BOARD,
  bullmq: {
    allowedIn: ['shared/queues/', 'services/dashboard/', ...OUTSIDE],
    reason: 'BullMQ is used in shared/queues and shown by the dashboard; everything else asks shared/queues',
  },
  ioredis: {
    allowedIn: ['shared/queues/', 'infra/local/', ...OUTSIDE],
    reason: 'connections to Redis come from shared/queues/connection.ts',
  },
  nodemailer: {
    allowedIn: ['services/scheduler/delivery/', ...OUTSIDE],
    reason: 'mail leaves with the deliveries of alerts and digests',
  },
  'node:process': {
    allowedIn: ['shared/config.ts'],
    reason: 'an imported process hides readers of the environment: use the global one',
  },
  'yahoo-finance2': {
    allowedIn: ['shared/connectors/yahoo/', ...OUTSIDE],
    reason: 'yahoo-finance2 runs on the fetch of shared/http.ts, in its connector only',
  },
};

/** Names of a restricted module that any service may import: a server listens, it does not ask. */
export const LISTENING_NAMES: ReadonlySet<string> = new Set(['createServer']);

/** Globals that reach the network. */
export const NETWORK_GLOBALS: ReadonlySet<string> = new Set([
  'EventSource',
  'WebSocket',
  'XMLHttpRequest',
  'fetch',
]);

export const NETWORK_RESTRICTION = NETWORK;

export const ENVIRONMENT_RESTRICTION: Restriction = {
  allowedIn: ['shared/config.ts'],
  reason: 'the environment is read in shared/config.ts only (children inherit it through inheritEnvironment)',
};

/** Folders whose results may depend on nothing but their arguments: parse, compute and assess. */
export const DETERMINISTIC_PLACES: readonly Place[] = [
  'services/agents/',
  'services/silver/',
  'shared/calendars/',
  'shared/checks/',
  'shared/connectors/',
  'shared/economics/',
  'shared/numeric/',
];

/** True when a file is one of the places or lies in one of them. */
export function isIn(file: string, places: readonly Place[]): boolean {
  return places.some((place) => (place.endsWith('/') ? file.startsWith(place) : file === place));
}

/** The part of the project a file belongs to: a service by its name, otherwise its top folder. */
export function partOf(file: string): string {
  const [top = '', next = ''] = file.split('/');
  return top === 'services' ? `services/${next}` : top;
}

/** Why `from` may not import `to` (both from the root of the project), or null. */
export function refuseImport(from: string, to: string): string | null {
  const [part, target] = [partOf(from), partOf(to)];
  if (part === target || target === 'node_modules') return null;
  if (part === 'shared') return `shared/ imports nothing but shared/, not ${target}/`;
  if (!part.startsWith('services/')) return null;
  return target === 'shared' ? null : `${part}/ imports only shared/ and itself, not ${target}/`;
}
