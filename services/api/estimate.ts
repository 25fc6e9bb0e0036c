import type { KeyDefinition, Provider } from '../../shared/connectors/connector.ts';
import { createConnectors } from '../../shared/connectors/registry.ts';
import { readLatestRate } from '../../shared/db/backfill-estimate.ts';
import type { Queryable } from '../../shared/db/client.ts';
import type { AssetName, BronzeName } from '../../shared/pipeline/graph.ts';
import { PROVIDER_OF } from '../../shared/pipeline/providers.ts';
import { dayInZone, MINUTE, SAO_PAULO, SECOND, type Day, type Instant } from '../../shared/time.ts';

/** What a backfill will take. */
export interface Estimate {
  /** Requests when every window is fetched once and every answer fits one page. */
  readonly requestsPerProvider: Readonly<Partial<Record<Provider, number>>>;
  /** At the rate of the backfill that finished last; null before there was one. */
  readonly minutes: number | null;
}

/** The first and last partition of an asset's work. */
export interface AssetSpan {
  readonly asset: AssetName;
  readonly from: Day;
  readonly to: Day;
}

const connectors = createConnectors({ fredApiKey: '' });

const isBronze = (asset: AssetName): asset is BronzeName => Object.hasOwn(PROVIDER_OF, asset);

/** Requests for one window of a key: FRED is asked for the unit too, and for the dates of the vintages it keeps. */
function countPerWindow(provider: Provider, key: KeyDefinition): number {
  if (provider !== 'fred') return 1;
  return key.vintageMode === 'alfred' ? 3 : 2;
}

/** Counts the requests of every enabled key's windows. */
export function countRequests(span: AssetSpan & { readonly asset: BronzeName }, now: Instant): number {
  const connector = connectors[PROVIDER_OF[span.asset]];
  const request = {
    from: span.from,
    to: span.to,
    mode: 'history',
    today: dayInZone(now, SAO_PAULO),
  } as const;
  return connector.keys
    .filter((key) => key.disabled === undefined)
    .map((key) => connector.windows(key, request).length * countPerWindow(connector.provider, key))
    .reduce((sum, count) => sum + count, 0);
}

/** Estimates requests from the windows of the work, and time from experience. */
export async function estimateWork(
  db: Queryable,
  spans: readonly AssetSpan[],
  partitions: number,
  now: Instant,
): Promise<Estimate> {
  const counted = spans.flatMap(({ asset, from, to }) =>
    isBronze(asset) ? [[PROVIDER_OF[asset], countRequests({ asset, from, to }, now)] as const] : [],
  );
  const rate = await readLatestRate(db);
  const minutes = rate === null ? null : Math.round((partitions / rate / (MINUTE / SECOND)) * 100) / 100;
  return { requestsPerProvider: Object.fromEntries(counted), minutes };
}
