import { sql, type SQL } from 'drizzle-orm';
import type { Provider } from '../connectors/connector.ts';
import type { BronzeName } from '../pipeline/graph.ts';
import { DAY_MS, HOUR, toIso, type Instant } from '../time.ts';
import type { Queryable } from './client.ts';
import { isoText } from './iso-text.ts';

/** Requests of a span of time. Latency in milliseconds, of requests that were answered; null without any. */
export interface RequestStats {
  readonly requests: number;
  /** No usable answer, 408, 425, 5xx, or refused credentials (401, 403); 429 is counted by itself. */
  readonly failures: number;
  readonly throttled: number;
  readonly serverErrors: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

/** What the ledger knows of a provider's requests. */
export interface RequestHealth {
  readonly lastHour: RequestStats;
  readonly lastDay: RequestStats;
  readonly lastSuccessAt: string | null;
  readonly lastFailure: {
    readonly at: string;
    readonly host: string;
    readonly key: string | null;
    readonly status: number | null;
    readonly error: string | null;
  } | null;
}

const IS_THROTTLED = sql`coalesce(status = 429, false)`;
/** True of a row with the `status` and `error` of a request that failed, as `RequestStats` counts them. */
export const IS_FAILURE = sql`(not ${IS_THROTTLED} and (error is not null or status is null or status >= 500 or status in (401, 403, 408, 425)))`;

/** Counts the requests of those among the rows that are read for which a condition holds. */
const countStats = (condition: SQL): SQL => sql`json_build_object(
  'requests', count(*) filter (where ${condition}),
  'failures', count(*) filter (where ${condition} and ${IS_FAILURE}),
  'throttled', count(*) filter (where ${condition} and ${IS_THROTTLED}),
  'serverErrors', count(*) filter (where ${condition} and status >= 500),
  'p50Ms', percentile_disc(0.5) within group (order by latency_ms) filter (where ${condition} and status is not null),
  'p95Ms', percentile_disc(0.95) within group (order by latency_ms) filter (where ${condition} and status is not null))`;

/** Reads what became of a provider's requests up to a moment. */
export async function readRequestHealth(
  db: Queryable,
  provider: Provider,
  now: Instant,
): Promise<RequestHealth> {
  const until = sql`provider = ${provider} and at <= ${toIso(now)}::timestamptz`;
  const since = (spanMs: number): SQL => sql`at > ${toIso(now - spanMs)}::timestamptz`;
  const result = await db.execute<RequestHealth & Record<string, unknown>>(sql`
    select
      ${countStats(since(HOUR))} as "lastHour", ${countStats(sql`true`)} as "lastDay",
      (select ${isoText(sql`at`)} from provider_requests
        where ${until} and not ${IS_FAILURE} and not ${IS_THROTTLED}
        order by at desc limit 1) as "lastSuccessAt",
      (select json_build_object('at', ${isoText(sql`at`)}, 'host', host, 'key', key, 'status', status, 'error', error)
        from provider_requests where ${until} and (${IS_FAILURE} or ${IS_THROTTLED})
        order by at desc, id desc limit 1) as "lastFailure"
    from provider_requests where ${until} and ${since(DAY_MS)}`);
  return result.rows[0]!;
}

/** A key whose newest outcome is none that was hoped for. */
export interface FailingKey {
  readonly key: string;
  readonly outcome: string;
  readonly error: string | null;
  readonly since: string;
}

/** Outcomes that are no failure of the key. */
const GOOD_OUTCOMES = ['rows', 'no_data_expected'];

/** Keys of an asset whose newest outcome is a failure or unexpected silence, in their order. */
export async function listFailingKeys(db: Queryable, asset: BronzeName): Promise<FailingKey[]> {
  // By one look into the index for each key: the outcomes of years are many more than the keys.
  const result = await db.execute<FailingKey & Record<string, unknown>>(sql`
    select series.key, outcome, error ->> 'message' as error, ${isoText(sql`recorded_at`)} as since
    from series cross join lateral (
      select outcome, error, recorded_at from task_keys
      where task_keys.key = series.key order by recorded_at desc limit 1) newest
    where series.asset = ${asset} and not outcome = any(${sql.param(GOOD_OUTCOMES)}::text[])
    order by series.key`);
  return result.rows;
}
