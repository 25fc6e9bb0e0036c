import { sql } from 'drizzle-orm';
import type { Instant } from '../time.ts';
import type { Queryable } from './client.ts';

/** The clock of the database: the same for all replicas, however wrong those of their machines are. */
export async function readClock(db: Queryable): Promise<Instant> {
  const result = await db.execute<{ now: string }>(
    sql`select extract(epoch from clock_timestamp()) * 1000 as now`,
  );
  return Math.floor(Number(result.rows[0]?.now));
}
