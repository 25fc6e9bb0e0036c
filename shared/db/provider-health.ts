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

type StatsRow = {
  readonly requests: number;
  readonly failures: number;
  readonly throttled: number;
  readonly serverErrors: number;
  readonly p50: number | null;
  readonly p95: number | null;
};

function selectStats(provider: Provider, now: Instant, spanMs: number): SQL {
  return sql`
    select count(*)::int as requests,
      count(*) filter (where ${IS_FAILURE})::int as failures,
      count(*) filter (where ${IS_THROTTLED})::int as throttled,
      count(*) filter (where status >= 500)::int as "serverErrors",
      percentile_disc(0.5) within group (order by latency_ms) filter (where status is not null) as p50,
      percentile_disc(0.95) within group (order by latency_ms) filter (where status is not null) as p95
    from provider_requests
    where provider = ${provider} and at > ${toIso(now - spanMs)}::timestamptz and at <= ${toIso(now)}::timestamptz`;
}

async function readStats(
  db: Queryable,
  provider: Provider,
  now: Instant,
  spanMs: number,
): Promise<RequestStats> {
  const result = await db.execute<StatsRow>(selectStats(provider, now, spanMs));
  const { p50 = null, p95 = null, ...counts } = result.rows[0] ?? {};
  return { requests: 0, failures: 0, throttled: 0, serverErrors: 0, ...counts, p50Ms: p50, p95Ms: p95 };
}

/** Reads what became of a provider's requests up to a moment. */
export async function readRequestHealth(
  db: Queryable,
  provider: Provider,
  now: Instant,
): Promise<RequestHealth> {
  const until = sql`provider = ${provider} and at <= ${toIso(now)}::timestamptz`;
  const success = await db.execute<{ at: string }>(sql`
    select ${isoText(sql`at`)} as at from provider_requests
    where ${until} and not ${IS_FAILURE} and not ${IS_THROTTLED}
    order by provider_requests.at desc limit 1`);
  const failure = await db.execute<{
    at: string;
    host: string;
    key: string | null;
    status: number | null;
    error: string | null;
  }>(sql`
    select ${isoText(sql`at`)} as at, host, key, status, error from provider_requests
    where ${until} and (${IS_FAILURE} or ${IS_THROTTLED})
    order by provider_requests.at desc, id desc limit 1`);
  return {
    lastHour: await readStats(db, provider, now, HOUR),
    lastDay: await readStats(db, provider, now, DAY_MS),
    lastSuccessAt: success.rows[0]?.at ?? null,
    lastFailure: failure.rows[0] ?? null,
  };
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
  const result = await db.execute<FailingKey & Record<string, unknown>>(sql`
    select key, outcome, error, since from (
      select distinct on (task_keys.key) task_keys.key, outcome, error ->> 'message' as error,
        ${isoText(sql`recorded_at`)} as since
      from task_keys join tasks on tasks.id = task_keys.task_id
      where tasks.asset = ${asset}
      order by task_keys.key, recorded_at desc
    ) as newest
    where not outcome = any(${sql.param(GOOD_OUTCOMES)}::text[])
    order by key`);
  return result.rows;
}
