import { sql } from 'drizzle-orm';
import type { DigestContent } from '../contract/digests.ts';
import type { Day } from '../time.ts';
import { queueDigest, type DeliveryMoment } from './alert-deliveries.ts';
import type { Database, Queryable } from './client.ts';

/** Stores the digest of a partition and queues its delivery. Returns false, and does nothing, when there is one. */
export async function storeDigest(
  db: Database,
  content: DigestContent,
  moment: DeliveryMoment,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const inserted = await tx.execute(sql`
      insert into digests (partition, built_at, content)
      values (${content.partition}, ${content.builtAt}, ${JSON.stringify(content)}::jsonb) on conflict do nothing`);
    if (inserted.rowCount !== 1) return false;
    await queueDigest(tx, content.partition, moment);
    return true;
  });
}

/** Digests, newest partition first. */
export async function listDigests(
  db: Queryable,
  page: { readonly before?: Day | undefined; readonly limit: number },
): Promise<DigestContent[]> {
  const result = await db.execute<{ content: DigestContent }>(sql`
    select content from digests
    where ${page.before === undefined ? sql`true` : sql`partition < ${page.before}`}
    order by partition desc limit ${page.limit}`);
  return result.rows.map(({ content }) => content);
}

/** The digest of a partition, or null. */
export async function findDigest(db: Queryable, partition: Day): Promise<DigestContent | null> {
  const result = await db.execute<{ content: DigestContent }>(
    sql`select content from digests where partition = ${partition}`,
  );
  return result.rows[0]?.content ?? null;
}
