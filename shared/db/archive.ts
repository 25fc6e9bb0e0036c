import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { and, desc, eq, inArray, sql, type SQL } from 'drizzle-orm';
import type { Payload, Provider } from '../connectors/connector.ts';
import type { Exchange } from '../http.ts';
import { toIso, type Instant } from '../time.ts';
import type { Queryable, Transaction } from './client.ts';
import { FACT_TABLES } from './facts.ts';
import { IS_FAILURE } from './provider-health.ts';
import { payloadBodies, payloads } from './schema.ts';

/** An archived answer with the number of its row. */
export interface ArchivedPayload extends Payload {
  readonly id: number;
}

/** What a request was made for. */
export interface RequestPlace {
  readonly provider: Provider;
  readonly key: string;
  readonly windowId: string;
  readonly taskId: string;
}

/** Tells listeners when a host fails whose last request did not, or the other way round. */
const tellTurn = ({ provider }: RequestPlace, { host, status, error }: Exchange): SQL => sql`
  insert into events (kind, subject, data)
  select 'provider.' || state, ${provider}::text,
    jsonb_build_object('provider', ${provider}::text, 'host', ${host}::text, 'state', state)
  from (
    select ${IS_FAILURE} as fails, case when ${IS_FAILURE} then 'failing' else 'answering' end as state
    from (select ${status}::smallint as status, ${error}::text as error) request
  ) now left join lateral (
    select ${IS_FAILURE} as fails from provider_requests
    where provider = ${provider} and host = ${host} order by at desc, id desc limit 1
  ) before on true
  where now.fails <> coalesce(before.fails, false)`;

/**
 * Stores what a request came to, in one statement: the answer, its body unless the archive has it already, a row of
 * `provider_requests`, and one more request of the task. Returns the number of the archived answer, null without one.
 */
export async function recordExchange(
  db: Queryable,
  place: RequestPlace,
  exchange: Exchange,
): Promise<number | null> {
  const { answer } = exchange;
  const body = answer?.body ?? new Uint8Array();
  const sha256 = createHash('sha256').update(body).digest('hex');
  const result = await db.execute<{ payload_id: string | null }>(sql`
    with body as (
      insert into payload_bodies (sha256, body_gzip)
      select ${sha256}, ${Buffer.from(answer === null ? body : gzipSync(body))}::bytea where ${answer !== null}::boolean
      on conflict do nothing
    ), answer as (
      insert into payloads (provider, key, window_id, part, url, status, content_type, headers, sha256, bytes,
        replay_outcome, replay_recorded, replay_marked, fetched_at, task_id)
      select ${place.provider}, ${place.key}, ${place.windowId}, ${exchange.part}, ${answer?.url ?? ''},
        ${answer?.status ?? 0}::smallint, ${answer?.contentType ?? ''}, ${JSON.stringify(answer?.headers ?? {})}::jsonb,
        ${sha256}, ${body.length}::int, ${answer?.replay?.outcome ?? null}, ${answer?.replay?.recorded ?? null},
        ${answer?.replay?.marked ?? null}, ${toIso(answer?.fetchedAt ?? exchange.sentAt)}::timestamptz, ${place.taskId}::uuid
      where ${answer !== null}::boolean
      returning id
    ), counted as (
      update tasks set requests = requests + 1 where id = ${place.taskId}::uuid
    ), told as (${tellTurn(place, exchange)})
    insert into provider_requests (provider, host, key, at, waited_ms, latency_ms, status, error, payload_id, task_id)
    values (${place.provider}, ${exchange.host}, ${place.key}, ${toIso(exchange.sentAt)}::timestamptz,
      ${Math.round(exchange.waitedMs)}::int, ${Math.round(exchange.latencyMs)}::int, ${exchange.status}::smallint,
      ${exchange.error}, (select id from answer), ${place.taskId}::uuid)
    returning payload_id`);
  const id = result.rows[0]?.payload_id ?? null;
  return id === null ? null : Number(id);
}

function toArchived(row: {
  readonly payloads: typeof payloads.$inferSelect;
  readonly payload_bodies: typeof payloadBodies.$inferSelect;
}): ArchivedPayload {
  const { payloads: payload, payload_bodies: body } = row;
  return {
    id: payload.id,
    part: payload.part,
    url: payload.url,
    status: payload.status,
    contentType: payload.contentType,
    headers: payload.headers,
    body: new Uint8Array(gunzipSync(body.bodyGzip)),
    fetchedAt: payload.fetchedAt.getTime(),
    replay: {
      outcome: payload.replayOutcome ?? undefined,
      recorded: payload.replayRecorded ?? undefined,
      marked: payload.replayMarked ?? undefined,
    },
  };
}

/** The archived answers with these numbers whose bodies are kept, in the order in which they came. */
export async function readPayloads(db: Queryable, ids: readonly number[]): Promise<ArchivedPayload[]> {
  const rows = await db
    .select()
    .from(payloads)
    .innerJoin(payloadBodies, eq(payloads.sha256, payloadBodies.sha256))
    .where(inArray(payloads.id, [...ids]))
    .orderBy(payloads.id);
  return rows.map(toArchived);
}

/** The last answer to a URL that was a 200 and whose body is kept; null when there is none. `url` is without secrets. */
export async function findLastAnswer(
  db: Queryable,
  place: Pick<RequestPlace, 'provider' | 'key'>,
  url: string,
): Promise<ArchivedPayload | null> {
  const [row] = await db
    .select()
    .from(payloads)
    .innerJoin(payloadBodies, eq(payloads.sha256, payloadBodies.sha256))
    .where(
      and(
        eq(payloads.provider, place.provider),
        eq(payloads.key, place.key),
        eq(payloads.url, url),
        eq(payloads.status, 200),
      ),
    )
    .orderBy(desc(payloads.id))
    .limit(1);
  return row === undefined ? null : toArchived(row);
}

const REFERENCED = sql.raw(
  [
    'select unnest(payload_ids) as id from coverage',
    ...Object.keys(FACT_TABLES).map(
      (table) => `select payload_id from ${table} where payload_id is not null`,
    ),
  ].join(' union '),
);

/**
 * Selects the hashes of the bodies that may go: of answers that are all older than a moment and that nothing refers to, no covered
 * window, and no stored value through any answer of the read it came from. Whatever is kept can be parsed again.
 */
export function selectPrunableBodies(before: Instant): SQL {
  return sql`
    with referenced as materialized (${REFERENCED}),
    kept_reads as materialized (
      select distinct provider, key, window_id, task_id, status from payloads join referenced using (id)
    )
    select body.sha256 from payload_bodies body
    where stored_at < ${toIso(before)}::timestamptz and not exists (
      select from payloads answer
      where answer.sha256 = body.sha256 and (
        answer.fetched_at >= ${toIso(before)}::timestamptz
        or (answer.provider, answer.key, answer.window_id, answer.task_id, answer.status) in (select * from kept_reads)))`;
}

/** Makes an answer that arrives now wait: it may share a body that is about to go, and stores the body again afterwards. */
export async function lockBodies(tx: Transaction): Promise<void> {
  await tx.execute(sql`lock table payload_bodies in exclusive mode`);
}

/** Removes the bodies that `selectPrunableBodies` selects. Returns how many went. */
export async function pruneBodies(tx: Transaction, before: Instant): Promise<number> {
  await lockBodies(tx);
  const result = await tx.execute(
    sql`delete from payload_bodies where sha256 in (${selectPrunableBodies(before)})`,
  );
  return result.rowCount ?? 0;
}
