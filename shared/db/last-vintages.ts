import { sql } from 'drizzle-orm';
import { dayInZone, NEW_YORK, type Day } from '../time.ts';
import type { Queryable } from './client.ts';

/** The day (America/New_York) of the last vintage that the provider gave of each key; keys without one are absent. */
export async function readLastVintages(
  db: Queryable,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Day>> {
  if (keys.length === 0) return new Map();
  const result = await db.execute<{ key: string; vintage_at: string }>(sql`
    select key, max(vintage_at)::text as vintage_at from observations
    where key = any(${sql.param([...keys])}::text[]) and vintage_basis = 'provider' group by key`);
  return new Map(
    result.rows.map((row) => [row.key, dayInZone(new Date(row.vintage_at).getTime(), NEW_YORK)]),
  );
}
