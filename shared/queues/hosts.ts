import type { Provider } from '../connectors/connector.ts';

/** A host that a provider answers from. */
export interface ProviderHost {
  readonly provider: Provider;
  /** The ceiling of its request budget, over all workers. `PROVIDER_RATES` overrides it. */
  readonly requestsPerSecond: number;
  /** Circuit that its answers count for: hosts of one machine park fail together. @default the provider */
  readonly circuit?: string;
}

/**
 * Every host that is asked, with what it bears. Tesouro Transparente is the Treasury's and not the exchange's: it has a
 * circuit of its own, so that its failure does not keep the settlement prices away.
 */
export const PROVIDER_HOSTS = {
  'api.bcb.gov.br': { provider: 'bcb_sgs', requestsPerSecond: 3 },
  'api.stlouisfed.org': { provider: 'fred', requestsPerSecond: 1.8 },
  'home.treasury.gov': { provider: 'treasury', requestsPerSecond: 2 },
  'olinda.bcb.gov.br': { provider: 'bcb_ptax', requestsPerSecond: 2 },
  'query1.finance.yahoo.com': { provider: 'yahoo', requestsPerSecond: 2 },
  'query2.finance.yahoo.com': { provider: 'yahoo', requestsPerSecond: 2 },
  'www.b3.com.br': { provider: 'b3', requestsPerSecond: 2 },
  'www.tesourotransparente.gov.br': { provider: 'b3', requestsPerSecond: 1, circuit: 'tesouro_transparente' },
} as const satisfies Readonly<Record<string, ProviderHost>>;

/** A host that is not listed is asked once a second. */
const DEFAULT_RATE = 1;

function findHost(host: string): ProviderHost | undefined {
  return Object.hasOwn(PROVIDER_HOSTS, host)
    ? PROVIDER_HOSTS[host as keyof typeof PROVIDER_HOSTS]
    : undefined;
}

/** Requests per second that a host gets at most: what is configured, else what is known to be polite. */
export function ceilingOf(host: string, configured: Readonly<Record<string, number>>): number {
  return configured[host] ?? findHost(host)?.requestsPerSecond ?? DEFAULT_RATE;
}

/** Name of the circuit that a host's answers count for; a host that is not listed has its own. */
export function circuitOf(host: string): string {
  const known = findHost(host);
  return known?.circuit ?? known?.provider ?? host;
}

/** Hosts of a provider, in the order of their names. */
export function listHosts(provider: Provider): string[] {
  return Object.entries(PROVIDER_HOSTS)
    .filter(([, known]) => known.provider === provider)
    .map(([host]) => host);
}
