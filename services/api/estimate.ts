import type { Config } from '../../shared/config.ts';
import type { Connector, KeyDefinition, Provider } from '../../shared/connectors/connector.ts';
import { LOOK_BACK_DAYS } from '../../shared/connectors/look-back.ts';
import { createConnectors } from '../../shared/connectors/registry.ts';
import { listCoveredIds, readComputeRate } from '../../shared/db/backfill-estimate.ts';
import type { BackfillRequest, PlannedWork } from '../../shared/db/backfill-plan.ts';
import type { BackfillEstimate } from '../../shared/db/backfills.ts';
import type { Queryable } from '../../shared/db/client.ts';
import { graph, type AssetName, type BronzeName } from '../../shared/pipeline/graph.ts';
import { PROVIDER_OF } from '../../shared/pipeline/providers.ts';
import { BULK_SHARE } from '../../shared/queues/budget.ts';
import { ceilingOf, listHosts } from '../../shared/queues/hosts.ts';
import { KEEP_ENDED_JOBS, queueOf } from '../../shared/queues/queues.ts';
import { addDays, dayInZone, MINUTE, SAO_PAULO, SECOND, type Day, type Instant } from '../../shared/time.ts';

/** Partitions per second of the whole pipeline on two cores (`bench/backfills.ts`), until the ledger has figures of its own. */
const FIRST_COMPUTE_RATE = 137;

/** Bytes of Redis per job, waiting or ended, its part of the flow and of the indexes included (`bench/backfills.ts`). */
const BYTES_PER_JOB = 3_135;

/** What an estimate depends on beside the work. */
export interface EstimateSettings {
  readonly request: Pick<BackfillRequest, 'from' | 'maxConcurrentRuns'>;
  readonly config: Pick<Config, 'PROVIDERS' | 'PROVIDER_RATES'>;
  readonly now: Instant;
}

type Span = PlannedWork['spans'][number];

const connectors = createConnectors({ fredApiKey: '' });

const isBronze = (asset: AssetName): asset is BronzeName => Object.hasOwn(PROVIDER_OF, asset);

/** Requests for one window of a key: FRED is asked for the unit too, and for the dates of the vintages it keeps. */
function countPerWindow(provider: Provider, key: KeyDefinition): number {
  if (provider !== 'fred') return 1;
  return key.vintageMode === 'alfred' ? 3 : 2;
}

/** The windows of one key that a backfill fetches: those of its own partitions, and what no one has fetched before them. */
function countWindows(
  connector: Connector,
  key: KeyDefinition,
  spans: readonly Span[],
  { begin, today, covered }: { begin: Day; today: Day; covered: ReadonlySet<string> },
): number {
  const list = (from: Day, to: Day) => connector.windows(key, { from, to, mode: 'history', today });
  const wanted = new Set<string>();
  for (const { from, to } of spans) {
    for (const { id } of list(from, to)) wanted.add(id);
    const furthest = addDays(from, -LOOK_BACK_DAYS);
    const earlier = begin < furthest ? furthest : begin;
    if (earlier >= from) continue;
    for (const { id } of list(earlier, from)) if (!covered.has(`${key.key} ${id}`)) wanted.add(id);
  }
  return wanted.size;
}

/**
 * Counts the requests of every enabled key for spans of partitions of a backfill that begins with `begin`. `covered` holds
 * the windows that were ever fetched, as `key id`. Windows of the spans are fetched once since the backfill was requested.
 */
export function countRequests(
  asset: BronzeName,
  spans: readonly Span[],
  range: { readonly begin: Day; readonly now: Instant; readonly covered: ReadonlySet<string> },
): number {
  const connector = connectors[PROVIDER_OF[asset]];
  const { begin, covered } = range;
  const today = dayInZone(range.now, SAO_PAULO);
  return connector.keys
    .filter((key) => key.disabled === undefined)
    .map(
      (key) =>
        countWindows(connector, key, spans, { begin, today, covered }) *
        countPerWindow(connector.provider, key),
    )
    .reduce((sum, count) => sum + count, 0);
}

/** Minutes until the provider with the smallest budget for its requests has answered them all; replayed ones have none. */
function estimateRequestMinutes(
  requests: BackfillEstimate['requestsPerProvider'],
  { PROVIDERS, PROVIDER_RATES }: EstimateSettings['config'],
): number {
  if (PROVIDERS === 'replay') return 0;
  const minutes = Object.entries(requests).map(([provider, count]) => {
    // The host that holds the history is the first of its provider.
    const [host = ''] = listHosts(provider as Provider);
    return count / (ceilingOf(host, PROVIDER_RATES) * BULK_SHARE) / (MINUTE / SECOND);
  });
  return Math.max(0, ...minutes);
}

/** Bytes of Redis: the jobs of the runs that are there at once, and the ended ones that the queues keep. */
export function estimateRedisBytes(work: readonly PlannedWork[], maxConcurrentRuns: number): number {
  const tasks = work.reduce((sum, each) => sum + each.tasks, 0);
  const runs = Math.max(0, ...work.map((each) => each.tasks));
  const inFlight = Math.min(runs, maxConcurrentRuns) * (work.length + 1);
  const byQueue = Map.groupBy(work, ({ asset }) => queueOf(asset));
  const ended = [...byQueue.values()].map((assets) => assets.reduce((sum, each) => sum + each.tasks, 0));
  const kept = [...ended, runs].map((jobs) => Math.min(jobs, KEEP_ENDED_JOBS.count));
  return (
    Math.min(
      tasks + runs,
      kept.reduce((sum, jobs) => sum + jobs, inFlight),
    ) * BYTES_PER_JOB
  );
}

/**
 * Estimates what work takes. Requests come from the windows that the connectors will ask for, minutes from the budgets of
 * the providers and from the rate of computing, whichever is slower: the two go on side by side.
 */
export async function estimateWork(
  db: Queryable,
  work: readonly PlannedWork[],
  { request, config, now }: EstimateSettings,
): Promise<BackfillEstimate> {
  const requests: [Provider, number][] = [];
  for (const { asset, spans } of work) {
    if (!isBronze(asset)) continue;
    const provider = PROVIDER_OF[asset];
    const covered = await listCoveredIds(db, provider);
    requests.push([provider, countRequests(asset, spans, { begin: request.from, now, covered })]);
  }
  const requestsPerProvider = Object.fromEntries(requests);
  // A bronze task of a live provider waits for its budget most of the time.
  const computed = graph.names.filter((asset) => config.PROVIDERS === 'replay' || !isBronze(asset));
  const rate = (await readComputeRate(db, computed)) ?? FIRST_COMPUTE_RATE;
  const partitions = work
    .filter(({ asset }) => computed.includes(asset))
    .reduce((sum, each) => sum + each.partitions, 0);
  const minutes = Math.max(
    estimateRequestMinutes(requestsPerProvider, config),
    partitions / rate / (MINUTE / SECOND),
  );
  return {
    requestsPerProvider,
    minutes: Math.round(minutes * 100) / 100,
    redisBytes: estimateRedisBytes(work, request.maxConcurrentRuns),
  };
}
