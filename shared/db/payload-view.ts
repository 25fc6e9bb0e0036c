import { sql, type SQL } from 'drizzle-orm';
import type { Provider } from '../connectors/connector.ts';
import type { Queryable } from './client.ts';
import { isoText } from './iso-text.ts';

/** An archived answer of a provider without its body. */
export interface PayloadView {
  readonly id: number;
  readonly provider: Provider;
  readonly key: string;
  readonly windowId: string;
  readonly part: string;
  /** Without secrets. */
  readonly url: string;
  readonly status: number;
  readonly contentType: string;
  readonly fetchedAt: string;
  /** SHA-256 (hex) of the body. */
  readonly sha256: string;
  /** Size of the body. */
  readonly bytes: number;
  readonly taskId: string;
  /** True while the body is in the archive. */
  readonly isKept: boolean;
}

const MOST_PAYLOADS = 200;

/** The archived answers of a query that selects their numbers, newest first: at most 200, and how many there are. */
export async function excerptPayloads(
  db: Queryable,
  ids: SQL,
): Promise<{ readonly total: number; readonly items: readonly PayloadView[] }> {
  const result = await db.execute<PayloadView & { readonly total: number } & Record<string, unknown>>(sql`
    select id::float8 as id, provider, key, window_id as "windowId", part, url, status, content_type as "contentType",
      ${isoText(sql`fetched_at`)} as "fetchedAt", sha256, bytes, task_id as "taskId",
      exists (select from payload_bodies body where body.sha256 = payloads.sha256) as "isKept", count(*) over ()::int as total
    from payloads where id in (${ids}) order by payloads.id desc limit ${MOST_PAYLOADS}`);
  return {
    total: result.rows[0]?.total ?? 0,
    items: result.rows.map(({ total: _total, ...payload }) => payload),
  };
}

/** The compressed body (gzip) of an archived answer; null when it has been pruned. */
export async function readCompressedBody(db: Queryable, sha256: string): Promise<Buffer | null> {
  const result = await db.execute<{ body: Buffer }>(
    sql`select body_gzip as body from payload_bodies where sha256 = ${sha256}`,
  );
  return result.rows[0]?.body ?? null;
}

/** The archived answers with these numbers. */
export function listPayloads(db: Queryable, ids: readonly number[]) {
  return excerptPayloads(db, sql`select unnest(${sql.param([...ids])}::bigint[])`);
}
